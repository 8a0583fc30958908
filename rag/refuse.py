"""Deciding, before composing, whether the sources answer at all."""

from __future__ import annotations

from collections.abc import Sequence

from rag.retrieve import Signals
from rag.types import Hit, Query, Refusal, RefusalType
from rag.wording import REFUSALS

_NEAREST = 3


def confidence(found: Signals) -> float:
    """The estimated probability in [0, 1] that the sources answer."""
    return float(found.scores["questions"].max())


def refusal(query: Query, hits: Sequence[Hit], sure: float) -> Refusal | None:
    """The refusal of `query`, `None` when it is to be answered."""
    if sure >= 0.84:
        return None
    nearest = tuple(hit.passage for hit in hits[:_NEAREST])
    type = RefusalType.NOT_COVERED
    return Refusal(type, REFUSALS[query.language][type], nearest)
