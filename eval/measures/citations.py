"""Citations: are they exact, do they support what they stand behind, and do they show the gold evidence.

Citation recall and precision follow ALCE (Gao et al. 2023) with the deterministic support of `rag.verify.support`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean

from corpus.text import locate, normal
from eval.case import Case, Claim
from eval.measures.score import Score, f1
from eval.reply import Cited
from eval.spans import HALF, Gold, Stretch, covered, size


def _over_citations(name: str, case: Case, right: Callable[[Case, Cited], bool]) -> Score | None:
    cited = case.reply.citations
    if not cited:
        return None
    wrong = [f"[{one.marker}]" for one in cited if not right(case, one)]
    return Score(name, 1 - len(wrong) / len(cited), f"en défaut : {' '.join(wrong)}" if wrong else "")


def verbatim(case: Case) -> Score | None:
    """The share of citations whose quote equals the source at the stated offsets, but for typography (V1)."""
    return _over_citations("verbatim", case, _is_verbatim)


def _is_verbatim(case: Case, cited: Cited) -> bool:
    return bool(cited.quote) and normal(case.world.text(cited.stretch)) == normal(cited.quote)


def offsets(case: Case) -> Score | None:
    """The share of citations that equal the source byte for byte (V0)."""
    return _over_citations("offsets", case, lambda case, cited: case.world.text(cited.stretch) == cited.quote != "")


def resolvable(case: Case) -> Score | None:
    """The share of citations whose quote stands anywhere in the document that they name."""
    return _over_citations("resolvable", case, _is_resolvable)


def _is_resolvable(case: Case, cited: Cited) -> bool:
    source = case.world.sources.get(cited.doc)
    return source is not None and bool(locate(cited.quote, source.text))


def attribution(case: Case) -> Score | None:
    """The share of citations that name the speaker of the place they quote, or nobody where nobody speaks."""
    return _over_citations("attribution", case, lambda case, cited: cited.speaker == case.world.speaker(cited.stretch))


def citation_recall(case: Case) -> Score | None:
    """ALCE: the share of sentences that their citations together support; uncited sentences count against."""
    if not case.claims:
        return None
    red = [claim.text[:50] for claim, verdict in zip(case.claims, case.verdicts, strict=True) if not verdict]
    return Score("citation_recall", fmean(map(bool, case.verdicts)), f"non soutenu : {red[0]!r}" if red else "")


def citation_precision(case: Case) -> Score | None:
    """ALCE: the share of citations that a supported sentence needs or rests on alone; 0 without citations."""
    if not case.claims:
        return None
    useful = [
        _is_useful(case, claim, one, bool(verdict))
        for claim, verdict in zip(case.claims, case.verdicts, strict=True)
        for one in claim.cited
    ]
    return Score("citation_precision", fmean(useful) if useful else 0.0, f"{sum(useful)} sur {len(useful)}")


def _is_useful(case: Case, claim: Claim, cited: Cited, is_supported: bool) -> bool:
    others = [other for other in claim.cited if other is not cited]
    if not is_supported or not others:
        return is_supported
    return bool(case.judge(claim.text, [cited])) or not case.judge(claim.text, others)


def citation_f1(case: Case) -> Score | None:
    """The harmonic mean of citation recall and precision."""
    recall, precision = citation_recall(case), citation_precision(case)
    if recall is None or precision is None:
        return None
    return Score("citation_f1", f1(precision.value, recall.value) or 0.0)


def support_grade(case: Case) -> Score | None:
    """TREC: mean grade of the sentences, full 1, partial ½, none 0."""
    return Score("support_grade", fmean(one.grade for one in case.verdicts)) if case.verdicts else None


def _half(cited: Stretch, alternative: Sequence[Stretch]) -> float:
    return HALF * min(len(cited), size(alternative))


def touches(cited: Stretch, gold: Gold) -> bool:
    """Whether the citation and an alternative share at least half of the shorter of the two."""
    return any(covered(alternative, [cited]) >= _half(cited, alternative) for alternative in gold.alternatives)


def groups_cited(case: Case) -> frozenset[str]:
    """The ids of the evidence groups that a citation touches."""
    return frozenset(gold.id for gold in case.gold if any(touches(one, gold) for one in case.cited))


def gold_precision(case: Case) -> Score | None:
    """The share of citations that touch any gold evidence."""
    if not case.cited or not case.gold:
        return None
    good = [any(touches(one, gold) for gold in case.gold) for one in case.cited]
    return Score("gold_precision", fmean(good), f"{sum(good)} sur {len(good)}")


def evidence_coverage(case: Case) -> Score | None:
    """The share of vital evidence groups that a citation touches; 0 for a wrong refusal."""
    vital = {gold.id for gold in case.found.vital}
    if not vital:
        return None
    missed = sorted(vital - groups_cited(case))
    return Score("evidence_coverage", 1 - len(missed) / len(vital), f"manque {', '.join(missed)}" if missed else "")


def span_f1(case: Case) -> Score | None:
    """Character F1 of what was cited and of the gold, each group by its best cited alternative."""
    if not case.cited or not case.gold:
        return None
    best = [one for gold in case.gold for one in max(gold.alternatives, key=lambda one: covered(one, case.cited))]
    common = covered(best, case.cited)
    return Score("span_f1", 2 * common / (size(best) + size(case.cited)))


def over_quotation(case: Case) -> Score | None:
    """Cited characters over the characters of the shortest sufficient gold."""
    if not case.cited or not case.found.vital:
        return None
    needed = [one for gold in case.found.vital for one in min(gold.alternatives, key=size)]
    return Score("over_quotation", size(case.cited) / size(needed))
