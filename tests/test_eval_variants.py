"""Variants are made the same way every time, and differ as their kind says."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.variants import no_accents, typos, variants_of
from tests.test_eval_builders import item

QUESTION = "Comment financer la coordination quand les subventions baissent chaque année ?"


def test_accents_are_dropped_and_letters_stay() -> None:
    assert no_accents("Où est l’œuvre, à Besançon ?") == "ou est l'oeuvre, a besancon ?"


@pytest.mark.parametrize(("rate", "wrong"), [(0.1, 2), (0.25, 3)])
def test_as_many_words_are_mistyped_as_the_rate_says(rate: float, wrong: int) -> None:
    mistyped = typos(QUESTION, rate, Random(1))
    pairs = zip(QUESTION.split(), mistyped.split(), strict=True)
    assert sum(a != b for a, b in pairs) == wrong


@given(st.text(st.sampled_from("abcé d'"), max_size=40), st.integers(0, 99))
def test_short_words_and_first_letters_are_left_alone(text: str, seed: int) -> None:
    pairs = zip(text.split(), typos(text, 0.5, Random(seed)).split(), strict=True)
    assert all(a[:1] == b[:1] and (a == b or len(a) >= 4) for a, b in pairs)


def test_the_same_seed_gives_the_same_variants() -> None:
    made = item(question=QUESTION, variants=[{"kind": "english", "text": "How to fund coordination?"}])
    assert variants_of(made) == variants_of(made)
    assert [one.kind for one in variants_of(made)] == ["noaccent", "typo10", "typo25", "english"]
    assert variants_of(made, seed=8)[1:3] != variants_of(made)[1:3]


def test_a_follow_up_is_also_asked_alone_and_rewritten() -> None:
    history = [{"role": "user", "content": "Et le local ?"}]
    made = item(question="et pour nous ?", history=history, standalone="Qui prête un local ?")
    assert {one.kind: one.text for one in variants_of(made, ("last_turn", "standalone"))} == {
        "last_turn": "et pour nous ?",
        "standalone": "Qui prête un local ?",
    }


def test_a_variant_equal_to_the_question_is_not_asked_twice() -> None:
    assert variants_of(item(question="qui paye ?"), ("noaccent",)) == []
