"""Why an item failed: one class each, so that the shares of all classes add up to 100 % of what failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from eval.case import Case
from eval.items import Answerable, Importance, Nugget
from eval.measures.answer import credits
from eval.measures.citations import groups_cited
from eval.spans import groups_hit
from rag.types import Status

FAR_TOO_LONG = 2


class Failure(StrEnum):
    """Where the way from the question to the right answer broke, in the order in which it is looked for."""

    WRONGLY_REFUSED = "wrongly_refused"
    WRONGLY_ANSWERED = "wrongly_answered"
    UNSUPPORTED = "said_unsupported"
    NOT_RETRIEVED = "not_retrieved"
    NOT_CITED = "retrieved_not_cited"
    NOT_SAID = "cited_not_said"
    TOO_LONG = "too_long"
    HALF_NOT_NAMED = "missing_half_not_named"


def failure(case: Case) -> Failure | None:
    """The class of a failed item, `None` for one that passed.

    Passed is: refused where a refusal is due; elsewhere every sentence supported, every vital fact stated, not more
    than `FAR_TOO_LONG` times as long as the item allows (pasting everything that was found is no answer),
    and the missing half of a partial item named.
    """
    if not case.item.is_answerable:
        return Failure.WRONGLY_ANSWERED if case.answered else None
    if not case.answered:
        return Failure.WRONGLY_REFUSED
    if not all(case.verdicts):
        return Failure.UNSUPPORTED
    if missing := _missing(case):
        return _stage(case, missing)
    if case.words > FAR_TOO_LONG * case.item.expect.max_words:
        return Failure.TOO_LONG
    half_named = case.item.answerable is Answerable.FULL or case.reply.status is Status.PARTIAL
    return None if half_named else Failure.HALF_NOT_NAMED


def _missing(case: Case) -> list[Nugget]:
    got = credits(case)
    return [one for one in case.item.nuggets if one.importance is Importance.VITAL and got[one.id] < 1]


def _stage(case: Case, missing: list[Nugget]) -> Failure:
    """The earliest stage at which the evidence of a missing fact was lost."""
    retrieved, cited = groups_hit(case.gold, case.found.ranked), groups_cited(case)
    if any(one.evidence and not retrieved & set(one.evidence) for one in missing):
        return Failure.NOT_RETRIEVED
    if any(one.evidence and not cited & set(one.evidence) for one in missing):
        return Failure.NOT_CITED
    return Failure.NOT_SAID


def breakdown(failures: Iterable[Failure | None]) -> dict[Failure, float]:
    """The share of each class among failed items; all shares add up to 1, empty when nothing failed."""
    counts = Counter(one for one in failures if one is not None)
    total = sum(counts.values())
    return {kind: counts[kind] / total for kind in Failure if counts[kind]}
