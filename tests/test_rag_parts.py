"""A question that asks several things: what the sources answer is answered, what they do not is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.parts import Halves, halves, parts_of
from rag.guide import Guide
from rag.types import RefusalType, Status


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Qui organisait la rencontre de Trévoux et combien ça a coûté ?",
            ["Qui organisait la rencontre de Trévoux", "combien ça a coûté ?"],
        ),
        (
            "On embauche à mi-temps. Quel salaire brut, et quelle fiche de poste ?",
            ["Quel salaire brut", "quelle fiche de poste ?"],
        ),
        ("Who pays for the coordinator, and how much?", ["Who pays for the coordinator", "how much?"]),
        ("Comment associer les élus et les habitants ?", ["Comment associer les élus et les habitants ?"]),
        ("Nous sommes trois associations.", []),
    ],
)
def test_a_question_is_cut_where_it_asks_for_something_else(question: str, parts: list[str]) -> None:
    assert parts_of(question) == parts


@given(st.text(max_size=200))
def test_parts_are_stretches_of_the_question_in_its_order(question: str) -> None:
    rest = question
    for part in parts_of(question):
        assert part in rest
        rest = rest.partition(part)[2]


def test_only_a_question_with_a_clear_half_on_each_side_is_halved() -> None:
    question = "Qui organisait la rencontre et combien a-t-elle coûté ?"
    answered, missing = parts_of(question)
    assert halves(question, _likely({answered: 0.9, missing: 0.1})) == Halves(answered, (missing,))
    assert halves(question, _likely({answered: 0.9, missing: 0.4})) is None
    assert halves(question, _likely({answered: 0.6, missing: 0.1})) is None
    assert halves("Qui organisait la rencontre ?", _likely({})) is None


def test_a_later_part_is_read_after_the_first_which_may_name_what_both_are_about() -> None:
    threads: list[tuple[str, str]] = []

    def sure(part: str, thread: str) -> float:
        threads.append((part, thread))
        return 1.0

    halves("Qui organisait la rencontre et combien a-t-elle coûté ?", sure)
    assert threads == [
        ("Qui organisait la rencontre", ""),
        ("combien a-t-elle coûté ?", "Qui organisait la rencontre"),
    ]


def test_the_half_that_the_sources_answer_is_answered_and_the_other_is_named(guide: Guide) -> None:
    answer = guide.ask("Qui organisait la rencontre de Trévoux et combien ça a coûté ?")
    assert answer.status is Status.PARTIAL
    assert any("Val Horizon" in statement.text for statement in answer.statements)
    assert answer.refusal
    assert answer.refusal.type is RefusalType.NOT_COVERED
    assert "« combien ça a coûté ? »" in answer.refusal.message


def _likely(values: dict[str, float]) -> Callable[[str, str], float]:
    return lambda part, thread: values[part]
