"""What each retrieval signal brings: the fused search without it, and with it alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from eval.case import World
from eval.items import Item
from eval.labels import label
from eval.measures.retrieval import Found, retrieval
from eval.measures.score import mean
from eval.sections import Section
from eval.spans import Stretch, gold_of
from rag.answer.retrieve import Signals, fuse, weights_of
from rag.guide import Guide
from rag.types import Turn

NAMES = ("recall@5", "recall@450w", "recall@10", "ndcg@10", "mrr@10")
Weights = Mapping[str, float]


def settings_of(weights: Weights) -> dict[str, dict[str, float]]:
    """The full fusion, then each signal left out, then each alone."""
    without = {f"sans {name}": {**weights, name: 0.0} for name in weights}
    alone = {f"{name} seul": {other: float(other == name) for other in weights} for name in weights}
    return {"tous les signaux": dict(weights), **without, **alone}


def ablation(guide: Guide, items: Iterable[Item]) -> Section:
    """Retrieval measures for every setting of the weights, over the items that have vital evidence."""
    world = World.of(guide.sources, [Stretch.of(passage) for passage in guide.index.passages])
    asked = [(item, _signals(guide, item)) for item in items if item.vital]
    settings = settings_of(weights_of(guide.index))
    rows = tuple((name, *_line(asked, weights, world)) for name, weights in settings.items())
    header = ("Recherche", *(label(name).name for name in NAMES))
    return Section("ablation", "Ce qu'apporte chaque signal", f"{len(asked)} questions.", header, rows)


def _signals(guide: Guide, item: Item) -> Signals:
    turns = [Turn(message.role, message.content) for message in item.history]
    return guide.signals(guide.query(item.question, turns))


def _line(asked: list[tuple[Item, Signals]], weights: Weights, world: World) -> list[str]:
    scores = [_scores(item, found, weights, world) for item, found in asked]
    return [label(name).show(mean(one.get(name) for one in scores)) for name in NAMES]


def _scores(item: Item, found: Signals, weights: Weights, world: World) -> dict[str, float]:
    total, _ = fuse(found, weights)
    ranked = tuple(world.index[place] for place in np.argsort(-total, kind="stable")[:10])
    measured = retrieval(Found(gold_of(item, world.sources), ranked), world.sources, world.index)
    return {score.name: score.value for score in measured}
