"""`ptce eval` as an evaluator types it, over the shipped guide."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from eval.cli import app
from eval.items import shipped

QUESTIONS = 12


@pytest.fixture
def data_dir(shipped_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of its own with the shipped index."""
    folder = tmp_path / "var"
    shutil.copytree(shipped_data_dir, folder)
    monkeypatch.setenv("PTCE_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A question file with every seventeenth shipped question."""
    lines = shipped("dev").read_text(encoding="utf-8").splitlines()[::17][:QUESTIONS]
    path = tmp_path / "essai.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def ptce_eval(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_the_shipped_questions_validate(data_dir: Path) -> None:
    done = ptce_eval("validate")
    assert (done.exit_code, "0 fautes" in done.output) == (0, True)


def test_a_broken_file_is_refused_with_line_and_reason(data_dir: Path, few: Path) -> None:
    lines = few.read_text(encoding="utf-8").splitlines()
    wrong = {**json.loads(lines[0]), "persone": "x"}
    few.write_text("\n".join([json.dumps(wrong), "{", *lines[2:]]), encoding="utf-8")
    done = ptce_eval("validate", str(few))
    assert done.exit_code == 2
    assert "essai.jsonl:1: " in done.output and "persone : clé inconnue" in done.output
    assert "essai.jsonl:2: ? : JSON illisible" in done.output
    assert ptce_eval("run", str(few)).exit_code == 2


def test_one_command_each_to_run_report_and_compare(data_dir: Path, few: Path) -> None:
    ran = ptce_eval("run", str(few), "--nom", "un", "--formulations", "noaccent,typo25")
    assert ran.exit_code == 0, ran.output
    assert "Questions réussies" in ran.output
    assert ptce_eval("run", str(few), "--nom", "deux", "--sans-controles").exit_code == 0
    assert "Questions qui basculent" in ptce_eval("compare", "un", "deux").output
    assert "report.html" in ptce_eval("report", "un").output
    assert "oracle" in ptce_eval("baselines", "un").output
    assert "négation retirée" in ptce_eval("mutations", "un").output
    assert (data_dir / "eval" / "un" / "report.html").stat().st_size > 10_000


def test_signals_are_taken_away_one_by_one(data_dir: Path, few: Path) -> None:
    done = ptce_eval("ablation", str(few))
    assert done.exit_code == 0, done.output
    assert "tous les signaux" in done.output and "sans words" in done.output


def test_the_gate_leaves_with_its_three_codes(data_dir: Path, few: Path, tmp_path: Path) -> None:
    reference = tmp_path / "baseline.json"
    call = ("gate", str(few), "--reference", str(reference))
    assert ptce_eval(*call).exit_code == 2
    assert ptce_eval(*call, "--update-baseline").exit_code == 2
    accepted = ptce_eval(*call, "--update-baseline", "--who", "A", "--why", "essai")
    assert accepted.exit_code == 0, accepted.output
    assert ptce_eval(*call).exit_code == 0
    kept = json.loads(reference.read_text(encoding="utf-8"))
    reference.write_text(json.dumps({**kept, "floors": {"recall@5": 1.1}}), encoding="utf-8")
    fell = ptce_eval(*call)
    assert (fell.exit_code, "Plancher manqué" in fell.output) == (1, True)


@pytest.mark.parametrize("arguments", [("run", "nulle-part.jsonl"), ("report", "nulle-part")])
def test_what_is_not_there_is_said(data_dir: Path, arguments: tuple[str, ...]) -> None:
    done = ptce_eval(*arguments)
    assert done.exit_code != 0
    assert "nulle-part" in str(done.exception)


def test_an_unknown_wording_is_refused(data_dir: Path, few: Path) -> None:
    assert ptce_eval("run", str(few), "--formulations", "verlan").exit_code == 2
