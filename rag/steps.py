"""An answer on its way: what `Guide.stream` gives, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rag.types import Answer, Statement


class Stage(StrEnum):
    """How far an answer has come."""

    RETRIEVED = "retrieved"
    SAID = "said"
    WRITING = "writing"
    DONE = "done"


@dataclass(frozen=True, eq=False)
class Step:
    """`answer` is what can be shown now, and all of it is verified.

    RETRIEVED: a language model begins to write; until then, the answer is made of extracts. SAID: one more sentence of
    the model was verified, `said`; it stands in `answer` before the extracts that it does not restate. WRITING: nothing
    new, the model goes on; such a step comes every second or so, and who then closes the stream stops the model. DONE:
    the last step, and the only one when no model writes. Sentences keep their order and their markers.
    """

    stage: Stage
    answer: Answer
    said: Statement | None = None
