"""What a question asks for decides what comes first in the answer."""

from __future__ import annotations

import pytest

from rag.answer.forms import Form, form_of, holds
from rag.guide import Guide


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Combien de pôles ont un lieu ?", Form.NUMBER),
        ("Vous avez des pourcentages ?", Form.NUMBER),
        ("How many poles have a legal structure?", Form.NUMBER),
        ("Le pôle, il existe depuis quand ?", Form.DATE),
        ("Comment faire quand on n'a pas de local ?", Form.ADVICE),
        ("qui paye l'animateur ?", Form.NAME),
        ("c koi un ptce", Form.DEFINITION),
        ("Quelle est la différence entre un PTCE et un cluster ?", Form.COMPARISON),
        ("Quels sont les types de PTCE ?", Form.LIST),
        ("faut il creer une asso ou une scic", Form.ADVICE),
        ("Y a-t-il des PTCE à la campagne ?", Form.YES_NO),
        ("Et AUTON'HOMMES, pareil ?", Form.OPEN),
    ],
)
def test_the_words_of_a_question_tell_the_form_of_its_answer(question: str, form: Form) -> None:
    assert form_of(question) is form


def test_a_year_is_a_date_and_not_a_figure() -> None:
    assert holds(Form.DATE, "Né en 2014.")
    assert not holds(Form.NUMBER, "Né en 2014.")
    assert holds(Form.NUMBER, "Huit pôles sur onze.")
    assert holds(Form.ADVICE, "Il faut du temps.")


def test_a_figure_comes_first_when_one_is_asked_for(guide: Guide) -> None:
    answer = guide.ask("Combien de pôles disposent d'un lieu ?")
    assert holds(Form.NUMBER, answer.statements[0].text)
