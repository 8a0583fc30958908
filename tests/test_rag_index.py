"""The index: the unchanged costs nothing, damage is named, and a crash leaves the former one serving."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.embed import Matrix, Vector
from rag.errors import DataDirectoryError, IndexCorrupt, IndexMissing, NoDocument
from rag.index import searchable
from rag.index.build import build, stale
from rag.index.searchable import Index
from rag.index.store import SCHEMA, Manifest, Store
from rag.settings import Settings
from tests.conftest import ROOT, write_corpus


class WordEmbedder:
    """Two texts are near when they share words; counts the texts that it was given."""

    def __init__(self, name: str = "words") -> None:
        self.name = name
        self.texts = 0

    def question(self, text: str) -> Vector:
        row: Vector = self.questions([text])[0]
        return row

    def questions(self, texts: Sequence[str]) -> Matrix:
        self.texts += len(texts)
        rows = np.full((len(texts), 64), 0.01, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[zlib.crc32(word.encode()) % 64] += 1
        unit: Matrix = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def passages(self, texts: Sequence[str]) -> Matrix:
        return self.questions(texts)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def built(settings: Settings, small_corpus: Path, embedder: WordEmbedder) -> Index:
    """The index of the small corpus."""
    build(settings, small_corpus, embedder=embedder)
    return Index.open(settings)


def nearest(index: Index, question: str) -> str:
    """The document of the text nearest to `question`."""
    position, _, _ = index.texts_near(WordEmbedder().question(question), 5)[0]
    return index.passages[position].source.id


def test_many_texts_are_searched_in_chroma_s_graph_and_few_alike_one_by_one(
    built: Index, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    vector = WordEmbedder().question("La mairie prête un local au pôle")
    few = built.texts_near(vector, 4)
    monkeypatch.setattr(searchable, "FEW", 0)
    many = Index.open(settings).texts_near(vector, 4)
    assert [row for row, *_ in many] == [row for row, *_ in few]
    assert [cosine for *_, cosine in many] == pytest.approx([cosine for *_, cosine in few], abs=1e-5)


def test_what_was_indexed_is_found(built: Index) -> None:
    assert sorted(built.sources) == ["financement", "mairie", "visite"]
    assert nearest(built, "La mairie prête un local au pôle") == "mairie"


def test_passages_come_back_as_they_were_cut(built: Index) -> None:
    speakers = {passage.speaker.name for passage in built.passages if passage.speaker}
    assert speakers == {"Anne Martin", "Paul Petit"}
    assert all(passage.source.text[passage.start : passage.end] == passage.text for passage in built.passages)


def test_every_passage_has_its_vector(built: Index) -> None:
    assert built.passage_vectors().shape == (len(built.passages), 64)


def test_a_corpus_that_has_not_changed_costs_nothing(
    built: Index, settings: Settings, small_corpus: Path, embedder: WordEmbedder
) -> None:
    before = embedder.texts
    report = build(settings, small_corpus, embedder=embedder)
    assert (embedder.texts, report.added) == (before, ())
    assert report.unchanged == ("financement", "mairie", "visite")


def test_only_the_document_that_changed_is_embedded(
    built: Index, settings: Settings, small_corpus: Path, embedder: WordEmbedder
) -> None:
    before = embedder.texts
    (small_corpus / "mairie.md").write_text("La mairie vend le local.", encoding="utf-8")
    report = build(settings, small_corpus, embedder=embedder)
    assert (report.added, report.removed) == (("mairie",), ())
    assert embedder.texts - before == 2  # one passage, one sentence
    assert nearest(Index.open(settings), "La mairie vend le local") == "mairie"


def test_a_document_that_is_gone_is_not_found_any_more(
    built: Index, settings: Settings, small_corpus: Path, embedder: WordEmbedder
) -> None:
    (small_corpus / "mairie.md").unlink()
    report = build(settings, small_corpus, embedder=embedder)
    index = Index.open(settings)
    assert report.removed == ("mairie",)
    assert {index.passages[row].source.id for row, _, _ in index.texts_near(embedder.question("mairie"), 50)} == {
        "financement",
        "visite",
    }


def test_another_embedder_means_another_index(built: Index, settings: Settings, small_corpus: Path) -> None:
    other = WordEmbedder("other")
    assert stale(built.manifest, other.name)
    assert build(settings, small_corpus, embedder=other).added == ("financement", "mairie", "visite")
    assert Index.open(settings).manifest.embedder == "other"


def test_another_schema_means_another_index(built: Index) -> None:
    assert stale(Manifest("words", built.manifest.corpus, built.manifest.origin, schema=SCHEMA + 1), "words")


def test_rebuilding_embeds_everything_again(
    built: Index, settings: Settings, small_corpus: Path, embedder: WordEmbedder
) -> None:
    before = embedder.texts
    build(settings, small_corpus, rebuild=True, embedder=embedder)
    assert embedder.texts == 2 * before


def test_progress_rises_to_its_total(settings: Settings, small_corpus: Path, embedder: WordEmbedder) -> None:
    seen: list[tuple[int, int]] = []
    build(settings, small_corpus, progress=lambda done, total: seen.append((done, total)), embedder=embedder)
    assert seen == sorted(seen)
    assert seen[-1] == (embedder.texts, embedder.texts)


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_indexed(
    settings: Settings, small_corpus: Path, embedder: WordEmbedder
) -> None:
    (small_corpus / "vide.md").write_text("", encoding="utf-8")
    (small_corpus / "faux.pdf").write_bytes(b"%PDF-1.4 rien")
    report = build(settings, small_corpus, embedder=embedder)
    assert report.added == ("financement", "mairie", "visite")
    assert [line.split()[0] for line in report.problems] == ["'faux.pdf'", "'vide.md'"]


def test_two_files_of_one_name_are_two_documents(settings: Settings, tmp_path: Path, embedder: WordEmbedder) -> None:
    for name in ("rapport.md", "rapport.txt", "2020/rapport.md"):
        (path := tmp_path / "sources" / name).parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Le contenu de {name}.", encoding="utf-8")
    assert len(build(settings, tmp_path / "sources", embedder=embedder).added) == 3


def test_a_folder_with_nothing_readable_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NoDocument):
        build(settings, tmp_path, embedder=WordEmbedder())


def test_without_an_index_there_is_nothing_to_open(settings: Settings) -> None:
    with pytest.raises(IndexMissing, match="ptce index"):
        Index.open(settings)


# --- damage ---


def _each(pattern: str, harm: Callable[[Path], object]) -> Callable[[Path], None]:
    """Harms every file that matches `pattern` below the folder of the index."""

    def apply(folder: Path) -> None:
        found = [path for path in folder.glob(pattern) if path.is_file()]
        assert found, f"nothing matches {pattern}"
        for path in found:
            harm(path)

    return apply


def _with(content: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(content, encoding="utf-8")


DAMAGE = {
    "an empty manifest": _each("manifest.json", _with("")),
    "a manifest that is a list": _each("manifest.json", _with("[]")),
    "a manifest of something else": _each("manifest.json", _with('{"documents": [1]}')),
    "no vectors": lambda folder: shutil.rmtree(folder / "chroma-1"),
    "vectors that are noise": _each("chroma-1/chroma.sqlite3", _with("noise" * 999)),
    "vectors cut short": _each("chroma-1/chroma.sqlite3", lambda path: os.truncate(path, 5000)),
    "no generation": lambda folder: shutil.rmtree(folder / "generation-1"),
    "words cut short": _each("generation-1/text/*", lambda path: os.truncate(path, 3)),
    "questions of another shape": _each("generation-1/asked.json", _with("[[1]]")),
    "no documents": _each("documents/*.json", Path.unlink),
    "documents of another shape": _each("documents/*.json", _with("{}")),
}
each_damage = pytest.mark.parametrize("harm", DAMAGE.values(), ids=DAMAGE.keys())


@pytest.fixture
def damaged(built: Index, settings: Settings, tmp_path: Path, harm: Callable[[Path], None]) -> Settings:
    """Settings over a damaged copy of an index, which nobody has open."""
    shutil.copytree(settings.data_dir, tmp_path / "copy")
    harm(tmp_path / "copy" / "index")
    return Settings(data_dir=tmp_path / "copy")


@each_damage
def test_a_damaged_index_is_named_and_rebuilding_mends_it(damaged: Settings, small_corpus: Path) -> None:
    with pytest.raises(IndexCorrupt, match="ptce index --rebuild") as raised:
        Index.open(damaged)
    assert "\n" not in str(raised.value)
    build(damaged, small_corpus, rebuild=True, embedder=WordEmbedder())
    assert nearest(Index.open(damaged), "La mairie prête un local au pôle") == "mairie"


# --- a data directory that cannot be used ---


def test_a_data_directory_that_cannot_be_made_is_named(small_corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DataDirectoryError, match="PTCE_DATA_DIR"):
        build(Settings(data_dir=tmp_path / "file" / "data"), small_corpus, embedder=WordEmbedder())


@contextmanager
def nobody() -> Iterator[None]:
    """Without root's rights, as far as files go."""
    if os.geteuid() == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        if os.getuid() == 0:
            os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that all may read and only its owner may write to; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


def test_a_data_directory_that_is_read_only_is_named(small_corpus: Path, open_folder: Path) -> None:
    open_folder.chmod(0o555)
    with nobody(), pytest.raises(DataDirectoryError, match="PTCE_DATA_DIR"):
        Store(open_folder / "data").prepare()


def test_an_index_that_is_read_only_still_serves(open_folder: Path) -> None:
    settings = Settings(data_dir=open_folder / "data")
    build(settings, write_corpus(open_folder / "sources"), embedder=WordEmbedder())
    subprocess.run(["chmod", "-R", "a-w,a+rX", str(open_folder)], check=True)
    with nobody():
        assert nearest(Index.open(settings), "La mairie prête un local au pôle") == "mairie"
    subprocess.run(["chmod", "-R", "u+w", str(open_folder)], check=True)


# --- kill -9 ---

CRASHING = """
import os, shutil, signal, sys
from pathlib import Path
from rag.index.build import build
from rag.settings import Settings
from tests.test_rag_index import WordEmbedder

data, sources, embedder, rebuild = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4] == "rebuild"

def run(copy: Path, moment: int) -> int:
    '''Builds in a process that is killed at its `moment`-th step; returns how many steps it took.'''
    shutil.copytree(data, copy)
    reading, writing = os.pipe()
    if child := os.fork():
        os.close(writing)
        os.waitpid(child, 0)
        return len(os.read(reading, 10_000))
    def step(event, arguments):
        writes = event == "open" and isinstance(arguments[1], str) and arguments[1][:1] in "wax"
        if writes or event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "step"):
            os.write(writing, b".")
            if os.fstat(writing) and step.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            step.left -= 1
    step.left = moment
    class Stepping(WordEmbedder):
        def questions(self, texts):
            sys.audit("step")
            return super().questions(texts)
    sys.addaudithook(step)
    build(Settings(data_dir=copy), sources, rebuild=rebuild, embedder=Stepping(embedder))
    os._exit(0)

steps = run(data.with_name("whole"), -1)
moments = sorted({round(number * (steps - 1) / 11) for number in range(12)})
for moment in moments:
    run(data.with_name(f"killed-{moment}"), moment)
print(steps, *moments)
"""


@pytest.mark.parametrize(("embedder_name", "mode"), [("words", "update"), ("words", "rebuild"), ("other", "update")])
def test_kill_9_at_any_moment_leaves_an_index_that_serves(
    built: Index, settings: Settings, small_corpus: Path, embedder_name: str, mode: str
) -> None:
    former = {id: source.digest for id, source in built.sources.items()}
    (small_corpus / "mairie.md").write_text("La mairie vend le local.", encoding="utf-8")
    (small_corpus / "visite.md").unlink()
    (small_corpus / "neuf.md").write_text("Un document neuf. Il parle de foncier.", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CRASHING, settings.data_dir, small_corpus, embedder_name, mode],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    steps, *moments = map(int, done.stdout.split())
    assert steps > len(moments) > 8
    for moment in moments:
        killed = Settings(data_dir=settings.data_dir.with_name(f"killed-{moment}"))
        index = Index.open(killed)
        assert sorted(index.sources) in (sorted(former), ["financement", "mairie", "neuf"])
        assert index.manifest.documents == {id: source.digest for id, source in index.sources.items()}
        assert len(index.passage_vectors()) == len(index.passages) == index.text_words.size
        assert index.texts_near(WordEmbedder().question("local"), 3)
        build(killed, small_corpus, embedder=WordEmbedder(embedder_name))
        assert nearest(Index.open(killed), "Il parle de foncier") == "neuf"


def test_the_manifest_says_what_made_the_index(built: Index, settings: Settings) -> None:
    manifest = json.loads((settings.data_dir / "index" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["embedder"], manifest["schema"]) == ("words", SCHEMA)
    assert manifest["documents"].keys() == built.sources.keys()


def test_the_index_gives_back_the_vectors_of_its_evidence_alone(
    settings: Settings, embedder: WordEmbedder, small_corpus: Path
) -> None:
    build(settings, small_corpus, embedder=embedder)
    index = Index.open(settings)
    passage = index.passages[0]
    vector = index.evidence_vector(passage.evidence[0])
    assert vector is not None and np.allclose(vector, embedder.passages([passage.evidence[0].text])[0], atol=1e-5)
    assert index.evidence_vector(replace(passage.evidence[0], end=passage.evidence[0].end - 1)) is None
