"""A model's text, cut into sentences with what they cite, however it wrote its markers and however it came."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.llm.markers import Sentences, Written


def cut(*pieces: str, count: int = 4) -> list[Written]:
    sentences = Sentences(count)
    written = [one for piece in pieces for one in sentences.feed(piece)]
    return [*written, *sentences.close()]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("La mairie prête un local [P3].", (3,)),
        ("La mairie prête un local. [P3]", (3,)),
        ("La mairie prête un local [p1][P2].", (1, 2)),
        ("La mairie prête un local [1,2].", (1, 2)),
        ("La mairie prête un local [P1, P2 et P4].", (1, 2, 4)),
        ("La mairie prête un local 【1】.", (1,)),
        ("La mairie prête un local 【P3†source】.", (3,)),
        ("La mairie prête un local (P3).", (3,)),
        ("La mairie prête un local [passage 2].", (2,)),
        ("La mairie prête un local [P9].", ()),
        ("La mairie prête un local [P0][P2].", (2,)),
        ("La mairie prête un local [P].", ()),
        ("La mairie prête un local [Px].", ()),
        ("La mairie prête un local [P3", ()),
        ("- **La mairie** prête un local [P1].", (1,)),
        ("Réponse : La mairie prête un local [P1].", (1,)),
    ],
)
def test_a_marker_is_read_in_every_form_and_never_shown(text: str, labels: tuple[int, ...]) -> None:
    (written,) = cut(text)
    assert written.labels == labels
    assert written.text.rstrip(".") == "La mairie prête un local"


def test_a_year_in_brackets_is_no_marker() -> None:
    assert cut("La loi (2014) crée les pôles [P1].") == [Written("La loi (2014) crée les pôles.", (1,))]


def test_a_marker_after_the_full_stop_belongs_to_the_sentence_before_it() -> None:
    assert cut("Un local est prêté. [P1][P2] Le poste coûte cher. [P3]") == [
        Written("Un local est prêté.", (1, 2)),
        Written("Le poste coûte cher.", (3,)),
    ]


def test_sentences_without_full_stops_end_at_their_markers() -> None:
    assert [one.labels for one in cut("Un local est prêté [P1] Le poste coûte cher [P2]")] == [(1,), (2,)]


def test_headings_announcements_and_rules_are_no_sentences() -> None:
    assert [one.text for one in cut("## Réponse\nVoici les moyens :\n---\n- des dons ; [P1]\n")] == ["des dons ;"]


def test_a_sentence_is_given_as_soon_as_the_next_one_has_begun() -> None:
    sentences = Sentences(2)
    assert list(sentences.feed("Un local est prêté. [P")) == []
    assert list(sentences.feed("1]")) == []
    assert list(sentences.feed(" Le poste")) == [Written("Un local est prêté.", (1,))]
    assert list(sentences.close()) == [Written("Le poste")]


TEXT = (
    "Un local est prêté en 2019. [P1] Le poste coûte 42 000 € (net) [P2, P3]. M. Martin dit « oui ».\n"
    "- Un point 【4】\n"
)


@given(st.lists(st.integers(1, len(TEXT) - 1), max_size=12))
def test_it_does_not_matter_how_the_text_was_cut_on_its_way(at: list[int]) -> None:
    edges = [0, *sorted(set(at)), len(TEXT)]
    pieces = [TEXT[start:end] for start, end in zip(edges, edges[1:], strict=False)]
    assert cut(*pieces) == cut(TEXT)
