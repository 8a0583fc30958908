"""A `Manuscript` as pandoc's own tree (its JSON), so that no text is ever read as markup.

See https://hackage.haskell.org/package/pandoc-types for the shape of the nodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpus.types import BlockKind
from rag.types import Citation
from ui.exports import notes
from ui.exports.manuscript import Block, Checklist, Cited, Entry, Heading, Items, Manuscript, Paragraph, Table, Voice
from ui.exports.masking import Mask
from ui.exports.typography import french_date, unbroken
from ui.texts import exports as texts

Node = dict[str, Any]
API_VERSION = (1, 23, 1)
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# what pandoc or GitHub could read as markup anywhere, and at the beginning of a line: more than pandoc itself escapes
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~^$@&]|:(?=\w)")
_OPENING = re.compile(r"\A[+\-:=%]")
_LISTED = re.compile(r"\A(\(?\w{1,12})([.):])")


@dataclass(frozen=True)
class Shape:
    """How a kind of file wants its tree.

    `titled`: the title block is part of the text rather than of the file's metadata; `markdown`: words are escaped
    here, because pandoc forgets entities and some beginnings of lines, and cells hold no line breaks.
    """

    titled: bool = False
    markdown: bool = False


def tree(manuscript: Manuscript, mask: Mask, shape: Shape) -> Node:
    """The document for pandoc: title block, blocks with footnotes, and a last part that says how to read it."""
    return _Writer(mask, shape).document(manuscript)


@dataclass
class _Writer:
    mask: Mask
    shape: Shape
    numbers: dict[tuple[str, int, int], int] = field(default_factory=dict)
    count: int = 0

    def document(self, manuscript: Manuscript) -> Node:
        dated = french_date(manuscript.date)
        head = {"title": manuscript.title, "author": manuscript.author, "date": dated}
        meta = {name: _node("MetaInlines", self.own(text)) for name, text in head.items() if text}
        blocks = [block for each in manuscript.blocks for block in self.block(each)]
        blocks += [_node("HorizontalRule"), *(_paragraph(self.own(text)) for text in self.about(manuscript))]
        if self.shape.titled:
            line = " · ".join(part for part in (manuscript.author, dated) if part)
            blocks = [self.heading(0, manuscript.title), _paragraph(self.own(line)), *blocks]
            meta = {}
        meta["lang"] = _node("MetaString", texts.LANGUAGE)
        return {"pandoc-api-version": API_VERSION, "meta": meta, "blocks": blocks}

    def about(self, manuscript: Manuscript) -> Iterator[str]:
        """How to read the document; what was masked comes last, when all is counted."""
        cited = list(manuscript.cited)
        if cited:
            rephrased = not all(each.verbatim for each in cited)
            yield " ".join([texts.VOICES, *([texts.REPHRASED_VOICES] if rephrased else []), texts.LIMITS])
        yield self.mask.said()

    def block(self, block: Block) -> Iterator[Node]:
        match block:
            case Heading():
                yield self.heading(block.level, block.text)
            case Paragraph():
                words = self.own(block.text)
                yield _paragraph([_node("Emph", words)] if block.voice is Voice.USER else words)
            case Cited():
                said = _paragraph(self.cited(block))
                yield _node("BlockQuote", [said]) if block.verbatim else said
            case Items():
                entries = [[_node("Plain", self.entry(item))] for item in block.items]
                numbered = [[1, _node("Decimal"), _node("Period")], entries]
                yield _node("OrderedList", numbered) if block.ordered else _node("BulletList", entries)
            case Checklist():
                box = _words(texts.BOX)
                yield _node("BulletList", [[_node("Plain", [*box, *self.entry(item)])] for item in block.items])
            case Table():
                yield self.table(block)

    def heading(self, level: int, text: str) -> Node:
        return _node("Header", [level + self.shape.titled, ["", [], []], self.own(" ".join(text.split()))])

    def table(self, table: Table) -> Node:
        width = 1 / len(table.header)
        columns = [[_node("AlignDefault"), _node("ColWidth", width)] for _ in table.header]
        head = [_NO_ATTRIBUTES, [self.row(table.header)]]
        body = [_NO_ATTRIBUTES, 0, [], [self.row(row) for row in table.rows]]
        return _node("Table", [_NO_ATTRIBUTES, [None, []], columns, head, [body], [_NO_ATTRIBUTES, []]])

    def row(self, cells: Sequence[Entry]) -> list[Any]:
        return [_NO_ATTRIBUTES, [self.cell(cell) for cell in cells]]

    def cell(self, cell: Entry) -> list[Any]:
        words = self.entry(cell)
        if self.shape.markdown:
            words = [_node("Space") if node["t"] == "LineBreak" else node for node in words]
        return [_NO_ATTRIBUTES, _node("AlignDefault"), 1, 1, [_node("Plain", words)]]

    def entry(self, entry: Entry) -> list[Node]:
        return self.own(entry) if isinstance(entry, str) else self.cited(entry)

    def cited(self, cited: Cited) -> list[Node]:
        """What sources say, with a footnote for each citation; a quote stands between guillemets, after its voice."""
        quoted = cited.quoted
        if quoted:
            voice = notes.voice(quoted.speaker, self.mask)
            before = self.own(texts.SPEAKER.format(speaker=voice)) if voice else []
            words = [*before, *self.words(texts.QUOTE.format(quote=self.mask("\n".join(_lines(quoted)))))]
        else:
            words = self.own(cited.text + texts.REPHRASED)
        for number, citation in enumerate(cited.citations):
            words += [*([_node("Str", "\u00a0")] if number else []), self.note(citation)]
        return words

    def note(self, citation: Citation) -> Node:
        """The footnote; a passage that has one already is only pointed to."""
        self.count += 1
        key = (citation.source.id, citation.start, citation.end)
        first = self.numbers.setdefault(key, self.count)
        seen = first < self.count
        words = self.own(texts.SEE_NOTE.format(number=first)) if seen else self.reference(citation)
        return _node("Note", [_paragraph(words)])

    def reference(self, citation: Citation) -> list[Node]:
        metadata = citation.source.metadata
        authors = notes.authors(metadata, self.mask)
        address = notes.address(citation.source)
        quote = texts.QUOTE.format(quote=notes.quote(citation, self.mask))
        return [
            *(self.own(f"{authors}, ") if authors else []),
            _node("Emph", self.own(metadata.title)),
            *self.own(f", {notes.place(citation, self.mask)} : "),
            *self.words(quote),
            *([*self.own(f", {texts.SEEN_ON}"), self.link(address)] if address else []),
        ]

    def link(self, address: str) -> Node:
        return _node("Link", [_NO_ATTRIBUTES, self.words(address), [address, ""]])

    def own(self, text: str) -> list[Node]:
        """Words that are no quote: masked, with the spaces of French typography that never break."""
        return self.words(unbroken(self.mask(text)))

    def words(self, text: str) -> list[Node]:
        """The text as it stands; inside our own guillemets no line begins or ends."""
        text = re.sub(r"\A« ", "«\u00a0", re.sub(r" »\Z", "\u00a0»", text))
        nodes = _words(_UNWRITABLE.sub("", text))
        return _escaped(nodes) if self.shape.markdown else nodes


_NO_ATTRIBUTES: list[Any] = ["", [], []]


def _node(kind: str, content: object = None) -> Node:
    return {"t": kind} if content is None else {"t": kind, "c": content}


def _paragraph(words: list[Node]) -> Node:
    return _node("Para", words)


def _words(text: str) -> list[Node]:
    """Words, spaces and line breaks; a no-break space is part of its word, empty lines go."""
    pieces = re.findall(r"\n|[ \t]+|[^ \t\n]+", re.sub(r"[ \t]*\n\s*", "\n", text.strip("\n")))
    kinds = {"\n": "LineBreak", " ": "Space", "\t": "Space"}
    return [_node(kinds[piece[0]]) if piece[0] in kinds else _node("Str", piece) for piece in pieces]


def _escaped(nodes: Sequence[Node]) -> list[Node]:
    """The words as Markdown that reads as they stand."""
    opens = True
    escaped = []
    for node in nodes:
        word = node.get("c", "")
        if word:
            text = _SPECIAL.sub(_backslash, word)
            text = _LISTED.sub(r"\1\\\2", _OPENING.sub(_backslash, text)) if opens else text
            node = _node("RawInline", ["markdown", text])
        opens = opens and node["t"] == "Space" or node["t"] == "LineBreak"
        escaped.append(node)
    return escaped


def _backslash(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _lines(citation: Citation) -> list[str]:
    """The quote line by line: a paragraph or an item each, items after a dash or the number that they have."""
    blocks = [b for b in citation.source.blocks if b.start < citation.end and citation.start < b.end]
    lines = []
    for block in blocks:
        text = citation.source.text[max(block.start, citation.start) : min(block.end, citation.end)]
        prefix = _dash(citation, block.start, block.level) if block.kind is BlockKind.ITEM else ""
        lines.append(prefix + " ".join(text.split()))
    return lines or [" ".join(citation.quote.split())]


def _dash(citation: Citation, start: int, level: int) -> str:
    text = citation.source.text
    marker = text[text.rfind("\n", 0, start) + 1 : start].strip()
    indent = "\u00a0\u00a0" * (level - 1)
    return f"{indent}{marker if marker[:1].isdigit() else '–'}\u00a0"
