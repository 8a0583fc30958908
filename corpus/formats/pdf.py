"""PDF as Markdown: the only module that names pypdf. What it does not do: pictures, and text that is a picture."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from math import hypot
from typing import Any

from corpus.formats.base import MEGABYTE, Extract, Limits, Unreadable
from corpus.formats.layout import Line, markdown_of

Said = tuple[str, tuple[str, ...], str]
LOCKED = "ce PDF est protégé par un mot de passe : enregistrez-en une copie sans protection"
SCANNED = "ce PDF ne contient que des images : passez-le d'abord par une reconnaissance de caractères (OCR)"
DAMAGED = "ce PDF est endommagé : ouvrez-le et enregistrez-le de nouveau en PDF"
EMPTY_PAGES = "Pages sans texte, peut-être des images : {pages}."
_ENOUGH = 20  # characters of text that a page has when it is not a picture with a page number
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_MADE_UP_TITLE = re.compile(
    r"^(microsoft word|untitled|sans titre|document\d*$|.*\.(docx?|odt|pdf|indd|qxd|tmp)$)", re.I
)
_GAP = 2.0  # a jump to the right of more than so many letter heights begins another column
# what pypdf lets through of a file that is not what it says to be
_BROKEN = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError, RecursionError, NotImplementedError,
    AssertionError, EOFError,
)  # fmt: skip
_LETTER = 0.5  # the width of a letter, in letter heights, as pypdf does not tell it


def read_pdf(data: bytes, limits: Limits) -> Extract:
    """The text of a PDF with page marks; `Unreadable` when it is encrypted, scanned, damaged or too long."""
    from pypdf import apply_configuration
    from pypdf.errors import LimitReachedError, PyPdfError

    if b"%PDF-" not in data[:1024]:
        raise Unreadable("ce n'est pas un fichier .pdf malgré son nom")
    try:
        with apply_configuration(zlib_maximum_output_length=limits.expanded_size * MEGABYTE):
            pages, said = _read(data, limits)
    except Unreadable:
        raise
    except LimitReachedError as error:
        raise Unreadable(limits.too_big) from error
    except (PyPdfError, *_BROKEN) as error:
        raise Unreadable(DAMAGED) from error
    empty = [number for number, lines in enumerate(pages, 1) if sum(len(line.text) for line in lines) < _ENOUGH]
    if len(empty) == len(pages) or len(empty) > 0.8 * len(pages):
        raise Unreadable(SCANNED)
    remark = EMPTY_PAGES.format(pages=", ".join(map(str, empty[:20]))) if empty else ""
    return Extract(markdown_of(pages), *said, remark)


def _read(data: bytes, limits: Limits) -> tuple[list[list[Line]], Said]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise Unreadable(LOCKED)
    if len(reader.pages) > limits.pages:
        raise Unreadable(f"il a {len(reader.pages)} pages, plus que les {limits.pages} permises (PTCE_MAX_PAGES)")
    return [list(_lines(page)) for page in reader.pages], _metadata(reader)


def _lines(page: Any) -> Iterator[Line]:  # noqa: ANN401
    """The lines of text of a page in the order in which the file draws them, with their place, size and weight."""
    pieces: list[Line] = []

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:  # noqa: ANN401
        height = abs(size or 1) * hypot(tm[2], tm[3]) * hypot(cm[2], cm[3])
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        bold = bool(_BOLD.search(str((font or {}).get("/BaseFont", ""))))
        for number, part in enumerate(text.split("\n")):
            if part.strip():
                pieces.append(Line(part, x, y - number * height * 1.2, height or 1.0, bold))

    page.extract_text(visitor_text=visit)
    line: Line | None = None
    for piece in pieces:
        if line and _goes_on(line, piece):
            line = line.with_more(piece)
        else:
            if line:
                yield line.cleaned()
            line = piece
    if line:
        yield line.cleaned()


def _goes_on(line: Line, piece: Line) -> bool:
    """Whether `piece` stands on `line`, right behind it."""
    height = max(line.size, piece.size)
    return abs(line.y - piece.y) < 0.6 * height and line.x <= piece.x < line.end(_LETTER) + _GAP * height + _slack(line)


def _slack(line: Line) -> float:
    """How far the guess of a line's width may be wrong."""
    return 0.1 * (line.end(_LETTER) - line.x)


def _metadata(reader: Any) -> Said:  # noqa: ANN401
    """Title, authors and date that the file gives of itself."""
    said = reader.metadata
    if not said:
        return "", (), ""
    title = " ".join(str(said.title or "").split())
    authors = tuple(name.strip() for name in re.split(r"[;,]", str(said.author or "")) if name.strip())
    made = said.creation_date
    return (
        "" if _MADE_UP_TITLE.match(title) else title[:300],
        authors[:20],
        made.date().isoformat() if isinstance(made, datetime) else "",
    )
