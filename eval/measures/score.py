"""What a measure returns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean


@dataclass(frozen=True, slots=True)
class Score:
    """A value, and a reason that a reader can check."""

    name: str
    value: float
    reason: str = ""


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of the values that apply; `None` when none does: no case is not a perfect mark."""
    applying = [value for value in values if value is not None]
    return fmean(applying) if applying else None


def ratio(part: float, whole: float) -> float | None:
    """`part / whole`, `None` over nothing."""
    return part / whole if whole else None


def f1(precision: float | None, recall: float | None) -> float | None:
    """The harmonic mean; `None` when either does not apply."""
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
