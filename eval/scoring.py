"""Every measure of one reply, by name: the one list of what is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from corpus.words import stems
from eval.case import Case
from eval.items import Item
from eval.measures import answer, citations
from eval.measures.abstention import Decision
from eval.measures.citations import groups_cited
from eval.measures.failures import Failure, failure
from eval.measures.retrieval import retrieval
from eval.measures.robustness import Outcome
from eval.measures.score import Score
from eval.reply import Reply

MEASURES: tuple[Callable[[Case], Score | None], ...] = (
    citations.verbatim,
    citations.offsets,
    citations.resolvable,
    citations.attribution,
    citations.citation_recall,
    citations.citation_precision,
    citations.citation_f1,
    citations.support_grade,
    citations.gold_precision,
    citations.evidence_coverage,
    citations.span_f1,
    citations.over_quotation,
    answer.vital_nuggets,
    answer.vital_nuggets_partial,
    answer.all_nuggets,
    answer.shown_nuggets,
    answer.density,
    answer.length,
    answer.within_length,
    answer.unsupported,
    answer.uncited,
    answer.fidelity,
    answer.must_not_say,
    answer.must_say,
    answer.eligible,
)


@dataclass(frozen=True)
class Row:
    """One scored reply."""

    item: Item
    reply: Reply
    scores: Mapping[str, float]
    reasons: Mapping[str, str]
    failure: Failure | None = None
    cited: frozenset[str] = frozenset()
    overlap: float | None = None

    @property
    def decision(self) -> Decision:
        """What the item called for and what was decided."""
        item, reply = self.item, self.reply
        return Decision(item.answerable, reply.status, reply.confidence, item.unanswerable_type)

    @property
    def outcome(self) -> Outcome:
        """What robustness compares."""
        ranked = tuple(hit.stretch for hit in self.reply.hits[:10])
        return Outcome(
            item=self.item.id,
            family=self.item.family,
            kind=self.reply.kind,
            answered=bool(self.reply.statements),
            cited=self.cited,
            ranked=ranked,
            scores=self.scores,
            passed=self.failure is None,
        )


def scored(case: Case) -> Row:
    """The row of a case: every measure that applies, with its reason, and why it failed if it did."""
    scores = [*retrieval(case.found, case.world.sources, case.world.index), *_measured(case)]
    return Row(
        item=case.item,
        reply=case.reply,
        scores={score.name: round(score.value, 9) for score in scores},
        reasons={score.name: score.reason for score in scores if score.reason},
        failure=failure(case),
        cited=groups_cited(case),
        overlap=word_overlap(case.item),
    )


def _measured(case: Case) -> list[Score]:
    return [score for measure in MEASURES if (score := measure(case)) is not None]


def word_overlap(item: Item) -> float | None:
    """The share of the question's content words that its vital gold quotes hold; `None` without gold."""
    asked = set(stems(item.standalone or item.question))
    gold = {stem for group in item.vital for one in group.any_of for quote in one.quotes for stem in stems(quote)}
    return len(asked & gold) / len(asked) if asked and gold else None
