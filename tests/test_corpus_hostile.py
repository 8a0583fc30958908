"""Files that are made to harm their reader: bombs, circles, entities that name other files, names that climb."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import pytest

from corpus.formats.base import Limits, Unreadable
from corpus.isolated import IsolatedReader
from corpus.types import Source
from tests.test_corpus_formats import made, read, reason, zipped

PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> "
    b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
)
SENTENCE = b"BT /F1 12 Tf (Une phrase assez longue.) Tj ET"
WORD = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>%s</w:t>'
WORD_ENDS = b"</w:r></w:p></w:body></w:document>"


def stream(content: bytes, said: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (said, len(content), content)


def pdf_of(pages: bytes, contents: bytes = b"null", form: bytes = b"null") -> bytes:
    """A PDF of one page, whose page tree, contents and drawing are given."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate([b"<< /Type /Catalog /Pages 2 0 R >>", pages, PAGE, contents, form], 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    ends = b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + ends


def docx_of(document: bytes, more: dict[str, bytes] | None = None) -> bytes:
    """A docx whose main part is `document`."""
    with zipfile.ZipFile(io.BytesIO(made(".docx"))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zipped(files | {"word/document.xml": document} | (more or {}))


ONE_PAGE = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
CIRCLE = b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>"
MANY_PAGES = b"<< /Type /Pages /Kids [%s] /Count 3000 >>" % (b"3 0 R " * 3000)
TWICE_PACKED = stream(zlib.compress(zlib.compress(b"0" * 30_000_000, 9), 9), b"/Filter [/FlateDecode /FlateDecode]")
RUNS = stream(b"\x81a" * 300_000, b"/Filter /RunLengthDecode")


@pytest.mark.parametrize(
    ("pages", "contents", "why"),
    [
        (CIRCLE, b"null", "endommagé"),
        (MANY_PAGES, stream(SENTENCE), "PTCE_MAX_PAGES"),
        (ONE_PAGE, TWICE_PACKED, "PTCE_MAX_EXPANDED"),
        (ONE_PAGE, RUNS, "PTCE_MAX_EXPANDED"),
    ],
    ids=["circle", "many pages", "packed twice", "runs"],
)
def test_a_pdf_that_is_a_bomb_is_refused_with_the_setting_it_meets(
    pages: bytes, contents: bytes, why: str, tmp_path: Path
) -> None:
    assert why in reason(pdf_of(pages, contents), "bombe.pdf", tmp_path)


def test_a_drawing_that_draws_itself_is_read_once(tmp_path: Path) -> None:
    itself = stream(b"/X Do", b"/Type /XObject /Subtype /Form /Resources << /XObject << /X 5 0 R >> >>")
    source = read(pdf_of(ONE_PAGE, stream(b"/X Do " + SENTENCE), itself), "x.pdf", tmp_path)
    assert source.text == "Une phrase assez longue."


@pytest.mark.parametrize(
    ("entities", "used"),
    [
        (
            b'<!ENTITY a "rire">'
            + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)),
            b"&j;",
        ),
        (b'<!ENTITY a SYSTEM "file:///etc/hostname">', b"&a;"),
    ],
    ids=["a billion laughs", "another file"],
)
def test_entities_of_a_document_neither_grow_nor_read_other_files(entities: bytes, used: bytes, tmp_path: Path) -> None:
    document = b'<?xml version="1.0"?><!DOCTYPE d [' + entities + b"]>" + WORD % used + WORD_ENDS
    try:
        text = read(docx_of(document), "x.docx", tmp_path).text
    except Unreadable:
        return
    assert len(text) < 1000 and Path("/etc/hostname").read_text(encoding="utf-8").strip() not in text


def test_names_that_climb_out_of_an_archive_lead_nowhere(tmp_path: Path) -> None:
    inner = tmp_path / "un" / "deux"
    inner.mkdir(parents=True)
    more = {"../../évadé": b"x", "/tmp/ptce-évadé": b"x", "word/../../../évadé": b"x"}
    document = WORD % b"Le texte." + WORD_ENDS
    assert read(docx_of(document, more), "x.docx", inner).text
    assert [path.name for path in tmp_path.rglob("*")] == ["un", "deux", "fichier"]
    assert not Path("/tmp/ptce-évadé").exists()


EVERYTHING = """<h1>Vu</h1><svg onload="x()"><text>dessin</text><script>x()</script></svg>
<math><mtext><a href="javascript:x()">formule</a></mtext></math><iframe srcdoc="<script>x()</script>"></iframe>
<object data="javascript:x()"></object><form action="javascript:x()"><input value="champ"></form>
<meta http-equiv="refresh" content="0;url=javascript:x()"><style>@import "http://ailleurs.example"</style>
<img src="x" onerror="x()"><a href="data:text/html,<script>x()</script>">un lien</a>"""


def test_what_a_page_draws_sends_or_loads_is_not_read(tmp_path: Path) -> None:
    text = read(EVERYTHING.encode(), "page.html", tmp_path).text
    assert "Vu" in text and "un lien" in text
    for trace in ("script", "x()", "http", "onload", "@import", "data:"):
        assert trace not in text


@pytest.mark.parametrize("suffix", [".docx", ".odt", ".epub", ".html"])
def test_links_and_formulas_of_any_format_are_words(suffix: str, tmp_path: Path) -> None:
    text = "Voyez [ce lien](javascript:alert(1)) et $\\\\href{javascript:x}{y}$.\n\n`=cmd|'/c calc'!A1`"
    source: Source = read(made(suffix, text), f"x{suffix}", tmp_path)
    assert "ce lien" in source.text and "alert(1)" not in source.text
    assert "=cmd|" in source.text


@pytest.mark.parametrize(
    "data",
    [
        b"---\na: &a [x]\nb: *a\n---\nTexte.",
        b"---\n" + b"[" * 50_000 + b"\n---\nTexte.",
        b">" * 50_000,
        b"{\\rtf1 \\bin2000000000 x}",
    ],
    ids=["aliases", "deep header", "deep quotes", "a length that lies"],
)
def test_a_reader_survives_what_is_nested_or_lies(data: bytes, tmp_path: Path) -> None:
    name = "x.rtf" if data.startswith(b"{") else "x.md"
    (tmp_path / name).write_bytes(data)
    with IsolatedReader(Limits(seconds=20)) as reader:
        with pytest.raises(Unreadable):
            reader.read(tmp_path / name)
        (tmp_path / "y.md").write_text("Suivant.", encoding="utf-8")
        assert reader.read(tmp_path / "y.md")[0].text == "Suivant."
