"""People's verdicts are kept, and the automatic check is measured against them."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.annotations import Annotation, BadAnnotationsError, Human, add, automatic, between_people, load, with_check
from tests.test_eval_builders import LOCAL, SEAT, case, reply


def verdict(sentence: str, human: Human, annotator: str = "Ana") -> Annotation:
    return Annotation("passe", "F-001", "canonical", sentence, human, annotator)


def test_the_last_verdict_of_a_person_counts(tmp_path: Path) -> None:
    path = tmp_path / "eval" / "annotations.jsonl"
    for human in (Human.PARTLY, Human.SUPPORTED):
        add(verdict(LOCAL, human), path)
    add(verdict(LOCAL, Human.CONTRADICTED, "Bob"), path)
    assert [(one.annotator, one.verdict.value) for one in load(path)] == [("Ana", "soutenu"), ("Bob", "contredit")]


def test_no_file_is_no_verdict_and_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "annotations.jsonl"
    assert load(path) == []
    path.write_text('{"run": "passe"}\n', encoding="utf-8")
    with pytest.raises(BadAnnotationsError, match=r"annotations.jsonl:1"):
        load(path)


def test_the_check_is_compared_with_people() -> None:
    judged = automatic("passe", [case(reply(LOCAL, SEAT))])
    people = [verdict(LOCAL, Human.SUPPORTED), verdict(SEAT, Human.CONTRADICTED), verdict("autre", Human.PARTLY)]
    found = with_check(people, judged)
    assert (found.n, found.accuracy, found.kappa) == (2, 0.5, 0)


def test_people_are_compared_with_each_other() -> None:
    people = [
        verdict(LOCAL, Human.SUPPORTED),
        verdict(LOCAL, Human.SUPPORTED, "Bob"),
        verdict(SEAT, Human.UNSUPPORTED),
        verdict(SEAT, Human.CONTRADICTED, "Bob"),
    ]
    found = between_people(people)
    assert (found.n, found.accuracy, found.kappa) == (2, 1, 1)
