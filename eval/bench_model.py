"""Times of answers that a language model writes: `python -m eval.bench_model`.

The model is scripted, one token every 20 ms, so that only the guide's own time is measured: from the model's first
token to the first verified words that a reader can see, and the verification of one sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from time import perf_counter, sleep
from types import SimpleNamespace
from typing import Any

import typer

from eval.items import load, shipped
from rag.guide import Guide
from rag.llm.answerer import Writer
from rag.llm.draft import chosen
from rag.llm.markers import Written
from rag.llm.models import Chat
from rag.llm.verify import Verifier
from rag.settings import Settings, read_settings
from rag.steps import Stage
from rag.verify.support import Lexicon

QUESTIONS = 40
PACE = 0.02


class PacedModel:
    """Says a text word by word, at a steady pace, and remembers when it began."""

    def __init__(self, text: str) -> None:
        self.words = text.split(" ")
        self.began = 0.0

    def stream(self, _: object) -> Iterator[Any]:
        """One word at a time, as a chat model of LangChain gives its chunks."""
        for word in self.words:
            sleep(PACE)
            self.began = self.began or perf_counter()
            yield SimpleNamespace(text=f"{word} ", response_metadata={})


def first_words(guide: Guide, verifier: Verifier, settings: Settings, question: str) -> tuple[float, float] | None:
    """Seconds from the model's first token to the first words shown (below 0: before it), and from the end of its own
    first sentence to that sentence; nothing for a question that is refused.
    """
    answer = guide.ask(question)
    if not answer.statements:
        return None
    sentence = next(unit for hit in answer.hits for unit in hit.passage.evidence if 8 <= unit.words <= 25)
    model = PacedModel(f"{' '.join(sentence.text.split())} Et la suite de la réponse.")
    chat = Chat(model, settings)  # type: ignore[arg-type]
    written = Guide(settings, guide.index, guide.embedder, Writer(chat, verifier, settings))
    shown: dict[Stage, float] = {}
    for step in written.stream(question):
        shown.setdefault(step.stage, perf_counter())
    own = shown.get(Stage.SAID, shown[Stage.DONE])
    return shown[Stage.RETRIEVED] - model.began, own - model.began - PACE * len(sentence.text.split())


def verification(guide: Guide, verifier: Verifier, questions: Sequence[str]) -> list[float]:
    """Seconds for each sentence of the passages found, with two of its words turned round so that it is rephrased."""
    seconds = []
    for question in questions:
        passages = chosen(guide.search(question), guide.settings.llm_words)
        for unit in passages[0].evidence:
            words = unit.text.split()
            text = " ".join([*words[1:2], *words[:1], *words[2:]])
            began = perf_counter()
            verifier.check(Written(text), passages)
            seconds.append(perf_counter() - began)
    return seconds


def main() -> None:
    """Prints the three figures."""
    settings = read_settings().model_copy(update={"llm": ""})
    guide = Guide.open(settings)
    verifier = Verifier(Lexicon.of(guide.sources), guide.embedder)
    items = [item.question for item in load(shipped("dev")).items if not item.history and item.language == "fr"]
    questions = items[:QUESTIONS]
    times = [one for question in questions if (one := first_words(guide, verifier, settings, question))]
    checks = sorted(verification(guide, verifier, questions))
    for name, values in (
        ("du premier mot du modèle aux premiers mots montrés (extraits)", [first for first, _ in times]),
        ("de la fin de la première phrase du modèle à cette phrase, vérifiée", [own for _, own in times]),
        ("vérifier une phrase", checks),
    ):
        ordered = sorted(values)
        worst = ordered[int(0.95 * (len(ordered) - 1))]
        typer.echo(f"{name} : médiane {1000 * median(ordered):.1f} ms, 95 % {1000 * worst:.1f} ms (n = {len(ordered)})")


if __name__ == "__main__":
    typer.run(main)
