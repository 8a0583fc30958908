"""What changes with the wording, by hand."""

from __future__ import annotations

import pytest

from eval.measures.robustness import Outcome, all_pass, flip_rate, mean_change, pairs, rbo, worst_of_family
from eval.spans import Stretch

A, B, C = (Stretch("doc", start, start + 1) for start in range(3))


def outcome(item: str, kind: str, answered: bool = True, recall: float = 1.0, passed: bool = True) -> Outcome:
    scores = {"recall@5": recall}
    return Outcome(item, item[0], kind, answered, frozenset({"E1"} if answered else ()), (A, B), scores, passed)


OUTCOMES = [
    outcome("x1", "canonical"),
    outcome("x1", "typo10", answered=False, recall=0.5, passed=False),
    outcome("y1", "canonical", recall=0.5),
    outcome("y1", "typo10", recall=1.0),
    outcome("z1", "typo10"),
]


def test_variants_are_paired_with_their_canonical_wording() -> None:
    paired = pairs(OUTCOMES, "typo10")
    assert [pair.variant.item for pair in paired] == ["x1", "y1"]
    assert flip_rate(paired) == 0.5
    assert mean_change(paired, "recall@5") == 0
    assert [pair.same_evidence for pair in paired] == [0, 1]


def test_a_measure_that_does_not_apply_has_no_change() -> None:
    assert mean_change(pairs(OUTCOMES, "typo10"), "ndcg@10") is None
    assert flip_rate([]) is None


def test_the_worst_wording_of_each_family_counts() -> None:
    assert worst_of_family(OUTCOMES, "recall@5") == pytest.approx((0.5 + 0.5 + 1) / 3)
    assert all_pass(OUTCOMES) == pytest.approx(2 / 3)


def test_rank_biased_overlap_by_hand() -> None:
    assert rbo((A, B), (A, B)) == pytest.approx(1)
    assert rbo((A, B), (C,)) == 0
    assert rbo((A, B), (B, A), p=0.5) == pytest.approx(0.5 / 1.5)
    assert rbo((), ()) == 1
