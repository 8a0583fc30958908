"""A small PDF writer, for tests and for the benchmark of own documents: lines of text at given places."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

WIDTH, HEIGHT, MARGIN = 595, 842, 60
BODY = 11.0
_LETTERS = 85


@dataclass(frozen=True, slots=True)
class Written:
    """A line of text: what it says, where it begins (points from the lower left), its height and weight."""

    text: str
    x: float
    y: float
    size: float = BODY
    bold: bool = False


def pdf(pages: Sequence[Sequence[Written]], title: str = "", compress: bool = True) -> bytes:
    """A PDF of these pages, in Helvetica; characters outside Windows-1252 become question marks."""
    objects: list[bytes] = [b"", b""]
    for weight in ("Helvetica", "Helvetica-Bold"):
        objects.append(f"<< /Type /Font /Subtype /Type1 /BaseFont /{weight} /Encoding /WinAnsiEncoding >>".encode())
    kids = []
    for lines in pages:
        objects.append(_stream("\n".join(map(_drawn, lines)).encode("cp1252", "replace"), compress))
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>".encode()
        )
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] /Count {len(kids)} >>".encode()
    objects.append(b"<< /Title (%s) /Author (Essai) >>" % _escaped(title).encode("cp1252", "replace"))
    return _file(objects)


def typeset(blocks: Sequence[tuple[str, str]], header: str = "", footer: str = "") -> list[list[Written]]:
    """Pages of (kind, text) blocks: "title", "heading", "item", "paragraph", or "page" for a new page.

    Each page begins with `header` and ends with `footer` and its number, when there are any.
    """
    pages: list[list[Written]] = [[]]
    y: float = HEIGHT - 2 * MARGIN
    for kind, text in blocks:
        size = {"title": 20.0, "heading": 14.0}.get(kind, BODY)
        lines = wrap(text, _LETTERS if size == BODY else 55) if kind != "page" else []
        if kind == "page" or y - len(lines) * size * 1.25 < 2 * MARGIN:
            pages.append([])
            y = HEIGHT - 2 * MARGIN
        for number, line in enumerate(lines):
            mark = "- " if kind == "item" and number == 0 else ""
            pages[-1].append(Written(mark + line, MARGIN, y, size, size > BODY))
            y -= size * 1.25
        y -= size
    return [
        [*_running(header, HEIGHT - 30), *lines, *_running(_numbered(footer, n), 30)]
        for n, lines in enumerate(pages, 1)
    ]


def _numbered(footer: str, number: int) -> str:
    return f"{footer} - {number}" if footer else ""


def _running(text: str, y: float) -> list[Written]:
    return [Written(text, MARGIN, y, 8.0)] if text else []


def _drawn(line: Written) -> str:
    font = "F2" if line.bold else "F1"
    return f"BT /{font} {line.size} Tf 1 0 0 1 {line.x} {line.y:.1f} Tm ({_escaped(line.text)}) Tj ET"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _stream(content: bytes, compress: bool) -> bytes:
    data = zlib.compress(content) if compress else content
    packed = b"/Filter /FlateDecode " if compress else b""
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (packed, len(data), data)


def _file(objects: Sequence[bytes]) -> bytes:
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + trailer
        % (
            len(objects) + 1,
            len(objects),
            len(out),
        )
    )
