"""Downloads over HTTP and from the command line, and what the buttons of the notebook do, without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from rag.guide import Guide
from rag.settings import Settings
from rag.types import Citation
from tests.exported import notes, quotes, read, words
from tests.fakes import TALK, ScriptedGuide, small_sources
from ui.app import server_of
from ui.cli import app
from ui.exports.files import File
from ui.html.answers import Exchange
from ui.html.answers import conversation as conversation_html
from ui.steps.chat import Conversation, answered, asked
from ui.steps.notebook import Desk
from ui.store.keeping import keep, shown_again
from ui.store.notebook import Notebook, Notebooks
from ui.store.visitors import COOKIE, new_key, visitor_of
from ui.texts import exports as texts_exports
from ui.texts import notebook as texts

KEY = new_key()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def desk(settings: Settings) -> Desk:
    """The notebook of the browser that has `KEY`, on the page."""
    return Desk(ScriptedGuide(), Notebooks.of(settings).of_visitor(visitor_of({COOKIE: KEY})), 365)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    """That browser."""
    server = server_of(ScriptedGuide(), settings)
    with TestClient(server, raise_server_exceptions=False, cookies={COOKIE: KEY}) as client:
        yield client


def talked(desk: Desk, *questions: str) -> Conversation:
    """A conversation that is kept."""
    conversation: Conversation = ()
    for question in questions:
        conversation = keep(desk.notebook, answered(desk.guide, asked(conversation, question)))
    return conversation


def file(client: TestClient, path: str, **body: object) -> File:
    """The file that is at `path`, or that `body` asks for."""
    response = client.post(path, json=body) if body else client.get(path)
    assert response.status_code == 200, response.text
    named = response.headers["content-disposition"]
    assert named.startswith("attachment; ") and response.headers["cache-control"] == "no-store"
    return File(named.split('"')[1], response.headers["content-type"], response.content)


@pytest.mark.parametrize("format", ["docx", "odt", "md"])
def test_an_answer_of_the_page_is_downloaded_with_its_footnotes(desk: Desk, client: TestClient, format: str) -> None:
    [exchange] = talked(desk, "La SCIC ?")
    downloaded = file(client, f"/carnet/reponses/{exchange.id}/{format}")
    assert exchange.answer and downloaded.name.startswith("la-scic-") and downloaded.name.endswith(format)
    exact = {" ".join(citation.quote.split()) for citation in exchange.answer.citations}
    assert set(quotes(downloaded)) == exact


def test_a_whole_conversation_is_downloaded(desk: Desk, client: TestClient) -> None:
    *_, last = talked(desk, "La SCIC ?", "xyzzy ?")
    body = words(read(file(client, f"/carnet/fils/{last.id}/docx"))["blocks"])
    assert "Question : La SCIC ?" in body and "Question : xyzzy ?" in body


def test_the_basket_is_downloaded_in_its_order_with_names_masked_when_asked(desk: Desk, client: TestClient) -> None:
    conversation = talked(desk, "La SCIC ?")
    for mark in ("1-2", "1-1"):
        assert desk.keep(conversation, mark) == texts.KEPT_TOLD
    plain, masked = (file(client, f"/carnet/panier/docx{query}") for query in ("", "?masque=people"))
    assert conversation[0].answer
    exact = [" ".join(citation.quote.split()) for citation in conversation[0].answer.citations]
    assert quotes(plain) == [exact[1], exact[0]]
    assert texts_exports.MASKED_NAME in notes(masked)[0] and "Granier" in notes(plain)[0]


def test_the_visitors_data_are_downloaded(desk: Desk, client: TestClient) -> None:
    talked(desk, "La SCIC ?")
    data = json.loads(file(client, "/carnet/donnees.json").content)
    assert data["conversations"][0]["exchanges"][0]["record"]["citations"]


@pytest.mark.parametrize("path", ["panier/docx", "reponses/absent/docx", "fils/absent/md"])
def test_what_is_not_kept_is_a_page_that_says_so(client: TestClient, path: str) -> None:
    response = client.get(f"/carnet/{path}")
    assert response.status_code == 404 and "carnet" in response.text and "<html" in response.text


def test_another_browser_downloads_nothing(desk: Desk, settings: Settings) -> None:
    [exchange] = talked(desk, "La SCIC ?")
    for cookies in ({}, {COOKIE: new_key()}):
        other = TestClient(server_of(ScriptedGuide(), settings), cookies=cookies)
        assert other.get(f"/carnet/reponses/{exchange.id}/docx").status_code == 404


def test_the_page_gives_a_key_once_and_renews_it(settings: Settings) -> None:
    client = TestClient(server_of(ScriptedGuide(), settings))
    first = client.get("/").headers["set-cookie"]
    assert "HttpOnly" in first and "SameSite=Lax" in first
    assert client.get("/").headers["set-cookie"] == first
    assert "set-cookie" not in client.get("/healthz").headers


def test_the_api_exports_questions_and_chosen_citations(client: TestClient) -> None:
    asked = file(
        client, "/api/exports", questions=["La SCIC ?", "Et le statut ?"], format="odt", title="Deux questions"
    )
    assert asked.name.startswith("deux-") and len(quotes(asked)) >= 2
    citation = ScriptedGuide().ask("La SCIC ?").citations[0]
    chosen = [{"source": citation.source.id, "start": citation.start, "end": citation.end, "note": "à <voir>"}]
    exported = file(client, "/api/exports", citations=chosen, format="md")
    assert quotes(exported) == [citation.quote] and "Note : à <voir>" in words(read(exported)["blocks"])


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 422, "questions"),
        ({"questions": ["x"], "citations": [{"source": "etude", "start": 0, "end": 3}]}, 422, "l'un des deux"),
        ({"questions": ["x"], "format": "pdf"}, 422, "valeur inconnue"),
        ({"questions": ["x"], "mask": "tout"}, 422, "valeur inconnue"),
        ({"questions": ["x"] * 21}, 422, "liste trop longue"),
        ({"questions": [" "]}, 422, "vide"),
        ({"citations": [{"source": "absent", "start": 0, "end": 3}]}, 404, "absent"),
        ({"citations": [{"source": "etude", "start": 5, "end": 99999}]}, 422, "pas de passage"),
        ({"citations": [{"source": "etude", "start": 9, "end": 9}]}, 422, "pas de passage"),
    ],
)
def test_an_export_that_cannot_be_is_a_french_problem(
    client: TestClient, body: dict[str, object], status: int, said: str
) -> None:
    response = client.post("/api/exports", json=body)
    assert response.status_code == status and said in response.json()["detail"]


def test_the_command_writes_a_document(
    shipped_data_dir: Path, guide: Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTCE_DATA_DIR", str(shipped_data_dir))
    question, path = "Faut-il créer une SCIC ?", tmp_path / "reponse.docx"
    result = CliRunner().invoke(app, ["ask", question, "--output", str(path)])
    assert result.exit_code == 0 and str(path) in result.stderr
    written = quotes(File(path.name, "", path.read_bytes()))
    assert written == [" ".join(citation.quote.split()) for citation in guide.ask(question).citations]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--output", "x.pdf"], "docx, odt, md, html"),
        (["--output", "x"], "docx, odt, md, html"),
        (["--output", "x.md", "--mask", "tout"], "none, contacts, people"),
        (["--output", "/nulle/part/x.md"], "ne peut pas être écrit"),
    ],
)
def test_a_document_that_cannot_be_written_is_a_sentence(
    shipped_data_dir: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.setenv("PTCE_DATA_DIR", str(shipped_data_dir))
    result = CliRunner().invoke(app, ["ask", "Faut-il créer une SCIC ?", *arguments])
    assert result.exit_code == 1 and said in result.stderr


def test_a_conversation_comes_back_as_it_was_shown(desk: Desk) -> None:
    conversation = talked(desk, "La SCIC ?", "xyzzy ?", "panne")
    again = shown_again(desk.guide, desk.notebook.conversations.current())
    assert conversation_html(again) == conversation_html(conversation)


def test_an_answer_from_a_document_that_changed_is_not_shown_again(desk: Desk) -> None:
    talked(desk, "La SCIC ?")
    changed = ScriptedGuide([small_sources()[0], type(small_sources()[0])(small_sources()[1].metadata, TALK, ())])
    [exchange] = shown_again(changed, desk.notebook.conversations.current())
    assert exchange.answer is None and exchange.problem == texts.STALE


def test_the_page_goes_on_when_nothing_can_be_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "carnet.sqlite").mkdir()
    broken = Notebooks.of(Settings(data_dir=tmp_path)).of_visitor("a" * 64)
    conversation = (Exchange("ma question secrète", ScriptedGuide().ask("La SCIC ?")),)
    assert keep(broken, conversation) == keep(None, conversation) == conversation
    assert "not kept" in caplog.text and "secrète" not in caplog.text


def test_the_buttons_of_the_basket_move_annotate_remove_and_undo(desk: Desk) -> None:
    conversation = talked(desk, "La SCIC ?")
    for mark in ("1-1", "1-2"):
        desk.keep(conversation, mark)
    assert desk.keep(conversation, "1-1") == texts.KEPT_BEFORE
    first, second = (quote.id for quote in desk.notebook.basket.quotes())
    assert desk.act("down", first).told == texts.MOVED.format(number=2, count=2)
    assert desk.act("note", second, "<b>note</b>").shown is None
    assert "&lt;b&gt;note&lt;/b&gt;" in desk.shown() and "<b>note" not in desk.shown()
    removed = desk.act("drop", first)
    assert removed.shown and f'data-act="undo-quote" data-id="{first}"' in removed.shown
    assert desk.shown() == removed.shown, "what is shown again, late or later, still offers the way back"
    assert "undo-quote" not in str(desk.act("undo-quote", first).shown)
    assert [quote.id for quote in desk.notebook.basket.quotes()] == [second, first]


def test_the_buttons_of_the_conversations_resume_remove_undo_and_erase(desk: Desk) -> None:
    talked(desk, "La <SCIC> ?")
    [talk] = desk.notebook.conversations.talks()
    resumed = desk.act("resume", talk.id)
    assert resumed.conversation and resumed.conversation[0].question == "La <SCIC> ?"
    removed = desk.act("remove", talk.id)
    assert removed.shown and "La &lt;SCIC&gt;" not in removed.shown and "undo-talk" in removed.shown
    assert "La &lt;SCIC&gt;" in str(desk.act("undo-talk", talk.id).shown)
    assert desk.act("erase", "").conversation == () and texts.TALKS_EMPTY in desk.shown()
    assert desk.act("autre", "").told == ""


@pytest.mark.parametrize("mark", ["", "9-1", "1-9", "0-1", "a-b", "-1-1"])
def test_a_mark_that_is_nowhere_is_not_put_into_the_basket(desk: Desk, mark: str) -> None:
    assert desk.keep(talked(desk, "La SCIC ?"), mark) == texts.NOT_KEPT


def test_a_citation_whose_document_changed_is_shown_as_lost_and_said_in_the_export(
    desk: Desk, client: TestClient, settings: Settings
) -> None:
    source = small_sources()[0]
    gone = Citation(1, type(source)(source.metadata, "Un texte disparu.", ()), 0, 8, "Un texte")
    desk.notebook.basket.add(gone)
    assert texts.LOST in desk.shown()
    body = words(read(file(client, "/carnet/panier/docx"))["blocks"])
    assert "n'a pas été exportée" in body


def test_a_notebook_of_two_browsers_is_two_notebooks(settings: Settings) -> None:
    mine, other = (Notebooks.of(settings).of_visitor(visitor_of({COOKIE: new_key()})) for _ in range(2))
    keep(mine, (Exchange("La SCIC ?", ScriptedGuide().ask("La SCIC ?")),))
    assert isinstance(other, Notebook) and other.conversations.talks() == ()
