"""Retrieval measures: computed by hand, and checked against trec_eval where both define the same."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from eval.items import Importance
from eval.measures.retrieval import (
    Found,
    all_hit,
    budget_scores,
    doc_recall,
    gains,
    ideal_gains,
    ndcg,
    recall,
    reciprocal_rank,
    retrieval,
    retrieval_scores,
    within_budget,
)
from eval.measures.score import Score
from eval.spans import Gold, MissingQuoteError, Stretch, best_share, covered, gold_of, groups_hit, merged
from tests.test_eval_builders import COST, LOCAL, SEAT, SOURCES, WORLD, group, item, where

# four passages of ten characters, and gold by letters: A lies in the first, B in the second or third, C in the fourth
P1, P2, P3, P4 = (Stretch("doc", start, start + 10) for start in (0, 10, 20, 30))
ELSEWHERE = Stretch("autre", 0, 10)


def gold(id: str, *alternatives: Stretch, vital: bool = True) -> Gold:
    importance = Importance.VITAL if vital else Importance.OKAY
    return Gold(id, importance, tuple((one,) for one in alternatives))


A = gold("A", Stretch("doc", 0, 8))
B = gold("B", Stretch("doc", 12, 18), Stretch("doc", 20, 30))
C = gold("C", Stretch("doc", 30, 40), vital=False)


def found(*ranked: Stretch) -> Found:
    return Found((A, B, C), ranked)


def of(score: Score | None) -> float:
    assert score is not None
    return score.value


def test_overlapping_stretches_count_once() -> None:
    assert covered([Stretch("doc", 0, 10)], [Stretch("doc", 0, 6), Stretch("doc", 4, 8), ELSEWHERE]) == 8
    assert merged([P2, P1, ELSEWHERE]) == [ELSEWHERE, Stretch("doc", 0, 20)]


@pytest.mark.parametrize(("end", "hit"), [(3, False), (4, True), (8, True)])
def test_half_of_a_quote_is_a_hit(end: int, hit: bool) -> None:
    assert groups_hit([A], [Stretch("doc", 0, end)]) == (frozenset("A") if hit else frozenset())


def test_half_of_a_quote_in_another_document_is_none() -> None:
    assert not groups_hit([A], [Stretch("autre", 0, 8)])


def test_a_quote_in_parts_is_hit_by_half_of_all_its_characters() -> None:
    cut = Gold("D", Importance.VITAL, ((Stretch("doc", 0, 6), Stretch("doc", 20, 26)),))
    assert groups_hit([cut], [P1]) == frozenset("D")
    assert best_share(cut, [P1]) == 0.5


def test_two_passages_that_hold_a_quarter_each_do_not_hit() -> None:
    long = gold("D", Stretch("doc", 0, 40))
    assert not groups_hit([long], [P1, P2])


@pytest.mark.parametrize(("k", "value"), [(1, 0.0), (2, 0.5), (3, 0.5), (5, 1.0)])
def test_recall_counts_vital_groups_only(k: int, value: float) -> None:
    ranked = found(P4, P1, ELSEWHERE, P3)
    assert of(recall(ranked, k)) == value
    assert of(all_hit(ranked, k)) == float(value == 1)


def test_recall_says_what_is_missing() -> None:
    score = recall(found(P1), 5)
    assert score and score.reason == "manque B"


def test_the_first_rank_is_that_of_a_vital_group() -> None:
    assert of(reciprocal_rank(found(P4, ELSEWHERE, P2))) == pytest.approx(1 / 3)
    assert of(reciprocal_rank(found(ELSEWHERE))) == 0


def test_the_document_alone_counts_in_document_recall() -> None:
    assert of(doc_recall(found(ELSEWHERE, Stretch("doc", 90, 95)), 1)) == 0
    assert of(doc_recall(found(ELSEWHERE, Stretch("doc", 90, 95)), 2)) == 1


def test_a_group_gives_its_gain_once() -> None:
    assert gains([A, B, C], [P2, P3, P1, P4]) == [2, 0, 2, 1]
    assert ideal_gains([A, B, C], [P1, P2, P3, P4]) == [2, 2, 1]


def test_ndcg_by_hand() -> None:
    ideal = 2 + 2 / log2(3) + 1 / 2
    assert of(ndcg(found(P2, P3, P1), [P1, P2, P3, P4])) == pytest.approx((2 + 2 / 2) / ideal)


def test_one_passage_that_holds_two_groups_is_the_better_ideal() -> None:
    both = Stretch("doc", 0, 20)
    assert ideal_gains([A, B], [P1, P2, both]) == [4]


def test_a_question_without_vital_evidence_has_no_retrieval_measure() -> None:
    assert retrieval(Found((C,), (P4,)), SOURCES) == []


def test_the_budget_cuts_the_passage_that_crosses_it() -> None:
    first, second = where(LOCAL), where(COST)
    sent = within_budget([first, second], SOURCES, 9)
    assert [WORLD.text(one) for one in sent] == [LOCAL, "Le poste"]


def test_characters_within_the_budget_by_hand() -> None:
    needing = item(evidence=[group("E1", LOCAL), group("E2", COST)])
    asked = Found(gold_of(needing, SOURCES), (where(SEAT), where(LOCAL)))
    scores = {score.name: score.value for score in budget_scores(asked, SOURCES, 450)}
    sent, needed = len(SEAT) + len(LOCAL), len(LOCAL) + len(COST)
    assert scores["recall@450w"] == 0.5
    assert scores["char_recall@450w"] == 0.5
    assert scores["char_precision@450w"] == pytest.approx(len(LOCAL) / sent)
    assert scores["iou@450w"] == pytest.approx(len(LOCAL) / (sent + needed - len(LOCAL)))


def test_gold_that_the_corpus_does_not_hold_is_refused() -> None:
    with pytest.raises(MissingQuoteError, match="n'est pas dans le corpus"):
        retrieval_scores(item(), (), {})


ORDERS = st.permutations([P1, P2, P3, P4, ELSEWHERE])


@given(ORDERS, st.integers(1, 5))
def test_trec_eval_agrees(ranked: Sequence[Stretch], depth: int) -> None:
    """With one passage for each group, our measures are those of trec_eval."""
    single = (A, gold("B", Stretch("doc", 12, 18)), gold("D", Stretch("doc", 20, 30)))
    asked = Found(single, tuple(ranked[:depth]))
    qrels = {"q": {"P1": 2, "P2": 2, "P3": 2, "P4": 0}}
    names = {P1: "P1", P2: "P2", P3: "P3", P4: "P4", ELSEWHERE: "X"}
    run = {"q": {names[one]: float(-rank) for rank, one in enumerate(ranked[:depth])}}
    theirs = pytrec_eval.RelevanceEvaluator(qrels, {"recall.5", "ndcg_cut.10", "recip_rank"}).evaluate(run)["q"]
    assert of(recall(asked, 5)) == pytest.approx(theirs["recall_5"])
    assert of(ndcg(asked, [P1, P2, P3, P4])) == pytest.approx(theirs["ndcg_cut_10"])
    assert of(reciprocal_rank(asked)) == pytest.approx(theirs["recip_rank"])
