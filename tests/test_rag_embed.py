"""What is read of a question to make its vector: all of an ordinary one, a bounded part of any other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rag.embed import LONGEST_WORD, MOST_BYTES, bounded


@given(some.text())
def test_whatever_is_asked_a_bounded_part_of_it_is_read(question: str) -> None:
    read = bounded(question * 50)
    assert len(read.encode(errors="replace")) <= MOST_BYTES + 1
    assert all(len(word) <= LONGEST_WORD for word in read.split())


@pytest.mark.parametrize("question", ["", "Faut-il créer une SCIC ?", "mot " * (MOST_BYTES // 4)])
def test_an_ordinary_question_is_read_as_it_is(question: str) -> None:
    assert bounded(question) == question


def test_of_a_long_text_the_beginning_and_the_end_are_read() -> None:
    read = bounded(f"Notre pôle. {'Nous avons tout fait. ' * 200} Faut-il une SCIC ?")
    assert read.startswith("Notre pôle.") and read.endswith("Faut-il une SCIC ?")


def test_a_character_that_is_cut_in_two_is_left_out() -> None:
    assert set(bounded("😀 " * 4000)) <= {"😀", " "}
