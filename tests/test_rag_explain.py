"""The words of an answer are explained from a source where one says it, and each passage has what made it found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from corpus.glossary import Term, load_glossary
from corpus.questions import anchor
from rag.answer.explain import GROUPS, MOST_TERMS, corrections
from rag.answer.retrieve import WEIGHTS, WEIGHTS_WITHOUT_QUESTIONS
from rag.guide import Guide
from rag.types import Because, Explanation, Query
from tests.fakes import ScriptedGuide
from ui.exports.answers import conversation
from ui.exports.manuscript import Paragraph
from ui.html.answers import Exchange, exchange_html
from ui.html.explain import why_lines
from ui.record import full_record
from ui.store.revive import revived
from ui.texts import explain as texts

SOURCED = [term for term in load_glossary() if term.quote]


@pytest.mark.parametrize("term", SOURCED, ids=lambda term: term.term)
def test_what_a_source_says_of_a_word_is_cut_from_it(term: Term, guide: Guide) -> None:
    source = guide.source(term.source)
    start, end = anchor(term.quote, source)
    assert source.text[start:end] == term.quote


def test_acronyms_come_first_and_there_are_not_too_many(guide: Guide) -> None:
    terms = guide.ask("À quoi sert un TSF ?").terms
    spelled = [bool(term.expansion) for term in terms]
    assert spelled == sorted(spelled, reverse=True) and spelled[0] and len(terms) <= MOST_TERMS
    assert ("SCIC", "Société coopérative d'intérêt collectif") in {
        (term.term, term.expansion) for term in guide.ask("Faut-il créer une SCIC ?").terms
    }


def test_a_definition_is_a_quote_where_a_source_has_one_and_the_guides_own_elsewhere(guide: Guide) -> None:
    terms = {term.term: term for term in guide.ask("Comment garder la mairie à nos côtés ?").terms}
    assert terms["PTCE"].quoted and not terms["PTCE"].definition
    assert terms["ESS"].definition and not terms["ESS"].quoted
    elsewhere = {term.term: term for term in ScriptedGuide().helped(ScriptedGuide().ask("Un TSF ?")).terms}
    assert elsewhere["TSF"].definition and not elsewhere["TSF"].quoted


def test_what_the_answer_quotes_itself_is_not_quoted_again(guide: Guide) -> None:
    answer = guide.ask("À quoi sert un TSF ?")
    quoted = [term.quoted for term in answer.terms if term.quoted]
    assert quoted and not any(
        span.source is citation.source and span.start < citation.end and citation.start < span.end
        for span in quoted
        for citation in answer.citations
    )


def test_a_word_is_quoted_or_defined_but_not_both(guide: Guide) -> None:
    quoted = next(term.quoted for term in guide.ask("Comment garder la mairie ?").terms if term.quoted)
    with pytest.raises(ValueError, match="not both"):
        Explanation("PTCE", definition="Un pôle.", quoted=quoted)


def test_every_signal_of_the_search_has_a_name_that_readers_understand() -> None:
    grouped = {name for names in GROUPS.values() for name in names}
    assert grouped == {*WEIGHTS, *WEIGHTS_WITHOUT_QUESTIONS} and set(GROUPS) == set(Because) == set(texts.BECAUSES)


def test_each_citation_has_what_made_its_passage_found(guide: Guide) -> None:
    answer = guide.ask("Faut-il créer une SCIC ?")
    assert [reason.marker for reason in answer.reasons] == [citation.marker for citation in answer.citations]
    for reason, citation in zip(answer.reasons, answer.citations, strict=True):
        assert reason.found == len(answer.hits)
        passage = answer.hits[reason.rank - 1].passage
        assert reason.rank == 0 or (passage.source, True) == (citation.source, passage.start < citation.end)
    best = next(reason for reason in answer.reasons if reason.rank == 1)
    assert best.because and "SCIC" in best.shared and best.question == answer.hits[0].question
    assert "Société coopérative d'intérêt collectif" in best.related


def test_a_passage_that_was_not_found_itself_says_so(guide: Guide) -> None:
    answer = guide.ask("Faut-il créer une SCIC ?")
    reasons = guide.helped(replace(answer, hits=answer.hits[-1:])).reasons
    assert 0 in {reason.rank for reason in reasons}
    beside = next(reason for reason in reasons if not reason.rank)
    assert list(why_lines(beside, answer.query)) == [texts.BESIDE]


def test_mended_words_are_told_unless_the_thread_was_added() -> None:
    assert corrections(Query("coment payer", "comment payer")) == (("coment", "comment"),)
    assert corrections(Query("et payer", "La SCIC ? et payer", is_follow_up=True)) == ()


def test_the_reasons_and_terms_are_on_the_page_folded_and_escaped(guide: Guide) -> None:
    answer = guide.ask("Faut-il créer une SCIC ?")
    html = exchange_html(1, Exchange("Faut-il créer une SCIC ?", answer))
    assert html.count(texts.WHY) == len(answer.citations) and texts.TERMS in html and texts.OWN in html
    assert "<details open" not in html
    nasty = replace(answer, terms=(Explanation("<b>x", "<i>", "<script>"),), reasons=())
    html = exchange_html(1, Exchange("x", nasty))
    assert "<script>" not in html and "<b>x" not in html and "<i>" not in html and texts.WHY not in html


def test_a_kept_answer_still_says_why(guide: Guide) -> None:
    answer = guide.ask("Faut-il créer une SCIC ?")
    again = guide.helped(revived(answer.query.question, full_record(answer), guide.source))
    assert again.reasons == answer.reasons
    assert [term.term for term in again.terms] == [term.term for term in answer.terms]


def test_an_exported_answer_spells_its_acronyms_out(guide: Guide) -> None:
    question = "Faut-il créer une SCIC ?"
    manuscript = conversation([Exchange(question, guide.ask(question))], date(2026, 11, 22))
    said = [block.text for block in manuscript.blocks if isinstance(block, Paragraph)]
    assert any("SCIC (Société coopérative d'intérêt collectif)" in text for text in said)
