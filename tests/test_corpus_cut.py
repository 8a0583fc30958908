"""Text is cut along its structure: evidence and passages of any Markdown, and of cases read one by one."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from corpus.cut import LIST_WORDS, PASSAGE_WORDS, evidence_of, passages_of
from corpus.markdown import read_markdown
from corpus.types import BlockKind, Evidence, Metadata, Source

VOCABULARY = "le pôle mairie SCIC coûte 42 000 € M. Petit etc. dit : « oui » ; l’élu (ESS) n° 3 – e-mail …"
WORDS = st.sampled_from(VOCABULARY.split())
SENTENCE = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)
PARAGRAPH = st.lists(
    st.tuples(SENTENCE, st.sampled_from([".", " !", "…", " :", "", " ?"])), min_size=1, max_size=6
).map(lambda parts: " ".join(sentence.capitalize() + end for sentence, end in parts))
TITLED = st.tuples(SENTENCE, PARAGRAPH).map(lambda parts: f"**{parts[0]} :** {parts[1]}")
LIST = st.lists(st.tuples(st.sampled_from(["- ", "  - ", "1. ", "   1. "]), PARAGRAPH), min_size=1, max_size=12).map(
    lambda items: "\n".join(mark + text for mark, text in items)
)
LEAD_AND_LIST = st.tuples(PARAGRAPH, LIST).map(lambda parts: f"{parts[0].rstrip(' .!?…:')} :\n\n{parts[1]}")
ODD = st.sampled_from(
    [
        "<!-- page 7 -->",
        "> cité",
        "```\ncode\n```",
        "| a | b |\n|---|---|\n| un | deux |",
        "***",
        "<b>x</b>",
        "![alt](x)",
    ]
)
HEADING = st.tuples(st.integers(1, 6), SENTENCE).map(lambda parts: f"{'#' * parts[0]} {parts[1]}")
MARKDOWN = st.lists(
    st.one_of(HEADING, PARAGRAPH, TITLED, LIST, LEAD_AND_LIST, ODD, st.text(max_size=60)), max_size=12
).map("\n\n".join)


def read(text: str) -> Source:
    return read_markdown("\n" + text, Metadata("essai", "Essai"))


def texts(text: str) -> list[str]:
    return [unit.text for unit in evidence_of(read(text))]


@given(MARKDOWN)
def test_evidence_is_verbatim_in_order_and_without_overlap(text: str) -> None:
    units = evidence_of(read(text))
    assert all(unit.text and unit.text == unit.text.strip() for unit in units)
    assert all(before.end <= after.start for before, after in pairwise(units))


@given(MARKDOWN)
def test_every_word_that_is_not_a_heading_is_in_one_evidence_unit(text: str) -> None:
    source = read(text)
    covered = {position for unit in evidence_of(source) for position in range(unit.start, unit.end)}
    for block in source.blocks:
        letters = {n for n in range(block.start, block.end) if not source.text[n].isspace()}
        assert letters.isdisjoint(covered) if block.kind is BlockKind.HEADING else letters <= covered


@given(MARKDOWN)
def test_passages_hold_each_evidence_unit_once_and_in_order(text: str) -> None:
    source = read(text)
    held = [unit.id for passage in passages_of(source) for unit in passage.evidence]
    assert held == [unit.id for unit in evidence_of(source)]


@given(MARKDOWN)
def test_a_passage_has_one_voice_and_stands_under_one_heading(text: str) -> None:
    for passage in passages_of(read(text)):
        assert {unit.speaker for unit in passage.evidence} == {passage.speaker}
        assert {unit.headings for unit in passage.evidence} == {passage.evidence[0].headings}


@given(MARKDOWN)
def test_a_passage_is_short_unless_one_unit_alone_is_long(text: str) -> None:
    for passage in passages_of(read(text)):
        assert len(passage.evidence) == 1 or sum(unit.words for unit in passage.evidence) <= PASSAGE_WORDS


def test_a_sentence_is_a_unit() -> None:
    assert texts("La mairie aide. Elle prête un local !") == ["La mairie aide.", "Elle prête un local !"]


def test_a_list_is_one_unit_with_the_sentence_that_introduces_it() -> None:
    text = "Un pôle coopère. Il lui faut :\n\n- un projet ;\n- une gouvernance."
    assert texts(text) == ["Un pôle coopère.", "Il lui faut :\n\n- un projet ;\n- une gouvernance."]


def test_a_list_without_a_lead_in_is_a_unit_of_its_own() -> None:
    assert texts("Un pôle coopère.\n\n- un projet\n- un lieu") == ["Un pôle coopère.", "un projet\n- un lieu"]


def test_nested_items_stay_with_their_list() -> None:
    assert texts("Il faut :\n\n- un lieu :\n  - chauffé ;\n  - ouvert ;\n- un projet.") == [
        "Il faut :\n\n- un lieu :\n  - chauffé ;\n  - ouvert ;\n- un projet."
    ]


def test_a_very_long_list_is_cut_between_its_items() -> None:
    items = [f"- {'mot ' * 60}numéro {n}" for n in range(8)]
    units = evidence_of(read("Il faut :\n\n" + "\n".join(items)))
    assert len(units) > 1
    assert all(unit.is_list and unit.words <= LIST_WORDS for unit in units)


def test_a_heading_is_never_evidence_and_stands_in_the_section() -> None:
    unit = only("## Gouvernance\n\n### La SCIC\n\nElle associe.")
    assert (unit.text, unit.section) == ("Elle associe.", ("Gouvernance", "La SCIC"))


def test_a_heading_parts_a_list_from_what_comes_before() -> None:
    text = "Il faut :\n\n## Un\n\n- un lieu\n\n## Deux\n\n- un projet"
    assert [(unit.text, unit.section) for unit in evidence_of(read(text))] == [
        ("Il faut :", ()),
        ("un lieu", ("Un",)),
        ("un projet", ("Deux",)),
    ]


def test_the_title_of_a_paragraph_is_quoted_with_it_and_in_its_section() -> None:
    unit = only("## Risques\n\n**Points de vigilance :** le turn-over.")
    assert (unit.text, unit.section) == (
        "Points de vigilance : le turn-over.",
        ("Risques", "Points de vigilance"),
    )


def test_evidence_knows_its_page() -> None:
    units = evidence_of(read("Avant.\n\n<!-- page 4 -->\n\nAprès.\n\n<!-- page 5 -->\n\nEnfin."))
    assert [unit.page for unit in units] == [None, 4, 5]


def test_two_headings_are_never_read_in_one_passage() -> None:
    passages = passages_of(read("## Un\n\nCourt.\n\n## Deux\n\nCourt aussi."))
    assert [passage.section for passage in passages] == [("Un",), ("Deux",)]


def test_short_paragraphs_under_one_heading_are_read_together() -> None:
    assert len(passages_of(read("## Un\n\nCourt.\n\nCourt aussi."))) == 1


def test_a_long_paragraph_is_cut_between_its_sentences() -> None:
    passages = passages_of(read(" ".join(f"{'Mot ' * 29}fin{n}." for n in range(9))))
    assert len(passages) > 1
    assert all(passage.text.endswith(".") for passage in passages)


def only(text: str) -> Evidence:
    """The one evidence unit of `text`."""
    (unit,) = evidence_of(read(text))
    return unit
