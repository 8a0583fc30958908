"""What users think of answers: given, checked, kept, exported as questions of an evaluation."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from eval.items import Answerable, Item, Why, load
from eval.validate import validate
from rag.guide import Guide
from rag.journal import Journal
from rag.settings import Settings
from rag.types import Turn
from tests.fakes import ScriptedGuide
from ui.api.problems import UnprocessableError
from ui.api.server import create_app
from ui.cli import app
from ui.html.answers import conversation
from ui.html.opinion_form import opinion_html
from ui.opinion_items import export
from ui.opinions import Opinion, Opinions, Verdict
from ui.steps.chat import Conversation, answered, asked, rated

QUESTION, UNKNOWN = "Que dit-on de la SCIC ?", "xyzzy"


@pytest.fixture
def opinions(tmp_path: Path) -> Opinions:
    return Opinions(tmp_path)


def talk(question: str = QUESTION, before: Conversation = ()) -> Conversation:
    return answered(ScriptedGuide(), asked(before, question))


def given(**values: object) -> dict[str, object]:
    return {"exchange": "1", "right": "yes", "sources": "yes", "reason": ""} | values


def kept(opinions: Opinions) -> list[Opinion]:
    return [opinion for _, opinion in opinions]


def exported(opinions: Opinions, folder: Path) -> list[Item]:
    export(folder, folder / "avis.jsonl")
    loaded = load(folder / "avis.jsonl")
    assert loaded.problems == ()
    return list(loaded.items)


def test_an_opinion_is_kept_with_the_whole_answer_and_thanked(opinions: Opinions) -> None:
    judged = rated(opinions, talk(), given(sources="no", reason="Il manque l'association."))
    assert "Merci" in judged[0].opinion and "Merci" in conversation(judged)
    [opinion] = kept(opinions)
    assert (opinion.right, opinion.sources) == (Verdict.YES, Verdict.NO)
    answer = ScriptedGuide().ask(QUESTION)
    assert [one["quote"] for one in opinion.answer["citations"]] == [one.quote for one in answer.citations]


def test_a_refusal_is_judged_by_one_question(opinions: Opinions) -> None:
    waiting = talk(UNKNOWN)
    assert waiting[0].answer and opinion_html(waiting[0].answer, 1).count("<fieldset>") == 1
    rated(opinions, waiting, given(sources=""))
    assert kept(opinions)[0].sources is None


@pytest.mark.parametrize("wrong", [{"right": ""}, {"right": "oui"}, {"sources": ""}, {"sources": "<b>"}])
def test_an_opinion_with_a_question_left_out_is_not_kept(opinions: Opinions, wrong: dict[str, object]) -> None:
    judged = rated(opinions, talk(), given(**wrong))
    assert kept(opinions) == [] and "Choisissez" in judged[0].opinion


@pytest.mark.parametrize("exchange", ["0", "2", ""])
def test_an_opinion_on_nothing_changes_nothing(opinions: Opinions, exchange: str) -> None:
    waiting = talk()
    assert rated(opinions, waiting, given(exchange=exchange)) == waiting and kept(opinions) == []


def test_a_full_disk_is_told_where_the_thanks_would_have_been(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    judged = rated(Opinions(tmp_path / "file"), talk(), given())
    assert "inutilisable" in judged[0].opinion


def test_what_a_user_writes_stays_text(opinions: Opinions, tmp_path: Path) -> None:
    reason = '<script>alert(1)</script>"\n{"id": 1}'
    rated(opinions, talk(), given(reason=reason))
    assert kept(opinions)[0].reason == reason and len(Opinions(tmp_path).entries()) == 1


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return TestClient(create_app(ScriptedGuide(), Settings(data_dir=tmp_path)))


def sent(client: TestClient, **changes: object) -> dict[str, Any]:
    """An opinion over HTTP, on the answer that the API gave."""
    answer = client.post("/api/v1/ask", json={"question": QUESTION}).json()
    body = {"question": QUESTION, "answer": answer, "right": "no", "sources": "partly", "reason": "Trop court."}
    response = client.post("/api/v1/feedback", json=body | changes)
    data: dict[str, Any] = response.json()
    return data | {"http": response.status_code}


def test_an_answer_is_sent_back_with_an_opinion_and_read_by_evaluators(client: TestClient, opinions: Opinions) -> None:
    assert sent(client) == {"http": 201, "status": "stored"} and sent(client)["http"] == 201
    assert kept(opinions)[0].reason == "Trop court."
    page = client.get("/api/v1/feedback", params={"limit": 1}).json()
    assert (page["total"], page["next"], page["opinions"][0]["right"]) == (2, 1, "no")
    assert page["opinions"][0]["answer"]["citations"]


def test_an_opinion_on_an_answer_that_was_changed_is_refused(client: TestClient, opinions: Opinions) -> None:
    answer = client.post("/api/v1/ask", json={"question": QUESTION}).json()
    answer["citations"][0]["quote"] = "Inventé."
    assert sent(client, answer=answer)["http"] == 422
    answer["citations"][0]["source"] = "absent"
    assert sent(client, answer=answer)["http"] == 404
    assert sent(client, sources=None)["http"] == 422 and sent(client, right="oui")["http"] == 422
    assert kept(opinions) == []


def test_what_was_found_right_becomes_a_whole_question(opinions: Opinions, tmp_path: Path) -> None:
    rated(opinions, talk(), given())
    [item] = exported(opinions, tmp_path)
    assert (item.question, item.answerable, len(item.evidence)) == (QUESTION, Answerable.FULL, len(item.nuggets))
    sources = {source.id: source for source in ScriptedGuide().sources}
    _, problems = validate([tmp_path / "avis.jsonl"], sources)
    assert [problem for problem in problems if not problem.review] == []


def test_a_refusal_found_right_becomes_a_question_without_an_answer(opinions: Opinions, tmp_path: Path) -> None:
    rated(opinions, talk(UNKNOWN), given(sources=""))
    [item] = exported(opinions, tmp_path)
    assert (item.answerable, item.unanswerable_type, item.search) == (Answerable.NONE, Why.NEAR_MISS, UNKNOWN)


def test_what_was_found_wrong_becomes_a_draft_that_the_validation_sends_back(
    opinions: Opinions, tmp_path: Path
) -> None:
    rated(opinions, talk(UNKNOWN), given(right="no", sources="", reason="L'étude le dit."))
    [item] = exported(opinions, tmp_path)
    assert item.evidence == () and "L'étude le dit." in item.provenance.draft
    _, problems = validate([tmp_path / "avis.jsonl"], {})
    assert any("aucun élément vital" in problem.reason for problem in problems)


def test_a_follow_up_keeps_its_history_and_the_last_opinion_counts(opinions: Opinions, tmp_path: Path) -> None:
    both = talk("Et le statut ?", talk())
    for verdict in ("no", "yes"):
        rated(opinions, both, given(exchange="2", right=verdict))
    [item] = exported(opinions, tmp_path)
    assert [message.role for message in item.history] == ["user", "assistant"] and item.standalone
    assert item.provenance.draft.startswith("réponse : yes")


def test_the_command_exports_them_and_says_how_many(
    opinions: Opinions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTCE_DATA_DIR", str(tmp_path))
    rated(opinions, talk(), given())
    rated(opinions, talk(UNKNOWN), given(right="no", sources=""))
    done = CliRunner().invoke(app, ["feedback", "export", str(tmp_path / "avis.jsonl")])
    assert done.exit_code == 0 and "2 avis" in done.stdout and "1 question(s) complète(s) et 1 à" in done.stdout
    assert all(json.loads(line)["schema"] == "ptce-eval/1" for line in (tmp_path / "avis.jsonl").open())
    failed = CliRunner().invoke(app, ["feedback", "export", str(tmp_path / "absent" / "avis.jsonl")])
    assert failed.exit_code == 1 and "ne peut pas être écrit" in failed.stderr


def test_an_opinion_given_over_http_is_measured_as_a_question_of_an_evaluation(
    guide: Guide, shipped_data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a real answer to the run of an evaluation, by the doors that users have."""
    client = TestClient(create_app(guide, Settings(data_dir=tmp_path)))
    answer = client.post("/api/v1/ask", json={"question": "Faut-il créer une SCIC ?"}).json()
    opinion = {"question": "Faut-il créer une SCIC ?", "answer": answer, "right": "yes", "sources": "yes"}
    assert client.post("/api/v1/feedback", json=opinion | {"reason": "Complet."}).status_code == 201
    monkeypatch.setenv("PTCE_DATA_DIR", str(tmp_path))
    items = tmp_path / "avis.jsonl"
    assert CliRunner().invoke(app, ["feedback", "export", str(items)]).exit_code == 0
    monkeypatch.setenv("PTCE_DATA_DIR", str(shutil.copytree(shipped_data_dir, tmp_path / "data")))
    checked = CliRunner().invoke(app, ["eval", "validate", str(items)])
    assert checked.exit_code == 0, checked.output
    ran = CliRunner().invoke(app, ["eval", "run", str(items), "--nom", "avis"])
    assert ran.exit_code == 0, ran.output
    [row] = (tmp_path / "data" / "eval" / "avis" / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    measured = json.loads(row)
    assert [one["text"] for one in measured["statements"]] == [one["text"] for one in answer["statements"]]


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from rag.journal import Journal\n"
        "for number in range(50): Journal(Path(sys.argv[1])).append({'n': f'{sys.argv[2]}-{number}' + 'x' * 9000})"
    )
    path = tmp_path / "feedback.jsonl"
    writers = [subprocess.Popen([sys.executable, "-c", code, path, str(writer)]) for writer in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    written = {entry["n"].strip("x") for entry in Journal(path).entries()}
    assert written == {f"{writer}-{number}" for writer in range(3) for number in range(50)}


def test_sources_are_judged_when_there_are_some_and_only_then() -> None:
    with pytest.raises(UnprocessableError):
        Opinion("?", {"citations": []}, Verdict.YES, Verdict.NO, history=(Turn("user", "x"),))
