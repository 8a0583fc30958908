"""Shortcuts do not fool what is published, and falsified answers turn the check red."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval.baselines import GUIDE, SHORTCUTS, Table, compared
from eval.case import Case, Claim
from eval.mutations import CLEAN, MUTATIONS, attacks, is_red
from eval.reply import Reply
from eval.scoring import Row, scored
from rag.types import Status
from tests.test_eval_builders import COST, LOCAL, RESERVE, SEAT, VISIT, WORLD, case, cite, reply

EVERYTHING = (LOCAL, SEAT, COST, RESERVE, VISIT)


def row(answer: Reply) -> Row:
    return scored(case(answer))


def shortcut(name: str, answer: Reply) -> Reply:
    return SHORTCUTS[name](case(answer))


def test_each_shortcut_answers_as_its_name_says() -> None:
    found = reply(SEAT, found=[LOCAL, COST])
    assert shortcut("premier passage", found).text == LOCAL
    assert shortcut("tout ce qui est trouvé", found).text == f"{LOCAL}\n{COST}"
    assert shortcut("toujours refuser", found).status is Status.REFUSED
    assert shortcut("ne jamais refuser", reply(found=[COST])).text == COST
    assert shortcut("oracle", found).text == LOCAL


def test_chance_is_the_same_each_time() -> None:
    assert shortcut("hasard", reply(LOCAL)) == shortcut("hasard", reply(LOCAL))


def test_the_oracle_beats_everybody() -> None:
    table = compared([row(reply(SEAT, found=[SEAT]))], WORLD)
    assert table.values["oracle"]["passed"] == 1
    assert table.values[GUIDE]["passed"] == 0


def test_a_measure_that_prefers_a_shortcut_is_named() -> None:
    table = Table(
        {
            GUIDE: {"vital_nuggets": 0.6, "unsupported": 0.1, "recall@5": 0.8},
            "hasard": {"vital_nuggets": 0.7, "unsupported": 0.0, "recall@5": 0.1},
            "oracle": {"vital_nuggets": 1.0, "unsupported": 0.0, "recall@5": 1.0},
        }
    )
    assert [table.beaten(name) for name in ("vital_nuggets", "unsupported", "recall@5")] == [
        ["hasard"],
        ["hasard"],
        [],
    ]


@pytest.mark.parametrize(
    ("mutation", "quote", "text"),
    [
        ("négation retirée", RESERVE, "Le pôle a de réserve."),
        ("nombre changé", SEAT, "Elle siège au comité de pilotage depuis 2020."),
    ],
)
def test_a_sentence_is_falsified(mutation: str, quote: str, text: str) -> None:
    falsified = MUTATIONS[mutation](Claim(quote, (cite(quote),)), case(reply(quote)))
    assert falsified and falsified.text == text


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_every_falsification_is_seen_in_the_small_documents(mutation: str) -> None:
    found = {one.name: one for one in attacks([row(reply(*EVERYTHING))], WORLD)}
    assert found[mutation].red == found[mutation].tried, found[mutation].missed
    assert found[CLEAN].red == 0


def test_two_names_change_places() -> None:
    quote = "Recevoir nous a obligés à dire ce que nous faisions mal."
    made: Case = case(reply(quote))
    claim = Claim("La SCIC siège à Tarnos.", (cite(quote),))
    falsified = MUTATIONS["deux noms échangés"](claim, made)
    assert falsified and falsified.text == "La Tarnos siège à SCIC."


def test_what_a_mutation_cannot_touch_is_not_counted() -> None:
    made = case(reply(LOCAL))
    assert [name for name, mutate in MUTATIONS.items() if mutate(made.claims[0], made)] == ["passage voisin cité"]


def test_a_sentence_with_its_right_citation_is_green() -> None:
    made = case(reply(VISIT))
    assert not is_red(made, made.claims[0])
    assert is_red(made, replace(made.claims[0], cited=(cite(VISIT, speaker="Paul Petit"),)))
