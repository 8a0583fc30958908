"""A question of a brief put to the sources: the guide's own chain, kept to some of them and to few statements.

What is scoped is silent when its best passage lies far behind the best of the whole corpus.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.types import Evidence, Source
from corpus.words import stems
from rag.answer.compose import compose
from rag.answer.evidence import score_evidence
from rag.answer.refuse import confidence, refusal
from rag.answer.retrieve import Signals, retrieve, signals
from rag.briefs import wording
from rag.briefs.template import Scope
from rag.briefs.vectors import FILE
from rag.embed import Vector
from rag.guide import Guide
from rag.index.precomputed import Precomputed
from rag.types import Hit, Query, Statement

DEPTH = 150
# On 615 pairs of a development question and a source, whether that source holds evidence: AUROC .92; silent beyond this
# distance, « says something » is right in 89 % and finds 76 % (`python -m eval.bench_briefs`).
BEHIND = 4.8
# a template that names the kind of source knows that it speaks of the matter: what lies further is taken when nothing
# is near
FAR_BEHIND = 12.0
MEMORY = 2000


@dataclass(frozen=True)
class Wanted:
    """A question and how it is to be answered: from which sources, about how many words, how many statements."""

    question: str
    scope: Scope = Scope()
    words: int = 90
    keep: int = 3


@dataclass(frozen=True, eq=False)
class Reply:
    """Statements, or the reason why there is none."""

    question: str
    statements: tuple[Statement, ...] = ()
    silence: str = ""


@dataclass(frozen=True, eq=False)
class _Found:
    """What a search found: the best passages of the whole corpus, best first."""

    query: Query
    signals: Signals
    hits: tuple[Hit, ...]


class Asker:
    """Puts questions to a guide; remembers the vectors of those that templates ask again and again."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self._vectors: dict[str, Vector] = {}

    @cached_property
    def _embedder(self) -> Precomputed:
        """The guide's, which need not compute what the shipped templates ask."""
        return Precomputed(self.guide.embedder, FILE)

    def prepare(self, questions: Iterable[str]) -> None:
        """Looks up, or computes in one call, the vectors of questions that will be asked."""
        searched = {self.guide.query(question).searched for question in questions}
        missing = sorted(searched - self._vectors.keys())
        if len(self._vectors) + len(missing) > MEMORY:
            self._vectors.clear()
        if missing:
            self._vectors |= dict(zip(missing, self._embedder.questions(missing), strict=True))

    def ask(self, wanted: Wanted) -> Reply:
        """The answer to one question, or why there is none."""
        found = self._search(wanted.question)
        refused = self._refused(found)
        if refused:
            return Reply(wanted.question, silence=refused)
        if wanted.scope == Scope():
            return self._compose(found, wanted, found.hits[: self.guide.settings.passages])
        if not any(_inside(wanted.scope, source) for source in self.guide.sources):
            return Reply(wanted.question, silence=wording.NO_SOURCE)
        near = _near(found, wanted.scope, BEHIND) or _near(found, wanted.scope, FAR_BEHIND)
        return self._compose(found, wanted, near)

    def each(self, wanted: Wanted) -> tuple[tuple[Source, Reply], ...]:
        """The same question put to each source of the scope, in the order of the corpus."""
        sources = [source for source in self.guide.sources if _inside(wanted.scope, source)]
        found = self._search(wanted.question)
        refused = self._refused(found)
        replies = []
        for source in sources:
            alone = wanted.scope.model_copy(update={"documents": [source.id]})
            near = () if refused else _near(found, alone, BEHIND)
            replies.append((source, self._compose(found, wanted, near)))
        return tuple(replies)

    def _search(self, question: str) -> _Found:
        query = self.guide.query(question)
        self.prepare([question])
        found = signals(self.guide.index, query.searched, self._vectors[query.searched])
        return _Found(query, found, retrieve(self.guide.index, found, DEPTH))

    def _refused(self, found: _Found) -> str:
        """Why the whole corpus does not answer, "" when it does."""
        index = self.guide.index
        if found.signals.stems and not any(index.text_words.knows(stem) for stem in found.signals.stems):
            return wording.UNKNOWN_WORDS
        hits = found.hits[: self.guide.settings.passages]
        refused = refusal(index, found.query, found.signals, hits, confidence(index, found.signals))
        return refused.message if refused else ""

    def _compose(self, found: _Found, wanted: Wanted, hits: Sequence[Hit]) -> Reply:
        if not hits:
            return Reply(wanted.question, silence=wording.NOT_THERE)
        statements = compose(self.guide.index, found.signals, hits, wanted.words)
        if len(statements) <= wanted.keep:
            return Reply(wanted.question, statements)
        rank = [scored.unit for scored in score_evidence(self.guide.index, found.signals, hits)]
        best = sorted(statements, key=lambda statement: _rank(statement, rank))[: wanted.keep]
        return Reply(wanted.question, tuple(statement for statement in statements if statement in best))


def knows(guide: Guide, words: str) -> bool:
    """Whether the sources use one of these words."""
    return any(guide.index.text_words.knows(stem) for stem in stems(words))


def _rank(statement: Statement, ranked: Sequence[Evidence]) -> int:
    """The place of the best evidence that a statement quotes."""
    quoted = statement.citations[0]
    for place, unit in enumerate(ranked):
        if unit.source is quoted.source and quoted.start <= unit.start and unit.end <= quoted.end:
            return place
    return len(ranked)


def _near(found: _Found, scope: Scope, behind: float) -> tuple[Hit, ...]:
    """The passages of the scope that are not further than that behind the best of all."""
    best = found.hits[0].score if found.hits else 0.0
    return tuple(hit for hit in found.hits if hit.score >= best - behind and _holds(scope, hit))


def _inside(scope: Scope, source: Source) -> bool:
    kinds = not scope.kinds or source.metadata.kind in scope.kinds
    return kinds and (not scope.documents or source.id in scope.documents)


def _holds(scope: Scope, hit: Hit) -> bool:
    speaker = hit.passage.speaker
    if not _inside(scope, hit.passage.source) or (scope.spoken and speaker is None):
        return False
    return not scope.sides or (speaker is not None and speaker.role in scope.sides)
