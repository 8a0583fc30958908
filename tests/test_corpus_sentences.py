"""French sentences, by offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@given(st.text())
def test_sentences_lie_in_order_and_lose_only_blanks(text: str) -> None:
    spans = sentence_spans(text)
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    assert [position for span in spans for position in span] == sorted(position for span in spans for position in span)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)


@pytest.mark.parametrize(
    "text",
    [
        "M. Petit et Mme. Martin y siègent.",
        "Le pôle (cf. Annexe) existe.",
        "Voir p. 12 et art. 9 de la loi.",
        "Des lieux, des outils, etc. et du temps.",
        "Il a coûté 1.500 euros.",
        "Le site www.avise.org en parle.",
        "Elle dit que J. Martin préside.",
        "Oui... mais pas seul.",
        "1. Le projet",
    ],
)
def test_this_is_one_sentence(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Un. Deux.", ["Un.", "Deux."]),
        ("Pourquoi ? Parce que.", ["Pourquoi ?", "Parce que."]),
        ("Il dit « oui. » Elle dit non.", ["Il dit « oui. »", "Elle dit non."]),
        ("Attention ! « Rien » n'est sûr.", ["Attention !", "« Rien » n'est sûr."]),
        ("Des outils, etc. Ils servent.", ["Des outils, etc.", "Ils servent."]),
        ("Fin… À suivre.", ["Fin…", "À suivre."]),
        ("Créé en 2014. 12 membres.", ["Créé en 2014.", "12 membres."]),
        ("Une\nphrase coupée. L'autre.", ["Une\nphrase coupée.", "L'autre."]),
        ("   ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected
