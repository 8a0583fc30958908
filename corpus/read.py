"""Reads a file into a `Source`: Markdown, plain text in any usual encoding, PDF. The only module that names pypdf."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from corpus.markdown import BadFrontMatter, read_markdown
from corpus.types import Metadata, Source

SHIPPED = Path(__file__).parent / "sources"
SUFFIXES = (".md", ".txt", ".pdf")
_NOT_A_SOURCE = frozenset({"README.md"})
_ENDS_SENTENCE = re.compile(r"[.!?…:;,»)]\s*$")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#+!|])")
_ITEM = re.compile(r"^\s*[-•–*]\s+(?=\S)")


class Unreadable(ValueError):
    """A file that cannot become a source; the message is the reason, in French."""


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
    fallback = Metadata(id=identifier(path.stem), title=path.stem.replace("-", " ").replace("_", " "))
    try:
        source = read_markdown(_as_markdown(path), fallback)
    except BadFrontMatter as error:
        raise Unreadable(str(error)) from error
    except OSError as error:
        raise Unreadable(f"le fichier ne s'ouvre pas ({error.strerror})") from error
    if not source.blocks:
        raise Unreadable("aucun texte n'y a été trouvé")
    return source


def identifier(name: str) -> str:
    """`name` as a stable id: ASCII letters, digits and dashes."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", ascii_name).strip("-") or "document"


def _as_markdown(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        return _pdf_markdown(path)
    if suffix not in SUFFIXES:
        raise Unreadable(f"le format {suffix or 'sans extension'} n'est pas lu")
    text = decode(path.read_bytes())
    return text if suffix == ".md" else text_markdown(text)


def decode(data: bytes) -> str:
    """Text from bytes: UTF-8 or UTF-16 by their marks, else UTF-8, else Windows-1252; `Unreadable` for binary data."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data:
        raise Unreadable("ce n'est pas du texte")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def text_markdown(text: str) -> str:
    """Plain text as Markdown: a paragraph a line, dashes as list items, short lines before a paragraph as headings."""
    lines = [line.strip() for line in text.split("\n")]
    return "\n\n".join(_text_lines(lines))


def _text_lines(lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if not line:
            continue
        following = next((other for other in lines[number + 1 :] if other), "")
        if item := _ITEM.match(line):
            yield "- " + _escape(line[item.end() :])
        elif _is_heading(line, following):
            yield "## " + _escape(line)
        else:
            yield _escape(line)


def _is_heading(line: str, following: str) -> bool:
    return len(line) < 90 and not _ENDS_SENTENCE.search(line) and len(following) > len(line)


def _escape(line: str) -> str:
    escaped = _SPECIAL.sub(r"\\\1", line)
    return re.sub(r"^(\d+)([.)])(?=\s)", r"\1\\\2", escaped)


def _pdf_markdown(path: Path) -> str:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path)
        if reader.is_encrypted:
            raise Unreadable("ce PDF est protégé par un mot de passe : enregistrez-en une copie sans protection")
        pages = [page.extract_text() for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, RecursionError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("ce PDF est endommagé") from error
    if not any(page.strip() for page in pages):
        raise Unreadable("ce PDF ne contient que des images : passez-le d'abord par une reconnaissance de caractères")
    return "\n\n".join(f"<!-- page {n} -->\n\n{text_markdown(_join(page))}" for n, page in enumerate(pages, 1))


def _join(page: str) -> str:
    """Lines of a page joined into paragraphs: a line that does not end a sentence goes on in the next."""
    joined = re.sub(r"(\w)-\n(?=[a-zà-ÿ])", r"\1", page)
    return re.sub(r"(?<![.!?:;\n])\n(?=[a-zà-ÿ0-9(«])", " ", joined)
