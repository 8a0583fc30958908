"""Figures of a set: means with intervals that respect families, slices, curves, latency."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval import stats
from eval.labels import ANSWERABLE, HARD, HEADLINE, PERSONAS, WHY, label
from eval.measures.abstention import Abstention
from eval.scoring import Row
from eval.stats import Array, Interval, by_family, ratio_of_sums

FEW = 20


@dataclass(frozen=True, slots=True)
class Figure:
    """A value over `n` rows of `families` families, with its 95 % interval."""

    name: str
    value: float
    n: int
    families: int
    interval: Interval | None = None

    @property
    def is_small(self) -> bool:
        """Whether there are too few rows for a share to mean much."""
        return self.n < FEW


@dataclass(frozen=True)
class Quantity:
    """How a figure is made from rows: what each row adds to the sums (or nothing), and the value of sums."""

    columns: Callable[[Row], Sequence[float] | None]
    statistic: Callable[[Array], Array] = ratio_of_sums


def quantity(name: str) -> Quantity:
    """The quantity of a measure; a mean over the rows to which it applies, but for macro-F1."""
    if name == "macro_f1":
        return Quantity(_votes, macro_f1)
    return Quantity(lambda row: None if (found := value(row, name)) is None else (found, 1.0))


def value(row: Row, name: str) -> float | None:
    """The value of a measure for one row, decisions included; `None` where it does not apply."""
    decision = row.decision
    if name == "passed":
        return float(row.failure is None)
    if name == "false_refusal":
        return None if decision.must_refuse else float(decision.refused)
    if name == "false_answer":
        return float(not decision.refused) if decision.must_refuse else None
    if name == "macro_f1":
        return sum(weight for should, did, weight in decision.votes if should == did)
    return row.scores.get(name)


def _votes(row: Row) -> tuple[float, ...]:
    counts = Abstention.of([row.decision])
    return counts.rightly_refused, counts.wrongly_refused, counts.wrongly_answered, counts.rightly_answered


def macro_f1(sums: Array) -> Array:
    """Macro-F1 from sums of (rightly refused, wrongly refused, wrongly answered, rightly answered)."""
    refused, false_refusals, false_answers, answered = sums.T
    wrong = false_refusals + false_answers
    with np.errstate(invalid="ignore"):
        both = 2 * refused / (2 * refused + wrong) + 2 * answered / (2 * answered + wrong)
    return np.asarray(both / 2)


def figure(name: str, rows: Sequence[Row], resamples: int = stats.RESAMPLES) -> Figure | None:
    """The figure of a measure over rows, `None` when it applies to none."""
    made = quantity(name)
    kept = [(row.item.family, columns) for row in rows if (columns := made.columns(row)) is not None]
    if not kept:
        return None
    sums = by_family([family for family, _ in kept], list(zip(*(columns for _, columns in kept), strict=True)))
    total = float(made.statistic(sums.sum(axis=0, keepdims=True))[0])
    if np.isnan(total):
        return None
    return Figure(name, total, len(kept), len(sums), _interval(name, total, sums, resamples))


def _interval(name: str, total: float, sums: Array, resamples: int) -> Interval | None:
    """Clopper-Pearson over families where all or none succeeded and no resample can differ; BCa elsewhere."""
    if label(name).is_share and total in (0.0, 1.0):
        return stats.clopper_pearson(round(total * len(sums)), len(sums))
    return stats.bootstrap(sums, quantity(name).statistic, resamples)


def figures(rows: Sequence[Row], names: Iterable[str]) -> dict[str, Figure]:
    """The figures of all the measures that apply."""
    found = {name: figure(name, rows) for name in names}
    return {name: one for name, one in found.items() if one}


def measured(rows: Iterable[Row]) -> list[str]:
    """The names of the measures that apply somewhere: headline and decisions first, then the others."""
    first = (*HEADLINE, *HARD, "passed", "false_refusal", "false_answer")
    return list(dict.fromkeys([*first, *(name for row in rows for name in row.scores)]))


SLICES: Mapping[str, Callable[[Row], str]] = {
    "Qui demande": lambda row: PERSONAS[row.item.persona],
    "Source": lambda row: _document(row),
    "Ce que disent les sources": lambda row: ANSWERABLE[row.item.answerable],
    "Type de piège": lambda row: WHY[row.item.unanswerable_type] if row.item.unanswerable_type else "",
    "Mots communs avec la preuve": lambda row: _stratum(row.overlap),
    "Preuves nécessaires": lambda row: _hops(len(row.item.vital)),
    "Thème": lambda row: row.item.tags.topic,
    "Langue": lambda row: {"fr": "français", "en": "anglais"}[row.item.language],
    "Tour": lambda row: "suite d'échange" if row.item.history else "première question",
}


def _document(row: Row) -> str:
    return row.item.vital[0].any_of[0].doc if row.item.vital else ""


def _hops(groups: int) -> str:
    return ("", "une", "deux")[groups] if groups < 3 else "trois ou plus"


def _stratum(overlap: float | None) -> str:
    if overlap is None:
        return ""
    return "au plus 10 %" if overlap <= 0.1 else "10 à 30 %" if overlap <= 0.3 else "plus de 30 %"


def slices(rows: Sequence[Row], dimension: str) -> dict[str, list[Row]]:
    """The rows of each value of a dimension, in alphabetical order; rows that have none are left out."""
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(SLICES[dimension](row), []).append(row)
    return {name: grouped[name] for name in sorted(grouped) if name}


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of a stage: median, 95th percentile, slowest."""

    stage: str
    median: float
    p95: float
    slowest: float


def latencies(rows: Sequence[Row], warm_up: int = 3) -> list[Latency]:
    """The times of each stage and of all together, the first answers left out."""
    timed = [row.reply.seconds for row in rows[warm_up:] if row.reply.seconds]
    stages = dict.fromkeys(stage for seconds in timed for stage in seconds)
    times = {stage: [1000 * seconds[stage] for seconds in timed if stage in seconds] for stage in stages}
    times["total"] = [1000 * sum(seconds.values()) for seconds in timed]
    return [_latency(stage, values) for stage, values in times.items() if values]


def _latency(stage: str, values: Sequence[float]) -> Latency:
    median, p95 = np.percentile(values, [50, 95])
    return Latency(stage, float(median), float(p95), max(values))
