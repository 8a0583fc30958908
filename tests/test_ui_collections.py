"""Where to look is said in the same way to every face of the guide, and none looks elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.types import MINE
from rag.chain import PassageRetriever, answer_chain
from rag.errors import UnknownCollection
from rag.guide import Guide
from rag.index.added import Incoming, add
from rag.index.build import build
from rag.index.searchable import Index
from rag.settings import Settings
from tests.test_rag_index import WordEmbedder
from ui.api.server import create_app
from ui.commands import batch
from ui.mcp.tools import call

QUESTION = "Qui prête un local au pôle ?"
FIELDS = "# Le foncier\n\nUn local est prêté au pôle par la ferme."


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Guide:
    """A guide over a folder, and a document of one's own; both speak of the premises."""
    folder = tmp_path_factory.mktemp("collections")
    settings = Settings(data_dir=folder / "data", rate_limit=0)
    (folder / "dossier").mkdir()
    (folder / "dossier" / "mairie.md").write_text("# La mairie\n\nLa mairie prête un local au pôle.", encoding="utf-8")
    build(settings, folder / "dossier", embedder=WordEmbedder())
    (folder / "foncier.md").write_text(FIELDS, encoding="utf-8")
    add(settings, [Incoming(folder / "foncier.md", "foncier.md")], embedder=WordEmbedder())
    return Guide(settings, Index.open(settings), WordEmbedder())


Face = Callable[[Guide, Sequence[str]], set[str]]
"""Asks through one face of the guide; returns the documents that it shows."""


def posted(guide: Guide, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
    answer = TestClient(create_app(guide, guide.settings), base_url="http://127.0.0.1").post(path, json=body)
    if answer.status_code == 422:
        raise UnknownCollection("?", [answer.json()["detail"]])
    return answer


def sources_of(record: dict[str, Any]) -> set[str]:
    return {one["source"] for key in ("passages", "citations") for one in record.get(key, ())}


def by_api(guide: Guide, names: Sequence[str]) -> set[str]:
    return sources_of(posted(guide, "/api/ask", question=QUESTION, collections=names).json())


def by_openai(guide: Guide, names: Sequence[str]) -> set[str]:
    messages = [{"role": "user", "content": QUESTION}]
    return sources_of(posted(guide, "/v1/chat/completions", messages=messages, collections=names).json()["guide"])


def by_embedded_chat(guide: Guide, names: Sequence[str]) -> set[str]:
    return named_in(posted(guide, "/embed/ask", question=QUESTION, collections=names).json()["html"])


def by_export(guide: Guide, names: Sequence[str]) -> set[str]:
    return named_in(posted(guide, "/api/exports", questions=[QUESTION], collections=names, format="md").text)


def named_in(text: str) -> set[str]:
    return {id for id, said in (("mairie", "mairie prête"), ("foncier", "ferme")) if said in text}


def by_batch(guide: Guide, names: Sequence[str]) -> set[str]:
    out = guide.settings.data_dir / "réponses.jsonl"
    batch.run(guide, [json.dumps({"id": 1, "question": QUESTION})], out, lambda done, total: None, names)
    return sources_of(json.loads(out.read_text(encoding="utf-8")))


def by_mcp(guide: Guide, names: Sequence[str]) -> set[str]:
    asked, found = (call(guide, tool, {"question": QUESTION, "collections": names}).data for tool in ("ask", "search"))
    return sources_of(asked) | sources_of(found)


def by_langchain(guide: Guide, names: Sequence[str]) -> set[str]:
    documents = PassageRetriever(guide=guide, collections=tuple(names)).invoke(QUESTION)
    answer = answer_chain(guide).invoke({"question": QUESTION, "collections": names})
    return {document.metadata["source"] for document in documents} | {hit.passage.source.id for hit in answer.hits}


every_face = pytest.mark.parametrize(
    "face", [by_api, by_openai, by_embedded_chat, by_export, by_batch, by_mcp, by_langchain]
)


@every_face
def test_only_the_collection_that_is_named_is_searched(guide: Guide, face: Face) -> None:
    assert face(guide, [MINE]) == {"foncier"}
    assert "mairie" in face(guide, ["documents"])
    assert "foncier" not in face(guide, ["documents"])


@every_face
def test_a_collection_that_there_is_not_is_named(guide: Guide, face: Face) -> None:
    with pytest.raises(UnknownCollection, match="'nulle part' n'existe pas"):
        face(guide, ["nulle part"])


def test_a_batch_for_a_collection_that_there_is_not_writes_no_file(guide: Guide, tmp_path: Path) -> None:
    with pytest.raises(UnknownCollection):
        batch.run(guide, ["{}"], tmp_path / "réponses.jsonl", lambda done, total: None, ["nulle part"])
    assert list(tmp_path.iterdir()) == []
