"""Answering and refusing over a run: counts, rates by type, curves over confidence, and Trust-PTCE."""

from __future__ import annotations

from collections.abc import Sequence

from eval.figures import FEW, figure
from eval.items import Answerable, Why
from eval.labels import WHY, label
from eval.measures.abstention import (
    Abstention,
    Decision,
    aurc,
    calibrated_f1,
    calibration,
    confidence_auroc,
    coverage_at,
    false_answers,
    risk_at,
    risk_coverage,
    trust,
)
from eval.measures.failures import Failure
from eval.measures.score import mean
from eval.scoring import Row

Curve = list[tuple[float, float]]
_CONTRADICTED = (Why.FALSE_PREMISE, Why.NUMBER_SWAP, Why.ENTITY_SWAP, Why.NEGATION)


def risk_curve(rows: Sequence[Row]) -> Curve:
    """(coverage, risk) over the answered questions; wrong: to be refused, or without any vital fact."""
    answered = [row for row in rows if not row.decision.refused]
    return risk_coverage([(row.reply.confidence, _is_wrong(row)) for row in answered])


def _is_wrong(row: Row) -> bool:
    return row.failure is Failure.WRONGLY_ANSWERED or row.scores.get("eligible") == 0


def calibration_points(rows: Sequence[Row]) -> list[tuple[float, float, int]]:
    """(mean confidence, share that the sources answer, count) by tenths of confidence."""
    return calibration([(row.reply.confidence, not row.decision.must_refuse) for row in rows])


def trust_ptce(rows: Sequence[Row]) -> float | None:
    """Trust-PTCE: mean of abstention macro-F1, F1 of vital facts, and citation F1 over answered questions."""
    counts = Abstention.of(row.decision for row in rows)
    answered = [not row.decision.refused for row in rows]
    facts = calibrated_f1([row.scores.get("vital_nuggets") for row in rows], answered)
    cited = figure("citation_f1", rows, resamples=1)
    return trust(counts.macro_f1, facts, cited.value if cited else None)


def decision_lines(rows: Sequence[Row]) -> tuple[tuple[str, ...], ...]:
    """Every figure of answering and refusing: name, value, over how many questions."""
    decisions = [row.decision for row in rows]
    counts, curve = Abstention.of(decisions), risk_curve(rows)
    share, n, answered = label("passed").show, len(rows), sum(not one.refused for one in decisions)
    due = [one for one in decisions if one.must_refuse]
    whole = [one for one in decisions if one.answerable is Answerable.FULL]
    types = [why for why in WHY if any(one.why is why for one in due)]
    lines = [
        ("Confiance Trust-PTCE", share(trust_ptce(rows)), n),
        ("macro-F1", share(counts.macro_f1), n),
        ("refus : précision", share(counts.precision), sum(one.refused for one in decisions)),
        ("refus : rappel", share(counts.recall), len(due)),
        ("refus : F1", share(counts.f1), n),
        ("refus à tort", share(_value(rows, "false_refusal")), n - len(due)),
        ("— dont les sources donnent toute la réponse", share(mean(one.refused for one in whole)), len(whole)),
        _corrected(rows),
        ("réponses à tort", share(false_answers(decisions)), len(due)),
        *(_of_type(due, why) for why in types),
        ("AUROC de la confiance", share(confidence_auroc(decisions)), n),
        ("aire sous risque-couverture (AURC)", share(aurc(curve)), answered),
        ("risque à 80 % de couverture", share(risk_at(curve)), answered),
        ("couverture à 5 % de risque", share(coverage_at(curve)), answered),
    ]
    return tuple((name, value, str(count)) for name, value, count in lines)


def _corrected(rows: Sequence[Row]) -> tuple[str, str, int]:
    """Questions that take for granted what a source contradicts: how many are answered with a vital fact."""
    asked = [row for row in rows if row.decision.answerable is Answerable.FULL and row.decision.why in _CONTRADICTED]
    corrected = sum(row.scores.get("eligible") == 1 for row in asked)
    return "prémisses contredites et corrigées", f"{corrected} sur {len(asked)}", len(asked)


def _of_type(due: Sequence[Decision], why: Why) -> tuple[str, str, int]:
    """Wrong answers to one type of question: a count where there are few."""
    asked = [one for one in due if one.why is why]
    wrong = sum(not one.refused for one in asked)
    shown = f"{wrong} sur {len(asked)}" if len(asked) < FEW else label("passed").show(wrong / len(asked))
    return f"— {WHY[why]}", shown, len(asked)


def _value(rows: Sequence[Row], name: str) -> float | None:
    found = figure(name, rows, resamples=1)
    return found.value if found else None
