"""Two runs judged blind: which answer is better, without knowing whose it is.

The side on which a run stands is drawn by lot for every question, from a seed that the reader does not see, and does
not change when a question comes back. Only what was chosen is kept, never shown question by question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import comb
from pathlib import Path
from random import Random

from filelock import FileLock
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from eval import stats
from eval.annotations import BadAnnotationsError
from eval.folder import Run
from eval.reply import Reply
from eval.scoring import Row
from eval.stats import Interval


class Pick(StrEnum):
    """Which answer a reader prefers."""

    LEFT = "gauche"
    RIGHT = "droite"
    EQUAL = "égales"


@dataclass(frozen=True)
class Duel:
    """One question with two answers; `left_is_a` is what the reader must not see."""

    item: str
    question: str
    left: Row
    right: Row
    left_is_a: bool


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Choice:
    """A reader's choice, already turned back into runs: `better` is a run's name, or empty for equal ones."""

    item: str
    better: str
    annotator: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often each run was preferred; `share` is B's among decided questions, `p` of a fair coin doing as much."""

    a: int
    b: int
    equal: int
    share: float | None
    interval: Interval | None
    p: float | None


_CHOICE = TypeAdapter(Choice)


def duels(a: Run, b: Run) -> list[Duel]:
    """The questions as they were written that both answer, and not alike, in an order drawn by lot."""
    others = {row.reply.key: row for row in b.canonical}
    both = [(row, others[row.reply.key]) for row in a.canonical if row.reply.key in others]
    drawn = [_duel(one, other, _seed(a, b)) for one, other in both if _shown(one.reply) != _shown(other.reply)]
    return sorted(drawn, key=lambda duel: Random(f"{_seed(a, b)}/{duel.item}/order").random())


def _seed(a: Run, b: Run) -> str:
    return f"{a.manifest.name}/{a.manifest.started}/{b.manifest.name}/{b.manifest.started}"


def _duel(a: Row, b: Row, seed: str) -> Duel:
    left_is_a = Random(f"{seed}/{a.item.id}").random() < 0.5
    left, right = (a, b) if left_is_a else (b, a)
    return Duel(a.item.id, a.item.question, left, right, left_is_a)


def _shown(reply: Reply) -> tuple[str, str, tuple[str, ...]]:
    return reply.text, reply.message, tuple(one.quote for one in reply.citations)


def choices_file(folder: Path, a: str, b: str) -> Path:
    """Where the choices between two runs are kept."""
    return folder / f"{a}--{b}.jsonl"


def choose(duel: Duel, pick: Pick, runs: tuple[str, str], annotator: str, path: Path) -> None:
    """Keeps a choice between the `runs` (A, B)."""
    left, right = runs if duel.left_is_a else runs[::-1]
    better = {Pick.LEFT: left, Pick.RIGHT: right, Pick.EQUAL: ""}[pick]
    today = datetime.now(UTC).date().isoformat()
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock"), path.open("ab") as file:
        file.write(_CHOICE.dump_json(Choice(duel.item, better, annotator, today)) + b"\n")


def choices(path: Path) -> list[Choice]:
    """The choices of a file, the last of each reader on each question."""
    latest: dict[tuple[str, str], Choice] = {}
    for number, line in enumerate(path.read_bytes().splitlines() if path.exists() else [], 1):
        try:
            one = _CHOICE.validate_json(line)
        except ValidationError as error:
            raise BadAnnotationsError(f"{path.name}:{number} : ce n'est pas un choix.") from error
        latest[one.item, one.annotator] = one
    return list(latest.values())


def waiting(all_duels: Iterable[Duel], made: Iterable[Choice], annotator: str) -> list[Duel]:
    """The duels on which the reader has not chosen yet."""
    done = {one.item for one in made if one.annotator == annotator}
    return [one for one in all_duels if one.item not in done]


def outcome(made: Sequence[Choice], runs: tuple[str, str]) -> Outcome:
    """The result, with Wilson's interval and the two-sided sign test; readers of one question count each."""
    a, b = (sum(one.better == run for one in made) for run in runs)
    decided = a + b
    share = b / decided if decided else None
    interval = stats.wilson(b, decided) if decided else None
    return Outcome(a, b, len(made) - decided, share, interval, sign_test(a, b) if decided else None)


def sign_test(one: int, other: int) -> float:
    """The two-sided p of a fair coin giving a split at least as uneven."""
    n, most = one + other, max(one, other)
    as_uneven = sum(comb(n, k) for k in range(most, n + 1))
    return min(1.0, 2 * as_uneven / float(2**n))
