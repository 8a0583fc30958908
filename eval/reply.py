"""What the guide answered, as plain values: the form in which a run keeps answers, and measures read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass as checked

from eval.spans import Stretch
from eval.variants import CANONICAL
from rag.types import Answer, Citation, Status

_STRICT = ConfigDict(extra="forbid")


@checked(frozen=True, config=_STRICT)
class Cited:
    """A citation as it was shown."""

    marker: int
    doc: str
    start: int
    end: int
    quote: str
    speaker: str = ""

    @classmethod
    def of(cls, citation: Citation) -> Cited:
        """The plain values of a citation."""
        speaker = citation.speaker.name if citation.speaker else ""
        return cls(citation.marker, citation.source.id, citation.start, citation.end, citation.quote, speaker)

    @property
    def stretch(self) -> Stretch:
        """Where it says that it stands."""
        return Stretch(self.doc, self.start, self.end)


@checked(frozen=True, config=_STRICT)
class Said:
    """A statement and the markers of what it cites."""

    text: str
    markers: tuple[int, ...]
    role: str = "lead"


@checked(frozen=True, config=_STRICT)
class Ranked:
    """A passage that was retrieved."""

    doc: str
    start: int
    end: int
    score: float = 0.0

    @property
    def stretch(self) -> Stretch:
        """Where the passage stands."""
        return Stretch(self.doc, self.start, self.end)


@checked(frozen=True, config=_STRICT)
class Reply:
    """One answer of a run: to which item, in which wording, and all that was shown."""

    item: str
    question: str
    status: Status
    kind: str = CANONICAL
    searched: str = ""
    statements: tuple[Said, ...] = ()
    citations: tuple[Cited, ...] = ()
    hits: tuple[Ranked, ...] = ()
    refusal: str = ""
    message: str = ""
    nearest: int = 0
    notes: tuple[str, ...] = ()
    confidence: float = 0.0
    seconds: Mapping[str, float] = field(default_factory=dict)
    error: str = ""

    @property
    def text(self) -> str:
        """What it states, as one text."""
        return "\n".join(statement.text for statement in self.statements)

    @property
    def key(self) -> tuple[str, str]:
        """What a run holds at most one reply for."""
        return self.item, self.kind

    def cited_by(self, statement: Said) -> tuple[Cited, ...]:
        """The citations of a statement; a marker that leads nowhere gives none."""
        return tuple(one for one in self.citations if one.marker in statement.markers)


def reply_of(answer: Answer, item: str, kind: str = CANONICAL) -> Reply:
    """The plain values of an `Answer` of the guide."""
    refusal = answer.refusal
    return Reply(
        item=item,
        question=answer.query.question,
        status=answer.status,
        kind=kind,
        searched=answer.query.searched,
        statements=tuple(
            Said(one.text, tuple(citation.marker for citation in one.citations), one.role.value)
            for one in answer.statements
        ),
        citations=tuple(Cited.of(citation) for citation in answer.citations),
        hits=tuple(
            Ranked(hit.passage.source.id, hit.passage.start, hit.passage.end, round(float(hit.score), 6))
            for hit in answer.hits
        ),
        refusal=refusal.type.value if refusal else "",
        message=refusal.message if refusal else "",
        nearest=len(refusal.nearest) if refusal else 0,
        notes=answer.notes,
        confidence=float(answer.confidence),
        seconds={stage: round(time, 6) for stage, time in answer.seconds.items()},
    )


_REPLY = TypeAdapter(Reply)


def to_json(reply: Reply) -> str:
    """One line of JSON, without what has its default value."""
    return _REPLY.dump_json(reply, exclude_defaults=True).decode()


def from_json(line: str | bytes) -> Reply:
    """The reply of one line of JSON."""
    return _REPLY.validate_json(line)
