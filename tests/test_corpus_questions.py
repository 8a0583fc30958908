"""The curated questions: anchored, complete, and apart from the evaluation's."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from corpus.cut import evidence_of, passages_of
from corpus.questions import NoAnchor, anchor, load_cases, load_disagreements, load_gaps, load_questions
from corpus.read import SHIPPED, files_below, read_file
from corpus.types import Passage, Source
from eval.items import load, shipped
from eval.similar import Indexed, questions_of

SOURCES: dict[str, Source] = {source.id: source for source in map(read_file, files_below(SHIPPED))}
SETS = load_questions()


def test_every_question_set_stands_in_its_source() -> None:
    for entry in SETS:
        assert anchor(entry.quote, SOURCES[entry.source])


def test_every_answer_of_a_case_stands_in_its_source() -> None:
    cases = load_cases()
    assert all(case.answers for case in cases)
    assert all(
        anchor(quote, SOURCES[source]) for source, quote in {answer for case in cases for answer in case.answers}
    )


def test_a_quote_that_was_reworded_is_refused() -> None:
    with pytest.raises(NoAnchor):
        anchor("Une phrase que personne n'a écrite.", SOURCES["institut-godin-recurrences"])


def counts_of(passage: Passage) -> Counter[str]:
    """How many questions in each language the passage answers."""
    found: Counter[str] = Counter()
    for entry in SETS:
        if entry.source == passage.source.id:
            start, end = anchor(entry.quote, passage.source)
            if start < passage.end and passage.start < end:
                found.update(fr=len(entry.fr), en=len(entry.en))
    return found


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.id)
def test_every_evidence_is_reached_by_twelve_french_and_three_english_questions(source: Source) -> None:
    passages = passages_of(source)
    poor = [passage.id for passage in passages if (found := counts_of(passage))["fr"] < 12 or found["en"] < 3]
    assert poor == []
    assert {unit.id for passage in passages for unit in passage.evidence} == {unit.id for unit in evidence_of(source)}


def test_there_are_twelve_hundred_gaps_with_anchored_twins() -> None:
    gaps = load_gaps()
    assert len({gap.question for gap in gaps}) >= 1200
    twins = [gap for gap in gaps if gap.twin]
    assert len(twins) >= 800
    assert all(
        anchor(quote, SOURCES[source]) for source, quote in {(twin.twin_source, twin.twin_quote) for twin in twins}
    )


def test_what_contradicts_a_premise_stands_in_its_source() -> None:
    denied = [gap.contradicted_by for gap in load_gaps() if gap.contradicted_by]
    assert len(denied) >= 60
    assert all(anchor(quote, SOURCES[source]) for source, quote in denied)


def test_no_evaluation_question_is_a_near_copy_of_an_indexed_one() -> None:
    cases, gaps = ([one.question for one in loaded()] for loaded in (load_cases, load_gaps))
    indexed = Indexed((*questions_of(SETS), *cases, *gaps))
    items = [item for name in ("dev", "test") for item in load(shipped(name)).items]
    asked = [*items, *(replace(item, standalone="") for item in items)]  # a follow-up with its thread, and without
    assert [item.id for item in asked if indexed.near(item)] == []


def test_every_disagreement_is_between_whole_units_of_evidence() -> None:
    units = [unit for source in SOURCES.values() for unit in evidence_of(source)]
    for disagreement in load_disagreements():
        holding = [
            [unit for unit in units if unit.source.id == source and quote in unit.text]
            for source, quote in disagreement.quotes
        ]
        assert [len(found) for found in holding] == [1] * len(disagreement.quotes)
        assert len(disagreement.quotes) > 1
