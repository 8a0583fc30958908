"""The values of a question's way through the guide; all are frozen and checked when they are built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from corpus.types import Passage, Source, Span, Speaker


class Language(StrEnum):
    """The languages that the guide's own sentences are written in."""

    FRENCH = "fr"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far: `role` is "user" or "assistant"."""

    role: str
    content: str

    def __post_init__(self) -> None:
        if self.role not in ("user", "assistant"):
            raise ValueError(f"role: {self.role!r}")


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready: as it was asked, and as it is searched: spelling mended, and for a follow-up
    (`is_follow_up`) with the thread of the history.
    """

    question: str
    searched: str
    language: Language = Language.FRENCH
    history: tuple[Turn, ...] = ()
    is_follow_up: bool = False


@dataclass(frozen=True, eq=False)
class Hit:
    """A passage that was found: its score (comparable within one search) and what each signal gave to it.

    `signals` maps a signal's name to its contribution to the score; `question` is the indexed question nearest to
    the one asked, when that helped: a search term, never shown as a fact.
    """

    passage: Passage
    score: float
    signals: Mapping[str, float] = field(default_factory=dict)
    question: str = ""


@dataclass(frozen=True, eq=False)
class Citation:
    """A quote with its marker. `quote` is `source.text[start:end]`: one that is not cannot be built."""

    marker: int
    source: Source = field(repr=False)
    start: int
    end: int
    quote: str
    section: tuple[str, ...] = ()
    page: int | None = None
    speaker: Speaker | None = None

    def __post_init__(self) -> None:
        if self.marker < 1:
            raise ValueError(f"markers begin at 1, not {self.marker}")
        if not 0 <= self.start < self.end <= len(self.source.text):
            raise ValueError(f"{self.start}:{self.end} lies outside {self.source.id!r}")
        if self.source.text[self.start : self.end] != self.quote:
            raise ValueError(f"the quote is not verbatim in {self.source.id!r} at {self.start}:{self.end}")

    @classmethod
    def of(cls, marker: int, span: Span) -> Citation:
        """The citation of a whole span (evidence or passage)."""
        return cls(marker, span.source, span.start, span.end, span.text, span.section, span.page, span.speaker)


class Role(StrEnum):
    """What a statement does in the answer; answers are read in this order."""

    LEAD = "lead"
    COMPLEMENT = "complement"
    CAUTION = "caution"
    DIVERGENCE = "divergence"


class Support(StrEnum):
    """How a statement rests on what it cites."""

    VERBATIM = "verbatim"
    REPHRASED = "rephrased"


@dataclass(frozen=True, eq=False)
class Statement:
    """One thing that the answer says, with the citations that it rests on: at least one."""

    text: str
    citations: tuple[Citation, ...]
    role: Role = Role.LEAD
    support: Support = Support.VERBATIM

    def __post_init__(self) -> None:
        if not self.text.strip() or not self.citations:
            raise ValueError("a statement has text and at least one citation")
        if self.support is Support.VERBATIM and " ".join(self.text.split()) not in {
            " ".join(citation.quote.split()) for citation in self.citations
        }:
            raise ValueError("a verbatim statement is one of its quotes")


class RefusalType(StrEnum):
    """Why there is no answer."""

    OUT_OF_SCOPE = "out_of_scope"
    NOT_COVERED = "not_covered"
    TOO_VAGUE = "too_vague"
    PERSONAL_ADVICE = "personal_advice"


@dataclass(frozen=True, eq=False)
class Refusal:
    """What the sources do not say: why, one sentence for the reader, and the nearest passages, which do not answer.

    `choices` are questions that the guide can answer, offered instead.
    """

    type: RefusalType
    message: str
    nearest: tuple[Passage, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Explanation:
    """A word of the field that an answer or its question uses: what its letters stand for and what it means.

    What it means is `quoted` from a source, or else the guide's own `definition`, which no source says.
    """

    term: str
    expansion: str = ""
    definition: str = ""
    quoted: Span | None = None

    def __post_init__(self) -> None:
        if self.quoted and self.definition:
            raise ValueError(f"{self.term!r}: quoted or defined, not both")


class Because(StrEnum):
    """What finds a passage: its meaning, its words, the questions written in advance that it answers."""

    MEANING = "meaning"
    WORDS = "words"
    QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class Reason:
    """What made the passage of the citation `marker` found, `rank` being its place from 1 among the `found`.

    `because` has what speaks for it, the strongest first; `shared` the words that the question has in common with it,
    as they are searched; `related` the glossary's words for what the question says that it holds; `question` the
    question written in advance that led to it: a search term, never a fact. `rank` is 0 and the rest empty for what
    was not found by itself, but stands beside a passage that was.
    """

    marker: int
    rank: int
    found: int
    because: tuple[Because, ...] = ()
    shared: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    question: str = ""


class Status(StrEnum):
    """Whether the question was answered, answered in part, or refused."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    REFUSED = "refused"


@dataclass(frozen=True, eq=False)
class Answer:
    """What every face of the guide shows: statements with citations, or a refusal, or both (a partial answer).

    `confidence` in [0, 1] is the estimated probability that the sources answer; `seconds` maps a stage to its time;
    `notes` are remarks of the guide's own about the sources (old evidence, English frame): never claims; `searched_in`
    names the collections that were searched. `terms` are the words of the field to explain beside it, `reasons` say for
    each citation, in the order of markers, what made it found (none for an answer without `hits`).
    """

    query: Query
    statements: tuple[Statement, ...] = ()
    refusal: Refusal | None = None
    hits: tuple[Hit, ...] = ()
    confidence: float = 0.0
    notes: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    searched_in: tuple[str, ...] = ()
    terms: tuple[Explanation, ...] = ()
    reasons: tuple[Reason, ...] = ()

    def __post_init__(self) -> None:
        if not self.statements and not self.refusal:
            raise ValueError("an answer states something or refuses")
        markers = [citation.marker for citation in self.citations]
        if markers != list(range(1, len(markers) + 1)):
            raise ValueError(f"markers must rise from 1 without a gap, not {markers}")

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations in the order of their markers, each once."""
        by_marker = {citation.marker: citation for statement in self.statements for citation in statement.citations}
        return tuple(by_marker[marker] for marker in sorted(by_marker))

    @property
    def is_written(self) -> bool:
        """Whether a language model had a part in it: a statement is rephrased."""
        return any(statement.support is Support.REPHRASED for statement in self.statements)

    @property
    def used(self) -> tuple[str, ...]:
        """The collections that the answer cites, in the order of its markers."""
        return tuple(dict.fromkeys(citation.source.metadata.collection for citation in self.citations))

    @property
    def status(self) -> Status:
        """Answered, partial or refused: derived, so that nothing can disagree with it."""
        if self.refusal is None:
            return Status.ANSWERED
        return Status.PARTIAL if self.statements else Status.REFUSED
