"""An open guide takes up what another process has indexed, and keeps serving the former index until then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rag.guide import Guide
from rag.index.build import build
from rag.index.searchable import Index
from rag.settings import Settings
from rag.types import Answer
from tests.conftest import ROOT
from tests.test_rag_index import WordEmbedder

INDEXING = """
import sys
from pathlib import Path
from rag.index.build import build
from rag.settings import Settings
from tests.test_rag_index import WordEmbedder
data, corpus, mode, embedder = sys.argv[1:]
build(Settings(data_dir=Path(data)), Path(corpus), rebuild=mode == "rebuild", embedder=WordEmbedder(embedder))
"""


@pytest.fixture
def open_guide(small_corpus: Path, tmp_path: Path) -> Guide:
    settings = Settings(data_dir=tmp_path / "data")
    build(settings, small_corpus, embedder=WordEmbedder())
    return Guide(settings, Index.open(settings), WordEmbedder())


def index_elsewhere(guide: Guide, corpus: Path, mode: str = "update", embedder: str = "words") -> None:
    """Another process indexes `corpus` into the data directory of `guide`."""
    command = [sys.executable, "-c", INDEXING, str(guide.settings.data_dir), str(corpus), mode, embedder]
    subprocess.run(command, check=True, cwd=ROOT, timeout=60)


def first(guide: Guide, question: str) -> str:
    return guide.search(question)[0].passage.source.id


def test_what_another_process_indexed_is_found_without_a_restart(open_guide: Guide, small_corpus: Path) -> None:
    assert first(open_guide, "La mairie prête un local au pôle") == "mairie"
    for number, mode in enumerate(["update", "rebuild"]):
        (small_corpus / f"zebre{number}.md").write_text(f"Le zèbre{number} broute dans la savane.", encoding="utf-8")
        index_elsewhere(open_guide, small_corpus, mode)
        assert first(open_guide, f"Le zèbre{number} broute") == f"zebre{number}"
        found = open_guide.index.texts_near(WordEmbedder().question("zèbre"), 500)
        assert len(found) == len(open_guide.index.passages) + len(open_guide.index.evidence)
    (small_corpus / "mairie.md").unlink()
    index_elsewhere(open_guide, small_corpus)
    assert "mairie" not in {source.id for source in open_guide.sources}
    assert "mairie" not in {hit.passage.source.id for hit in open_guide.search("La mairie prête un local au pôle")}


def test_an_unchanged_manifest_keeps_the_open_index(open_guide: Guide) -> None:
    assert open_guide.index is open_guide.index


def test_an_index_of_another_embedder_is_not_taken_up(open_guide: Guide, small_corpus: Path) -> None:
    former = open_guide.index
    index_elsewhere(open_guide, small_corpus, embedder="other")
    assert open_guide.index is former


def test_a_new_index_that_cannot_be_read_leaves_the_former_one_serving(open_guide: Guide) -> None:
    former = open_guide.index
    manifest = open_guide.settings.data_dir / "index" / "manifest.json"
    manifest.write_text("{", encoding="utf-8")
    answer: Answer = open_guide.ask("Qui prête un local ?")
    assert answer.hits and open_guide.index is former
