"""An answer on its way: what `Guide.stream` gives, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rag.types import Answer, Statement


class Stage(StrEnum):
    """How far an answer has come."""

    RETRIEVED = "retrieved"
    SAID = "said"
    DONE = "done"


@dataclass(frozen=True, eq=False)
class Step:
    """`answer` is what can be shown now, and all of it is verified.

    RETRIEVED: a language model begins to write; until then, the answer is made of extracts. SAID: one more sentence of
    the model was verified, `said`; it stands in `answer` before the extracts that it does not restate. DONE: the last
    step, and the only one when no model writes. Sentences keep their order and their markers from step to step.
    """

    stage: Stage
    answer: Answer
    said: Statement | None = None
