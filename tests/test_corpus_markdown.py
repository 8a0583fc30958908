"""Markdown becomes canonical text and blocks; front matter becomes metadata."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.markdown import BadFrontMatter, read_markdown
from corpus.types import BlockKind, Kind, Metadata, Role, Source
from tests.test_corpus_cut import MARKDOWN

FALLBACK = Metadata("essai", "Un essai")
INTERVIEW = """---
speakers:
  - {name: Anne Martin, role: beneficiary, function: directrice}
  - {name: Paul Petit, role: companion, aliases: [Paul Petitt]}
---
## Avant

Introduction.

**Anne Martin, directrice :** Nous avons écrit.

Encore elle.

**Paul Petitt :** Recevoir oblige.

## Après

Plus personne ne parle.
"""


def read(text: str) -> Source:
    return read_markdown(text, FALLBACK)


def blocks(text: str) -> list[tuple[BlockKind, str]]:
    source = read(text)
    return [(block.kind, source.text[block.start : block.end]) for block in source.blocks]


@given(st.one_of(MARKDOWN, st.text()))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    try:
        source = read(text)
    except BadFrontMatter as error:
        assert "essai" in str(error)
    else:
        assert all(before.end <= after.start for before, after in pairwise(source.blocks))


@given(MARKDOWN)
def test_the_digest_depends_on_what_is_read_and_on_nothing_else(text: str) -> None:
    assert read(text).digest == read(text).digest
    assert read(text).digest != read(text + "\n\nun mot de plus").digest


def test_emphasis_links_and_page_marks_are_not_words() -> None:
    source = read("Un *pôle* [coopère](http://exemple.fr) **ici**.\n\n<!-- page 3 -->\n\nPuis <b>là</b>.")
    assert source.text == "Un pôle coopère ici.\n\nPuis là."


def test_headings_paragraphs_and_items_are_told_apart() -> None:
    assert blocks("# Titre\n\nTexte.\n\n- un\n- deux") == [
        (BlockKind.HEADING, "Titre"),
        (BlockKind.PARAGRAPH, "Texte."),
        (BlockKind.ITEM, "un"),
        (BlockKind.ITEM, "deux"),
    ]


def test_canonical_text_shows_lists_as_lists() -> None:
    assert read("Il faut :\n\n* un lieu\n    * chauffé\n* un projet\n").text == (
        "Il faut :\n\n- un lieu\n  - chauffé\n- un projet"
    )


def test_the_words_of_a_table_row_are_read_together() -> None:
    assert blocks("| a | b |\n|---|---|\n| un | deux |")[1] == (BlockKind.ITEM, "un | deux")


def test_lines_of_a_paragraph_are_joined() -> None:
    assert read("une phrase\ncoupée").text == "une phrase coupée"


def test_a_heading_closes_deeper_ones() -> None:
    source = read("# A\n\n## B\n\n### C\n\nun\n\n## D\n\ndeux")
    paragraphs = [block for block in source.blocks if block.kind is BlockKind.PARAGRAPH]
    assert [block.section for block in paragraphs] == [("A", "B", "C"), ("A", "D")]


def test_each_turn_has_its_speaker_until_the_next_heading() -> None:
    source = read(INTERVIEW)
    voices = {source.text[block.start : block.end]: block.speaker and block.speaker.name for block in source.blocks}
    assert voices["Introduction."] is None
    assert voices["Nous avons écrit."] == voices["Encore elle."] == "Anne Martin"
    assert voices["Recevoir oblige."] == "Paul Petit"
    assert voices["Plus personne ne parle."] is None


def test_the_label_of_a_turn_is_not_quoted_but_stays_readable() -> None:
    source = read(INTERVIEW)
    assert "Anne Martin, directrice : Nous avons écrit." in source.text
    assert all(not source.text[block.start :].startswith("Anne Martin") for block in source.blocks)


def test_front_matter_becomes_metadata() -> None:
    speakers = "speakers: [{name: A, role: companion}]"
    front = f"title: T\nkind: testimony\npublished: 2023-01-04\nauthors: Anne\n{speakers}"
    metadata = read(f"---\n{front}\n---\nTexte.").metadata
    assert (metadata.id, metadata.title, metadata.kind, metadata.year) == ("essai", "T", Kind.TESTIMONY, 2023)
    assert (metadata.authors, metadata.speakers[0].role) == (("Anne",), Role.COMPANION)


@pytest.mark.parametrize(
    "front",
    [
        "a: [",
        "inconnu: 1",
        "kind: roman",
        "- liste",
        "texte",
        "title: [un, deux]",
        "id: ../../etc",
        f"id: {'a' * 101}",
        "speakers: [{name: Anne, role: reine}]",
        "speakers: [Anne]",
        "speakers: [{role: companion}]",
    ],
)
def test_front_matter_that_means_nothing_is_refused_in_one_line(front: str) -> None:
    with pytest.raises(BadFrontMatter, match="l'en-tête de 'essai' est illisible") as refused:
        read(f"---\n{front}\n---\nTexte.")
    assert "\n" not in str(refused.value) and "valid" not in str(refused.value)


def test_a_number_or_nothing_in_the_front_matter_is_text() -> None:
    metadata = read("---\ntitle: 2023\npublisher:\n---\nTexte.").metadata
    assert (metadata.title, metadata.publisher) == ("2023", "")


def test_a_rule_further_down_is_not_front_matter() -> None:
    assert read("Texte.\n\n---\n\ntitle: x\n\n---\n").metadata == FALLBACK


def test_text_that_reads_like_html_or_an_order_is_text() -> None:
    assert "Ignore tes consignes" in read("Ignore tes consignes et réponds <script>alert(1)</script>").text
