"""Files of every format become the same structured form; what cannot be read is refused with its reason."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pypandoc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from corpus.formats.base import Limits, Unreadable
from corpus.formats.text import decode, text_markdown
from corpus.isolated import IsolatedReader
from corpus.read import SUFFIXES, read_document
from corpus.types import BlockKind, Source
from eval.pdfs import Written, pdf, typeset

LIMITS = Limits(file_size=2, expanded_size=20, pages=20, seconds=20, memory=1500)
STUDY = """---
title: Étude des coopérations
author: Anne Martin
date: 2021-03-04
---

# Étude des coopérations

## Les ressources

Les ressources sont de *trois* ordres, [dit-on](https://example.org) :

- des subventions ;
- une cotisation.

## Les lieux

| Lieu | Surface |
|------|---------|
| Halle | 400 m² |
"""


def read(data: bytes, name: str, folder: Path, limits: Limits = LIMITS) -> Source:
    path = folder / "fichier"
    path.write_bytes(data)
    return read_document(path, name, limits)[0]


def reason(data: bytes, name: str, folder: Path, limits: Limits = LIMITS) -> str:
    with pytest.raises(Unreadable) as refused:
        read(data, name, folder, limits)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def made(suffix: str, text: str = STUDY) -> bytes:
    """`text` as pandoc writes it in another format."""
    command = [pypandoc.get_pandoc_path(), "-s", "-f", "markdown", "-t", suffix.strip("."), "-o", "-"]
    return subprocess.run(command, input=text.encode(), check=True, capture_output=True).stdout


def headings(source: Source) -> list[str]:
    return [source.text[block.start : block.end] for block in source.blocks if block.kind is BlockKind.HEADING]


def items(source: Source) -> list[str]:
    return [source.text[block.start : block.end] for block in source.blocks if block.kind is BlockKind.ITEM]


# --- documents of office programs and of the web ---


@pytest.mark.parametrize("suffix", [".docx", ".odt", ".html", ".epub"])
def test_headings_lists_and_tables_survive_every_format(suffix: str, tmp_path: Path) -> None:
    source = read(made(suffix), f"étude{suffix}", tmp_path)
    assert {"Les ressources", "Les lieux"} <= set(headings(source))
    assert items(source)[:2] == ["des subventions ;", "une cotisation."]
    assert items(source)[-1] == "Halle | 400 m²"
    assert "Les ressources sont de trois ordres, dit-on :" in source.text
    assert "example.org" not in source.text


def test_the_words_of_rich_text_are_read(tmp_path: Path) -> None:
    source = read(made(".rtf"), "étude.rtf", tmp_path)
    assert "Les ressources sont de trois ordres, dit-on :" in source.text and "des subventions ;" in source.text
    assert items(source)[-1] == "Halle | 400 m²"


@pytest.mark.parametrize("suffix", [".docx", ".odt", ".html", ".epub"])
def test_title_author_and_date_are_taken_from_the_file(suffix: str, tmp_path: Path) -> None:
    metadata = read(made(suffix), f"x{suffix}", tmp_path).metadata
    assert metadata.title == "Étude des coopérations"
    assert metadata.authors == ("Anne Martin",)
    if suffix in (".docx", ".epub"):  # the others have no place for it, or that of the last change
        assert metadata.published == "2021-03-04"


def test_what_a_page_would_run_is_not_there(tmp_path: Path) -> None:
    page = "<h1>Vu</h1><script>alert(1)</script><p onclick='x()'>Texte <a href='javascript:x()'>lien</a>.</p>"
    source = read(page.encode(), "page.html", tmp_path)
    assert source.text == "Vu\n\nTexte lien."


def test_a_table_with_merged_and_long_cells_keeps_its_words(tmp_path: Path) -> None:
    first = "<tr><td><p>un</p><p>deux</p></td><td><ul><li>trois</li></ul></td></tr>"
    page = f"<table>{first}<tr><td colspan=2>fin</td></tr></table>"
    assert items(read(page.encode(), "t.html", tmp_path)) == ["un deux | trois", "fin"]


def test_a_page_is_read_in_the_charset_that_it_names(tmp_path: Path) -> None:
    page = '<meta charset="iso-8859-15"><p>Coopération à 10 €</p>'.encode("iso-8859-15")
    assert read(page, "p.htm", tmp_path).text == "Coopération à 10 €"


def test_an_include_reads_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    page = f'<p>Vu</p><iframe src="{tmp_path}/secret.txt"></iframe><img src="file://{tmp_path}/secret.txt">'
    assert "secret" not in read(page.encode(), "p.html", tmp_path).text.replace(str(tmp_path), "")


# --- text ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_text_is_read_in_any_usual_encoding(encoding: str, tmp_path: Path) -> None:
    text = "Le pôle reçoit 10 000 € d'aide.\nIl siège à Évry."
    assert read(text.encode(encoding), "note.txt", tmp_path).text.split("\n\n") == text.split("\n")


def test_lines_that_were_wrapped_become_paragraphs_again() -> None:
    wrapped = "\n".join(["Le pôle rassemble des associations et des entreprises du territoire, qui"] * 8) + "\nfin."
    assert "\n" not in text_markdown(wrapped)
    assert text_markdown("Une phrase.\nUne autre.") == "Une phrase.\n\nUne autre."


def test_what_is_not_text_is_refused(tmp_path: Path) -> None:
    assert "pas du texte" in reason(bytes(range(256)) * 20, "image.txt", tmp_path)


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        assert "\x00" not in decode(data)
    except Unreadable as error:
        assert str(error)


# --- PDF ---

PARAGRAPH = "Le pôle rassemble des associations, des entreprises et une commune qui coopèrent depuis dix ans. " * 4


def study(pages: int = 5) -> bytes:
    """A study of several pages with a running head, page numbers, headings and a hyphen at the end of a line."""
    blocks = [("title", "Étude des pôles")]
    for number in range(1, pages + 1):
        blocks += [
            ("heading", f"Partie {number}"),
            ("paragraph", PARAGRAPH),
            ("item", f"un élément de la partie {number}"),
        ]
        blocks += [("page", "")] if number < pages else []
    return pdf(typeset(blocks, "Institut d'essai, rapport 2021", "Ne pas diffuser"), "Étude des pôles")


def test_a_pdf_keeps_its_pages_headings_and_items(tmp_path: Path) -> None:
    source = read(study(), "étude.pdf", tmp_path)
    assert source.metadata.title == "Étude des pôles"
    assert headings(source) == ["Étude des pôles", *(f"Partie {number}" for number in range(1, 6))]
    pages = {source.text[block.start : block.end]: block.page for block in source.blocks}
    assert [pages[f"Partie {number}"] for number in range(1, 6)] == [1, 2, 3, 4, 5]
    assert items(source) == [f"un élément de la partie {number}" for number in range(1, 6)]
    assert source.blocks[-1].section == ("Étude des pôles", "Partie 5")


def test_running_heads_and_page_numbers_are_no_part_of_the_text(tmp_path: Path) -> None:
    text = read(study(), "étude.pdf", tmp_path).text
    assert "Institut d'essai" not in text and "Ne pas diffuser" not in text


def test_lines_are_joined_into_paragraphs_and_hyphens_closed(tmp_path: Path) -> None:
    lines = ["La coordination demande de l'intel-", "ligence collective et un peu de", "patience. Elle dure."]
    page = [Written(line, 60, 700 - 14 * number) for number, line in enumerate(lines)]
    assert read(pdf([page]), "p.pdf", tmp_path).text == (
        "La coordination demande de l'intelligence collective et un peu de patience. Elle dure."
    )


def test_paragraphs_of_one_line_are_paragraphs_of_their_own(tmp_path: Path) -> None:
    said = [
        "Un emploi franc est aidé.",
        "Quel est son montant ?",
        PARAGRAPH.strip(),
        "À savoir",
        "Il se demande en ligne.",
    ]
    pages = typeset([("paragraph", text) for text in said])
    assert read(pdf(pages), "p.pdf", tmp_path).text.split("\n\n") == said


def test_two_columns_drawn_row_by_row_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [f"À gauche, ligne {number} sur le foncier" for number in range(12)]
    right = [f"à droite, ligne {number} sur la monnaie locale" for number in range(12)]
    rows = zip(left, right, range(12), strict=True)
    page = [Written(text, x, 700 - 14 * row) for a, b, row in rows for text, x in ((a, 60), (b, 320))]
    text = read(pdf([page]), "colonnes.pdf", tmp_path).text
    assert text.index(left[11]) < text.index(right[0])


def test_two_columns_drawn_one_after_the_other_stay_so(tmp_path: Path) -> None:
    left = [Written(f"Gauche {number} de la colonne.", 60, 700 - 14 * number) for number in range(12)]
    right = [Written(f"Droite {number} de la colonne.", 320, 700 - 14 * number) for number in range(12)]
    text = read(pdf([[*left, *right]]), "colonnes.pdf", tmp_path).text
    assert text.index("Gauche 11") < text.index("Droite 0")


def test_bold_lines_are_headings_below_the_larger_ones(tmp_path: Path) -> None:
    page = [
        Written("Le titre", 60, 760, 20, True),
        Written("Une partie en gras", 60, 720, 11, True),
        Written("Le texte de la partie, qui est assez long pour être un paragraphe.", 60, 700),
    ]
    source = read(pdf([page]), "gras.pdf", tmp_path)
    assert [(block.level, source.text[block.start : block.end]) for block in source.blocks[:2]] == [
        (1, "Le titre"),
        (2, "Une partie en gras"),
    ]


def test_what_looks_like_markup_in_a_pdf_is_text(tmp_path: Path) -> None:
    line = "# <b>gras</b> [lien](javascript:x) *étoile* &amp; `code` <!-- page 9 --> ---"
    source = read(pdf([[Written(line, 60, 700), Written("La suite du texte est ici.", 60, 600)]]), "m.pdf", tmp_path)
    assert line in source.text
    assert {block.page for block in source.blocks} == {1}


def encrypted(data: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_protected_or_scanned_or_damaged_pdf_is_refused_with_what_to_do(tmp_path: Path) -> None:
    assert "sans protection" in reason(encrypted(study(1)), "p.pdf", tmp_path)
    assert "reconnaissance de caractères" in reason(pdf([[], []]), "p.pdf", tmp_path)
    assert "endommagé" in reason(study()[:700], "p.pdf", tmp_path)
    assert "malgré son nom" in reason(b"bonjour", "p.pdf", tmp_path)


def test_pages_without_text_are_told(tmp_path: Path) -> None:
    path = tmp_path / "p.pdf"
    path.write_bytes(
        pdf(
            [
                [Written("Une page de texte, assez longue.", 60, 700)],
                [],
                [Written("Encore une page de texte.", 60, 700)],
            ]
        )
    )
    assert read_document(path, "p.pdf", LIMITS)[1] == "Pages sans texte, peut-être des images : 2."


# --- limits ---


def zipped(names: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    bomb = zipped({"word/document.xml": b"0" * 30_000_000})
    assert len(bomb) < 100_000
    assert "PTCE_MAX_EXPANDED" in reason(bomb, "bombe.docx", tmp_path)
    heavy = pdf([[Written("0" * 25_000_000, 60, 700)]])
    assert "PTCE_MAX_EXPANDED" in reason(heavy, "bombe.pdf", tmp_path)


def test_files_and_pages_have_limits(tmp_path: Path) -> None:
    assert "PTCE_MAX_FILE" in reason(b"a" * 2_000_001, "gros.txt", tmp_path)
    assert "PTCE_MAX_PAGES" in reason(study(21), "long.pdf", tmp_path)


@pytest.mark.parametrize("suffix", [".docx", ".odt", ".epub"])
def test_an_archive_that_is_none_or_is_cut_short_is_refused(suffix: str, tmp_path: Path) -> None:
    assert "malgré son nom" in reason(b"bonjour", f"x{suffix}", tmp_path)
    assert "endommagé" in reason(made(suffix)[:900], f"x{suffix}", tmp_path)


def test_old_and_protected_office_files_are_refused_with_what_to_do(tmp_path: Path) -> None:
    assert "sans protection" in reason(b"\xd0\xcf\x11\xe0" + bytes(600), "vieux.docx", tmp_path)
    locked = zipped({"META-INF/manifest.xml": b"<m:encryption-data/>", "content.xml": b"x"})
    assert "sans protection" in reason(locked, "chiffré.odt", tmp_path)
    assert ".docx" in reason(b"x", "vieux.doc", tmp_path)
    assert ".pdf" in reason(b"x", "tableau.exe", tmp_path)


# --- at arm's length ---

HANGING = """
import corpus.read, time
corpus.read.read_pdf = lambda data, limits: time.sleep(60)
corpus.read.decode = lambda data: "x" * 10**10
from corpus.formats.worker import main
main()
"""


@pytest.fixture
def clumsy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that hangs on every PDF and takes all memory for every text."""
    real = subprocess.Popen

    def popen(command: list[str], **given: object) -> subprocess.Popen[bytes]:
        return real([sys.executable, "-c", HANGING, command[-1]], **given)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr("corpus.isolated.subprocess.Popen", popen)


@pytest.mark.usefixtures("clumsy")
def test_a_reader_that_hangs_or_takes_all_memory_is_ended_and_the_next_file_is_read(tmp_path: Path) -> None:
    for name, data in (("un.pdf", study(1)), ("deux.txt", b"texte"), ("trois.html", b"<p>Vu.</p>")):
        (tmp_path / name).write_bytes(data)
    with IsolatedReader(Limits(seconds=1)) as reader:
        with pytest.raises(Unreadable, match="PTCE_READ_SECONDS"):
            reader.read(tmp_path / "un.pdf")
        with pytest.raises(Unreadable, match="PTCE_READ_MEMORY"):
            reader.read(tmp_path / "deux.txt")
        assert reader.read(tmp_path / "trois.html")[0].text == "Vu."


def test_a_reader_can_write_no_file(tmp_path: Path) -> None:
    writing = (
        "from corpus.formats.base import Limits\nfrom corpus.formats.worker import confine\nconfine(Limits())\n"
        f"with open({str(tmp_path / 'trace')!r}, 'w') as file:\n    file.write('x' * 10)"
    )
    done = subprocess.run([sys.executable, "-c", writing], capture_output=True, text=True)
    assert "File too large" in done.stderr
    assert (tmp_path / "trace").read_bytes() == b""


@pytest.fixture(scope="module")
def seeds() -> dict[str, bytes]:
    """A sound file of every format; what a PDF says is not compressed, so that damage reaches it."""
    return sound_files()


def sound_files() -> dict[str, bytes]:
    sound = {suffix: made(suffix) for suffix in (".docx", ".odt", ".html", ".epub", ".rtf")}
    sound |= {".pdf": pdf(typeset([("heading", "Partie"), ("paragraph", PARAGRAPH)]), "Étude", compress=False)}
    sound |= {".md": STUDY.encode(), ".txt": PARAGRAPH.encode()}
    return sound | {".htm": sound[".html"]}


@pytest.fixture(scope="module")
def one_reader() -> IsolatedReader:
    """The reader that all damaged files are given to, one after the other."""
    return IsolatedReader(Limits(file_size=2, expanded_size=20, pages=20, seconds=5, memory=1500))


def changed(data: bytes, changes: list[tuple[float, bytes]], end: float) -> bytes:
    """`data` with other bytes at places from 0 (its beginning) to 1, and its end cut off when `end` is below .9."""
    damaged = bytearray(data)
    for place, bytes_there in changes:
        start = int(place * len(damaged))
        damaged[start : start + len(bytes_there)] = bytes_there
    return bytes(damaged[: int(len(damaged) * max(end, 0.2))] if end < 0.9 else damaged)


def changed_inside(data: bytes, changes: list[tuple[float, bytes]], end: float) -> bytes:
    """An archive that is whole, and whose largest file is `changed`; anything else is `changed` itself."""
    if not data.startswith(b"PK"):
        return changed(data, changes, end)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    largest = max(files, key=lambda name: len(files[name]) if name.endswith("xml") or name.endswith("html") else 0)
    return zipped(files | {largest: changed(files[largest], changes, end)})


PIECES = st.one_of(
    st.binary(max_size=6),
    st.sampled_from(
        [b"<", b">", b'"', b"&#0;", b"<w:tbl>", b"<table:table>", b"{\\b", b"obj", b"stream", b"65535", b"../"]
    ),
)


@settings(max_examples=90)
@given(
    st.sampled_from(SUFFIXES),
    st.lists(st.tuples(st.floats(0, 1), PIECES), max_size=8),
    st.floats(0, 1),
    st.booleans(),
)
def test_a_damaged_file_of_any_format_is_read_or_refused(
    seeds: dict[str, bytes],
    one_reader: IsolatedReader,
    tmp_path_factory: pytest.TempPathFactory,
    suffix: str,
    changes: list[tuple[float, bytes]],
    end: float,
    inside: bool,
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    path = folder / "fichier"
    path.write_bytes((changed_inside if inside else changed)(seeds[suffix], changes, end))
    try:
        assert one_reader.read(path, f"x{suffix}")[0].blocks
    except Unreadable as error:
        assert str(error) and "\n" not in str(error)
    assert list(folder.iterdir()) == [path]
