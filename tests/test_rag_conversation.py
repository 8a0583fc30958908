"""From what was typed to what is searched: cleaning, language, and the thread."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.conversation import clean, language_of, prepare, stands_alone
from rag.errors import BadQuestion
from rag.types import Language, Turn

LIMIT = 4000
THREAD = (Turn("user", "Comment financer la coordination ?"), Turn("assistant", "Par des cotisations [1]."))


@given(st.text(max_size=200))
def test_cleaned_text_has_no_control_character_and_single_blanks(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == clean(cleaned) == " ".join(cleaned.split())
    assert cleaned.isprintable()


@given(
    st.text(max_size=200),
    st.lists(st.builds(Turn, st.sampled_from(["user", "assistant"]), st.text(max_size=50)), max_size=4),
)
def test_any_text_becomes_a_query_or_is_refused(text: str, history: list[Turn]) -> None:
    try:
        query = prepare(text, history, LIMIT)
    except BadQuestion:
        assert not clean(text)
    else:
        assert query.question == clean(text) and query.question in query.searched


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\x00\x07", "\u200b\u200e"])
def test_an_empty_question_is_refused(question: str) -> None:
    with pytest.raises(BadQuestion, match="vide"):
        prepare(question, (), LIMIT)


def test_a_question_that_is_too_long_is_refused_with_both_lengths() -> None:
    with pytest.raises(BadQuestion, match="10000 caractères.*4000 au plus"):
        prepare("é" * 10_000, (), LIMIT)


def test_what_is_searched_instead_must_not_be_too_long_either() -> None:
    with pytest.raises(BadQuestion, match="4000 au plus"):
        prepare("Oui ?", (), LIMIT, "é" * 10_000)


def test_accents_typed_apart_are_put_together() -> None:
    assert clean("re\u0301seau") == "réseau"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Faut-il créer une SCIC ?", Language.FRENCH),
        ("How should we pay for the coordination?", Language.ENGLISH),
        ("financement coordination ptce", Language.FRENCH),
        ("What is a PTCE?", Language.ENGLISH),
        ("¿Qué es un polo?", Language.FRENCH),
        ("c koi un ptce", Language.FRENCH),
    ],
)
def test_the_language_is_that_of_the_small_words(question: str, language: Language) -> None:
    assert language_of(question) is language


@pytest.mark.parametrize(
    "question", ["Et pour une association ?", "Pourquoi ?", "Et combien ça coûte ?", "And how much?"]
)
def test_a_follow_up_takes_the_thread_with_it(question: str) -> None:
    query = prepare(question, THREAD, LIMIT)
    assert query.is_follow_up
    assert "financer la coordination" in query.searched


def test_a_question_that_stands_alone_leaves_the_thread() -> None:
    question = "Quels statuts juridiques permettent d'associer des collectivités et des entreprises ?"
    assert prepare(question, THREAD, LIMIT).searched == question


@pytest.mark.parametrize(
    "question",
    [
        "Qui organisait la rencontre de Trévoux et combien ça a coûté ?",
        "Les collectivités soutiennent-elles les pôles financièrement ?",
        "Y a-t-il des PTCE à la campagne et en ville ?",
        "Le pôle Sud Aquitaine, il existe depuis quand ?",
        "Quels pôles de 2014 ont leur propre lieu ?",
        "faut-il écrire une charte ?",
    ],
)
def test_a_pronoun_points_back_only_when_the_question_has_named_nothing_for_it(question: str) -> None:
    assert prepare(question, THREAD, LIMIT).searched == question


def test_without_history_nothing_is_added() -> None:
    assert not prepare("Et pour une association ?", (), LIMIT).is_follow_up


def test_what_the_guide_answered_is_not_searched() -> None:
    assert "cotisations" not in prepare("Pourquoi ?", THREAD, LIMIT).searched


def test_what_the_user_corrects_is_what_is_searched() -> None:
    query = prepare("Et la mairie ?", THREAD, LIMIT, "La mairie finance-t-elle la coordination ?")
    assert (query.question, query.searched) == (
        "Et la mairie ?",
        "La mairie finance-t-elle la coordination ?",
    )


def test_one_word_does_not_stand_alone() -> None:
    assert not stands_alone("Combien ?")
