"""The batch contract, line by line, over a hundred questions of founders, facilitators and evaluators."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from rag.guide import Guide
from rag.types import RefusalType, Status
from ui.commands.batch import BatchReport, read_lines, run

QUESTIONS = Path(__file__).parent / "data" / "hundred-questions.jsonl"
KEYS = ["id", "status", "refusal", "abstained", "answer", "citations", "passages", "latency_ms"]
PASSAGES = 10
_MARK = re.compile(r"\[(\d+)\]")

Record = Mapping[str, Any]


@pytest.fixture(scope="module")
def batch(guide: Guide, tmp_path_factory: pytest.TempPathFactory) -> tuple[BatchReport, list[Record]]:
    """The hundred questions, answered once for all the tests below."""
    out = tmp_path_factory.mktemp("hundred") / "answers.jsonl"
    report = run(guide, read_lines(QUESTIONS), out, lambda done, total: None)
    return report, [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def records(batch: tuple[BatchReport, list[Record]]) -> list[Record]:
    return batch[1]


def test_every_question_gets_its_line_in_order_and_none_an_error(batch: tuple[BatchReport, list[Record]]) -> None:
    report, records = batch
    asked = [json.loads(line)["id"] for line in read_lines(QUESTIONS)]
    assert len(set(asked)) == 100
    assert [record["id"] for record in records] == asked
    assert (report.done, report.errors) == (100, 0)


def test_a_line_has_the_keys_of_the_contract(records: list[Record]) -> None:
    assert {tuple(record) for record in records} == {tuple(KEYS)}


def test_the_status_says_what_the_line_holds(records: list[Record]) -> None:
    for record in records:
        assert record["status"] in set(Status), record["id"]
        assert (record["refusal"] is None) == (record["status"] == "answered"), record["id"]
        assert record["refusal"] is None or record["refusal"] in set(RefusalType), record["id"]
        assert record["abstained"] == (record["status"] == "refused"), record["id"]
        assert bool(record["citations"]) == (record["status"] != "refused"), record["id"]
        assert record["answer"].strip(), record["id"]
        assert record["latency_ms"] > 0, record["id"]


def test_every_citation_is_verbatim_at_its_offsets(records: list[Record], guide: Guide) -> None:
    citations = [citation for record in records for citation in record["citations"]]
    assert len(citations) >= 100
    for citation in citations:
        text = guide.source(citation["source"]).text
        assert citation["quote"] and text[citation["start"] : citation["end"]] == citation["quote"]
        assert isinstance(citation["section"], str) and isinstance(citation["page"], int | None)


def test_the_marks_in_the_text_are_those_of_the_citations(records: list[Record]) -> None:
    for record in records:
        marks = [citation["marker"] for citation in record["citations"]]
        assert marks == list(range(1, len(marks) + 1)), record["id"]
        assert _marks(record) == set(marks), record["id"]


def _marks(record: Record) -> set[int]:
    """The marks that the answer shows; what stands between brackets in a quote is none."""
    text = record["answer"]
    for citation in sorted(record["citations"], key=lambda citation: -len(citation["quote"])):
        text = text.replace(citation["quote"], "")
    return {int(mark) for mark in _MARK.findall(text)}


def test_what_was_retrieved_is_ten_passages_or_more_best_first(records: list[Record], guide: Guide) -> None:
    for record in records:
        passages = record["passages"]
        assert len({(passage["source"], passage["start"]) for passage in passages}) == len(passages) >= PASSAGES
        scores = [passage["score"] for passage in passages]
        assert scores == sorted(scores, reverse=True), record["id"]
        for passage in passages:
            text = guide.source(passage["source"]).text
            assert text[passage["start"] : passage["end"]] == passage["text"], record["id"]


def test_what_the_sources_answer_is_mostly_answered_and_the_rest_mostly_refused(records: list[Record]) -> None:
    answerable = [json.loads(line)["answerable"] for line in read_lines(QUESTIONS)]
    refused = {True: 0, False: 0}
    for record, answered_by_sources in zip(records, answerable, strict=True):
        refused[answered_by_sources] += record["refusal"] is not None
    assert answerable.count(False) == 20
    assert refused[True] <= 20 and refused[False] >= 15, refused
