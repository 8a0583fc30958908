"""Reranking: a model that reads a question and a passage together looks again at the passages found first.

Cross-encoders (Nogueira & Cho 2019, arXiv 1901.04085) are slower than vectors and see more; none is shipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rag.answer.retrieve import standard
from rag.errors import SettingsError
from rag.settings import Settings
from rag.transformers import loading
from rag.types import Hit

POOL = 30
WEIGHT = 1.0
NAME = "reranker"


class Reranker:
    """A `CrossEncoder` of sentence-transformers that lies on the disk; on a graphics card when there is one."""

    def __init__(self, model: str) -> None:
        with loading("Le modèle de reclassement", "PTCE_RERANKER", model) as library:
            self._encoder = library.CrossEncoder(model)
        if self._encoder.num_labels != 1:
            reason = "il faut un modèle qui donne une seule note à une question et un passage"
            raise SettingsError.invalid("PTCE_RERANKER", model, reason)

    def ordered(self, question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """`hits` in their new order, best first; ties as they were.

        The model's score counts as much as the fused one does: it is scaled to the same spread over `hits`.
        """
        if len(hits) < 2:
            return tuple(hits)
        pairs = [(question, f"{hit.passage.context}\n{hit.passage.text}") for hit in hits]
        said = np.asarray(self._encoder.predict(pairs, show_progress_bar=False), dtype=np.float32)
        given = WEIGHT * float(np.std([hit.score for hit in hits])) * standard(said)
        heard = [
            replace(hit, score=hit.score + float(part), signals={**hit.signals, NAME: round(float(part), 3)})
            for hit, part in zip(hits, given, strict=True)
        ]
        return tuple(sorted(heard, key=lambda hit: -hit.score))


def open_reranker(settings: Settings) -> Reranker | None:
    """The reranker that the settings name, `None` when they name none.

    Raises `ExtraMissing` without the library, `SettingsError` for a model that is not there or gives several scores.
    """
    return Reranker(settings.reranker) if settings.reranker else None
