"""The gate: a run against guarantees, floors and the committed baseline; what fails stops a change.

Exit codes of the command: 0 everything holds, 1 something fell, 2 the data or the call is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from eval.compare import PAIRED, Contribution, Contributions, Difference, contributions, differences
from eval.figures import figure
from eval.folder import Run
from eval.labels import HARD, Better, label
from eval.manifest import commit
from eval.scoring import Row
from eval.sections import points
from eval.variants import CANONICAL
from rag.errors import GuideError

BASELINE = Path(__file__).parent / "baseline.json"
MARGIN = 0.03
EXACT = 1e-9


class BaselineError(GuideError):
    """The baseline is missing or cannot be read, or is for other questions."""

    code = "baseline"


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Baseline:
    """What was reached, on which questions, who accepted it and why; `floors` are never to be missed."""

    questions: str
    who: str
    why: str
    date: str
    commit: str = ""
    floors: Mapping[str, float] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    items: Mapping[str, Mapping[str, tuple[str, tuple[float, ...], float]]] = field(default_factory=dict)

    @property
    def contributions(self) -> Contributions:
        """What each question added to each measure."""
        return {
            name: {(item, CANONICAL): Contribution(*one) for item, one in items.items()}
            for name, items in self.items.items()
        }


_BASELINE = TypeAdapter(Baseline)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the gate saw, in French; it stops the change unless it `warns` only."""

    reason: str
    warns: bool = False


def read_baseline(path: Path) -> Baseline:
    """The baseline in `path`; `BaselineError` when there is none or it is not one."""
    if not path.exists():
        raise BaselineError(
            f"Aucune référence dans {path.name!r} : créez-la avec « ptce eval gate --update-baseline »."
        )
    try:
        return _BASELINE.validate_json(path.read_bytes())
    except ValidationError as error:
        raise BaselineError(f"La référence {path.name!r} est illisible : refaites-la.") from error


def accept(run: Run, who: str, why: str, path: Path) -> None:
    """Makes `run` the baseline; the floors of the former one stay."""
    floors = read_baseline(path).floors if path.exists() else {}
    write_baseline(new_baseline(run, who, why, floors), path)


def new_baseline(run: Run, who: str, why: str, floors: Mapping[str, float]) -> Baseline:
    """The baseline that `run` makes."""
    kept = contributions(run.canonical)
    return Baseline(
        questions=run.manifest.made.questions,
        who=who,
        why=why,
        date=datetime.now(UTC).date().isoformat(),
        commit=commit(),
        floors=dict(floors),
        figures={name: round(one.value, 6) for name in PAIRED if (one := figure(name, run.canonical, 1))},
        items={name: {key[0]: _rounded(one) for key, one in items.items()} for name, items in kept.items()},
    )


def _rounded(one: Contribution) -> tuple[str, tuple[float, ...], float]:
    return one.family, tuple(round(column, 9) for column in one.columns), round(one.value, 9)


def write_baseline(baseline: Baseline, path: Path) -> None:
    """Writes a baseline."""
    path.write_bytes(_BASELINE.dump_json(baseline) + b"\n")


def findings(run: Run, baseline: Baseline) -> list[Finding]:
    """All that fell, and what to watch; `BaselineError` when the baseline has no question in common."""
    found = differences(baseline.contributions, contributions(run.canonical))
    if not found:
        raise BaselineError("La référence ne porte sur aucune des questions de cette passe : refaites-la.")
    watched = [Finding("Les questions ont changé depuis la référence.", warns=True)]
    moved = watched if baseline.questions != run.manifest.made.questions else []
    return [*_broken(run), *_below(run, baseline.floors), *_fallen(found), *moved]


def _broken(run: Run) -> list[Finding]:
    """Guarantees, on every wording."""
    return [
        Finding(f"Garantie rompue : {label(name).name}, {row.item.id} ({row.reply.kind}). {_why(row, name)}")
        for row in run.rows
        for name, wanted in HARD.items()
        if abs(row.scores.get(name, wanted) - wanted) > EXACT
    ]


def _why(row: Row, name: str) -> str:
    return row.reasons.get(name, "")


def _below(run: Run, floors: Mapping[str, float]) -> list[Finding]:
    return [
        Finding(f"Plancher manqué : {label(name).name}, {_shown(name, one.value)} pour {_shown(name, floor)}")
        for name, floor in floors.items()
        if (one := figure(name, run.canonical, 1)) and _short(name, one.value, floor)
    ]


def _shown(name: str, value: float) -> str:
    return label(name).show(value)


def _short(name: str, value: float, floor: float) -> bool:
    return value > floor + EXACT if label(name).better is Better.LOW else value < floor - EXACT


def _fallen(found: Sequence[Difference]) -> list[Finding]:
    return [finding for one in found if (finding := _judged(one))]


def _judged(one: Difference) -> Finding | None:
    told = f"{label(one.name).name} : {points(one.change)} depuis la référence"
    if one.is_worse or one.for_the_better < -MARGIN - EXACT:
        return Finding(f"Recul. {told}")
    return Finding(f"À surveiller. {told}", warns=True) if one.for_the_better < -EXACT else None
