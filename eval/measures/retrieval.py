"""Retrieval measured on gold stretches of the sources, not on chunk numbers (EVALUATION.md 4.1).

A passage hits an evidence group when it covers at least half of one of its alternatives. None applies
to an item without vital evidence: questions that have no answer never enter retrieval means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log2

from corpus.types import Source
from eval.items import Importance, Item
from eval.measures.score import Score
from eval.spans import HALF, Gold, Stretch, best_share, covered, gold_of, groups_hit, holds, share, size
from rag.types import Hit

BUDGET = 450
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class Found:
    """The gold of one item beside the stretches found for it, best first."""

    gold: tuple[Gold, ...]
    ranked: tuple[Stretch, ...]

    @property
    def vital(self) -> tuple[Gold, ...]:
        """The groups that count in recall."""
        return tuple(gold for gold in self.gold if gold.importance is Importance.VITAL)


def recall(found: Found, k: int, tau: float = HALF) -> Score | None:
    """The share of vital groups hit in the first `k`."""
    if not found.vital:
        return None
    hit = groups_hit(found.vital, found.ranked, k, tau)
    missed = [gold.id for gold in found.vital if gold.id not in hit]
    return Score(f"recall@{k}", len(hit) / len(found.vital), f"manque {', '.join(missed)}" if missed else "")


def all_hit(found: Found, k: int) -> Score | None:
    """1 when every vital group is hit in the first `k`, else 0."""
    score = recall(found, k)
    return score and Score(f"all_hit@{k}", float(score.value == 1.0), score.reason)


def doc_recall(found: Found, k: int) -> Score | None:
    """The share of vital groups of which a document that holds an alternative is among the first `k`."""
    if not found.vital:
        return None
    seen = {stretch.doc for stretch in found.ranked[:k]}
    reached = sum(any(one[0].doc in seen for one in gold.alternatives) for gold in found.vital)
    return Score(f"doc_recall@{k}", reached / len(found.vital), f"documents {sorted(seen)}")


def reciprocal_rank(found: Found, k: int = 10) -> Score | None:
    """One over the rank of the first passage that hits a vital group; 0 when none of the first `k` does."""
    if not found.vital:
        return None
    for rank, stretch in enumerate(found.ranked[:k], 1):
        if any(holds(stretch, gold) for gold in found.vital):
            return Score(f"mrr@{k}", 1 / rank, f"rang {rank}")
    return Score(f"mrr@{k}", 0.0, f"rien dans les {k} premiers")


def gains(gold: Sequence[Gold], ranked: Sequence[Stretch]) -> list[int]:
    """What each rank adds: the weights of the groups that it is the first to hit."""
    left = list(gold)
    gained: list[int] = []
    for stretch in ranked:
        new = [group for group in left if holds(stretch, group)]
        left = [group for group in left if group not in new]
        gained.append(sum(group.importance.weight for group in new))
    return gained


def ideal_gains(gold: Sequence[Gold], index: Sequence[Stretch], k: int = 10) -> list[int]:
    """The gains of the greedy best order of the passages of the whole index."""
    return list(_ideal_gains(tuple(gold), tuple(index), k))


@lru_cache(maxsize=1024)  # the same for every wording of a question and every shortcut
def _ideal_gains(gold: tuple[Gold, ...], index: tuple[Stretch, ...], k: int) -> tuple[int, ...]:
    left = list(gold)
    ideal: list[int] = []
    holding = {stretch: [group for group in gold if holds(stretch, group)] for stretch in index}
    while left and len(ideal) < k:
        best = max(holding, key=lambda stretch: _gain(holding[stretch], left), default=None)
        if best is None or not _gain(holding[best], left):
            break
        ideal.append(_gain(holding[best], left))
        left = [group for group in left if group not in holding[best]]
    return tuple(ideal)


def _gain(groups: Sequence[Gold], left: Sequence[Gold]) -> int:
    return sum(group.importance.weight for group in groups if group in left)


def dcg(gained: Sequence[int]) -> float:
    """Discounted cumulated gain with linear gains."""
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gained, 1))


def ndcg(found: Found, index: Sequence[Stretch], k: int = 10) -> Score | None:
    """nDCG@k, linear gain, no double credit, against the greedy ideal over `index`."""
    ideal = dcg(ideal_gains(found.gold, index, k))
    if not found.vital or not ideal:
        return None
    gained = gains(found.gold, found.ranked[:k])
    return Score(f"ndcg@{k}", dcg(gained) / ideal, f"gains {gained}")


def within_budget(ranked: Sequence[Stretch], sources: Mapping[str, Source], words: int = BUDGET) -> tuple[Stretch, ...]:
    """The first `words` words of what was found; the passage that crosses the limit is cut there."""
    kept: list[Stretch] = []
    for stretch in ranked:
        ends = [match.end() for match in _WORD.finditer(sources[stretch.doc].text, stretch.start, stretch.end)]
        if words <= 0 or not ends:
            break
        kept.append(Stretch(stretch.doc, stretch.start, ends[min(words, len(ends)) - 1]))
        words -= len(ends)
    return tuple(kept)


def budget_scores(found: Found, sources: Mapping[str, Source], words: int = BUDGET) -> list[Score]:
    """Recall of groups, and recall, precision and IoU of characters, inside the first `words` words."""
    if not found.vital:
        return []
    sent = within_budget(found.ranked, sources, words)
    hit = groups_hit(found.vital, sent)
    best = [one for gold in found.vital for one in max(gold.alternatives, key=lambda one: share(one, sent))]
    every = [one for gold in found.gold for alternative in gold.alternatives for one in alternative]
    length = sum(len(stretch) for stretch in sent)
    both = covered(best, sent)
    chars = sum(best_share(gold, sent) for gold in found.vital) / len(found.vital)
    return [
        Score(f"recall@{words}w", len(hit) / len(found.vital)),
        Score(f"char_recall@{words}w", chars, f"{length} caractères envoyés"),
        Score(f"char_precision@{words}w", covered(every, sent) / length if length else 0.0),
        Score(f"iou@{words}w", both / (length + size(best) - both)),
    ]


def retrieval(found: Found, sources: Mapping[str, Source], index: Sequence[Stretch] = ()) -> list[Score]:
    """Every retrieval measure that applies; nDCG needs the stretches of all passages of the `index`."""
    ranks = [measure(found, k) for measure in (recall, all_hit, doc_recall) for k in (1, 3, 5, 10)]
    scores = [*ranks, reciprocal_rank(found), ndcg(found, index) if index else None]
    return [score for score in scores if score] + budget_scores(found, sources)


def retrieval_scores(
    item: Item, hits: Sequence[Hit], sources: Mapping[str, Source], index: Sequence[Stretch] = ()
) -> dict[str, float | None]:
    """The retrieval measures of one item by name; empty when it has no vital evidence."""
    ranked = tuple(Stretch.of(hit.passage) for hit in hits)
    found = Found(gold_of(item, sources), ranked)
    return {score.name: score.value for score in retrieval(found, sources, index)}
