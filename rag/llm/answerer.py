"""Writing an answer with a language model: what it writes is cut into sentences, verified one by one, and completed.

Whether the sources answer was decided before (`rag.answer.refuse`); the model is given passages and the question,
never the conversation, so nothing that was refused comes back through it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from time import perf_counter

from corpus.text import folded
from corpus.types import Passage, Span
from corpus.words import stems
from rag.answer.conversation import language_of
from rag.errors import ModelProblem
from rag.llm.draft import answer_messages, chosen, rewrite_messages
from rag.llm.markers import Sentences, Written
from rag.llm.merge import Numbering, merged
from rag.llm.models import TICK, Chat
from rag.llm.texts import EXTRACTS, FAILURES, FRENCH_ONLY, REMOVED, REMOVED_ONE, STOPPED, Failure
from rag.llm.verify import Verifier
from rag.settings import Settings
from rag.steps import Stage, Step
from rag.types import Answer, Hit, Language, Query, Statement
from rag.wording import remarks

REPEATS = 3
JUDGED_WORDS = 20
REWRITTEN_WORDS = 40
_LOOP = re.compile(r"(.{3,80}?)\1{4,}$", re.DOTALL)
_TAIL = 420
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Draft:
    """What came of a model's work: the sentences to show, and the guide's remarks on it."""

    statements: tuple[Statement, ...]
    notes: tuple[str, ...]


class Writer:
    """Writes answers and stand-alone questions with a chat model. Safe to share between threads."""

    def __init__(self, chat: Chat, verifier: Verifier, settings: Settings) -> None:
        self.chat = chat
        self.verifier = verifier
        self._context = settings.llm_words
        self._words = settings.max_words // 2
        self._tokens = settings.llm_tokens

    def write(self, query: Query, hits: Sequence[Hit]) -> Generator[Statement | None, None, Draft]:
        """Gives each sentence of the answer as soon as it is verified, and nothing now and then; returns the whole.

        Who closes it stops the model. Never raises: a model that fails leaves what was verified until then, and a note
        that says why it stopped.
        """
        passages = chosen(hits, self._context)
        question = query.searched if query.is_follow_up else query.question
        prose = _Prose(passages, self.verifier, self._words)
        failure: Failure | None = None
        try:
            with closing(self.chat.stream(answer_messages(question, passages, self._words))) as chunks:
                for chunk in chunks:
                    yield from prose.feed(chunk.text)
                    failure = Failure.CUT if chunk.cut else prose.failure
                    if failure or prose.is_full:
                        break
                    if prose.is_quiet:
                        yield None
                else:
                    yield from prose.close()
        except ModelProblem as problem:
            failure = Failure(problem.failure)
        return Draft(tuple(prose.kept), prose.notes(failure))

    def standing_alone(self, query: Query) -> Query:
        """A follow-up as the model puts it, to be searched; as it was when the model fails or brings in words."""
        before = [turn.content for turn in query.history if turn.role == "user"]
        try:
            text = self.chat.complete(rewrite_messages(query.question, before))
        except ModelProblem:
            return query
        text = " ".join(text.split()).strip("«»\"' ")
        return replace(query, searched=text) if _is_rewriting(text, [*before, query.question]) else query


def steps(writer: Writer, extracts: Answer) -> Iterator[Step]:
    """From an answer made of extracts to one that a model wrote as far as it can be verified."""
    query, prose, began = extracts.query, list[Statement](), perf_counter()
    if query.language is not Language.FRENCH:
        yield Step(Stage.DONE, replace(extracts, notes=(*extracts.notes, FRENCH_ONLY)))
        return
    yield Step(Stage.RETRIEVED, extracts)
    with closing(writer.write(query, extracts.hits)) as writing:
        try:
            while True:
                if said := next(writing):
                    prose.append(said)
                yield Step(Stage.SAID if said else Stage.WRITING, _with(prose, extracts), said)
        except StopIteration as end:
            draft: Draft = end.value
    answer = _with(prose, extracts)
    seconds = {**extracts.seconds, "write": perf_counter() - began}
    others = set(extracts.notes) - set(remarks(query.language, extracts.statements, denied=False))
    kept = (note for note in extracts.notes if note in others)
    notes = (*kept, *remarks(query.language, answer.statements, denied=False), *draft.notes)
    yield Step(Stage.DONE, replace(answer, notes=notes, seconds=seconds))


def _with(prose: Sequence[Statement], extracts: Answer) -> Answer:
    return replace(extracts, statements=merged(prose, extracts.statements, extracts.hits))


def _is_rewriting(text: str, said: Sequence[str]) -> bool:
    """Whether `text` is one French question made of the words of the conversation."""
    known = {stem for one in said for stem in stems(one)}
    own = set(stems(text))
    short = 0 < len(text.split()) <= REWRITTEN_WORDS
    return short and bool(own) and own <= known and language_of(text) is Language.FRENCH


class _Prose:
    """The sentences of one answer as they are verified."""

    def __init__(self, passages: Sequence[Passage], verifier: Verifier, words: int) -> None:
        self.kept: list[Statement] = []
        self.failure: Failure | None = None
        self._passages, self._verifier, self._most = passages, verifier, words
        self._sentences = Sentences(len(passages))
        self._text = ""
        self._seen: dict[str, int] = {}
        self._removed = 0
        self._numbering = Numbering()
        self._told = perf_counter()
        self._before: Span | None = None

    @property
    def is_full(self) -> bool:
        """Whether the answer is as long as it may be."""
        return sum(len(one.text.split()) for one in self.kept) >= self._most

    @property
    def is_quiet(self) -> bool:
        """Whether nothing was given for a while: whoever reads is then told that the model still writes."""
        if perf_counter() - self._told < TICK:
            return False
        self._told = perf_counter()
        return True

    def feed(self, text: str) -> Iterator[Statement]:
        """Takes what was written; gives the sentences that are now complete and verified."""
        self._text += text
        for written in self._sentences.feed(text):
            yield from self._checked(written)
        self.failure = self.failure or self._strayed()

    def close(self) -> Iterator[Statement]:
        """Verifies what the model ended with."""
        for written in self._sentences.close():
            yield from self._checked(written)

    def notes(self, failure: Failure | None) -> tuple[str, ...]:
        """What the reader is told: why there are only extracts, or why the text stops, and what was taken out."""
        if not self.kept:
            empty = Failure.UNSUPPORTED if self._text.strip() else Failure.EMPTY
            return (EXTRACTS.format(reason=FAILURES[failure or empty]),)
        notes = [STOPPED.format(reason=FAILURES[failure])] if failure else []
        if self._removed:
            notes.append(REMOVED_ONE if self._removed == 1 else REMOVED.format(count=self._removed))
        return tuple(notes)

    def _checked(self, written: Written) -> Iterator[Statement]:
        key = folded(written.text)
        self._seen[key] = self._seen.get(key, 0) + 1
        if self._seen[key] > 1:
            self.failure = Failure.LOOP if self._seen[key] >= REPEATS else self.failure
            return
        checked = self._verifier.check(written, self._passages, self._before)
        if checked.span is None:
            self._removed += 1
            _log.debug("sentence removed: %s", checked.reason)
            return
        self._before = checked.span
        statement = Statement(checked.text, (self._numbering.cite(checked.span),), support=checked.support)
        if any(folded(one.text) == folded(statement.text) for one in self.kept):
            return
        self.kept.append(statement)
        self._told = perf_counter()
        yield statement

    def _strayed(self) -> Failure | None:
        """What can be seen of a text that goes wrong before its sentence ends."""
        if _LOOP.search(self._text[-_TAIL:]):
            return Failure.LOOP
        is_long = len(self._text.split()) >= JUDGED_WORDS
        return Failure.LANGUAGE if is_long and language_of(self._text) is not Language.FRENCH else None
