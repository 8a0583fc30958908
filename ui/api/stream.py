"""An answer as it comes: what was found, then one statement after the other, then the whole as `ask` gives it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

from fastapi.concurrency import iterate_in_threadpool
from fastapi.responses import StreamingResponse

from rag.errors import GuideError
from rag.guide import Guide
from rag.steps import Stage
from rag.types import Statement, Turn
from ui.api.problems import problem_of
from ui.record import Record, citation_record, full_record, hit_records, statement_record

MEDIA_TYPE = "text/event-stream"
UNBUFFERED = {"X-Accel-Buffering": "no"}  # a proxy (nginx) passes each event on at once


@dataclass(frozen=True)
class Event:
    """A server-sent event: `passages`, `statement`, `done` or `problem`; one of the last two ends a stream.

    `PULSE`, without a name, is a comment that clients pass over: it keeps the connection, and finds out if it is cut.
    """

    name: str
    data: Record

    @property
    def line(self) -> str:
        """The event as it is sent."""
        if not self.name:
            return ":\n\n"
        return f"event: {self.name}\ndata: {json.dumps(self.data, ensure_ascii=False)}\n\n"


PULSE = Event("", {})


def events(
    guide: Guide, question: str, history: Sequence[Turn] = (), searched: str = "", collections: Sequence[str] = ()
) -> Generator[Event]:
    """The events of one question; `GuideError` as `Guide.ask`.

    A sentence of a language model comes as soon as it is verified, the extracts that remain at the end: when the last
    event comes, every statement of the answer has come once, in its order.
    """
    said = 0
    for number, step in enumerate(guide.stream(question, history, searched, collections)):
        if not number:
            yield Event("passages", {"passages": hit_records(step.answer.hits)})
        if step.stage is Stage.WRITING:
            yield PULSE
        if step.said:
            said += 1
            yield _statement(step.said)
        if step.stage is Stage.DONE:
            yield from (_statement(statement) for statement in step.answer.statements[said:])
            yield Event("done", full_record(step.answer))


def _statement(statement: Statement) -> Event:
    citations = [citation_record(citation) for citation in statement.citations]
    return Event("statement", statement_record(statement) | {"citations": citations})


def streamed(answer: Generator[Event]) -> StreamingResponse:
    """The events as a response. What goes wrong before the first one is raised, and so has its own HTTP status."""
    first = next(answer)
    return sent(_lines(first, answer))


def sent(lines: Generator[str], media_type: str = MEDIA_TYPE) -> StreamingResponse:
    """`lines` as a response; when the reader leaves, they are closed, and with them the language model's work."""
    return StreamingResponse(_closed(lines), media_type=media_type, headers=UNBUFFERED)


async def _closed(lines: Generator[str]) -> AsyncIterator[str]:
    try:
        async for line in iterate_in_threadpool(lines):
            yield line
    finally:
        lines.close()


def _lines(first: Event, answer: Generator[Event]) -> Generator[str]:
    try:
        with closing(answer):
            yield first.line
            for event in answer:
                yield event.line
    except GuideError as error:
        yield Event("problem", problem_of(error)).line
