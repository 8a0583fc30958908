"""Answers, conversations and the basket as manuscripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import shorten

from corpus.types import Passage
from rag.types import Answer, Citation, Language, Refusal, Role, Status
from rag.wording import CHOICES_TITLE, HALF_TITLE, HEADINGS, NEAREST_TITLE, REFUSAL_TITLES
from ui.exports.manuscript import Block, Cited, Heading, Items, Manuscript, Paragraph, Voice
from ui.html.answers import Exchange
from ui.texts import explain as explain_texts
from ui.texts import exports as texts

TITLE_LENGTH = 150


@dataclass(frozen=True, eq=False)
class Kept:
    """A citation of the basket: the user's note on it, and the question that had found it.

    `citation` is `None` when the document called `lost` has changed: there is nothing left to quote.
    """

    citation: Citation | None
    note: str = ""
    question: str = ""
    lost: str = ""


def conversation(asked: Sequence[Exchange], made: date, title: str = "") -> Manuscript:
    """The questions with their answers in order, under the first question; one alone is only the title."""
    first = _short(asked[0].question)
    usual = first if len(asked) == 1 else texts.CONVERSATION_TITLE.format(first=first)
    named = title.strip() or usual
    blocks = tuple(block for each in asked for block in _exchange(each, titled=named == each.question))
    return Manuscript(named, made, texts.ANSWER_AUTHOR if len(asked) == 1 else texts.AUTHOR, blocks)


def basket(kept: Sequence[Kept], made: date, title: str = "") -> Manuscript:
    """The citations in the user's order, each with its note."""
    blocks = tuple(block for each in kept for block in _kept(each))
    return Manuscript(title.strip() or texts.BASKET_TITLE, made, texts.AUTHOR, blocks)


def _short(question: str) -> str:
    """The question on one line, cut after a word when it is long."""
    return shorten(question, TITLE_LENGTH, placeholder=" …")


def _exchange(asked: Exchange, *, titled: bool) -> Iterator[Block]:
    if not titled:
        yield Heading(1, texts.QUESTION.format(question=" ".join(asked.question.split())))
    if asked.answer is None:
        yield Paragraph(texts.PROBLEM.format(problem=asked.problem))
        return
    yield from _statements(asked.answer)
    if asked.answer.refusal:
        partial = asked.answer.status is Status.PARTIAL
        yield from _refusal(asked.answer.refusal, asked.answer.query.language, partial=partial)
    if asked.answer.notes:
        yield Heading(2, texts.NOTES)
        yield Items(asked.answer.notes)
    if acronyms := _acronyms(asked.answer):
        yield Paragraph(explain_texts.ACRONYMS.format(acronyms=acronyms))
    if asked.answer.query.searched != asked.question:
        yield Paragraph(texts.SEARCHED.format(searched=asked.answer.query.searched))


def _acronyms(answer: Answer) -> str:
    """`SCIC (Société …) ; ESS (…)`: what letters stand for is no claim, and needs no source."""
    return " ; ".join(f"{term.term} ({term.expansion})" for term in answer.terms if term.expansion)


def _statements(answer: Answer) -> Iterator[Block]:
    """What the answer says, by role in the order in which answers are read."""
    for role in Role:
        said = [statement for statement in answer.statements if statement.role is role]
        title = HEADINGS[answer.query.language][role]
        if said and title:
            yield Heading(2, title)
        yield from (Cited(statement.text, statement.citations) for statement in said)


def _refusal(refusal: Refusal, language: Language, *, partial: bool) -> Iterator[Block]:
    yield Heading(2, HALF_TITLE[language] if partial else REFUSAL_TITLES[language][refusal.type])
    yield Paragraph(refusal.message)
    if refusal.nearest:
        yield Heading(2, NEAREST_TITLE[language])
        yield from (Cited.of(_of(number, passage)) for number, passage in enumerate(refusal.nearest, 1))
    if refusal.choices:
        yield Heading(2, CHOICES_TITLE[language])
        yield Items(refusal.choices)


def _of(number: int, passage: Passage) -> Citation:
    return Citation.of(number, passage)


def _kept(kept: Kept) -> Iterator[Block]:
    yield Cited.of(kept.citation) if kept.citation else Paragraph(texts.LOST.format(source=kept.lost))
    if kept.note.strip():
        yield Paragraph(texts.NOTE.format(note=kept.note.strip()), Voice.USER)
    if kept.question.strip():
        yield Paragraph(texts.FROM_QUESTION.format(question=kept.question.strip()), Voice.USER)
