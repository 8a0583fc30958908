"""What the page does with a question: steps from one conversation to the next, without Gradio."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rag.errors import GuideError
from rag.guide import Guide
from rag.steps import Stage
from rag.types import Answer, Turn
from rag.wording import answer_text
from ui.html.answers import Exchange, status_line
from ui.opinions import Opinion, Opinions
from ui.texts import clients as texts_clients
from ui.texts import llm as texts_llm
from ui.texts import page as texts

Conversation = tuple[Exchange, ...]
_log = logging.getLogger(__name__)


def asked(conversation: Conversation, question: str) -> Conversation:
    """The conversation with a question that waits for its answer."""
    return (*conversation, Exchange(question.strip()))


def answering(
    guide: Guide, conversation: Conversation, searched: str = "", collections: Sequence[str] = ()
) -> Iterator[Conversation]:
    """The conversation at each step of the answer to its last question, or with why there is none.

    The same exchange comes again when there is nothing new: whoever has left is found out then.
    """
    *before, last = conversation
    for exchange in _replies(guide, last.question, history(before), searched, collections):
        yield (*before, exchange)


def answered(
    guide: Guide, conversation: Conversation, searched: str = "", collections: Sequence[str] = ()
) -> Conversation:
    """The conversation with its last question answered, or with the sentence that says why it cannot be."""
    *_, done = answering(guide, conversation, searched, collections)
    return done


def stopped(conversation: Conversation) -> Conversation:
    """The conversation when its reader has stopped the language model: what was verified until then is the answer."""
    *before, last = conversation
    if not last.writing or not last.answer:
        return conversation
    answer = replace(last.answer, notes=(*last.answer.notes, texts_llm.STOPPED))
    return (*before, replace(last, answer=answer, writing=False))


def history(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """What was said, as the guide takes it."""
    return tuple(
        turn
        for exchange in exchanges
        if exchange.answer
        for turn in (Turn("user", exchange.question), Turn("assistant", answer_text(exchange.answer)))
    )


def rated(opinions: Opinions, conversation: Conversation, given: Mapping[str, object]) -> Conversation:
    """The conversation once the answer of an exchange was judged, or with the sentence that says why it cannot be."""
    number = int(str(given.get("exchange") or 0))
    return tuple(
        replace(one, opinion=_kept(opinions, one.answer, given)) if place == number and one.answer else one
        for place, one in enumerate(conversation, 1)
    )


def _kept(opinions: Opinions, answer: Answer, given: Mapping[str, object]) -> str:
    right, sources, reason = (str(given.get(name) or "") for name in ("right", "sources", "reason"))
    try:
        opinions.add(Opinion.of(answer, right, sources, reason))
    except GuideError as error:
        return str(error)
    return texts_clients.OPINION_THANKS


def correctable(conversation: Conversation) -> str:
    """What was searched for the last question, when the guide added something of the conversation to it."""
    answer = conversation[-1].answer if conversation else None
    return answer.query.searched if answer and answer.query.is_follow_up else ""


def told(conversation: Conversation) -> str:
    """How the last question ended, in one sentence."""
    last = conversation[-1]
    if last.writing:
        return texts_llm.WRITING
    return status_line(last.answer) if last.answer else last.problem


def _replies(
    guide: Guide, question: str, turns: tuple[Turn, ...], searched: str, collections: Sequence[str]
) -> Iterator[Exchange]:
    try:
        exchange = Exchange(question)
        for step in guide.stream(question, turns, searched, collections):
            if step.stage is not Stage.WRITING:
                exchange = Exchange(question, step.answer, writing=step.stage is not Stage.DONE)
            yield exchange
    except GuideError as error:
        yield Exchange(question, problem=str(error))
    except Exception:  # noqa: BLE001 - the user reads a sentence, the log keeps the trace
        _log.exception("question failed")
        yield Exchange(question, problem=texts.SOMETHING_BROKE)
