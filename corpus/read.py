"""Reads a file into a `Source`, whatever its format; `corpus.isolated` does the same at arm's length."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

from corpus.formats.base import Extract, Limits, Unreadable
from corpus.formats.pandoc import FORMATS, read_with_pandoc
from corpus.formats.pdf import read_pdf
from corpus.formats.text import decode, text_markdown
from corpus.markdown import BadFrontMatter, read_markdown
from corpus.types import BlockKind, Metadata, Source

SHIPPED = Path(__file__).parent / "sources"
SUFFIXES = (".md", ".txt", ".pdf", *FORMATS)
OLD_FORMATS = {
    ".doc": ".docx", ".ppt": ".pdf", ".pptx": ".pdf", ".xls": ".pdf", ".xlsx": ".pdf", ".pages": ".pdf"
}  # fmt: skip
_NOT_A_SOURCE = frozenset({"README.md"})
_ID_LENGTH = 80


def files_below(folder: Path) -> list[Path]:
    """The files of a readable format below `folder`, in the order of their paths; hidden ones are passed over."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES
        and path.is_file()
        and path.name not in _NOT_A_SOURCE
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def read_file(path: Path) -> Source:
    """The document in `path`; `Unreadable` when it is empty, damaged, encrypted or of no known format."""
    return read_document(path, path.name, Limits())[0]


def read_document(path: Path, name: str, limits: Limits) -> tuple[Source, str]:
    """The document in `path`, which its user calls `name`, and a remark on what could not be read of it ("" if none).

    Title, authors and date are what the front matter says, else what the file says of itself, else its name.
    """
    try:
        limits.check_size(path.stat().st_size)
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"le fichier ne s'ouvre pas ({error.strerror})") from error
    if not data.strip():
        raise Unreadable("le fichier est vide")
    stem, suffix = Path(name).stem, Path(name).suffix.lower()
    extract = _extract(data, suffix, limits)
    title = extract.title or stem.replace("-", " ").replace("_", " ") or "Document"
    fallback = Metadata(identifier(stem), title, authors=extract.authors, published=extract.published)
    try:
        source = read_markdown(extract.markdown, fallback)
    except BadFrontMatter as error:
        raise Unreadable(str(error)) from error
    if not source.blocks:
        raise Unreadable("aucun texte n'y a été trouvé")
    named = extract.title or source.metadata.title != fallback.title
    return source if named else _titled(source), extract.remark


def identifier(name: str) -> str:
    """`name` as a stable id: ASCII letters, digits and dashes."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", ascii_name).strip("-")[:_ID_LENGTH].strip("-") or "document"


def _extract(data: bytes, suffix: str, limits: Limits) -> Extract:
    if suffix == ".pdf":
        return read_pdf(data, limits)
    if suffix in FORMATS:
        return read_with_pandoc(data, suffix, limits)
    if suffix == ".md":
        return Extract(decode(data))
    if suffix == ".txt":
        return Extract(text_markdown(decode(data)))
    if suffix in OLD_FORMATS:
        raise Unreadable(f"le format {suffix} n'est pas lu : enregistrez-le en {OLD_FORMATS[suffix]}")
    raise Unreadable(f"le format {suffix or 'sans extension'} n'est pas lu (formats lus : {', '.join(SUFFIXES)})")


def _titled(source: Source) -> Source:
    """A source that says no title, with the heading of level 1 that it begins with as its title."""
    first = source.blocks[0]
    if first.kind is not BlockKind.HEADING or first.level != 1:
        return source
    title = source.text[first.start : first.end]
    return Source(replace(source.metadata, title=title), source.text, source.blocks)
