"""Which evidence answers: every unit of the passages found, scored one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.glossary import expansions
from corpus.types import Evidence
from rag.answer.retrieve import Signals, best_of, standard
from rag.index.searchable import Index
from rag.types import Hit

# logistic regression over the cases of corpus/cases, each hidden from the index it was asked of
WEIGHTS: Mapping[str, float] = {"passage": 0.42, "words": 0.63, "questions": 0.33, "spelling": 0.45, "learned": 0.2}
WEIGHTS_WITHOUT_QUESTIONS: Mapping[str, float] = {"passage": 0.42, "words": 0.63, "cosine": 0.33}

LEAST_QUESTION = 8
LEAST_LEAD = 25  # words of a sentence that says something before it announces the rest


@dataclass(frozen=True, eq=False)
class Scored:
    """An evidence unit with its score; higher answers better, comparable within one question."""

    unit: Evidence
    score: float


def _announces(unit: Evidence) -> bool:
    """Whether it only leads to what follows: « Les formes suivantes : », « Qu'est-ce qu'un PTCE ? »."""
    least = {":": LEAST_LEAD, "?": LEAST_QUESTION}
    return unit.words < least.get(unit.text[-1:], 0)


def score_evidence(index: Index, found: Signals, hits: Sequence[Hit]) -> list[Scored]:
    """The evidence of `hits`, best first, without sentences that only announce what follows them.

    passage: the score of the passage it stands in; words: BM25 in the unit and the questions it answers; questions:
    the cosine of its three best questions; spelling: their runs of letters; learned: what the question index teaches
    of it. Where no question asks for single sentences, cosine is the unit's own.
    """
    pairs = [(hit, unit) for hit in hits for unit in hit.passage.evidence if not _announces(unit)]
    places = [index.evidence_position[unit.id] for _, unit in pairs]
    floor = min(found.evidence.values(), default=0.0)
    typed = list(found.stems)
    wider = typed + expansions(found.text)
    asked = index.questions_of_evidence.at(places)
    columns: dict[str, NDArray[np.floating]] = {
        "passage": np.array([hit.score for hit, _ in pairs]),
        "words": index.evidence_words.scores(typed + wider)[places],
        "cosine": np.array([found.evidence.get(unit.id, floor) for _, unit in pairs]),
        "questions": best_of(asked, found.near),
        "spelling": best_of(asked, found.letters),
        "learned": index.learned.evidence_scores(found.vector)[places] if index.learned else np.zeros(len(pairs)),
    }
    weights = WEIGHTS if index.questions_of_evidence.questions.size else WEIGHTS_WITHOUT_QUESTIONS
    total = np.sum([weight * standard(columns[name]) for name, weight in weights.items()], axis=0)
    order = np.argsort(-total, kind="stable")
    return [Scored(pairs[position][1], float(total[position])) for position in order]
