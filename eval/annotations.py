"""Verdicts of people on sentences of answers, and how far the automatic support check agrees with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from pathlib import Path

from filelock import FileLock
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from eval import stats
from eval.case import Case
from rag.errors import GuideError
from rag.verify.support import Tier


class Human(StrEnum):
    """What a person says of a sentence and what it cites (labels as in RAGTruth)."""

    SUPPORTED = "soutenu"
    PARTLY = "partiel"
    UNSUPPORTED = "non soutenu"
    CONTRADICTED = "contredit"


AUTOMATIC: Mapping[Tier, Human] = {
    Tier.VERBATIM: Human.SUPPORTED,
    Tier.REPHRASED: Human.SUPPORTED,
    Tier.PARTLY: Human.PARTLY,
    Tier.NONE: Human.UNSUPPORTED,
}


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Annotation:
    """One person's verdict on one sentence of one answer of a run."""

    run: str
    item: str
    kind: str
    sentence: str
    verdict: Human
    annotator: str
    date: str = ""

    @property
    def place(self) -> tuple[str, str, str, str]:
        """Which sentence it is about."""
        return self.run, self.item, self.kind, self.sentence


class BadAnnotationsError(GuideError):
    """A file of annotations has a line that is none."""

    code = "bad_annotations"


_ANNOTATION = TypeAdapter(Annotation)


def add(annotation: Annotation, path: Path) -> None:
    """Adds a verdict to the file; several people may do so at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = _ANNOTATION.dump_json(annotation) + b"\n"
    with FileLock(f"{path}.lock"), path.open("ab") as file:
        file.write(line)


def load(path: Path) -> list[Annotation]:
    """The verdicts of a file, the last of each person on each sentence; none when there is no file."""
    latest: dict[tuple[object, ...], Annotation] = {}
    lines = path.read_bytes().splitlines() if path.exists() else []
    for number, line in enumerate(lines, 1):
        try:
            one = _ANNOTATION.validate_json(line)
        except ValidationError as error:
            raise BadAnnotationsError(f"{path.name}:{number} : ce n'est pas une annotation.") from error
        latest[*one.place, one.annotator] = one
    return list(latest.values())


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two judges agree on the sentences that both judged."""

    n: int
    accuracy: float | None
    kappa: float | None

    @classmethod
    def of(cls, pairs: Sequence[tuple[Human, Human]]) -> Agreement:
        """The agreement of paired verdicts; a contradiction counts as not supported."""
        one, other = ([_merged(pair[side]) for pair in pairs] for side in (0, 1))
        return cls(len(pairs), stats.accuracy(one, other), stats.kappa(one, other))


def _merged(verdict: Human) -> Human:
    return Human.UNSUPPORTED if verdict is Human.CONTRADICTED else verdict


def automatic(run: str, cases: Iterable[Case]) -> dict[tuple[str, str, str, str], Human]:
    """The automatic verdict on every sentence of a run."""
    return {
        (run, case.item.id, case.reply.kind, claim.text): AUTOMATIC[verdict.tier]
        for case in cases
        for claim, verdict in zip(case.claims, case.verdicts, strict=True)
    }


def with_check(annotations: Iterable[Annotation], verdicts: Mapping[tuple[str, str, str, str], Human]) -> Agreement:
    """The agreement of people with the automatic check, every verdict of a person counting."""
    return Agreement.of([(one.verdict, verdicts[one.place]) for one in annotations if one.place in verdicts])


def between_people(annotations: Iterable[Annotation]) -> Agreement:
    """The agreement of people with each other, over every pair of them on a sentence."""
    by_place: dict[tuple[str, str, str, str], list[Annotation]] = {}
    for one in annotations:
        by_place.setdefault(one.place, []).append(one)
    pairs = [pair for judged in by_place.values() for pair in combinations(judged, 2)]
    return Agreement.of([(one.verdict, other.verdict) for one, other in pairs])
