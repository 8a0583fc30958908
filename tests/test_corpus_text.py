"""Quotes are found whatever their typography, and their offsets are those of the source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import Level, canonical, folded, locate, normal

SOURCE = "Les PTCE :\n\n- l’emploi ;\n- la **mobilité** et l'Économie\u00a0sociale."

PIECES = [*"aéÀœ «»’'-*\n\u00a0\u00ad.•b–", "e\u0301"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@pytest.mark.parametrize(
    ("quote", "level", "found"),
    [
        ("l’emploi", Level.V0, "l’emploi"),
        ("l'emploi", Level.V0, None),
        ("l'emploi", Level.V1, "l’emploi"),
        ("l’emploi ; la mobilité", Level.V1, "l’emploi ;\n- la **mobilité"),
        ("Économie sociale", Level.V1, "Économie\u00a0sociale"),
        ("economie sociale", Level.V1, None),
        ("economie sociale", Level.V2, "Économie\u00a0sociale"),
    ],
)
def test_a_quote_is_found_at_its_level(quote: str, level: Level, found: str | None) -> None:
    spans = locate(quote, SOURCE, level)
    assert [SOURCE[start:end] for start, end in spans] == ([found] if found else [])


def test_every_occurrence_is_found() -> None:
    assert locate("ab", "ab ab") == [(0, 2), (3, 5)]


def test_a_list_dash_is_no_part_of_the_words_but_a_hyphen_is() -> None:
    assert normal("- rendez-vous") == "rendez-vous"


def test_a_list_whose_lines_were_joined_is_found() -> None:
    assert locate("Les PTCE : - l'emploi ; - la mobilité", SOURCE)


def test_an_empty_quote_is_nowhere() -> None:
    assert locate(" ", "texte") == []


@given(TEXTS)
def test_offsets_point_at_what_the_character_stands_for(text: str) -> None:
    mapped = canonical(text)
    for place, character in enumerate(mapped.text):
        start, end = mapped.original(place, place + 1)
        assert character == " " or character in normal(text[start:end])


@given(TEXTS)
def test_the_quick_way_gives_the_same_text(text: str) -> None:
    assert normal(text) == canonical(text).text
    assert folded(text) == canonical(text, Level.V2).text
