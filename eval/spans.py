"""Where gold evidence and found passages lie: stretches of documents, and how much of one others cover."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.text import Level, locate
from corpus.types import Source, Span
from eval.items import Alternative, Group, Importance, Item
from rag.errors import GuideError

HALF = 0.5


@dataclass(frozen=True, slots=True)
class Stretch:
    """`start:end` of the canonical text of the document `doc`."""

    doc: str
    start: int
    end: int

    @classmethod
    def of(cls, span: Span) -> Stretch:
        """The stretch of a passage or of a unit of evidence."""
        return cls(span.source.id, span.start, span.end)

    def __len__(self) -> int:
        return self.end - self.start

    def common(self, other: Stretch) -> int:
        """How many characters both have."""
        same = self.doc == other.doc
        return max(0, min(self.end, other.end) - max(self.start, other.start)) if same else 0


@dataclass(frozen=True, slots=True)
class Gold:
    """An evidence group with its alternatives located; each alternative is one or more stretches."""

    id: str
    importance: Importance
    alternatives: tuple[tuple[Stretch, ...], ...]


class MissingQuoteError(GuideError):
    """A gold quote or its document is not in the corpus that the run is made on; the message says which."""


def gold_of(item: Item, sources: Mapping[str, Source]) -> tuple[Gold, ...]:
    """The evidence of `item` located in `sources`; `MissingQuoteError` when a quote is not there."""
    return tuple(_group(group, sources) for group in item.evidence)


def _group(group: Group, sources: Mapping[str, Source]) -> Gold:
    return Gold(group.id, group.importance, tuple(stretches_of(one, sources) for one in group.any_of))


def stretches_of(alternative: Alternative, sources: Mapping[str, Source]) -> tuple[Stretch, ...]:
    """Where the quote, or each of its parts, stands."""
    if alternative.doc not in sources:
        raise MissingQuoteError(f"le document {alternative.doc!r} n'est pas dans le corpus")
    text = sources[alternative.doc].text
    return tuple(_stretch(alternative, quote, text) for quote in alternative.quotes)


def _stretch(alternative: Alternative, quote: str, text: str) -> Stretch:
    found = locate(quote, text, Level.V1)
    wanted = max(alternative.occurrence, 1)
    if len(found) < wanted:
        raise MissingQuoteError(f"citation introuvable dans {alternative.doc!r} : {quote[:60]!r}")
    return Stretch(alternative.doc, *found[wanted - 1])


def covered(wanted: Sequence[Stretch], having: Iterable[Stretch]) -> int:
    """How many characters of `wanted` lie in at least one stretch of `having`."""
    having = list(having)
    return sum(_covered_one(stretch, having) for stretch in merged(wanted))


def _covered_one(wanted: Stretch, having: Sequence[Stretch]) -> int:
    touching = [stretch for stretch in having if stretch.common(wanted)]
    return sum(stretch.common(wanted) for stretch in merged(touching))


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same characters without overlaps, in the order of documents and offsets."""
    union: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda one: (one.doc, one.start, one.end)):
        if union and union[-1].doc == stretch.doc and stretch.start <= union[-1].end:
            union[-1] = Stretch(stretch.doc, union[-1].start, max(union[-1].end, stretch.end))
        else:
            union.append(stretch)
    return union


def size(stretches: Iterable[Stretch]) -> int:
    """How many different characters the stretches hold."""
    return sum(len(stretch) for stretch in merged(stretches))


def share(alternative: Sequence[Stretch], having: Iterable[Stretch]) -> float:
    """The share of an alternative's characters that `having` covers."""
    return covered(alternative, having) / size(alternative)


def best_share(gold: Gold, having: Sequence[Stretch]) -> float:
    """The share of the best covered alternative of a group."""
    return max(share(alternative, having) for alternative in gold.alternatives)


def holds(stretch: Stretch, gold: Gold, tau: float = HALF) -> bool:
    """Whether one found stretch covers at least `tau` of an alternative of the group."""
    touched = (one for one in gold.alternatives if any(stretch.common(part) for part in one))
    return any(share(alternative, [stretch]) >= tau for alternative in touched)


def groups_hit(
    golds: Sequence[Gold], found: Sequence[Stretch], k: int | None = None, tau: float = HALF
) -> frozenset[str]:
    """The ids of the groups of which one of the first `k` stretches holds at least `tau`."""
    first = found[:k]
    return frozenset(gold.id for gold in golds if any(holds(stretch, gold, tau) for stretch in first))
