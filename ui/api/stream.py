"""An answer as it comes: what was found, then one statement after the other, then the whole as `ask` gives it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from fastapi.responses import StreamingResponse

from rag.errors import GuideError
from rag.guide import Guide
from rag.types import Turn
from ui.api.problems import problem_of
from ui.record import Record, citation_record, full_record, hit_records, statement_record

MEDIA_TYPE = "text/event-stream"


@dataclass(frozen=True)
class Event:
    """A server-sent event: `passages`, `statement`, `done` or `problem`; one of the last two ends a stream."""

    name: str
    data: Record

    @property
    def line(self) -> str:
        """The event as it is sent."""
        return f"event: {self.name}\ndata: {json.dumps(self.data, ensure_ascii=False)}\n\n"


def events(
    guide: Guide, question: str, history: Sequence[Turn] = (), searched: str = "", collections: Sequence[str] = ()
) -> Iterator[Event]:
    """The events of one question; `GuideError` as `Guide.ask`."""
    answer = guide.ask(question, history, searched, collections)
    yield Event("passages", {"passages": hit_records(answer.hits)})
    for statement in answer.statements:
        citations = [citation_record(citation) for citation in statement.citations]
        yield Event("statement", statement_record(statement) | {"citations": citations})
    yield Event("done", full_record(answer))


def streamed(answer: Iterator[Event]) -> StreamingResponse:
    """The events as a response. What goes wrong before the first one is raised, and so has its own HTTP status."""
    first = next(answer)
    return StreamingResponse(_lines(chain([first], answer)), media_type=MEDIA_TYPE)


def _lines(answer: Iterator[Event]) -> Iterator[str]:
    try:
        for event in answer:
            yield event.line
    except GuideError as error:
        yield Event("problem", problem_of(error)).line
