"""Exports read back from the files themselves: footnotes, exact quotes, literal text, masks."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as some

from corpus.types import Source
from rag.guide import Guide
from rag.types import Citation, Language
from rag.wording import NEAREST_TITLE
from tests.exported import notes, quotes, read, words
from tests.fakes import ScriptedGuide, small_sources
from ui.exports.answers import Kept, basket, conversation
from ui.exports.files import Format, UnknownFormat, export, read_format, read_masking
from ui.exports.manuscript import Block, Checklist, Cited, Heading, Items, Manuscript, Paragraph, Table, Voice
from ui.exports.masking import Mask, Masking
from ui.exports.pandoc import ExportFailed, write
from ui.exports.typography import french_date
from ui.html.answers import Exchange
from ui.texts import exports as texts

DAY = date(2026, 11, 22)
QUESTIONS = ("Comment financer le poste de coordination ?", "Que faut-il préparer avant un TSF ?", "Qui fait le pain ?")
NASTY = (
    r'[^1] @nom $x$ a|b| *x* _y_ <b>z</b> {.c} `d` # e ~f~ ^g^ \h [i](j) ![k](l) --- ... "q" 1. l’eau http://a.b &amp; '
    r"&#60; <!-- c --> ::: ${x} {{y}} $$z$$ [^note]: rien <script>alert(1)</script> % \begin{x} :smile: ==m== [x]{.y}"
)
with_footnotes = pytest.mark.parametrize("format", [Format.DOCX, Format.ODT, Format.MARKDOWN])
every_format = pytest.mark.parametrize("format", list(Format))


@pytest.fixture(scope="module")
def talk(guide: Guide) -> Manuscript:
    """A conversation over the shipped corpus."""
    return conversation([Exchange(question, guide.ask(question)) for question in QUESTIONS], DAY)


def manuscript(*blocks: Block) -> Manuscript:
    return Manuscript("Titre", DAY, "Auteur", blocks)


def citations() -> tuple[Citation, ...]:
    """A list of a study and what a Compagnon says, from the small sources."""
    return (*ScriptedGuide().ask("dépend de quoi ?").citations, *ScriptedGuide().ask("association").citations)


def flat(text: str) -> str:
    return " ".join(text.split())


@with_footnotes
def test_each_quote_of_the_file_is_found_word_for_word_in_a_source(
    talk: Manuscript, guide: Guide, format: Format
) -> None:
    found = quotes(export(talk, format))
    corpus = [flat(source.text) for source in guide.sources]
    assert found and all(any(quote in text for text in corpus) for quote in found)
    assert found == list(dict.fromkeys(flat(c.quote) for cited in talk.cited for c in cited.citations))


@with_footnotes
def test_a_footnote_holds_title_author_publisher_year_page_and_speaker(
    talk: Manuscript, guide: Guide, format: Format
) -> None:
    cited = list(dict.fromkeys(citation for each in talk.cited for citation in each.citations))
    written = notes(export(talk, format, Masking.NONE))
    assert len(written) == sum(len(each.citations) for each in talk.cited)
    for citation, note in zip(cited, [note for note in written if " : « " in note], strict=True):
        metadata = citation.source.metadata
        expected = [metadata.title, metadata.publisher, str(metadata.year), *metadata.authors]
        expected += [f"p. {citation.page}"] if citation.page else []
        expected += [citation.speaker.name] if citation.speaker else []
        assert [part for part in expected if flat(part) not in note] == []


def test_the_formats_hold_the_same_footnotes(talk: Manuscript) -> None:
    docx, odt, markdown = (notes(export(talk, format)) for format in (Format.DOCX, Format.ODT, Format.MARKDOWN))
    assert docx == odt == markdown


def test_markdown_has_real_footnotes_that_github_reads_too(talk: Manuscript) -> None:
    file = export(talk, Format.MARKDOWN)
    assert "[^1]" in file.content.decode() and "\n[^1]: " in file.content.decode()
    assert notes(file, "gfm") == notes(file, "markdown-smart")


def test_the_html_stands_alone_and_can_run_nothing(talk: Manuscript) -> None:
    page = export(talk, Format.HTML).content.decode()
    assert page.startswith('<!doctype html>\n<html lang="fr">') and "@page" in page
    assert not re.search(r"<script|<link|<img|src=|@import|url\(", page)
    assert page.count('role="doc-noteref"') == page.count('role="doc-backlink"') > 0


@every_format
def test_title_date_and_author_stand_at_the_head(format: Format) -> None:
    tree = read(export(manuscript(Paragraph("Bonjour")), format))
    head = words(list(tree["meta"].values())) + " " + words(tree["blocks"][:3])
    assert all(part in head for part in ("Titre", "Auteur", "22 novembre 2026"))


@every_format
def test_markup_in_any_text_comes_out_literally(format: Format) -> None:
    cited = Cited(NASTY, citations()[:1])
    blocks = (
        Heading(2, NASTY), Paragraph(NASTY), Paragraph(NASTY, Voice.USER), Items((NASTY, cited), ordered=True),
        Table((NASTY, "b"), ((NASTY, cited), ("", NASTY))), Checklist((NASTY,)),
    )  # fmt: skip
    tree = read(export(Manuscript(NASTY, DAY, NASTY, blocks), format, Masking.NONE))
    assert words(tree["blocks"]).count(flat(NASTY)) >= 9
    assert len(re.findall('"t":"(?:RawInline|RawBlock|Math|Image|Cite)"', str(tree).replace("'", '"'))) == 0


@pytest.mark.parametrize("reader", ["markdown-smart", "gfm"])
@examples(max_examples=8)
@given(
    texts=some.lists(some.text(some.sampled_from("ab1 .*_`~^$|<>[](){}!#+-=:&;@\\\"'%/\n")), min_size=1, max_size=40)
)
def test_whatever_is_typed_comes_back_from_markdown(reader: str, texts: list[str]) -> None:
    typed = [text for text in texts if text.strip()]
    if typed:
        file = export(manuscript(*map(Paragraph, typed)), Format.MARKDOWN, Masking.NONE)
        body = words(read(file, reader)["blocks"][2:-2])
        assert body == flat(" ".join(typed))


def test_the_lines_of_a_quoted_list_stay_lines() -> None:
    file = export(manuscript(Cited.of(citations()[0])), Format.HTML)
    assert re.search(r"– le nombre de membres ;<br ?/>\s*.*– les fondateurs", flat(file.content.decode()))


def test_who_speaks_stands_before_the_words() -> None:
    body = words(read(export(manuscript(Cited.of(citations()[-1])), Format.DOCX))["blocks"])
    assert "Maud Carrichon (Compagnon) : « Commencez par une association & un projet. »" in body


def test_what_is_rephrased_stands_outside_guillemets_and_says_so() -> None:
    citation = citations()[-1]
    file = export(manuscript(Cited("Une association suffit.", (citation,))), Format.DOCX)
    assert f"Une association suffit.{texts.REPHRASED}" in words(read(file)["blocks"])
    assert quotes(file) == [citation.quote]


def test_a_passage_cited_twice_points_to_its_first_note() -> None:
    cited = Cited.of(citations()[0])
    assert notes(export(manuscript(cited, cited), Format.DOCX))[1] == texts.SEE_NOTE.format(number=1)


def test_spaces_before_french_punctuation_never_break_and_quotes_keep_theirs() -> None:
    source = replace(small_sources()[0].metadata, title="Étude")
    text = "Qui paie ? La mairie."
    exact = Citation(1, Source(source, text, ()), 0, len(text), text)
    page = export(manuscript(Paragraph("Où ? Là ; ici : « oui » !"), Cited.of(exact)), Format.HTML).content.decode()
    assert "Où\u202f? Là\u202f; ici\u00a0: «\u00a0oui\u00a0»\u202f!" in page
    assert "«\u00a0Qui paie ? La mairie.\u00a0»" in page


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("appelez le 06 12 34 56 78.", texts.MASKED_PHONE),
        ("Tél. +33 (0)4.74.08.26.40", texts.MASKED_PHONE),
        ("Tél. 0474082640", texts.MASKED_PHONE),
        ("écrire à jean.dupont@pole-ess.fr", texts.MASKED_MAIL),
        ("écrire à jean [at] pole.fr", texts.MASKED_MAIL),
        ("au 12 bis, rue de la République, 01600 Trévoux", texts.MASKED_ADDRESS),
        ("BP 123, 75011 Paris Cedex 11", texts.MASKED_ADDRESS),
    ],
)
def test_contact_data_are_masked_visibly(text: str, mark: str) -> None:
    masked = Mask(Masking.CONTACTS)(text)
    assert mark in masked and not re.search(r"\d{2}|@|République", masked)
    assert Mask(Masking.NONE)(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "42 000 € en 2020",
        "de 2012 à 2024",
        "11 études de cas",
        "150 € par an, 3 places",
        "10 % des 1 234 567 890 €",
        "p. 16",
    ],
)
def test_numbers_that_are_no_contact_stay(text: str) -> None:
    assert Mask(Masking.PEOPLE)(text) == text


@pytest.mark.parametrize(
    "text", ["avec Maud Carrichon", "MAUD  CARRICHON", "Mme Durand", "contactez Alice Dupont", "M. de Vaux"]
)
def test_names_are_masked_when_asked(text: str) -> None:
    assert texts.MASKED_NAME in Mask(Masking.PEOPLE, small_sources())(text)
    assert Mask(Masking.CONTACTS, small_sources())(text) == text


def test_a_masked_quote_says_so_in_its_note_and_at_the_end() -> None:
    text = "Contactez Maud Carrichon au 06 12 34 56 78."
    citation = Citation(1, Source(small_sources()[1].metadata, text, ()), 0, len(text), text)
    file = export(manuscript(Cited.of(citation)), Format.DOCX, Masking.PEOPLE, small_sources())
    [note] = notes(file)
    assert texts.MASKED_IN_PART.strip() in note and "Carrichon" not in note and "06 12" not in note
    body = words(read(file)["blocks"])
    assert "Carrichon" not in body and "Masqués dans ce document" in body


def test_the_export_says_when_nothing_is_masked() -> None:
    body = words(read(export(manuscript(Paragraph("Bonjour")), Format.DOCX, Masking.NONE))["blocks"])
    assert texts.NOT_MASKED in body


def test_a_refusal_and_a_problem_are_exported_as_such() -> None:
    asked = [Exchange("xyzzy", ScriptedGuide().ask("xyzzy")), Exchange("panne", problem="Rien à dire.")]
    body = words(read(export(conversation(asked, DAY), Format.DOCX))["blocks"])
    assert all(
        part in body
        for part in ("Rien <ici>.", NEAREST_TITLE[Language.FRENCH], "Que dit-on de la SCIC ?", "Rien à dire.")
    )


def test_the_basket_keeps_the_users_order_and_notes() -> None:
    first, second = citations()[:1], citations()[-1:]
    kept = [Kept(second[0], "à lire | d'abord", "Par où ?"), Kept(first[0])]
    file = export(basket(kept, DAY), Format.MARKDOWN)
    assert quotes(file) == [flat(second[0].quote), flat(first[0].quote)]
    assert "Note : à lire | d'abord" in words(read(file)["blocks"])


@pytest.mark.parametrize(("format", "part"), [(Format.DOCX, "word/document.xml"), (Format.ODT, "styles.xml")])
def test_office_files_are_french_on_a4_and_dated(format: Format, part: str) -> None:
    with zipfile.ZipFile(io.BytesIO(export(manuscript(Paragraph("Bonjour")), format).content)) as parts:
        everything = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    assert re.search(r'w:w="11906" w:h="16838"|fo:page-width="21cm"', everything)
    assert "2026-11-22T" in everything and "1970" not in everything
    assert re.search(r'w:val="fr-FR"|fo:language="fr"', everything)


def test_unwritable_characters_and_a_thousand_blocks_are_no_problem() -> None:
    blocks = [Paragraph(f"{number}\x00\x0b\ud800\uffff fin") for number in range(1000)]
    assert "999 fin" in words(read(export(manuscript(*blocks), Format.DOCX))["blocks"])


def test_a_file_name_is_plain_and_dated() -> None:
    named = Manuscript("À l'été : ../../etc <b>", DAY, "", (Paragraph("x"),))
    assert export(named, Format.MARKDOWN).name == "a-l-ete-etc-b-2026-11-22.md"
    assert export(replace(named, title="???"), Format.MARKDOWN).name == "export-2026-11-22.md"


def test_the_first_of_a_month_is_written_as_in_french() -> None:
    assert french_date(date(2026, 12, 1)) == "1er décembre 2026"


@pytest.mark.parametrize("read_name", [read_format, read_masking])
def test_an_unknown_format_or_mask_names_the_known_ones(read_name: object) -> None:
    assert callable(read_name)
    with pytest.raises(UnknownFormat, match="choisissez parmi"):
        read_name("pdf")
    assert read_format(".DOCX") is Format.DOCX


def test_what_pandoc_refuses_is_a_sentence() -> None:
    with pytest.raises(ExportFailed, match="autre format"):
        write({"pas": "un arbre"}, "docx")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Heading(5, "x"),
        lambda: Paragraph(" "),
        lambda: Cited("x", ()),
        lambda: Items(()),
        lambda: Table(("a", "b"), (("x",),)),
        lambda: Manuscript("", DAY, "", (Paragraph("x"),)),
        lambda: Manuscript("x", DAY, "", ()),
    ],
)
def test_a_manuscript_cannot_be_wrong(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError):
        wrong()


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_docx_and_shows_its_footnotes(talk: Manuscript, tmp_path: Path) -> None:
    file = export(talk, Format.DOCX)
    (tmp_path / "x.docx").write_bytes(file.content)
    command = ["soffice", "--headless", "--convert-to", "odt", "--outdir", str(tmp_path), str(tmp_path / "x.docx")]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    opened = replace(file, name="x.odt", content=(tmp_path / "x.odt").read_bytes())
    assert quotes(opened) == quotes(file)
