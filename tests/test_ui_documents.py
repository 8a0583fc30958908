"""One's own documents over HTTP and on the page: added, seen before, corrected, removed; never by another site."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from corpus.types import MINE
from rag.guide import Guide
from rag.index.audit import trail
from rag.index.build import build
from rag.index.searchable import Index
from rag.settings import Settings
from tests.test_rag_index import WordEmbedder
from ui.access.roles import OWNER, VISITOR
from ui.api.server import create_app
from ui.html.own import own_choices, previews_html, table_html
from ui.steps import documents as own
from ui.texts import documents as texts_documents

FIELDS = b"# Le foncier <b>agricole</b>\n\nLe foncier est la propri\xc3\xa9t\xc3\xa9 de la commune."


@pytest.fixture
def guide(tmp_path: Path, small_corpus: Path) -> Guide:
    settings = Settings(data_dir=tmp_path / "data", max_file=1)
    build(settings, small_corpus, embedder=WordEmbedder())
    return Guide(settings, Index.open(settings), WordEmbedder())


@pytest.fixture
def client(guide: Guide) -> TestClient:
    return TestClient(create_app(guide, guide.settings), base_url="http://127.0.0.1")


def send(client: TestClient, name: str, data: bytes, **said: str) -> tuple[int, dict[str, list[str]]]:
    answer = client.post("/api/documents", files={"files": (name, data)}, data=said)
    return answer.status_code, answer.json()


def test_a_document_is_added_listed_corrected_and_removed(client: TestClient) -> None:
    assert send(client, "foncier.md", FIELDS) == (201, {"added": ["foncier"], "unchanged": [], "problems": []})
    assert send(client, "copie.md", FIELDS)[1]["unchanged"] == ["foncier"]
    listed = {each["id"]: each for each in client.get("/api/documents").json()["documents"]}
    assert (listed["foncier"]["collection"], listed["foncier"]["removable"]) == (MINE, True)
    assert not listed["mairie"]["removable"]
    changed = client.patch("/api/documents/foncier", json={"title": "Nos terres", "published": "2021"}).json()
    assert (changed["title"], changed["year"]) == ("Nos terres", 2021)
    assert client.get("/api/documents/foncier/file").content == FIELDS
    assert client.delete("/api/documents/foncier").status_code == 204
    assert client.delete("/api/documents/foncier").status_code == 404


def test_a_preview_keeps_nothing(client: TestClient) -> None:
    status, seen = send(client, "foncier.md", FIELDS, preview="true")
    assert status == 201 and "title" in seen["previews"][0]
    assert "foncier" not in {each["id"] for each in client.get("/api/documents").json()["documents"]}


def test_an_unreadable_file_has_its_reason(client: TestClient) -> None:
    assert "endommagé" in send(client, "x.pdf", b"%PDF-1.4 rien")[1]["problems"][0]


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://ailleurs.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_page_of_another_site_changes_nothing(client: TestClient, headers: dict[str, str]) -> None:
    refused = client.post("/api/documents", files={"files": ("x.md", FIELDS)}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "foreign_site")
    assert client.delete("/api/documents/mairie", headers=headers).status_code == 403


def test_what_comes_with_the_guide_is_not_changed(client: TestClient) -> None:
    assert client.delete("/api/documents/mairie").status_code == 409
    assert client.patch("/api/documents/mairie", json={"title": "x"}).status_code == 409
    assert client.get("/api/documents/mairie/file").status_code == 404
    assert send(client, "x.md", FIELDS, collection="../..")[0] == 409


def test_a_request_that_is_too_big_is_refused(client: TestClient) -> None:
    assert send(client, "x.md", b"a" * 2_100_000)[0] == 413
    assert "PTCE_MAX_FILE" in send(client, "x.md", b"a" * 1_100_000)[1]["problems"][0]


def test_answers_say_which_collections_were_searched_and_used(client: TestClient) -> None:
    send(client, "foncier.md", FIELDS)
    asked = {"question": "À qui est le foncier de la commune ?", "collections": [MINE]}
    answer = client.post("/api/ask", json=asked).json()
    assert answer["collections"] == {"searched": [MINE], "used": [MINE]}
    assert {citation["collection"] for citation in answer["citations"]} == {MINE}
    assert client.post("/api/ask", json=asked | {"collections": ["nulle part"]}).status_code == 422
    found = client.get("/api/search", params={"q": "foncier", "collections": "documents"}).json()["passages"]
    assert "foncier" not in {passage["source"] for passage in found}


def test_what_a_document_says_is_escaped_wherever_it_is_shown(guide: Guide, tmp_path: Path) -> None:
    path = tmp_path / "f.md"
    path.write_bytes(
        b"---\ntitle: '<script>x</script>'\n---\n# Vu <img src=x>\n\nUn texte <script>alert(1)</script> `<b>`."
    )
    seen = own.looked_at(guide.settings, [str(path)], MINE)
    assert "<script" not in previews_html(seen) and "<img" not in previews_html(seen)
    *_, last = own.adding(guide, guide.settings, own.incoming([str(path)], {}), MINE, OWNER)
    assert last.report and last.report.added == ("f",)
    assert "<script" not in table_html(guide.settings)
    assert own_choices(guide.settings) == [("<script>x</script>", "f")]
    assert own.removed(guide, guide.settings, "f", OWNER).startswith("Supprimé")
    assert own_choices(guide.settings) == []


def test_an_addition_that_cannot_be_says_why(guide: Guide, tmp_path: Path) -> None:
    *_, last = own.adding(guide, guide.settings, own.incoming([str(tmp_path / "rien.md")], {}), "guide", OWNER)
    assert "réservé" in last.line


def test_who_may_only_read_changes_nothing_on_the_page_either(guide: Guide, tmp_path: Path) -> None:
    path = tmp_path / "f.md"
    path.write_bytes(FIELDS)
    *_, last = own.adding(guide, guide.settings, own.incoming([str(path)], {}), MINE, VISITOR)
    assert last.line == texts_documents.EDITORS_ONLY and last.report is None
    assert own.removed(guide, guide.settings, guide.sources[0].id, VISITOR) == texts_documents.EDITORS_ONLY


def test_a_change_has_its_line_in_the_audit_trail_with_who_made_it(guide: Guide, tmp_path: Path) -> None:
    path = tmp_path / "f.md"
    path.write_bytes(FIELDS)
    list(own.adding(guide, guide.settings, own.incoming([str(path)], {}), MINE, OWNER))
    assert list(trail(guide.settings.data_dir).entries())[-1]["who"] == OWNER.name
