"""The question index: curated questions that the sources answer, and gaps that they do not.

Both are search data written for this guide (*doc2query*, Nogueira et al. 2019, arXiv 1904.08375); nothing of them is
shown as a fact or quoted. They are YAML files: `corpus/questions/<source>.yaml` by what they ask for,
`corpus/cases/*.yaml` for questions that several passages answer together, and `corpus/gaps/<type>.yaml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from corpus.types import Source

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions that one stretch of a source answers, and words people use for it."""

    source: str
    quote: str
    keywords: tuple[str, ...] = ()
    fr: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """All questions, French first."""
        return self.fr + self.en


@dataclass(frozen=True, slots=True)
class Case:
    """A question as a user would ask it, and all that answers it, best first: (source, quote) pairs."""

    question: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Quotes, as (source, quote) pairs, that do not say the same of one thing; `about` names it, in French."""

    about: str
    quotes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A question of the domain that the sources do not answer; `why` says what they say nearest (ours, in French).

    `twin` is a question that sounds near and is answered by `twin_quote` of `twin_source`; `contradicted_by` is a
    (source, quote) pair that contradicts the question's premise.
    """

    question: str
    language: str
    type: int
    topic: str
    why: str = ""
    twin: str = ""
    twin_source: str = ""
    twin_quote: str = ""
    contradicted_by: tuple[str, str] | None = None


def sources_asked_for(folder: Path = FOLDER / "questions") -> set[str]:
    """The sources that have a question set, told by the names of the files: none is read."""
    return {path.stem for path in folder.glob("*.yaml")}


def load_questions(folder: Path = FOLDER / "questions") -> list[QuestionSet]:
    """Every question set below `folder`, in the order of the files."""
    return [
        QuestionSet(path.stem, entry["quote"], *(tuple(entry.get(key, ())) for key in ("keywords", "fr", "en")))
        for path in sorted(folder.glob("*.yaml"))
        for entry in _read(path)
    ]


def load_cases(folder: Path = FOLDER / "cases") -> list[Case]:
    """Every case below `folder`, in the order of the files."""
    return [
        Case(entry["question"], tuple((answer["source"], answer["quote"]) for answer in entry["answers"]))
        for path in sorted(folder.glob("*.yaml"))
        for entry in _read(path)
    ]


def load_gaps(folder: Path = FOLDER / "gaps") -> list[Gap]:
    """Every gap below `folder`, in the order of the files."""
    return [_gap(entry) for path in sorted(folder.glob("*.yaml")) for entry in _read(path)]


def load_disagreements(file: Path = FOLDER / "disagreements.yaml") -> list[Disagreement]:
    """What the sources do not all say alike, in the order of the file."""
    return [
        Disagreement(entry["about"], tuple((quote["source"], quote["quote"]) for quote in entry["quotes"]))
        for entry in _read(file)
    ]


def _read(path: Path) -> list[dict[str, Any]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # nosec B506 - a safe loader
    if not isinstance(entries, list):
        raise ValueError(f"{path.name}: a list is expected")
    return entries


def _gap(entry: dict[str, Any]) -> Gap:
    return Gap(**entry)


class NoAnchor(ValueError):
    """A quote of the question index is not found in its source."""


def anchor(quote: str, source: Source) -> tuple[int, int]:
    """Offsets of `quote` in the source's canonical text, blanks taken alike; `NoAnchor` when it is not there."""
    start = source.text.find(quote)
    if start < 0:
        raise NoAnchor(f"{source.id}: {quote[:80]!r}")
    return start, start + len(quote)
