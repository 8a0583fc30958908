"""Answering and refusing, by hand."""

from __future__ import annotations

import pytest

from eval.items import Answerable, Why
from eval.measures.abstention import (
    Abstention,
    Decision,
    aurc,
    auroc,
    calibrated_f1,
    calibration,
    confidence_auroc,
    coverage_at,
    false_answers,
    false_refusals,
    risk_at,
    risk_coverage,
    trust,
)
from rag.types import Status

FULL, PARTIAL, NONE, CLARIFY = Answerable.FULL, Answerable.PARTIAL, Answerable.NONE, Answerable.CLARIFY
YES, HALF, NO = Status.ANSWERED, Status.PARTIAL, Status.REFUSED


def made(*pairs: tuple[Answerable, Status]) -> list[Decision]:
    return [Decision(answerable, status) for answerable, status in pairs]


def test_counts_and_f1_by_hand() -> None:
    counts = Abstention.of(made((FULL, YES), (FULL, YES), (FULL, NO), (NONE, NO), (CLARIFY, NO), (NONE, YES)))
    assert counts == Abstention(2, 1, 1, 2)
    assert counts.precision == counts.recall == counts.f1 == pytest.approx(2 / 3)
    assert counts.macro_f1 == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("status", "counts"),
    [(YES, Abstention(0, 0, 0.5, 0.5)), (HALF, Abstention(0.5, 0, 0, 0.5)), (NO, Abstention(0.5, 0.5, 0, 0))],
)
def test_a_partial_item_counts_half_on_each_side(status: Status, counts: Abstention) -> None:
    assert Abstention.of(made((PARTIAL, status))) == counts


def test_a_partial_answer_to_an_unanswerable_question_is_an_answer() -> None:
    assert Abstention.of(made((NONE, HALF))).wrongly_answered == 1


def test_refusing_nothing_is_no_perfect_mark() -> None:
    counts = Abstention.of(made((FULL, YES), (NONE, YES)))
    assert counts.precision is None
    assert counts.f1 == 0


def test_false_refusals_and_answers_by_type() -> None:
    decisions = [
        *made((FULL, NO), (PARTIAL, HALF)),
        Decision(NONE, YES, why=Why.NEAR_MISS),
        Decision(NONE, NO, why=Why.NEAR_MISS),
        Decision(NONE, NO, why=Why.OUTDATED),
    ]
    assert false_refusals(decisions) == 0.5
    assert false_answers(decisions) == pytest.approx(1 / 3)
    assert false_answers(decisions, Why.NEAR_MISS) == 0.5
    assert false_answers(decisions, Why.UNSAFE) is None


def test_auroc_counts_ties_half() -> None:
    assert auroc([0.9, 0.5], [0.5, 0.1]) == pytest.approx(3.5 / 4)
    assert auroc([], [0.1]) is None


def test_confidence_is_judged_on_full_and_due_refusals_only() -> None:
    decisions = [Decision(FULL, YES, 0.9), Decision(PARTIAL, YES, 0.0), Decision(NONE, NO, 0.2)]
    assert confidence_auroc(decisions) == 1


def test_risk_and_coverage_by_hand() -> None:
    curve = risk_coverage([(0.9, False), (0.8, False), (0.7, True), (0.7, False), (0.1, True)])
    assert curve == [(0.2, 0.0), (0.4, 0.0), (0.8, 0.25), (1.0, 0.4)]
    assert aurc(curve) == pytest.approx(0.4 * 0.25 + 0.2 * 0.4)
    assert risk_at(curve, 0.8) == 0.25
    assert coverage_at(curve, 0.05) == 0.4


def test_nothing_answered_has_no_curve() -> None:
    assert risk_coverage([]) == []
    assert aurc([]) is None
    assert coverage_at([], 0.05) == 0


def test_calibration_groups_by_tenths() -> None:
    assert calibration([(0.95, True), (1.0, True), (0.15, False)]) == [
        (0.15, 0.0, 1),
        (pytest.approx(0.975), 1.0, 2),
    ]


def test_an_answer_to_an_unanswerable_question_lowers_the_facts_f1() -> None:
    assert calibrated_f1([1.0, 0.5, None], [True, True, True]) == pytest.approx(2 * 0.5 * 0.75 / 1.25)


def test_trust_is_a_mean_of_three_or_nothing() -> None:
    assert trust(0.9, 0.6, 0.3) == pytest.approx(0.6)
    assert trust(0.9, None, 0.3) is None
