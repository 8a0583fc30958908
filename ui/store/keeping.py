"""Between the page and the notebook: exchanges are kept as records and come back as answers."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace

from rag.briefs.template import Template
from rag.errors import GuideError, UnknownSource
from rag.guide import Guide
from rag.types import Answer
from ui.exports.answers import Kept
from ui.html.answers import Exchange
from ui.record import Record, full_record
from ui.steps.briefs import Draft, titled
from ui.steps.chat import Conversation
from ui.store.notebook import Notebook
from ui.store.revive import StaleError, cite, revived
from ui.store.shelf import NotKept
from ui.store.values import StoredExchange, StoredQuote
from ui.texts import notebook as texts

_log = logging.getLogger(__name__)


def keep(notebook: Notebook | None, conversation: Conversation, instead: str = "") -> Conversation:
    """The conversation with its last exchange kept, in the place of the exchange `instead` if that is given.

    Without a notebook, or when it cannot be written, the conversation goes on as it is.
    """
    if notebook is None:
        return conversation
    *before, last = conversation
    record = kept_record(last.answer) if last.answer else None
    previous = before[-1].id if before else ""
    try:
        id = notebook.conversations.add(last.question, record, last.problem, previous, instead)
    except GuideError as error:
        _log.error("an exchange is not kept: %s", error)
        return conversation
    return (*before, replace(last, id=id))


def keep_kit(notebook: Notebook | None, draft: Draft, template: Template) -> Draft:
    """The draft of a kit once it is kept, under its id if it has one; as it is when it cannot be kept."""
    if notebook is None or not draft.made:
        return draft
    title = titled(template, draft.form)
    try:
        return replace(draft, id=_saved(notebook, draft, template.name, title))
    except GuideError as error:
        _log.error("a kit is not kept: %s", error)
        return draft


def _saved(notebook: Notebook, draft: Draft, name: str, title: str) -> str:
    try:
        return notebook.kits.save(name, title, draft.record, draft.id)
    except NotKept:  # it was removed from the notebook since
        return notebook.kits.save(name, title, draft.record)


def kept_record(answer: Answer) -> Record:
    """What is kept of an answer: all of it but the passages that were found, which weigh most."""
    return {key: value for key, value in full_record(answer).items() if key != "passages"}


def shown_again(guide: Guide, stored: Iterable[StoredExchange]) -> Conversation:
    """Exchanges as they were; one whose source has changed says so instead of quoting it."""
    return tuple(_exchange(guide, each) for each in stored)


def kept_quotes(guide: Guide, stored: Iterable[StoredQuote]) -> tuple[Kept, ...]:
    """The basket with its citations cut anew from their sources."""
    return tuple(_kept(guide, each) for each in stored)


def _exchange(guide: Guide, stored: StoredExchange) -> Exchange:
    if stored.record is None:
        return Exchange(stored.question, problem=stored.problem, id=stored.id)
    try:
        answer = guide.helped(revived(stored.question, stored.record, guide.source))
        return Exchange(stored.question, answer, id=stored.id)
    except StaleError:
        return Exchange(stored.question, problem=texts.STALE, id=stored.id)


def _kept(guide: Guide, stored: StoredQuote) -> Kept:
    try:
        citation = cite(guide.source(stored.source), stored.start, stored.end, stored.quote)
    except (StaleError, UnknownSource):
        return Kept(None, stored.note, stored.question, stored.source)
    return Kept(citation, stored.note, stored.question)
