"""The one way to export: a `Manuscript` in, the bytes of a docx, odt, Markdown or HTML file out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from corpus.types import Source
from rag.errors import GuideError
from ui.exports import office, pandoc, paper
from ui.exports.manuscript import Manuscript
from ui.exports.masking import Mask, Masking
from ui.exports.tree import Shape, tree
from ui.texts import exports as texts

# Markdown that means the same to pandoc, GitHub and editors: pipe tables and footnotes, no HTML, nothing typed for us
MARKDOWN = (
    "markdown-smart-simple_tables-multiline_tables-grid_tables-fenced_divs-bracketed_spans-native_divs-native_spans"
    "-header_attributes-fenced_code_attributes-raw_html-raw_attribute-link_attributes-autolink_bare_uris"
)
LONGEST_NAME = 60


class Format(StrEnum):
    """The kinds of files, by their endings."""

    DOCX = "docx"
    ODT = "odt"
    MARKDOWN = "md"
    HTML = "html"


MEDIA_TYPES = {
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.ODT: "application/vnd.oasis.opendocument.text",
    Format.MARKDOWN: "text/markdown; charset=utf-8",
    Format.HTML: "text/html; charset=utf-8",
}


class UnknownFormat(GuideError):
    """A format or a masking that does not exist."""

    code = "unknown_format"


class BadExport(GuideError):
    """There is nothing to export, or a citation is nowhere in its document."""

    code = "bad_export"


@dataclass(frozen=True)
class File:
    """A file to hand over."""

    name: str
    media_type: str
    content: bytes


def export(
    manuscript: Manuscript, format: Format, masking: Masking = Masking.CONTACTS, sources: Iterable[Source] = ()
) -> File:
    """The manuscript as a file; the people interviewed in `sources` are those whose names can be masked."""
    mask = Mask(masking, sources)
    content = _WRITERS[format](manuscript, mask)
    return File(f"{_slug(mask(manuscript.title))}-{manuscript.date}.{format}", MEDIA_TYPES[format], content)


def read_format(name: str) -> Format:
    """The format that `name` (`docx`, `.docx`, `DOCX`) names; `UnknownFormat` otherwise."""
    try:
        return Format(name.lower().lstrip("."))
    except ValueError as error:
        raise UnknownFormat(texts.UNKNOWN_FORMAT.format(format=name, known=", ".join(Format))) from error


def read_masking(name: str) -> Masking:
    """The masking that `name` names; `UnknownFormat` otherwise."""
    try:
        return Masking(name)
    except ValueError as error:
        raise UnknownFormat(texts.UNKNOWN_MASK.format(mask=name, known=", ".join(Masking))) from error


def _docx(manuscript: Manuscript, mask: Mask) -> bytes:
    return office.finish_docx(pandoc.write(tree(manuscript, mask, Shape()), "docx"), manuscript.date)


def _odt(manuscript: Manuscript, mask: Mask) -> bytes:
    return office.finish_odt(pandoc.write(tree(manuscript, mask, Shape()), "odt"), manuscript.date)


def _markdown(manuscript: Manuscript, mask: Mask) -> bytes:
    return pandoc.write(tree(manuscript, mask, Shape(titled=True, markdown=True)), MARKDOWN)


def _html(manuscript: Manuscript, mask: Mask) -> bytes:
    body = pandoc.write(tree(manuscript, mask, Shape(titled=True)), "html5", "--no-highlight").decode()
    return paper.page(manuscript, body, mask).encode()


_WRITERS = {Format.DOCX: _docx, Format.ODT: _odt, Format.MARKDOWN: _markdown, Format.HTML: _html}


def _slug(title: str) -> str:
    """The title as the beginning of a file's name, on any system."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].strip("-") or "export"
