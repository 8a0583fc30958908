"""An item beside one reply to it, with all that measures need, located and computed once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.cut import passages_of
from corpus.types import Source
from eval.items import Item
from eval.measures.retrieval import Found
from eval.reply import Cited, Reply, Said
from eval.spans import Gold, Stretch, gold_of
from rag.types import Status
from rag.verify.support import Lexicon, Verdict, sentences, support


@dataclass(frozen=True)
class World:
    """The corpus that a run was made on: sources, lexicon, and the stretches of the indexed passages."""

    sources: Mapping[str, Source]
    lexicon: Lexicon
    index: tuple[Stretch, ...]

    @classmethod
    def of(cls, sources: Iterable[Source], index: Sequence[Stretch] = ()) -> World:
        """The world of `sources`; their passages are cut when no index is given."""
        known = {source.id: source for source in sources}
        cut = index or [Stretch.of(one) for source in known.values() for one in passages_of(source)]
        return cls(known, Lexicon.of(known.values()), tuple(cut))

    def text(self, stretch: Stretch) -> str:
        """The words of a stretch; empty when its document is not there."""
        source = self.sources.get(stretch.doc)
        return source.text[stretch.start : stretch.end] if source else ""

    def speaker(self, stretch: Stretch) -> str:
        """Who speaks where a stretch begins; empty where nobody does."""
        source = self.sources.get(stretch.doc)
        blocks = source.blocks if source else ()
        speakers = [block.speaker for block in blocks if block.start <= stretch.start < block.end]
        return speakers[0].name if speakers and speakers[0] else ""


@dataclass(frozen=True)
class Claim:
    """One sentence of the answer, with the citations of its statement."""

    text: str
    cited: tuple[Cited, ...]


@dataclass(frozen=True)
class Case:
    """What is measured: an item, its located gold, and a reply."""

    item: Item
    reply: Reply
    gold: tuple[Gold, ...]
    world: World

    @classmethod
    def of(cls, item: Item, reply: Reply, world: World) -> Case:
        """The case with its gold located; `MissingQuoteError` when the corpus does not hold it."""
        return cls(item, reply, gold_of(item, world.sources), world)

    @property
    def answered(self) -> bool:
        """Whether anything was stated."""
        return self.reply.status is not Status.REFUSED

    @cached_property
    def found(self) -> Found:
        """What was retrieved, beside the gold."""
        return Found(self.gold, tuple(hit.stretch for hit in self.reply.hits))

    @cached_property
    def cited(self) -> tuple[Stretch, ...]:
        """Where the citations stand."""
        return tuple(citation.stretch for citation in self.reply.citations)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The sentences of the statements, in order."""
        return tuple(
            Claim(sentence, self.reply.cited_by(statement))
            for statement in self.reply.statements
            for sentence in _claims_of(statement)
        )

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Whether each claim is supported by what it cites."""
        return tuple(self.judge(claim.text, claim.cited) for claim in self.claims)

    def judge(self, sentence: str, cited: Sequence[Cited]) -> Verdict:
        """The verdict on a sentence; only words that really stand where a citation says count as cited."""
        return support(sentence, [self.world.text(one.stretch) for one in cited], self.world.lexicon)

    @property
    def words(self) -> int:
        """The length of what was stated."""
        return len(self.reply.text.split())


def _claims_of(statement: Said) -> list[str]:
    return [sentence for sentence in sentences(statement.text) if any(map(str.isalnum, sentence))]
