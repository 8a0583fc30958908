"""Two runs over the same questions: paired differences with intervals, tests, and every item that flipped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval import stats
from eval.figures import quantity, value
from eval.folder import Run
from eval.labels import HEADLINE, KINDS, Better, label
from eval.scoring import Row
from eval.sections import Section, points
from eval.stats import Array, Interval, by_family
from eval.variants import CANONICAL

_HEADER = (
    "Mesure",
    "n",
    "A",
    "B",
    "B − A",
    "Intervalle à 95 %",
    "p (Holm)",
    "gagnées / égales / perdues",
    "se voit dès",
)
PAIRED = (*HEADLINE, "passed")
_MADE = {
    "questions": "les questions",
    "corpus": "le corpus",
    "code": "le code",
    "settings": "réglage",
    "versions": "version de",
    "kinds": "les formulations",
    "seed": "la graine",
}
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one question adds to a measure: its family, the columns to sum, and its own value."""

    family: str
    columns: tuple[float, ...]
    value: float


Contributions = Mapping[str, Mapping[Key, Contribution]]
"""By measure, then by question and wording."""


@dataclass(frozen=True, slots=True)
class Difference:
    """B minus A on one measure, over the questions to which it applies in both."""

    name: str
    n: int
    a: float
    b: float
    interval: Interval | None
    p: float
    wins: int
    losses: int
    smallest: float | None
    adjusted: float = 1.0

    @property
    def change(self) -> float:
        """B minus A."""
        return self.b - self.a

    @property
    def for_the_better(self) -> float:
        """The change, positive when B is better."""
        return -self.change if label(self.name).better is Better.LOW else self.change

    @property
    def is_worse(self) -> bool:
        """Whether the whole interval lies on the bad side."""
        if not self.interval or not self.change:
            return False
        low = label(self.name).better is Better.LOW
        return self.interval.low > 0 if low else self.interval.high < 0


def contributions(rows: Iterable[Row], names: Sequence[str] = PAIRED) -> Contributions:
    """What each row adds to each measure."""
    listed = list(rows)
    return {name: dict(_contributions(name, listed)) for name in names}


def _contributions(name: str, rows: Sequence[Row]) -> Iterable[tuple[Key, Contribution]]:
    made = quantity(name)
    for row in rows:
        columns, own = made.columns(row), value(row, name)
        if columns is not None and own is not None:
            yield row.reply.key, Contribution(row.item.family, tuple(columns), own)


def differences(a: Contributions, b: Contributions) -> list[Difference]:
    """The difference on every measure that both have, with Holm's correction over all of them."""
    found = [one for name in a if (one := _difference(name, a[name], b.get(name, {})))]
    adjusted = stats.holm({one.name: one.p for one in found})
    return [_with(one, adjusted[one.name]) for one in found]


def _with(one: Difference, adjusted: float) -> Difference:
    rest = (one.n, one.a, one.b, one.interval, one.p, one.wins, one.losses, one.smallest)
    return Difference(one.name, *rest, adjusted)


def _difference(name: str, a: Mapping[Key, Contribution], b: Mapping[Key, Contribution]) -> Difference | None:
    keys = [key for key in a if key in b]
    if not keys:
        return None
    families = [a[key].family for key in keys]
    pairs = [(*a[key].columns, *b[key].columns) for key in keys]
    sums = by_family(families, list(zip(*pairs, strict=True)))
    width = sums.shape[1] // 2
    statistic = quantity(name).statistic

    def change(drawn: Array) -> Array:
        return np.asarray(statistic(drawn[:, width:]) - statistic(drawn[:, :width]))

    gained = [b[key].value - a[key].value for key in keys]
    of_families = by_family(families, [gained, [1.0] * len(keys)])
    total = sums.sum(axis=0, keepdims=True)
    sign = -1 if label(name).better is Better.LOW else 1
    return Difference(
        name=name,
        n=len(keys),
        a=float(statistic(total[:, :width])[0]),
        b=float(statistic(total[:, width:])[0]),
        interval=stats.bootstrap(sums, change),
        p=stats.sign_flip(list(of_families[:, 0])),
        wins=sum(sign * one > 1e-9 for one in gained),
        losses=sum(sign * one < -1e-9 for one in gained),
        smallest=stats.smallest_difference(list(of_families[:, 0] / of_families[:, 1])),
    )


def flipped(a: Run, b: Run) -> list[tuple[Row, Row]]:
    """The rows, of equal question and wording, of which one passed and the other failed."""
    others = {row.reply.key: row for row in b.rows}
    both = [(row, others[row.reply.key]) for row in a.rows if row.reply.key in others]
    return [(one, other) for one, other in both if (one.failure is None) != (other.failure is None)]


def compare(a: Run, b: Run) -> list[Section]:
    """The comparison of two runs as sections of a report."""
    found = differences(contributions(a.canonical), contributions(b.canonical))
    names = f"A : {a.manifest.name} · B : {b.manifest.name}"
    same = {row.item.id for row in a.canonical} & {row.item.id for row in b.canonical}
    seen = next((one.smallest for one in found if one.name == "passed"), None)
    text = f"{names}. {len(same)} questions communes. {_sight(seen)} {_made_otherwise(a, b)}"
    table = Section("ecarts", "Écarts appariés", text, _HEADER, tuple(map(_line, found)))
    return [table, *_flips(flipped(a, b))]


def _sight(smallest: float | None) -> str:
    if smallest is None:
        return ""
    return f"Cette taille d'essai ne voit pas, sur les questions réussies, moins de {points(smallest)[1:]}."


def _made_otherwise(a: Run, b: Run) -> str:
    """What made the runs differ, setting by setting and version by version."""
    one, other = vars(a.manifest.made), vars(b.manifest.made)
    changed = [told for name, what in _MADE.items() for told in _changes(what, one[name], other[name])]
    return f"Ce qui diffère entre les passes : {', '.join(changed) or 'rien'}."


def _changes(what: str, before: object, after: object) -> list[str]:
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return [what] if before != after else []
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return [f"{what} {key} ({before.get(key, '–')} → {after.get(key, '–')})" for key in keys]


def _line(one: Difference) -> tuple[str, ...]:
    known = label(one.name)
    interval = f"{points(one.interval.low)} à {points(one.interval.high)}" if one.interval else "–"
    counts = f"{one.wins} / {one.n - one.wins - one.losses} / {one.losses}"
    p = f"{one.adjusted:.3f}".replace(".", ",")
    cells = (known.name, str(one.n), known.show(one.a), known.show(one.b), points(one.change), interval)
    return *cells, p, counts, points(one.smallest or None).lstrip("+")


def _flips(pairs: Sequence[tuple[Row, Row]]) -> list[Section]:
    rows = tuple((_wording(a), a.item.question, _told(a), _told(b)) for a, b in pairs)
    header = ("Question", "Texte", "Réponse de A", "Réponse de B")
    return [Section("bascules", "Questions qui basculent", f"{len(rows)} en tout.", header, rows)]


def _wording(row: Row) -> str:
    kind = row.reply.kind
    return row.item.id if kind == CANONICAL else f"{row.item.id} ({KINDS.get(kind, kind)})"


def _told(row: Row) -> str:
    mark = "✗" if row.failure else "✓"
    return f"{mark} {row.reply.text or row.reply.message or row.reply.error}"
