"""Measures of the answer's own words, and the class of a failure, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from eval.case import Case
from eval.measures import answer
from eval.measures.failures import Failure, breakdown, failure
from eval.measures.score import Score
from eval.patterns import fault, fires
from eval.reply import Reply, Said
from rag.types import Status
from tests.test_eval_builders import COST, LOCAL, RESERVE, SEAT, VISIT, case, group, nugget, reply

TWO: dict[str, Any] = {
    "evidence": [group("E1", LOCAL), group("E2", COST)],
    "nuggets": [nugget("N1", "E1", ["mairie", "local"]), nugget("N2", "E2", ["re:42.?000"])],
}
NONE: dict[str, Any] = {"answerable": "none", "unanswerable_type": "near_miss", "evidence": [], "nuggets": []}


def of(score: Score | None) -> float:
    assert score is not None
    return score.value


def saying(text: str, base: Reply | None = None) -> Reply:
    return replace(base or reply(LOCAL), statements=(Said(text, (1,)),))


@pytest.mark.parametrize(
    ("pattern", "text", "fired"),
    [
        ("mairie", "la mairie prete", True),
        ("re:prete\\w* un", "la mairie pretera un local", True),
        ("mise en œuvre", "la mise en oeuvre", True),
        ("c++", "du c++", True),
        ("local", "la loca", False),
    ],
)
def test_a_pattern_fires_on_folded_text(pattern: str, text: str, fired: bool) -> None:
    assert fires(pattern, text) is fired


def test_a_pattern_that_cannot_fire_has_a_fault() -> None:
    assert [bool(fault(one)) for one in ("re:", "re:(", "Été", "ete")] == [True, True, True, False]


def test_facts_are_counted_strictly_and_in_part() -> None:
    half = {**TWO["nuggets"][1], "partial": [["cout"]]}
    made = case(saying(f"{LOCAL} Cela a un coût."), **{**TWO, "nuggets": [TWO["nuggets"][0], half]})
    assert (of(answer.vital_nuggets(made)), of(answer.vital_nuggets_partial(made))) == (0.5, 0.75)


def test_a_wrong_refusal_states_nothing_and_a_due_one_is_not_measured() -> None:
    assert of(answer.vital_nuggets(case(reply()))) == 0
    assert answer.vital_nuggets(case(reply(), **NONE)) is None


def test_density_counts_facts_by_words() -> None:
    assert of(answer.density(case(reply(LOCAL)))) == pytest.approx(100 / 7)


def test_shown_facts_are_those_whose_evidence_is_cited() -> None:
    assert of(answer.shown_nuggets(case(reply(COST), **TWO))) == 0.5


def test_what_nothing_supports_is_counted() -> None:
    made = case(saying(f"{LOCAL} {SEAT}"))
    assert of(answer.unsupported(made)) == 0.5
    assert of(answer.unsupported(case(saying(f"{LOCAL} {SEAT}", reply(LOCAL, found=[SEAT]))))) == 0


def test_numbers_and_names_must_stand_in_what_is_cited() -> None:
    made = case(saying("La mairie prête un local au pôle depuis 2019 à Tarnos."))
    assert answer.fidelity(made) == Score("fidelity", 0.0, "absent : 2019, tarnos")


def test_an_answer_without_numbers_or_names_has_no_fidelity() -> None:
    assert answer.fidelity(case(reply(LOCAL))) is None


def test_what_must_not_be_said_is_seen() -> None:
    assert of(answer.must_not_say(case(reply(LOCAL), must_not_say=["re:gratuit"]))) == 0
    assert of(answer.must_not_say(case(saying("C'est gratuit."), must_not_say=["re:gratuit"]))) == 1


def test_the_year_of_a_cited_source_counts_as_said() -> None:
    assert of(answer.must_say(case(reply(LOCAL), must_say=["2021"]))) == 1
    assert of(answer.must_say(case(reply(VISIT), must_say=["2021"]))) == 0


def test_an_answer_that_misses_the_question_is_not_eligible() -> None:
    assert of(answer.eligible(case(reply(VISIT)))) == 0


def failing(reply_made: Reply, **changes: Any) -> Failure | None:  # noqa: ANN401 - JSON
    made: Case = case(reply_made, **{**TWO, **changes})
    return failure(made)


def test_each_failure_has_its_class() -> None:
    assert failing(reply()) is Failure.WRONGLY_REFUSED
    assert failing(reply(LOCAL), **NONE) is Failure.WRONGLY_ANSWERED
    assert failing(saying(SEAT)) is Failure.UNSUPPORTED
    assert failing(reply(LOCAL, found=[LOCAL])) is Failure.NOT_RETRIEVED
    assert failing(reply(LOCAL, found=[LOCAL, COST])) is Failure.NOT_CITED
    unsaid = [TWO["nuggets"][0], nugget("N2", "E2", ["salaire"])]
    assert failing(reply(LOCAL, COST, found=[LOCAL, COST]), nuggets=unsaid) is Failure.NOT_SAID


def test_what_passes_has_no_failure() -> None:
    assert failing(reply(LOCAL, COST, found=[LOCAL, COST])) is None
    assert failing(reply(), **NONE) is None


def test_a_partial_item_must_name_its_missing_half() -> None:
    partial = {"answerable": "partial", "unanswerable_type": "near_miss"}
    good = reply(LOCAL, COST, found=[LOCAL, COST])
    assert failing(good, **partial) is Failure.HALF_NOT_NAMED
    assert failing(replace(good, status=Status.PARTIAL), **partial) is None


def test_pasting_far_too_much_is_no_answer() -> None:
    found = reply(LOCAL, COST, found=[LOCAL, COST])
    assert failing(found, expect={"max_words": 9}) is None
    assert failing(found, expect={"max_words": 7}) is Failure.TOO_LONG


def test_the_breakdown_adds_up_to_one() -> None:
    shares = breakdown([None, Failure.NOT_CITED, Failure.NOT_CITED, Failure.WRONGLY_REFUSED])
    assert shares == {Failure.WRONGLY_REFUSED: pytest.approx(1 / 3), Failure.NOT_CITED: pytest.approx(2 / 3)}
    assert breakdown([None]) == {}


def test_length_is_held_against_what_the_item_allows() -> None:
    assert of(answer.within_length(case(reply(LOCAL), expect={"max_words": 6}))) == 0
    assert answer.within_length(case(reply())) is None


def test_the_unused_evidence_stays_out() -> None:
    assert of(answer.all_nuggets(case(reply(LOCAL, RESERVE), **TWO))) == 0.5
