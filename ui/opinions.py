"""What users think of answers: two questions and a reason, kept with the whole answer in `feedback.jsonl`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from rag.guide import Guide
from rag.journal import Journal
from rag.types import Answer, Turn
from ui.api.problems import UnprocessableError
from ui.record import Record, full_record
from ui.texts import clients as texts

LONGEST_REASON = 2_000


class Verdict(StrEnum):
    """What somebody says of an answer, or of its sources."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True)
class Opinion:
    """One opinion. `answer` is the whole record that was shown; `sources` is `None` when it cites nothing."""

    question: str
    answer: Record
    right: Verdict
    sources: Verdict | None = None
    reason: str = ""
    history: tuple[Turn, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.answer["citations"]) != (self.sources is not None):
            raise UnprocessableError(texts.OPINION_MISSING)

    @classmethod
    def of(cls, answer: Answer, right: str, sources: str, reason: str) -> Opinion:
        """The opinion that was given on the page; `UnprocessableError` when a question was left without an answer."""
        try:
            verdicts = Verdict(right), Verdict(sources) if sources else None
        except ValueError as error:
            raise UnprocessableError(texts.OPINION_MISSING) from error
        asked = answer.query
        return cls(asked.question, full_record(answer), *verdicts, reason[:LONGEST_REASON], asked.history)


class Opinions:
    """The opinions of a data directory; what was added is on the disk."""

    def __init__(self, data_dir: Path) -> None:
        self._journal = Journal(data_dir / "feedback.jsonl")

    def add(self, opinion: Opinion) -> None:
        """Keeps an opinion, with the time; `DataDirectoryError` when it cannot be written."""
        self._journal.append({"at": datetime.now(UTC).isoformat(timespec="seconds")} | asdict(opinion))

    def entries(self) -> list[Record]:
        """All that was kept, oldest first."""
        return list(self._journal.entries())

    def __iter__(self) -> Iterator[tuple[str, Opinion]]:
        for entry in self._journal.entries():
            yield entry["at"], _opinion(entry)


def check_citations(guide: Guide, answer: Record) -> None:
    """`UnprocessableError` when an answer that is sent back cites what its sources do not say there."""
    for citation in answer["citations"]:
        text = guide.source(citation["source"]).text
        if text[citation["start"] : citation["end"]] != citation["quote"]:
            place = {"marker": citation["marker"], "source": citation["source"]}
            raise UnprocessableError(texts.FEEDBACK_NOT_OURS.format(**place))


def _opinion(entry: Record) -> Opinion:
    history = tuple(Turn(turn["role"], turn["content"]) for turn in entry["history"])
    sources = Verdict(entry["sources"]) if entry["sources"] else None
    return Opinion(entry["question"], entry["answer"], Verdict(entry["right"]), sources, entry["reason"], history)
