"""Whether the guide answers when it can and refuses when it must; measured over a whole set.

Positive means "should abstain". A partial item counts half on each side: its answered half must not be
refused, its missing half must be named (status partial or refused). To a question that must be refused, a
partial answer is an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.items import Answerable, Why
from eval.measures.score import f1, mean, ratio
from rag.types import Status


@dataclass(frozen=True, slots=True)
class Decision:
    """What an item called for and what the guide decided."""

    answerable: Answerable
    status: Status
    confidence: float = 0.0
    why: Why | None = None

    @property
    def must_refuse(self) -> bool:
        """Whether the sources hold no answer, or the question is too vague for one."""
        return self.answerable in (Answerable.NONE, Answerable.CLARIFY)

    @property
    def refused(self) -> bool:
        """Whether nothing was stated."""
        return self.status is Status.REFUSED

    @property
    def votes(self) -> tuple[tuple[bool, bool, float], ...]:
        """(should abstain, did abstain, weight)."""
        if self.answerable is Answerable.PARTIAL:
            return (False, self.refused, 0.5), (True, self.status is not Status.ANSWERED, 0.5)
        return ((self.must_refuse, self.refused, 1.0),)


@dataclass(frozen=True, slots=True)
class Abstention:
    """The weighted counts of a set, and what follows from them."""

    rightly_refused: float
    wrongly_refused: float
    wrongly_answered: float
    rightly_answered: float

    @classmethod
    def of(cls, decisions: Iterable[Decision]) -> Abstention:
        """The counts over `decisions`."""
        count = {(should, did): 0.0 for should in (True, False) for did in (True, False)}
        for decision in decisions:
            for should, did, weight in decision.votes:
                count[should, did] += weight
        return cls(count[True, True], count[False, True], count[True, False], count[False, False])

    @property
    def precision(self) -> float | None:
        """The share of refusals that were right."""
        return ratio(self.rightly_refused, self.rightly_refused + self.wrongly_refused)

    @property
    def recall(self) -> float | None:
        """The share of what must be refused that was."""
        return ratio(self.rightly_refused, self.rightly_refused + self.wrongly_answered)

    @property
    def f1(self) -> float | None:
        """Of abstaining; 0 when something had to be refused and nothing was."""
        return 0.0 if self.precision is None and self.recall is not None else f1(self.precision, self.recall)

    @property
    def answering_f1(self) -> float | None:
        """Of the other class: answering."""
        precision = ratio(self.rightly_answered, self.rightly_answered + self.wrongly_answered)
        recall = ratio(self.rightly_answered, self.rightly_answered + self.wrongly_refused)
        return 0.0 if precision is None and recall is not None else f1(precision, recall)

    @property
    def macro_f1(self) -> float | None:
        """The mean of both F1."""
        return None if self.f1 is None or self.answering_f1 is None else (self.f1 + self.answering_f1) / 2


def false_refusals(decisions: Iterable[Decision]) -> float | None:
    """The share of answerable questions (partial ones included) that were refused."""
    return mean(float(one.refused) for one in decisions if not one.must_refuse)


def false_answers(decisions: Iterable[Decision], why: Why | None = None) -> float | None:
    """The share of questions to refuse (of one type, when `why` is given) that were answered."""
    asked = (one for one in decisions if one.must_refuse and why in (None, one.why))
    return mean(float(not one.refused) for one in asked)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """The probability that a positive scores above a negative, ties counting half."""
    if not positive or not negative:
        return None
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))


def confidence_auroc(decisions: Sequence[Decision]) -> float | None:
    """How well confidence tells answerable questions from those to refuse; partial ones are left out."""
    return auroc(
        [one.confidence for one in decisions if one.answerable is Answerable.FULL],
        [one.confidence for one in decisions if one.must_refuse],
    )


def risk_coverage(answers: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """(coverage, risk) as less and less sure answers are let in; `answers` are (confidence, is wrong).

    Answers of equal confidence come in together.
    """
    curve, wrong, ranked = [], 0, sorted(answers, key=lambda one: -one[0])
    for count, (confidence, is_wrong) in enumerate(ranked, 1):
        wrong += is_wrong
        if count == len(ranked) or ranked[count][0] < confidence:
            curve.append((count / len(ranked), wrong / count))
    return curve


def aurc(curve: Sequence[tuple[float, float]]) -> float | None:
    """The mean risk over coverage: each point holds for the coverage that it adds."""
    if not curve:
        return None
    before = [0.0, *(coverage for coverage, _ in curve)]
    return sum(risk * (coverage - last) for (coverage, risk), last in zip(curve, before, strict=False))


def risk_at(curve: Sequence[tuple[float, float]], coverage: float = 0.8) -> float | None:
    """The risk at the first point that covers at least `coverage`."""
    return next((risk for covered, risk in curve if covered >= coverage - 1e-12), None)


def coverage_at(curve: Sequence[tuple[float, float]], risk: float = 0.05) -> float:
    """The largest coverage with at most that risk; 0 when there is none."""
    return max((coverage for coverage, found in curve if found <= risk), default=0.0)


def calibration(answers: Sequence[tuple[float, bool]], bins: int = 10) -> list[tuple[float, float, int]]:
    """(mean confidence, observed share, count) of each bin of confidence that holds something."""
    grouped: dict[int, list[tuple[float, bool]]] = {}
    for confidence, true in answers:
        grouped.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, true))
    return [
        (sum(c for c, _ in group) / len(group), sum(t for _, t in group) / len(group), len(group))
        for _, group in sorted(grouped.items())
    ]


def trust(macro_f1: float | None, nugget_f1: float | None, citation_f1: float | None) -> float | None:
    """Trust-PTCE: the mean of abstention macro-F1, nugget F1 and citation F1; `None` unless all apply."""
    if macro_f1 is None or nugget_f1 is None or citation_f1 is None:
        return None
    return (macro_f1 + nugget_f1 + citation_f1) / 3


def calibrated_f1(recalls: Sequence[float | None], answered: Sequence[bool]) -> float | None:
    """F1 of nugget recall over answered items and over answerable items (Trust-Score).

    One entry for each item; `None` for an item that is not answerable, which an answer to makes wrong.
    """
    got = sum(recall or 0.0 for recall, given in zip(recalls, answered, strict=True) if given)
    answerable = sum(recall is not None for recall in recalls)
    return f1(ratio(got, sum(answered)), ratio(got, answerable))
