"""Citation measures by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.case import Case
from eval.measures import citations
from eval.measures.score import Score
from eval.reply import Cited, Said
from tests.test_eval_builders import COST, LOCAL, RESERVE, SEAT, VISIT, case, cite, group, reply


def of(score: Score | None) -> float:
    assert score is not None
    return score.value


def told(text: str, *quotes: str) -> Case:
    """A case whose one statement cites the quotes."""
    cited = tuple(cite(quote, marker) for marker, quote in enumerate(quotes, 1))
    said = Said(text, tuple(one.marker for one in cited))
    return case(replace(reply(LOCAL), statements=(said,), citations=cited))


def with_citation(cited: Cited) -> Case:
    return case(replace(reply(LOCAL), citations=(cited,)))


def test_a_right_citation_is_exact() -> None:
    right = case(reply(LOCAL, VISIT))
    checks = (citations.verbatim, citations.offsets, citations.resolvable, citations.attribution)
    assert [of(check(right)) for check in checks] == [1, 1, 1, 1]


def test_a_citation_at_the_wrong_place_is_only_resolvable() -> None:
    moved = with_citation(replace(cite(LOCAL), start=0, end=len(LOCAL)))
    checks = (citations.verbatim, citations.offsets, citations.resolvable)
    assert [of(check(moved)) for check in checks] == [0, 0, 1]


def test_straightened_typography_is_verbatim_but_not_byte_for_byte() -> None:
    typeset = with_citation(replace(cite(RESERVE), quote=RESERVE.replace("'", "’")))
    assert (of(citations.verbatim(typeset)), of(citations.offsets(typeset))) == (1, 0)


def test_an_invented_document_is_not_resolvable() -> None:
    assert of(citations.resolvable(with_citation(replace(cite(LOCAL), doc="perdu")))) == 0


def test_another_voice_is_seen() -> None:
    score = citations.attribution(case(replace(reply(VISIT), citations=(cite(VISIT, speaker="Paul Petit"),))))
    assert score == Score("attribution", 0.0, "en défaut : [1]")


def test_a_refusal_has_no_citation_measure() -> None:
    refused = case(reply())
    checks = (citations.verbatim, citations.citation_recall, citations.gold_precision, citations.span_f1)
    assert [check(refused) for check in checks] == [None] * 4


def test_recall_is_the_share_of_supported_sentences() -> None:
    assert of(citations.citation_recall(told(f"{LOCAL} {SEAT}", LOCAL))) == 0.5


def test_a_citation_that_brings_nothing_lowers_precision() -> None:
    assert of(citations.citation_precision(told(LOCAL, LOCAL, COST))) == 0.5


def test_two_citations_that_suffice_alone_are_both_precise() -> None:
    assert of(citations.citation_precision(told(LOCAL, LOCAL, LOCAL))) == 1


def test_an_unsupported_sentence_makes_its_citations_imprecise() -> None:
    assert of(citations.citation_precision(told(SEAT, LOCAL))) == 0


def test_sentences_without_citation_give_zero() -> None:
    bare = told(LOCAL)
    assert (of(citations.citation_recall(bare)), of(citations.citation_precision(bare))) == (0, 0)
    assert of(citations.citation_f1(bare)) == 0


def test_evidence_that_is_cited_counts_by_group() -> None:
    needed = [group("E1", LOCAL), group("E2", COST), group("E3", RESERVE, importance="okay")]
    cited = case(reply(LOCAL, VISIT), evidence=needed)
    assert of(citations.evidence_coverage(cited)) == 0.5
    assert of(citations.gold_precision(cited)) == 0.5
    assert citations.groups_cited(cited) == frozenset({"E1"})


def test_a_wrong_refusal_covers_nothing() -> None:
    assert of(citations.evidence_coverage(case(reply()))) == 0


def test_characters_cited_against_characters_needed() -> None:
    cited = case(reply(LOCAL, VISIT))
    total = len(LOCAL) + len(VISIT)
    assert of(citations.span_f1(cited)) == pytest.approx(2 * len(LOCAL) / (total + len(LOCAL)))
    assert of(citations.over_quotation(cited)) == pytest.approx(total / len(LOCAL))


def test_grades_are_those_of_trec() -> None:
    assert of(citations.support_grade(told(f"{LOCAL} Le poste de coordination coûte 7 € par an.", LOCAL, COST))) == 0.75
