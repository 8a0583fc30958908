"""A conversation's last exchange, as the question file takes it."""

from __future__ import annotations

from eval.local import Exchange
from ui.steps.chat import Conversation, history

SHOWN = 140


def last_exchange(conversation: Conversation) -> Exchange | None:
    """The last question with its answer; `None` while there is none."""
    if not conversation or conversation[-1].answer is None:
        return None
    last = conversation[-1]
    assert last.answer
    return Exchange(last.question, last.answer, history(conversation[:-1]))


def citation_labels(exchange: Exchange) -> list[tuple[str, int]]:
    """Each citation's marker with the beginning of its quote."""
    quotes = ((one.marker, " ".join(one.quote.split())) for one in exchange.answer.citations)
    return [(f"[{marker}] {quote[:SHOWN]}{'…' if len(quote) > SHOWN else ''}", marker) for marker, quote in quotes]
