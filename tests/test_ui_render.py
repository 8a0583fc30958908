"""The page's HTML, as text: what is escaped, what points where, what looks like what."""

from __future__ import annotations

import re
from html import escape, unescape

import pytest

from corpus.markdown import read_markdown
from corpus.types import Metadata, Source
from rag.types import Answer, Citation, Query, Refusal, RefusalType, Role, Statement, Support
from tests.fakes import ScriptedGuide, small_sources
from ui.html.answers import Exchange, answer_html, cards_html, conversation
from ui.html.document import corpus_html, document_page
from ui.html.excerpt import Window, around, excerpt
from ui.html.plain import with_references
from ui.steps.chat import answered, asked, correctable

EVIL = "<img src=x onerror=alert(1)> & \"'"


def plain(html: str) -> str:
    """The words of `html`, as they are read."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def study() -> Source:
    return small_sources()[0]


def answer_to(question: str) -> Answer:
    return ScriptedGuide().ask(question)


def test_a_question_is_escaped() -> None:
    html = conversation((Exchange(EVIL, answer_to(EVIL)),))
    assert "<img" not in html and escape(EVIL) in html


def test_a_title_a_quote_and_metadata_are_escaped() -> None:
    body = "Une phrase `<script>alert(1)</script>` dite ici."
    source = read_markdown(f"## {EVIL}\n\n{body}", Metadata("x", EVIL, publisher=EVIL, rights=EVIL, authors=(EVIL,)))
    quote = "Une phrase <script>alert(1)</script> dite ici."
    start = source.text.index(quote)
    citation = Citation(1, source, start, start + len(quote), quote, (EVIL,))
    answer = Answer(Query("q", "q"), (Statement(quote, (citation,)),), notes=(EVIL,))
    for html in (conversation((Exchange("q", answer),)), document_page(source, 0, 5), corpus_html((source,))):
        assert "<img" not in html and "<script" not in html
        assert "alert(1)" in html


def test_every_mark_has_its_card_and_every_card_its_mark() -> None:
    html = conversation(tuple(Exchange(q, answer_to(q)) for q in ("La SCIC ?", "Le statut, la SCIC ?")))
    ids = re.findall(r'id="([^"]+)"', html)
    pointed = re.findall(r'data-card="([^"]+)"', html) + re.findall(r'data-mark="([^"]+)"', html)
    assert len(ids) == len(set(ids)), "an id is used once in the whole conversation"
    assert pointed and set(pointed) <= set(ids)
    assert html.count('role="doc-noteref"') == html.count('role="doc-endnote"')


def test_a_card_holds_title_year_kind_speaker_side_place_and_the_whole_quote() -> None:
    html = cards_html(answer_to("Rien n'est une obligation"))
    words = plain(html)
    for expected in ("Deux pôles <se parlent>", "Avise, 2022", "Témoignage", "Maud Carrichon (Compagnon)"):
        assert expected in words
    assert "<mark>La SCIC n&#x27;est pas une obligation.</mark> Commencez par" in html
    assert "/sources/entretien?start=" in html and "#passage" in html


def test_a_list_is_shown_as_a_nested_list_with_its_introduction() -> None:
    html = answer_html(answer_to("conditions ?"))
    assert "<strong>Le choix :</strong>" in html
    assert "<ul><li>le nombre de membres ;<ul><li>les fondateurs ;</li><li>les usagers ;</li></ul></li>" in html
    assert re.search(r'<span class="marks">collectivités\.<a class="mark".*?</a></span></li></ul>', html)


def test_statements_are_read_in_the_order_lead_complement_caution() -> None:
    words = plain(answer_html(answer_to("La SCIC et le statut")))
    positions = [words.index(part) for part in ("Le choix", "Pour compléter", "Points de vigilance")]
    assert positions == sorted(positions)


def test_a_comparison_has_what_leads_beside_what_completes_it() -> None:
    compared = answer_html(answer_to("Quelle différence entre la SCIC et le statut ?"))
    assert compared.index('<div class="compared">') < compared.index('<div class="role lead">')
    assert 'class="compared"' not in answer_html(answer_to("La SCIC et le statut"))


def test_each_statement_says_who_speaks_in_what_kind_of_source_and_which_year() -> None:
    words = plain(answer_html(answer_to("Rien n'est une obligation")))
    assert "Maud Carrichon (Compagnon), Témoignage, Avise, 2022" in words


def test_a_rephrased_statement_says_so_in_words() -> None:
    source = study()
    citation = Citation(1, source, 0, 7, source.text[:7])
    statement = Statement("Autrement <dit>.", (citation,), Role.LEAD, Support.REPHRASED)
    html = answer_html(Answer(Query("q", "q"), (statement,)))
    assert "reformulé" in plain(html) and "Autrement &lt;" in html
    assert "mot pour mot" not in plain(html)


def test_a_refusal_does_not_look_like_an_answer_and_offers_questions() -> None:
    answer = answer_to("xyzzy")
    html = answer_html(answer)
    assert '<div class="refusal not_covered"' in html and 'class="statement"' not in html
    assert 'data-ask="Que dit-on de la SCIC ?"' in html
    assert "ils ne répondent pas à la question" in plain(html)
    assert cards_html(answer) == "", "what does not answer has no numbered card"


def test_a_partial_answer_says_what_is_missing() -> None:
    full = answer_to("La SCIC ?")
    refusal = Refusal(RefusalType.NOT_COVERED, "Le reste manque.")
    words = plain(answer_html(Answer(full.query, full.statements, refusal)))
    assert "Ce que les sources ne disent pas Le reste manque." in words


def test_surroundings_stay_in_the_section_and_with_the_speaker() -> None:
    source = small_sources()[1]
    start = source.text.index("La SCIC nous faisait peur.")
    left, right = around(source, start, start + 10)
    assert source.text[left:right] == "Nous voulions voir un pôle en marche. La SCIC nous faisait peur."


def test_long_surroundings_are_cut_between_words_and_the_cuts_are_shown() -> None:
    words = " ".join(f"mot{number}" for number in range(300))
    source = read_markdown(words, Metadata("long", "Long"))
    start = source.text.index("mot150")
    left, right = around(source, start, start + 6, words=3)
    assert source.text[left:right] == "mot147 mot148 mot149 mot150 mot151 mot152 mot153"
    assert plain(excerpt(Window(source, left, right))).startswith("[…] mot147")


def test_a_document_is_shown_whole_with_its_passage_anchored_once() -> None:
    source = study()
    start = source.text.index("le nombre")
    html = document_page(source, start, source.text.index("Points"))
    assert html.count('id="passage"') == 1 and '<mark id="passage">le nombre' in html
    assert "Page 16" in html
    assert [word for word in source.text.replace("- ", "").split() if word not in plain(html)] == []


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 2), (-1, 4), (0, 10**9)])
def test_an_impossible_passage_highlights_nothing(start: int, end: int) -> None:
    assert "<mark" not in document_page(study(), start, end)


def test_turns_of_an_interview_name_their_speakers() -> None:
    words = plain(document_page(small_sources()[1]))
    assert words.index("Charles Granier (bénéficiaire)") < words.index("Maud Carrichon (Compagnon)")


def test_only_a_web_address_becomes_a_link() -> None:
    source = read_markdown("Texte.", Metadata("x", "X", address="javascript:alert(1)"))
    assert "javascript" not in document_page(source)


def test_the_plain_text_carries_every_reference() -> None:
    text = with_references(answer_to("Rien n'est une obligation"))
    assert text.splitlines()[-1] == (
        "[1] Deux pôles <se parlent>, Avise, 2022, Témoignage, Maud Carrichon (Compagnon), "
        "Pourquoi un TSF ? : « La SCIC n'est pas une obligation. »"
    )


def test_a_follow_up_shows_what_was_searched_and_can_be_corrected() -> None:
    guide = ScriptedGuide()
    first = answered(guide, asked((), "La SCIC ?"))
    second = answered(guide, asked(first, "Et le statut ?"))
    assert correctable(first) == "" and correctable(second) == "La SCIC ? Et le statut ?"
    assert [turn.role for turn in guide.asked[-1][1]] == ["user", "assistant"]
    assert "Corriger cette recherche" in conversation(second)


@pytest.mark.parametrize("question", ["panne", " "])
def test_what_cannot_be_asked_becomes_a_sentence(question: str) -> None:
    (exchange,) = answered(ScriptedGuide(), asked((), question))
    assert exchange.answer is None and exchange.problem.endswith((".", "page.")) and "Error" not in exchange.problem
