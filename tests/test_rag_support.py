"""The deterministic support check, case by case."""

from __future__ import annotations

from itertools import permutations

import pytest

from rag.verify.support import Lexicon, Tier, facts, negations, sentences, support
from tests.test_eval_builders import COST, LOCAL, RESERVE, SEAT, VISIT, WORLD

LEXICON = WORLD.lexicon


@pytest.mark.parametrize(
    ("sentence", "quotes", "tier"),
    [
        (LOCAL, [LOCAL], Tier.VERBATIM),
        ("la MAIRIE prete un local", [LOCAL], Tier.VERBATIM),
        ("Au pôle, la mairie prête un local.", [LOCAL], Tier.REPHRASED),
        ("Le poste de coordination coûte, chaque an, 42 000 €.", [COST], Tier.REPHRASED),
        ("Le poste de coordination coûte 43 000 € par an.", [COST], Tier.PARTLY),
        ("Le pôle a de réserve.", [RESERVE], Tier.PARTLY),
        ("La visite à Lyon a duré deux jours.", [VISIT], Tier.PARTLY),
        ("La visite à Tarnos a duré trois jours.", [VISIT], Tier.PARTLY),
        ("La mairie prête un local au pôle et finance, équipe, chauffe l'atelier.", [LOCAL], Tier.PARTLY),
        (SEAT, [LOCAL], Tier.NONE),
        (SEAT, [], Tier.NONE),
    ],
)
def test_a_sentence_reaches_its_tier(sentence: str, quotes: list[str], tier: Tier) -> None:
    verdict = support(sentence, quotes, LEXICON)
    assert verdict.tier is tier, verdict.reason
    assert bool(verdict) is (tier in (Tier.VERBATIM, Tier.REPHRASED))


def test_words_weigh_the_same_in_every_order() -> None:
    lexicon = Lexicon({"a": 0.1, "b": 0.2, "c": 0.3}, frozenset(), 1.0)
    assert len({lexicon.weight(words) for words in permutations("abc")}) == 1


def test_the_reason_says_what_is_missing() -> None:
    assert support("La visite à Lyon a duré deux jours.", [VISIT], LEXICON).reason == "absent de la citation : lyon"


def test_names_that_change_places_are_seen() -> None:
    quote = "En 2019, Anne a reçu Paul à Tarnos."
    verdict = support("En 2019, Paul a reçu Anne à Tarnos.", [quote], LEXICON)
    assert verdict.reason == "dans un autre ordre : anne"


def test_facts_are_numbers_acronyms_and_names() -> None:
    assert facts("Une SCIC paye 42 000 €, soit 12,5 % pour deux ans, à Tarnos.", LEXICON) == [
        "scic", "42000", "12.5", "%", "2", "tarnos",
    ]  # fmt: skip


def test_a_capital_that_opens_a_sentence_is_no_name() -> None:
    assert facts("Recevoir coûte. Nous payons.", LEXICON) == []


def test_lists_are_read_line_by_line() -> None:
    assert sentences("Trois moyens :\n- des dons ;\n- des prêts. Et des parts.") == [
        "Trois moyens :", "des dons ;", "des prêts.", "Et des parts.",
    ]  # fmt: skip


def test_negations_are_counted() -> None:
    assert negations("Il n'a pas d'argent, sans doute jamais.") == 3
