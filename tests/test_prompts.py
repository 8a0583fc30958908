"""Prompts are files, filled strictly."""

from __future__ import annotations

import pytest

from prompts.prompt import Prompt, load

PROMPT = Prompt("essai", 1, "Sois bref.", "Passage : $passage\nQuestion : $question")


def test_a_prompt_is_filled_in_one_pass() -> None:
    messages = PROMPT.fill(passage="coûte 5 $question", question="Combien ?")
    assert messages == [("system", "Sois bref."), ("human", "Passage : coûte 5 $question\nQuestion : Combien ?")]


@pytest.mark.parametrize("values", [{}, {"passage": "x"}, {"passage": "x", "question": "y", "reste": "z"}])
def test_a_value_that_is_missing_or_has_no_place_is_an_error(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="takes"):
        PROMPT.fill(**values)


@pytest.mark.parametrize(("rules", "request_"), [("Un $reste.", "$question"), ("Rien.", "Il coûte 5 $.")])
def test_a_dollar_that_begins_no_place_is_an_error(rules: str, request_: str) -> None:
    with pytest.raises(ValueError, match="begins no place"):
        Prompt("essai", 1, rules, request_)


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("answer", {"passages", "question", "words"}),
        ("rewrite", {"before", "question"}),
        ("questions", {"section", "passage", "count"}),
    ],
)
def test_each_shipped_prompt_has_a_version_and_the_places_that_are_filled(name: str, places: set[str]) -> None:
    prompt = load(name)
    assert prompt.version >= 1 and prompt.places == places


def test_a_prompt_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        load("absent")
