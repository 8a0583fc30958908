"""The command line: what it prints, its exit codes, and errors of one French line."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rag.guide import Guide
from rag.index.added import Incoming, add, original
from rag.settings import Settings
from tests.test_rag_index import WordEmbedder
from ui.cli import app


@pytest.fixture
def data_dir(shipped_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings name the shipped index."""
    monkeypatch.setenv("PTCE_DATA_DIR", str(shipped_data_dir))
    return shipped_data_dir


def ptce(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def fails(result: Result, words: str, code: int = 1) -> None:
    """The command ended with `code` and one line that says `words`."""
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit) and "Traceback" not in result.output
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1 and words in lines[0], result.stderr


def test_an_answer_comes_with_its_references(data_dir: Path) -> None:
    result = ptce("ask", "Faut-il créer une SCIC ?")
    assert result.exit_code == 0, result.output
    assert "[1]" in result.stdout and "Références" in result.stdout


def test_an_answer_as_json_is_the_answer_of_the_guide(data_dir: Path, guide: Guide) -> None:
    data = json.loads(ptce("ask", "Faut-il créer une SCIC ?", "--json").stdout)
    citations = guide.ask("Faut-il créer une SCIC ?").citations
    assert [citation["quote"] for citation in data["citations"]] == [citation.quote for citation in citations]


def test_a_history_is_read_from_a_file(data_dir: Path, tmp_path: Path) -> None:
    history = tmp_path / "history.json"
    history.write_text(json.dumps([{"role": "user", "content": "Faut-il créer une SCIC ?"}]))
    result = ptce("ask", "Et comment la financer ?", "--json", "--history", str(history))
    assert json.loads(result.stdout)["follow_up"]


@pytest.mark.parametrize("content", ["{", "{}", '[{"role": "roi", "content": "x"}]', '["x"]'])
def test_a_bad_history_is_told(data_dir: Path, tmp_path: Path, content: str) -> None:
    history = tmp_path / "history.json"
    history.write_text(content)
    fails(ptce("ask", "x", "--history", str(history)), "doit être une liste JSON")


def test_a_batch_answers_every_line_in_order(data_dir: Path, tmp_path: Path) -> None:
    questions, answers = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    questions.write_text('{"id": 1, "question": "Faut-il créer une SCIC ?"}\n?\n{"id": 3, "question": "Un TSF ?"}\n')
    result = ptce("batch", str(questions), str(answers))
    assert result.exit_code == 0 and "1 ligne(s) en erreur" in result.stderr
    lines = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    assert [line.get("id") for line in lines] == [1, None, 3]
    assert len(lines[0]["passages"]) >= 10


def test_a_folder_is_indexed_and_asked(small_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTCE_DATA_DIR", str(tmp_path / "data"))
    result = ptce("index", "--sources", str(small_corpus))
    assert result.exit_code == 0 and "3 ajouté(s)" in result.stdout, result.output
    result = ptce("index", "--sources", str(small_corpus))
    assert "3 inchangé(s)" in result.stdout


def test_a_folder_with_nothing_to_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTCE_DATA_DIR", str(tmp_path / "data"))
    fails(ptce("index", "--sources", str(tmp_path)), "Aucun document lisible")


def test_the_doctor_finds_a_sound_installation_sound(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PTCE_PORT", str(port))
        ill = ptce("doctor")
    well = ptce("doctor")
    assert well.exit_code == 0 and "Tout va bien." in well.stdout, well.output
    assert ill.exit_code == 1 and f"✗ Le port {port}" in ill.stdout


def test_the_doctor_looks_at_added_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    (tmp_path / "foncier.md").write_text("Le foncier est prêté.", encoding="utf-8")
    add(settings, [Incoming(tmp_path / "foncier.md", "foncier.md")], embedder=WordEmbedder())
    monkeypatch.setenv("PTCE_DATA_DIR", str(settings.data_dir))
    assert "✓ Documents ajoutés : 1, dans 1 collection(s)" in ptce("doctor").stdout
    original(settings, "foncier")[0].write_bytes(b"")
    ill = ptce("doctor")
    assert ill.exit_code == 1 and "✗ Le fichier d'origine de documents ajoutés (foncier) manque" in ill.stdout


def test_a_port_that_is_taken_is_told_before_anything_slow(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        fails(ptce("serve", "--port", str(port)), f"Le port {port} de 127.0.0.1 est déjà pris")


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (["ask"], "Il manque « question »", 2),
        (["aks", "x"], "Commande inconnue", 2),
        (["ask", "x", "--jsno"], "Option inconnue : --jsno", 2),
        (["serve", "--port", "beaucoup"], "Valeur impossible pour --port", 2),
        (["ask", ""], "", 1),
        (["ask", "x" * 10_000], "", 1),
        (["batch", "/absent.jsonl", "/tmp/out.jsonl"], "il n'existe pas", 1),
    ],
)
def test_what_is_badly_written_is_told_in_one_french_line(
    data_dir: Path, arguments: list[str], words: str, code: int
) -> None:
    fails(ptce(*arguments), words, code)


def test_an_unknown_setting_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTCE_TOPK", "3")
    fails(ptce("ask", "x"), "Réglage inconnu : PTCE_TOPK")


def test_a_data_directory_that_is_a_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PTCE_DATA_DIR", str(tmp_path / "file"))
    fails(ptce("ask", "Faut-il créer une SCIC ?"), "PTCE_DATA_DIR")
    assert "✗ Le dossier de données" in ptce("doctor").stdout


@pytest.mark.parametrize("command", ["", "ask", "index", "serve", "batch", "doctor"])
def test_help_is_in_french(command: str) -> None:
    result = ptce(*command.split(), "--help")
    assert result.exit_code == 0 and "Affiche cette aide." in result.stdout
    assert not {"Usage:", "Options:", "Arguments:", "Show"} & set(result.stdout.split())


def test_a_command_that_needs_no_page_does_not_import_gradio(data_dir: Path) -> None:
    asking = "try: app(['ask', 'Un TSF ?'])\nfinally: print('gradio' in sys.modules)"
    code = f"import sys; from ui.cli import app\n{asking}"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False, timeout=60)
    assert done.stdout.splitlines()[-1] == "False", done.stderr
