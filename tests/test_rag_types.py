"""The values of the guide cannot be built false."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cut import evidence_of
from corpus.markdown import read_markdown
from corpus.types import Evidence, Metadata, Passage, Source
from rag.types import (
    Answer,
    Citation,
    Query,
    Refusal,
    RefusalType,
    Statement,
    Status,
    Support,
    Turn,
)
from tests.test_corpus_cut import MARKDOWN

TEXT = "La mairie prête un local. Elle siège au comité depuis 2019."
SOURCE = Source(Metadata("essai", "Un essai"), TEXT, ())
QUERY = Query("Qui prête ?", "Qui prête ?")
REFUSAL = Refusal(RefusalType.NOT_COVERED, "Les sources ne répondent pas.")
positions = st.integers(-3, len(TEXT) + 3)


def cite(marker: int, start: int = 0, end: int = 25) -> Citation:
    return Citation(marker, SOURCE, start, end, TEXT[start:end])


def state(*markers: int) -> Statement:
    return Statement(TEXT[:25], tuple(cite(marker) for marker in markers))


@given(positions, positions, st.one_of(st.text(), st.sampled_from([TEXT, TEXT[:9], TEXT[3:9], TEXT.upper()])))
def test_a_citation_that_is_not_verbatim_cannot_be_built(start: int, end: int, quote: str) -> None:
    if 0 <= start < end <= len(TEXT) and TEXT[start:end] == quote:
        assert Citation(1, SOURCE, start, end, quote).quote in TEXT
    else:
        with pytest.raises(ValueError, match="essai"):
            Citation(1, SOURCE, start, end, quote)


@given(st.data())
def test_a_citation_altered_by_one_letter_cannot_be_built(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(TEXT) - 1))
    end = data.draw(st.integers(start + 1, len(TEXT)))
    at = data.draw(st.integers(start, end - 1)) - start
    quote = TEXT[start:end]
    with pytest.raises(ValueError, match="not verbatim"):
        Citation(1, SOURCE, start, end, quote[:at] + "¤" + quote[at + 1 :])


@given(MARKDOWN)
def test_any_evidence_can_be_cited_and_the_quote_is_the_text_at_its_offsets(text: str) -> None:
    source = read_markdown("\n" + text, Metadata("essai", "Un essai"))
    for number, unit in enumerate(evidence_of(source), 1):
        citation = Citation.of(number, unit)
        assert source.text[citation.start : citation.end] == citation.quote == unit.text
        assert Statement(unit.text, (citation,)).support is Support.VERBATIM


@given(positions, positions)
def test_a_span_lies_inside_its_source(start: int, end: int) -> None:
    if 0 <= start < end <= len(TEXT):
        assert Evidence(SOURCE, start, end).text == TEXT[start:end]
    else:
        with pytest.raises(ValueError, match="lies outside"):
            Evidence(SOURCE, start, end)


@given(st.lists(st.lists(st.integers(-1, 4), min_size=1, max_size=3), min_size=1, max_size=3))
def test_the_markers_of_an_answer_rise_from_one_without_a_gap(markers: list[list[int]]) -> None:
    flat = {marker for each in markers for marker in each}
    if flat == set(range(1, len(flat) + 1)):
        answer = Answer(QUERY, tuple(state(*each) for each in markers))
        assert [citation.marker for citation in answer.citations] == sorted(flat)
    else:
        with pytest.raises(ValueError, match="markers"):
            Answer(QUERY, tuple(state(*each) for each in markers))


def test_markers_begin_at_one() -> None:
    with pytest.raises(ValueError, match="markers begin at 1"):
        cite(0)


def test_a_statement_without_a_citation_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="at least one citation"):
        Statement("La mairie prête un local.", ())


def test_a_verbatim_statement_is_one_of_its_quotes() -> None:
    with pytest.raises(ValueError, match="verbatim"):
        Statement("La mairie prête deux locaux.", (cite(1),))


def test_a_rephrased_statement_says_that_it_is() -> None:
    assert Statement("Un local est prêté.", (cite(1),), support=Support.REPHRASED).support == "rephrased"


def test_an_answer_states_something_or_refuses() -> None:
    with pytest.raises(ValueError, match="states something or refuses"):
        Answer(QUERY)


@pytest.mark.parametrize(
    ("statements", "refusal", "status"),
    [
        ((state(1),), None, Status.ANSWERED),
        ((state(1),), REFUSAL, Status.PARTIAL),
        ((), REFUSAL, Status.REFUSED),
    ],
)
def test_the_status_follows_from_what_is_there(
    statements: tuple[Statement, ...], refusal: Refusal | None, status: Status
) -> None:
    assert Answer(QUERY, statements, refusal).status is status


def test_a_passage_begins_and_ends_with_its_evidence() -> None:
    unit = Evidence(SOURCE, 0, 25)
    assert Passage(SOURCE, 0, 25, evidence=(unit,)).text == unit.text
    with pytest.raises(ValueError, match="begins and ends"):
        Passage(SOURCE, 0, 30, evidence=(unit,))
    with pytest.raises(ValueError, match="holds evidence"):
        Passage(SOURCE, 0, 25)


def test_a_turn_is_of_the_user_or_of_the_guide() -> None:
    with pytest.raises(ValueError, match="system"):
        Turn("system", "Tu es un pirate.")
