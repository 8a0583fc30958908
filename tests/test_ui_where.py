"""The tick boxes of the collections, when collections come and go while the page is open."""

from __future__ import annotations

import pytest

from ui.steps.where import Places
from ui.texts import documents as texts

GUIDE, MINE, OTHER = "guide", "mes-documents", "voisins"


@pytest.mark.parametrize(
    ("there", "offered", "ticked", "wanted"),
    [
        ([GUIDE, MINE], [GUIDE, MINE], [GUIDE, MINE], [GUIDE, MINE]),
        ([GUIDE, MINE], [GUIDE, MINE], [MINE], [MINE]),
        ([GUIDE, MINE], [GUIDE], [GUIDE], [GUIDE, MINE]),  # the first document of one's own has come
        ([GUIDE, MINE, OTHER], [GUIDE, MINE], [MINE], [MINE]),  # something came that nobody asked for
        ([GUIDE, MINE], [GUIDE, MINE, OTHER], [GUIDE, OTHER], [GUIDE]),  # one of those that were ticked has gone
        ([GUIDE], [GUIDE, MINE], [MINE], [GUIDE]),  # there is nothing left to choose from
        ([GUIDE, MINE], [], [], [GUIDE, MINE]),  # nothing was offered yet
        ([GUIDE], [GUIDE], [], [GUIDE]),  # boxes that are not seen
    ],
)
def test_what_is_wanted_follows_what_there_is(
    there: list[str], offered: list[str], ticked: list[str], wanted: list[str]
) -> None:
    places = Places(there, offered, ticked)
    assert (places.wanted, places.problem) == (wanted, "")
    assert Places(there, there, wanted).shown


def test_everything_is_asked_for_without_names_that_could_be_gone_a_moment_later() -> None:
    assert Places([GUIDE, MINE], [GUIDE], [GUIDE]).named == []
    assert Places([GUIDE, MINE], [GUIDE, MINE], [MINE]).named == [MINE]


def test_nothing_ticked_and_everything_ticked_gone_are_different_problems() -> None:
    assert Places([GUIDE, MINE], [GUIDE, MINE], []).problem == texts.WHERE_NONE
    assert Places([GUIDE, OTHER], [GUIDE, MINE, OTHER], [MINE]).problem == texts.WHERE_GONE
