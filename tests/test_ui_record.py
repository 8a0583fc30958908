"""The batch contract: records, and files of questions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.errors import GuideError
from tests.fakes import ScriptedGuide
from ui.commands.batch import UnwritableFileError, read_lines, run
from ui.record import full_record, record

KEYS = ["status", "refusal", "abstained", "answer", "citations", "passages", "latency_ms"]


def quiet(done: int, total: int) -> None:
    """Shows nothing."""


def batch(tmp_path: Path, *lines: str) -> list[dict[str, Any]]:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes("\n".join(lines).encode("utf-8", errors="surrogateescape"))
    run(ScriptedGuide(), read_lines(source), out, quiet)
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_a_record_keeps_the_contract() -> None:
    answer = ScriptedGuide().ask("La SCIC et le statut ?")
    result = record(answer)
    assert list(result) == KEYS
    assert (result["status"], result["refusal"], result["abstained"]) == ("answered", None, False)
    for citation in result["citations"]:
        source = ScriptedGuide().source(citation["source"])
        assert source.text[citation["start"] : citation["end"]] == citation["quote"]
    assert [citation["marker"] for citation in result["citations"]] == [1, 2, 3, 4]


def test_a_refusal_is_recorded_by_its_type() -> None:
    result = record(ScriptedGuide().ask("xyzzy"))
    assert (result["status"], result["refusal"], result["abstained"]) == ("refused", "not_covered", True)
    assert result["citations"] == [] and result["passages"]


def test_the_full_record_links_statements_to_citations() -> None:
    result = full_record(ScriptedGuide().ask("La SCIC et le statut ?"))
    markers = {citation["marker"] for citation in result["citations"]}
    assert {marker for statement in result["statements"] for marker in statement["markers"]} == markers
    assert {statement["role"] for statement in result["statements"]} == {"lead", "complement", "caution"}
    assert json.dumps(result)


def test_lines_keep_their_order_and_bad_ones_do_not_stop_the_run(tmp_path: Path) -> None:
    results = batch(
        tmp_path,
        '{"id": "a", "question": "La SCIC ?", "autre": 1}',
        "pas du JSON",
        '["b"]',
        '{"id": "c"}',
        "",
        '{"id": "d", "question": "x", "history": [{"role": "roi", "content": "x"}]}',
        '{"id": 5, "question": "  "}',
        '{"id": "f", "question": "panne"}',
        '{"id": "g", "question": "\\ud800"}',
        '{"id": "h", "question": "Et le statut ?", "history": [{"role": "user", "content": "La SCIC ?"}]}',
    )
    assert [result.get("id") for result in results] == ["a", None, None, "c", "d", 5, "f", None, "h"]
    assert [number for number, result in enumerate(results) if "error" not in result] == [0, 8]
    assert all(set(result) == {"id", "error"} for result in results[1:8])


def test_bytes_that_are_not_utf8_cost_one_line(tmp_path: Path) -> None:
    results = batch(tmp_path, '{"id": "a", "question": "\udce9"}', '{"id": "b", "question": "La SCIC ?"}')
    assert "error" in results[0] and results[1]["status"] == "answered"


def test_nothing_is_left_behind_when_a_run_is_broken_off(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("avant")

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(ScriptedGuide(), ['{"id": 1, "question": "x"}'], out, stop)
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"] and out.read_text() == "avant"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnwritableFileError, match="ne peut pas être écrit"):
        run(ScriptedGuide(), [], tmp_path / "nulle" / "part.jsonl", quiet)


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(GuideError, match="il n'existe pas"):
        read_lines(tmp_path / "absent.jsonl")
