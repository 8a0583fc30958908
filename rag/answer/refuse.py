"""Deciding, before composing, whether the sources answer at all.

What decides is on which side a question lies: with the questions that the sources answer, or with the gaps, which they
do not. No similarity threshold could: the embedder's cosines lie too close together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from math import exp

import numpy as np
from numpy.typing import NDArray

from corpus.glossary import load_glossary
from corpus.questions import NoAnchor, anchor
from corpus.types import Span
from corpus.words import fold, stems
from rag.answer.conversation import language_of
from rag.answer.forms import Form, form_of
from rag.answer.retrieve import BEST, Reading, Signals
from rag.index.searchable import Index
from rag.types import Hit, Language, Query, Refusal, RefusalType
from rag.wording import HALF_MISSING, HALF_QUOTED, MISSING, REFUSALS

NEAREST = 3
_OF_FORM = {Form.NUMBER: 1, Form.DATE: 2}  # the types of gaps of `rag.wording.MISSING`
# a question that takes something for granted, perhaps wrongly, is not offered to be asked
_PRESUMES = re.compile(
    r"\b(?:bien|depuis que|puisque|vu que|il paraît|d'après ce que|on m'a dit|une fois|pourquoi|non \?|est-il vrai|"
    r"c'est (?:vrai|ça)|why|since|right \?|is it true)",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"\b(?:combien|montants?|prix|couts?|coute|tarifs?|salaires?|loyers?|budgets?|taux|nombre|chiffres?|pourcentage|euros?|"
    r"heures?|salary|costs?|prices?|fees?|rents?|how (?:many|much)|number|rate|hours?)\b"
)
_NAME = re.compile(r"(?<=[\s'’])[A-ZÀ-Ý][\w'’-]{2,}")
SAME_QUESTION, SAME_WORDS = 0.93, 0.5  # cosine, and share of the words in common
MOSTLY_UNKNOWN = 0.45
# Logistic regression on the development set, whose cross-validation docs/decisions.md reports.
THRESHOLD = 0.56
UNSURE = 0.7  # of what is answered below it, the sources hold the whole answer once in five (docs/decisions.md)
INTERCEPT = 0.64
COEFFICIENTS: Mapping[str, float] = {"coverage": 2.54, "words": 0.21, "letters": 0.11, "unknown": -6.0}


def features(index: Index, found: Reading) -> dict[str, float]:
    """What speaks for an answer.

    coverage: the learned side; words, letters: by how much BM25 prefers the best answered questions to the best gaps,
    over words and over runs of letters; unknown: the share of content words that the index has never met.
    """
    coverage = index.coverage
    return {
        "coverage": coverage.side(found.vector, found.cosines, found.stems, found.pieces) if coverage else 0.0,
        "words": _preferred(index, found.words),
        "letters": _preferred(index, found.letters),
        "unknown": unknown(index, found),
    }


def _preferred(index: Index, scores: NDArray[np.floating]) -> float:
    return _best(scores[index.is_answered]) - _best(scores[index.is_gap])


def _best(scores: NDArray[np.floating]) -> float:
    return float(np.sort(scores)[-BEST:].sum() / BEST)


def unknown(index: Index, found: Reading) -> float:
    """The share of content words that neither a source nor an indexed question holds, smoothed by one."""
    return sum(not index.all_words.knows(stem) for stem in found.stems) / (1 + len(found.stems))


def confidence(index: Index, *readings: Reading) -> float:
    """The estimated probability in [0, 1] that the sources answer, in the mean of a question's `readings`: a follow-up
    is read with its thread and by itself.

    Without gaps there is nothing to compare with, whatever questions a model wrote: it is the share of the words that
    the corpus knows.
    """
    if not index.knows_gaps:
        return 1 - unknown(index, readings[0])
    return 1 / (1 + exp(-sum(_evidence_for(index, found) for found in readings) / len(readings)))


def _evidence_for(index: Index, found: Reading) -> float:
    values = features(index, found)
    return INTERCEPT + sum(weight * values[name] for name, weight in COEFFICIENTS.items())


def refusal(index: Index, query: Query, found: Signals, hits: Sequence[Hit], sure: float) -> Refusal | None:
    """The refusal of `query`, `None` when it is to be answered."""
    if not found.stems:
        return _refusal(index, query, found, hits, RefusalType.TOO_VAGUE)
    if sure >= THRESHOLD:
        return None
    return _refusal(index, query, found, hits, _type(index, found))


def half_missing(language: Language, missing: Sequence[str]) -> Refusal:
    """The refusal of the parts of a question that the sources do not answer, beside the answer to the others."""
    parts = ", ".join(HALF_QUOTED[language].format(part=part) for part in missing)
    return Refusal(RefusalType.NOT_COVERED, HALF_MISSING[language].format(parts=parts))


def contradiction(index: Index, found: Signals) -> Span | None:
    """What contradicts the question's premise, when it asks what a gap with a false premise asks."""
    if not found.questions or found.questions[0][1] < SAME_QUESTION:
        return None
    nearest = index.asked[found.questions[0][0]]
    gap, words, others = nearest.gap, set(found.stems), set(stems(nearest.text))
    if len(words & others) < SAME_WORDS * len(words | others):
        return None
    denied = index.gaps[gap].contradicted_by if gap >= 0 else None
    if denied is None or denied[0] not in index.sources:
        return None
    source = index.sources[denied[0]]
    try:
        start, end = anchor(denied[1], source)
    except NoAnchor:
        return None
    units = [unit for unit in index.evidence if unit.source is source and unit.start < end and start < unit.end]
    first = units[0]
    return Span(source, first.start, units[-1].end, first.section, first.page, first.speaker)


def _type(index: Index, found: Signals) -> RefusalType:
    near = _near_gaps(index, found)
    if near[:1] == [14]:
        return RefusalType.TOO_VAGUE
    if near[:1] in ([10], [13]) or unknown(index, found) > MOSTLY_UNKNOWN:
        return RefusalType.OUT_OF_SCOPE
    return RefusalType.PERSONAL_ADVICE if 2 * near.count(4) > NEAREST else RefusalType.NOT_COVERED


def _near_gaps(index: Index, found: Signals) -> list[int]:
    """The types of the nearest gaps, nearest first."""
    gaps = (index.asked[question].gap for question, _ in found.questions)
    return [index.gaps[gap].type for gap in gaps if gap >= 0][:NEAREST]


def _missing(index: Index, found: Signals) -> int:
    """The type of what is missing: what the question's form asks for, or what most of the nearest gaps lack, if the
    question speaks of such a thing; else 0.
    """
    kind, count = next(iter(Counter(_near_gaps(index, found)).most_common(1)), (0, 0))
    likely = 2 * count > NEAREST and _speaks_of(kind, index, found.text)
    return _OF_FORM.get(form_of(found.text), kind if likely else 0)


def _speaks_of(kind: int, index: Index, question: str) -> bool:
    """Whether a reason may be given: an amount is asked for in words of amounts, and what « the sources name » is a
    name that they have.
    """
    if kind == 1:
        return bool(_QUANTITY.search(fold(question)))
    field = {term.term for term in load_glossary()}
    names = [name for name in _NAME.findall(question) if name not in field]
    return kind not in (6, 7) or any(index.text_words.knows(stem) for name in names for stem in stems(name))


def _refusal(index: Index, query: Query, found: Signals, hits: Sequence[Hit], type: RefusalType) -> Refusal:
    message = REFUSALS[query.language][type]
    if type is RefusalType.NOT_COVERED:
        message = MISSING[query.language].get(_missing(index, found), message)
    return Refusal(type, message, tuple(hit.passage for hit in hits[:NEAREST]), _choices(query.language, hits))


def _choices(language: Language, hits: Sequence[Hit]) -> tuple[str, ...]:
    """Questions that the nearest passages do answer, to ask instead: indexed questions in the language of this one."""
    asked = (hit.question for hit in hits if hit.question.endswith("?") and hit.question[0].isupper())
    plain = (question for question in asked if not _PRESUMES.search(question))
    spoken = (question for question in plain if language_of(question) is language)
    return tuple(dict.fromkeys(spoken))[:NEAREST]
