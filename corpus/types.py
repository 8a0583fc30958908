"""The values that a document becomes: `Source`, and the `Evidence` and `Passage` cut from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

# collections: what comes with the guide, a folder indexed in its place, and one's own documents unless otherwise named
GUIDE = "guide"
FOLDER_NAME = "documents"
MINE = "mes-documents"


class Kind(StrEnum):
    """What kind of source a document is; it travels with every quote."""

    TESTIMONY = "testimony"
    CASE_ANALYSIS = "case_analysis"
    EVENT_REPORT = "event_report"
    RESEARCH_REPORT = "research_report"
    DOCUMENT = "document"


class Role(StrEnum):
    """On which side of a peer visit (TSF) somebody speaks."""

    BENEFICIARY = "beneficiary"
    COMPANION = "companion"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody interviewed: one name, whatever spellings the text uses."""

    name: str
    function: str = ""
    role: Role | None = None
    aliases: tuple[str, ...] = ()


class BlockKind(StrEnum):
    """What a stretch of the canonical text is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph or list item: `text[start:end]` of its source, with its place in the structure.

    `title` is the length of a title that the paragraph begins with (0 when it has none); `level` is the heading's
    level, or the nesting of a list item from 1; the first `depth` parts of `section` are headings, the rest titles.
    """

    kind: BlockKind
    start: int
    end: int
    section: tuple[str, ...] = ()
    page: int | None = None
    speaker: Speaker | None = None
    level: int = 0
    title: int = 0
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Metadata:
    """Who published a document, when, and under what terms. Dates are ISO, as exact as they are known.

    `collection` is where the guide keeps it; a document cannot say that of itself.
    """

    id: str
    title: str
    kind: Kind = Kind.DOCUMENT
    publisher: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    updated: str = ""
    published_note: str = ""
    address: str = ""
    language: str = "fr"
    rights: str = ""
    speakers: tuple[Speaker, ...] = ()
    collection: str = ""

    @property
    def year(self) -> int | None:
        """The year of publication, `None` when it is not known."""
        return int(self.published[:4]) if self.published[:4].isdigit() else None


@dataclass(frozen=True, eq=False)
class Source:
    """A document as the guide knows it: metadata, its canonical text, and the blocks that this text is made of.

    `digest` identifies all of it; `content` what vectors are computed from, which another date or author leaves alone.
    """

    metadata: Metadata
    text: str = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    digest: str = field(init=False)
    content: str = field(init=False)

    def __post_init__(self) -> None:
        if any(not 0 <= block.start < block.end <= len(self.text) for block in self.blocks):
            raise ValueError(f"a block of {self.id!r} lies outside its text")
        for name, about in (("digest", self.metadata), ("content", (self.id, self.metadata.title))):
            made_of = repr((about, self.blocks)) + self.text
            object.__setattr__(self, name, hashlib.sha256(made_of.encode("utf-8", "replace")).hexdigest()[:16])

    @property
    def id(self) -> str:
        """The stable name of the document."""
        return self.metadata.id


@dataclass(frozen=True, eq=False)
class Span:
    """A stretch of a source that can be quoted: `source.text[start:end]`, with its place and its voice."""

    source: Source = field(repr=False)
    start: int
    end: int
    section: tuple[str, ...] = ()
    page: int | None = None
    speaker: Speaker | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.source.text):
            raise ValueError(f"{self.start}:{self.end} lies outside {self.source.id!r}")

    @property
    def text(self) -> str:
        """The exact words of the source."""
        return self.source.text[self.start : self.end]

    @property
    def id(self) -> str:
        """The source's name with the offsets."""
        return f"{self.source.id}:{self.start}-{self.end}"

    @property
    def words(self) -> int:
        """How many blank-separated words it has."""
        return len(self.text.split())


@dataclass(frozen=True, eq=False)
class Evidence(Span):
    """The smallest thing worth quoting: a sentence, or a list with the sentence that introduces it."""

    is_list: bool = False
    depth: int = 0

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings that it stands under, without the title of its own paragraph."""
        return self.section[: self.depth]


@dataclass(frozen=True, eq=False)
class Passage(Span):
    """Neighbouring evidence under one heading and of one speaker."""

    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.evidence:
            raise ValueError("a passage holds evidence")
        if (self.start, self.end) != (self.evidence[0].start, self.evidence[-1].end):
            raise ValueError("a passage begins and ends with its evidence")

    @property
    def context(self) -> str:
        """Title, headings and speaker: what is embedded with the text and never quoted."""
        speaker = self.speaker.name if self.speaker else ""
        return " > ".join(part for part in (self.source.metadata.title, *self.section, speaker) if part)
