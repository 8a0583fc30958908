"""Markdown, the one structured form of every document: parsed into canonical text and blocks.

The canonical text is what quotes are cut from: the words of the document without emphasis, links, HTML or page marks;
headings and paragraphs are separated by an empty line, list items begin with a dash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TypeVar

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.types import Block, BlockKind, Kind, Metadata, Role, Source, Speaker

_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)
_PAGE_MARK = re.compile(r"<!--\s*page\s+(\d+)\s*-->")
_CAUTION_TITLE = re.compile(r"(?:points? de )?(?:vigilance|attention)\b", re.IGNORECASE)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_KEYS = frozenset(each.name for each in fields(Metadata)) - {"collection"}
_PARSER = MarkdownIt("commonmark").enable("table")

E = TypeVar("E", bound=StrEnum)


class BadFrontMatter(ValueError):
    """The front matter of a document is not what it must be; the message says why, in French."""


def read_markdown(text: str, fallback: Metadata) -> Source:
    """A `Source` from Markdown `text`; what its front matter does not say is taken from `fallback`.

    Raises `BadFrontMatter` when the front matter is not YAML, has an unknown key or an ill-typed value.
    """
    metadata, body = _split(text, fallback)
    builder = _Builder(metadata.speakers)
    for element in _elements(_PARSER.parse(body)):
        builder.add(element)
    return Source(metadata, builder.text, tuple(builder.blocks))


def _split(text: str, fallback: Metadata) -> tuple[Metadata, str]:
    found = _FRONT_MATTER.match(text)
    if not found:
        return fallback, text
    try:
        values = yaml.safe_load(found[1]) or {}
        return metadata_from(values, fallback), text[found.end() :]
    except (yaml.YAMLError, TypeError, ValueError, KeyError, AttributeError) as error:
        reason = " ".join(str(error).split())
        raise BadFrontMatter(f"l'en-tête de {fallback.id!r} est illisible : {reason}") from error


def metadata_from(values: dict[str, object], fallback: Metadata) -> Metadata:
    """`fallback` with the given front-matter `values`; `ValueError` or `TypeError` for what cannot be."""
    known = dict(values)
    known.pop("received", None)
    if unknown := known.keys() - _KEYS:
        raise ValueError(f"clé inconnue : {', '.join(sorted(map(str, unknown)))}")
    for name in known.keys() - {"kind", "authors", "speakers"}:
        known[name] = _text(name, known[name])
    if not _ID.fullmatch(str(known.get("id", "document"))):
        raise ValueError("id : lettres sans accent, chiffres et tirets seulement, 100 au plus")
    if "kind" in known:
        known["kind"] = _one_of(Kind, str(known["kind"]), "nature inconnue")
    if "authors" in known:
        known["authors"] = tuple(str(author) for author in _list(known["authors"]))
    if "speakers" in known:
        known["speakers"] = tuple(_speaker(entry) for entry in _list(known["speakers"]))
    return replace(fallback, **known)  # type: ignore[arg-type]


def _one_of(values: type[E], said: str, otherwise: str) -> E:
    if said not in set(values):
        raise ValueError(f"{otherwise} : {said!r} (connues : {', '.join(values)})")
    return values(said)


def _text(name: str, value: object) -> str:
    if isinstance(value, list | dict):
        raise TypeError(f"{name} : un texte est attendu")
    return "" if value is None else str(value)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _speaker(entry: object) -> Speaker:
    if not isinstance(entry, dict):
        raise TypeError(f"speakers : {entry!r} ne dit pas qui parle")
    role = _one_of(Role, str(entry["role"]), "place inconnue") if entry.get("role") else None
    aliases = tuple(str(alias) for alias in entry.get("aliases", ()))
    return Speaker(str(entry["name"]), str(entry.get("function", "")), role, aliases)


@dataclass(frozen=True)
class _Element:
    """One block-level thing of the parsed Markdown, as plain text."""

    kind: BlockKind
    text: str
    level: int = 0
    title: int = 0
    prefix: str = ""
    page: int | None = None


def _elements(tokens: Sequence[Token]) -> Iterator[_Element]:
    lists: list[Token] = []
    pending = ""
    for index, token in enumerate(tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(token)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            pending = "  " * (len(lists) - 1) + (f"{token.info}. " if token.info else "- ")
        elif token.type == "html_block":
            for mark in _PAGE_MARK.findall(token.content):
                yield _Element(BlockKind.PARAGRAPH, "", page=int(mark))
        elif token.type in ("fence", "code_block"):
            yield _Element(BlockKind.PARAGRAPH, token.content.strip())
        elif token.type == "tr_open":
            yield _Element(BlockKind.ITEM, _row(tokens, index), 1, prefix="- ")
        elif token.type == "inline" and tokens[index - 1].type not in ("th_open", "td_open"):
            yield _inline_element(tokens[index - 1], token, len(lists), pending)
            pending = ""


def _inline_element(opening: Token, inline: Token, depth: int, prefix: str) -> _Element:
    text, title = _plain(inline.children or [])
    if opening.type == "heading_open":
        return _Element(BlockKind.HEADING, " ".join(text.split()), int(opening.tag[1]))
    if depth:
        return _Element(BlockKind.ITEM, text, depth, prefix=prefix or "  " * depth)
    return _Element(BlockKind.PARAGRAPH, text, title=title)


def _row(tokens: Sequence[Token], index: int) -> str:
    cells = []
    for token in tokens[index:]:
        if token.type == "tr_close":
            break
        if token.type == "inline":
            cells.append(_plain(token.children or [])[0])
    return " | ".join(cell for cell in cells if cell)


def _plain(children: Sequence[Token]) -> tuple[str, int]:
    """The words of an inline run, and the length of the bold title that it begins with (0 when it has none)."""
    parts: list[str] = []
    strong = title = 0
    for token in children:
        if token.type == "strong_open" and not "".join(parts).strip():
            strong = 1
        elif token.type == "strong_close" and strong == 1:
            strong, title = 2, len("".join(parts))
        elif token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            ends_title = title and title == len("".join(parts))
            parts.append("\n" if ends_title or token.type == "hardbreak" else " ")
        elif token.type == "image":
            parts.append(token.content)
    text = "".join(parts).strip()
    return text, title if title < len(text) else 0


@dataclass
class _Builder:
    """Lays elements one after the other into the canonical text and keeps track of where they stand."""

    speakers: tuple[Speaker, ...]
    laid: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    page: int | None = None
    headings: list[tuple[int, str]] = field(default_factory=list)
    title: str = ""
    caution: str = ""
    speaker: Speaker | None = None

    @property
    def text(self) -> str:
        return "".join(self.laid)

    def add(self, element: _Element) -> None:
        if element.page is not None:
            self.page = element.page
        if not element.text:
            return
        start = self._lay(element)
        if element.kind is BlockKind.HEADING:
            self._enter(element)
        elif element.kind is BlockKind.PARAGRAPH:
            label = self._label(element)
            start += label
            title = 0 if label else element.title
            self._retitle(element.text[:title])
            element = replace(element, title=title)
        if start < self.length:
            self.blocks.append(self._block(element, start))

    def _lay(self, element: _Element) -> int:
        after_item = bool(self.blocks) and self.blocks[-1].kind is BlockKind.ITEM
        if self.length:
            self._write("\n" if after_item and element.kind is BlockKind.ITEM else "\n\n")
        self._write(element.prefix)
        start = self.length
        self._write(element.text)
        return start

    def _write(self, text: str) -> None:
        self.laid.append(text)
        self.length += len(text)

    def _block(self, element: _Element, start: int) -> Block:
        section = tuple(title for _, title in self.headings)
        if element.kind is not BlockKind.HEADING:
            section += tuple(part for part in (self.title, self.caution) if part)
        return Block(
            kind=element.kind,
            start=start,
            end=self.length,
            section=section,
            page=self.page,
            speaker=self.speaker,
            level=element.level,
            title=element.title,
            depth=len(self.headings),
        )

    def _enter(self, element: _Element) -> None:
        while self.headings and self.headings[-1][0] >= element.level:
            self.headings.pop()
        self.headings.append((element.level, element.text))
        self.title = self.caution = ""
        self.speaker = None

    def _retitle(self, title: str) -> None:
        """A title holds for its paragraph, the list that follows and the cautions that come with it."""
        title = title.strip().rstrip(":,.").strip()
        if _CAUTION_TITLE.match(title):
            self.caution = title
        else:
            self.title, self.caution = title, ""

    def _label(self, element: _Element) -> int:
        """How long the speaker label is that a paragraph begins with."""
        label = element.text[: element.title]
        for speaker in self.speakers:
            if label.startswith((speaker.name, *speaker.aliases)):
                self.speaker = speaker
                rest = element.text[element.title :]
                return element.title + len(rest) - len(rest.lstrip())
        return 0
