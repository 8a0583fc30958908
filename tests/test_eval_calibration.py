"""The support check beside a reader's labels."""

from __future__ import annotations

from importlib.resources import files

import pytest

from eval.annotations import Human
from eval.calibration import Pair, best_theta, calibrate, labelled
from eval.items import load, shipped
from rag.guide import Guide
from rag.verify.support import Lexicon
from tests.test_eval_builders import COST, LOCAL, SEAT, WORLD


def pair(id: str, sentence: str, evidence: str, verdict: Human) -> Pair:
    return Pair(id, id, "essai", sentence, (evidence,), verdict)


def test_the_shipped_labels_are_about_development_questions_only() -> None:
    pairs = labelled()
    development = {item.id for item in load(shipped("dev")).items}
    assert len(pairs) >= 120 and len({one.id for one in pairs}) == len(pairs)
    assert {one.item for one in pairs} <= development
    assert {one.verdict for one in pairs} == set(Human)


def test_who_labelled_is_said_where_the_labels_are() -> None:
    told = files("eval").joinpath("labelled/README.md").read_text(encoding="utf-8")
    assert "Qui a étiqueté" in told and "pas** un jugement humain" in told


def test_the_strictest_threshold_of_the_best_is_chosen_among_the_kept_pairs() -> None:
    greens = {0.5: [True, True, False], 0.7: [True, False, False], 0.9: [True, False, False]}
    assert best_theta(greens, [True, False, False], [True, True, True]) == 0.9
    assert best_theta(greens, [True, True, True], [True, True, True]) == 0.5
    assert best_theta(greens, [True, True, True], [True, False, True]) == 0.9


def test_right_and_wrong_verdicts_are_told_apart() -> None:
    found = calibrate(
        [
            pair("P1", LOCAL, LOCAL, Human.SUPPORTED),
            pair("P2", SEAT, LOCAL, Human.UNSUPPORTED),
            pair("P3", "La mairie donne des bureaux.", LOCAL, Human.SUPPORTED),
            pair("P4", COST, COST, Human.PARTLY),
        ],
        WORLD.lexicon,
    )
    assert (found.n, found.supported, found.crossed.accuracy) == (4, 2, 0.5)
    assert (found.false_greens, found.false_reds) == (("P4",), ("P3",))
    assert (found.at.precision, found.at.recall) == (0.5, 0.5)


def test_the_check_in_force_is_precise_on_the_labelled_pairs(guide: Guide) -> None:
    found = calibrate(labelled(), Lexicon.of(guide.sources))
    assert found.at.precision == pytest.approx(20 / 21)
    assert found.at.recall == pytest.approx(20 / 40)
