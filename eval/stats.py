"""How sure a figure is: intervals, paired tests, and the smallest difference that a set can show.

Questions of one family are not independent: families are drawn, not questions (Miller 2024). All is seeded.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

RESAMPLES = 10_000
SEED = 20_261_122
LEVEL = 0.95
_NORMAL = NormalDist()

Array = npt.NDArray[np.float64]
Statistic = Callable[[Array], Array]
"""From rows of column sums to one value a row."""


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`."""

    low: float
    high: float


def wilson(successes: float, n: int, level: float = LEVEL) -> Interval:
    """Wilson's interval of a proportion."""
    z = _NORMAL.inv_cdf((1 + level) / 2)
    p = successes / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def clopper_pearson(successes: int, n: int, level: float = LEVEL) -> Interval:
    """The exact interval of a proportion: for all or none, where others say nothing."""
    tail = (1 - level) / 2
    low = 0.0 if successes == 0 else _root(lambda p: _at_least(successes, n, p) - tail)
    high = 1.0 if successes == n else _root(lambda p: tail - (1 - _at_least(successes + 1, n, p)))
    return Interval(low, high)


def _at_least(successes: int, n: int, p: float) -> float:
    return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(successes, n + 1))


def _root(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2


def by_family(families: Sequence[Hashable], columns: Sequence[Sequence[float]]) -> Array:
    """The sums of each column within each family: one row a family, in order of first appearance."""
    place = {family: row for row, family in enumerate(dict.fromkeys(families))}
    sums = np.zeros((len(place), len(columns)))
    np.add.at(sums, [place[family] for family in families], np.array(columns, dtype=float).T)
    return sums


def ratio_of_sums(sums: Array) -> Array:
    """The statistic "first column over second": a mean when the second counts."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sums[:, 0] / sums[:, 1])


def bootstrap(
    sums: Array,
    statistic: Statistic = ratio_of_sums,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    level: float = LEVEL,
) -> Interval | None:
    """The BCa interval of a statistic, families drawn with replacement; `None` below two families."""
    if len(sums) < 2:
        return None
    drawn = statistic(_weights(len(sums), resamples, seed) @ sums)
    drawn = np.sort(drawn[~np.isnan(drawn)])
    value = float(statistic(sums.sum(axis=0, keepdims=True))[0])
    if not len(drawn) or drawn[0] == drawn[-1]:
        return Interval(value, value)
    shares = _corrected(drawn, value, statistic(sums.sum(axis=0) - sums), level)
    low, high = np.quantile(drawn, shares)
    return Interval(float(low), float(high))


@lru_cache(maxsize=12)
def _weights(families: int, resamples: int, seed: int) -> npt.NDArray[np.float32]:
    """How often each family is drawn in each resample."""
    random = np.random.default_rng(seed)
    return np.asarray(random.multinomial(families, np.full(families, 1 / families), resamples), np.float32)


def _corrected(drawn: Array, value: float, left_out: Array, level: float) -> tuple[float, float]:
    """The quantiles to read, corrected for bias and acceleration (Efron 1987)."""
    below = (np.sum(drawn < value) + 0.5 * np.sum(drawn == value)) / len(drawn)
    z0 = _NORMAL.inv_cdf(min(max(float(below), 1e-6), 1 - 1e-6))
    away = np.nanmean(left_out) - left_out[~np.isnan(left_out)]
    spread = float(np.sum(away**2))
    a = float(np.sum(away**3)) / (6 * spread**1.5) if spread else 0.0
    z = [_NORMAL.inv_cdf(share) for share in ((1 - level) / 2, (1 + level) / 2)]
    low, high = (_NORMAL.cdf(z0 + (z0 + one) / (1 - a * (z0 + one))) for one in z)
    return low, high


def sign_flip(differences: Sequence[float], resamples: int = RESAMPLES, seed: int = SEED) -> float:
    """The p of no difference: how often chance signs of the families' differences do as much."""
    values = np.array(differences, dtype=float)
    observed = abs(values.sum())
    if not observed:
        return 1.0
    signs = np.random.default_rng(seed).choice(np.array([-1.0, 1.0]), size=(resamples, len(values)))
    as_much = int(np.sum(np.abs(signs @ values) >= observed - 1e-12))
    return (as_much + 1) / (resamples + 1)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """The p values adjusted for being several (Holm 1979)."""
    adjusted, highest = {}, 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda one: one[1])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p_values}


def smallest_difference(differences: Sequence[float], level: float = LEVEL, power: float = 0.8) -> float | None:
    """The mean difference that these families would show four times in five; `None` below two families."""
    if len(differences) < 2:
        return None
    error = float(np.std(np.array(differences, dtype=float), ddof=1)) / sqrt(len(differences))
    return (_NORMAL.inv_cdf((1 + level) / 2) + _NORMAL.inv_cdf(power)) * error


def accuracy(one: Sequence[Hashable], other: Sequence[Hashable]) -> float | None:
    """The share of equal labels; `None` without any."""
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one) if one else None


def kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float | None:
    """Cohen's κ; `None` without labels, or when chance alone explains everything."""
    observed = accuracy(one, other)
    if observed is None:
        return None
    n = len(one)
    chance = sum(one.count(label) * other.count(label) for label in set(one)) / (n * n)
    return (observed - chance) / (1 - chance) if chance < 1 else None
