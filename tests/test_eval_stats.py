"""Intervals and tests: known values, and that families count, not questions."""

from __future__ import annotations

import numpy as np
import pytest

from eval.stats import (
    accuracy,
    bootstrap,
    by_family,
    clopper_pearson,
    holm,
    kappa,
    sign_flip,
    smallest_difference,
    wilson,
)


@pytest.mark.parametrize(("successes", "n", "low", "high"), [(54, 60, 0.799, 0.953), (135, 150, 0.842, 0.938)])
def test_wilson_gives_the_published_interval(successes: int, n: int, low: float, high: float) -> None:
    found = wilson(successes, n)
    assert [found.low, found.high] == pytest.approx([low, high], abs=0.002)


def test_all_of_sixty_proves_ninety_four_percent() -> None:
    found = clopper_pearson(60, 60)
    assert found.low == pytest.approx(0.025 ** (1 / 60), abs=1e-6)
    assert found.high == 1


def test_clopper_pearson_is_symmetric() -> None:
    one, other = clopper_pearson(3, 20), clopper_pearson(17, 20)
    assert one.low == pytest.approx(1 - other.high, abs=1e-9)
    assert one.low == pytest.approx(0.0321, abs=1e-3)
    assert one.high == pytest.approx(0.3789, abs=1e-3)


def test_families_are_summed_in_order_of_appearance() -> None:
    assert by_family(["b", "a", "b"], [[1, 2, 3], [1, 1, 1]]).tolist() == [[4, 2], [2, 1]]


def test_the_bootstrap_interval_of_a_mean_is_near_the_normal_one() -> None:
    values = list(np.random.default_rng(1).normal(0.5, 0.2, 200))
    found = bootstrap(by_family(range(200), [values, [1] * 200]))
    assert found
    half = 1.96 * np.std(values, ddof=1) / np.sqrt(200)
    assert found.low == pytest.approx(np.mean(values) - half, abs=0.005)
    assert found.high == pytest.approx(np.mean(values) + half, abs=0.005)


def test_questions_of_one_family_widen_the_interval() -> None:
    values = [float(n % 2) for n in range(40)]
    alone = bootstrap(by_family(range(40), [values, [1] * 40]))
    grouped = bootstrap(by_family([n % 4 for n in range(40)], [values, [1] * 40]))
    assert alone and grouped
    assert grouped.high - grouped.low > 2 * (alone.high - alone.low)


def test_the_bootstrap_is_the_same_each_time() -> None:
    sums = by_family(range(9), [[0, 1, 0, 1, 1, 0, 1, 1, 1], [1] * 9])
    assert bootstrap(sums) == bootstrap(sums)
    assert bootstrap(sums, resamples=7, seed=1) != bootstrap(sums, resamples=7, seed=2)


def test_one_family_has_no_interval_and_equal_values_a_point() -> None:
    assert bootstrap(by_family(["a"], [[1], [1]])) is None
    found = bootstrap(by_family("ab", [[1, 1], [1, 1]]))
    assert found and (found.low, found.high) == (1, 1)


def test_sign_flips_by_hand() -> None:
    assert sign_flip([1.0] * 10) == pytest.approx(2 / 1024, abs=0.002)
    assert sign_flip([1.0, -1.0]) == 1
    assert sign_flip([0.0, 0.0]) == 1


def test_holm_multiplies_and_never_falls() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06})


def test_the_smallest_difference_shrinks_with_the_set() -> None:
    assert smallest_difference([1.0, -1.0] * 50) == pytest.approx(2.80 * 1.005 / 10, abs=0.01)
    assert smallest_difference([1.0]) is None


def test_kappa_by_hand() -> None:
    one, other = list("aabb"), list("aabc")
    assert accuracy(one, other) == 0.75
    assert kappa(one, other) == pytest.approx((0.75 - 0.375) / (1 - 0.375))
    assert kappa([], []) is None
    assert kappa(["a"], ["a"]) is None
