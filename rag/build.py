"""Building the index, incrementally: what has not changed costs nothing; the former index serves until the end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path

from filelock import FileLock

from corpus.cut import passages_of
from corpus.questions import FOLDER
from corpus.read import SHIPPED, Unreadable, files_below, identifier, read_file
from corpus.types import Source
from corpus.words import pieces, stems
from rag import precomputed
from rag.asked import Asked, asked_questions, covering
from rag.embed import Embedder, Matrix, open_embedder
from rag.errors import DataDirectoryError, DocumentError, IndexCorrupt, NoDocument
from rag.index import collections
from rag.learned import Answers, Learned
from rag.lexical import Lexical
from rag.precomputed import Precomputed
from rag.settings import Settings
from rag.store import SCHEMA, Manifest, Store
from rag.vectors import VectorStore

Progress = Callable[[int, int], None]
SHIPPED_ORIGIN = "shipped"
_BATCH = 64


def silent(done: int, total: int) -> None:
    """Shows no progress."""


@dataclass(frozen=True)
class IndexReport:
    """What an indexing run did: ids of documents, and one French line for each that could not be read."""

    added: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Corpus:
    """What is to be indexed."""

    origin: str
    digest: str
    sources: tuple[Source, ...]
    problems: tuple[str, ...] = ()


def shipped_digest() -> str:
    """A digest of the corpus that comes with the guide, its questions and gaps."""
    digest = hashlib.sha256()
    for path in sorted([*SHIPPED.glob("*.md"), *FOLDER.glob("*/*.yaml")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def build(
    settings: Settings,
    sources_dir: Path | None = None,
    progress: Progress = silent,
    rebuild: bool = False,
    embedder: Embedder | None = None,
) -> IndexReport:
    """Indexes the shipped corpus, or every readable file below `sources_dir`; what has not changed costs nothing.

    Raises `NoDocument` when nothing is readable, `DataDirectoryError` when the data directory is not writable.
    """
    store = Store(settings.data_dir)
    store.prepare()
    corpus = _read(sources_dir)
    embedder = Precomputed(embedder or open_embedder(settings))
    with FileLock(str(store.folder / ".lock")):
        with suppress(IndexCorrupt):
            if live := store.manifest():
                store.sweep(live)  # what an interrupted run left behind would take the room that this one needs
        former = None if rebuild else store.manifest()
        if former and _same(former, corpus, embedder.name):
            return IndexReport(unchanged=tuple(sorted(former.documents)), problems=corpus.problems)
        try:
            return _Build(store, embedder, former, progress, rebuild).run(corpus)
        except OSError as error:  # a full disk above all: the former index serves on
            raise DataDirectoryError(settings.data_dir, error.strerror or "le disque est peut-être plein") from error


def renew(settings: Settings, progress: Progress, embedder: Embedder) -> None:
    """Brings the index up to date with the embedder, the schema and the shipped corpus.

    A user's own corpus is taken from the documents that the index keeps, so its folder need not be there any more.
    """
    store = Store(settings.data_dir)
    manifest = store.manifest()
    if manifest is None or manifest.origin == SHIPPED_ORIGIN:
        build(settings, progress=progress, embedder=embedder)
    elif stale(manifest, embedder.name):
        sources = tuple(store.load(digest) for digest in manifest.documents.values())
        with FileLock(str(store.folder / ".lock")):
            corpus = _Corpus(manifest.origin, manifest.corpus, sources)
            _Build(store, Precomputed(embedder), manifest, progress).run(corpus)


def _same(manifest: Manifest, corpus: _Corpus, embedder: str) -> bool:
    return (manifest.embedder, manifest.schema, manifest.corpus) == (embedder, SCHEMA, corpus.digest)


def _read(sources_dir: Path | None) -> _Corpus:
    folder = sources_dir or SHIPPED
    sources: dict[str, Source] = {}
    problems: list[str] = []
    for path in files_below(folder):
        try:
            source = read_file(path)
        except Unreadable as error:
            problems.append(str(DocumentError(path.name, str(error))))
            continue
        if source.id in sources:
            source = _renamed(source, _free(identifier(str(path.relative_to(folder))), sources))
        sources[source.id] = source
    if not sources:
        raise NoDocument(folder)
    documents = tuple(sources[id] for id in sorted(sources))
    made_of = shipped_digest() + "".join(source.digest for source in documents)
    digest = hashlib.sha256(made_of.encode()).hexdigest()[:16] if sources_dir else shipped_digest()
    return _Corpus(str(sources_dir or SHIPPED_ORIGIN), digest, documents, tuple(problems))


def _free(id: str, taken: Iterable[str]) -> str:
    """`id`, with a number when it is taken."""
    return next(name for name in chain([id], (f"{id}-{n}" for n in count(2))) if name not in taken)


def _renamed(source: Source, id: str) -> Source:
    return Source(replace(source.metadata, id=id), source.text, source.blocks)


@dataclass
class _Build:
    """One indexing run."""

    store: Store
    embedder: Embedder
    former: Manifest | None
    progress: Progress
    rebuild: bool = False
    done: int = 0
    total: int = 0
    generation: int = field(init=False)
    folder: str = field(init=False)
    vectors: VectorStore = field(init=False)

    def __post_init__(self) -> None:
        """A rebuild takes a folder of its own: the former vectors may be damaged, and serve until it is done."""
        self.generation = self.store.next_generation()
        self.folder = self.former.vectors if self.former else "chroma"
        if self.rebuild:
            self.folder = f"chroma-{self.generation}"
        self.vectors = VectorStore(self.store.folder / self.folder)

    def run(self, corpus: _Corpus) -> IndexReport:
        """Adds what is new, puts the new manifest in force, sweeps what is no longer served."""
        usable = self.former and (self.former.embedder, self.former.schema) == (self.embedder.name, SCHEMA)
        former = dict(self.former.documents) if self.former and usable else {}
        texts, questions = collections(self.embedder.name)
        for name in (texts, questions):
            self.vectors.create(name)
        new = [source for source in corpus.sources if former.get(source.id) != source.digest]
        asked = asked_questions(corpus.sources)
        known = self.vectors.ids(questions)
        fresh = [entry for entry in asked if entry.id not in known]
        rows = [(source, _rows(source)) for source in new]
        self.total = sum(len(entries) for _, entries in rows) + len(fresh)
        for source, entries in rows:
            self._add(texts, entries, self.embedder.passages)
            self.store.save(source)
        self._add(questions, [(entry.id, entry.text) for entry in fresh], self.embedder.questions)
        documents = {source.id: source.digest for source in corpus.sources}
        manifest = Manifest(
            self.embedder.name,
            corpus.digest,
            corpus.origin,
            documents,
            self.generation,
            vectors=self.folder,
        )
        self._write_generation(manifest, corpus.sources, asked)
        self.store.replace_manifest(manifest)
        self._sweep(manifest, asked)
        ids = {source.id for source in new}
        return IndexReport(
            tuple(sorted(ids)),
            tuple(sorted(documents.keys() - ids)),
            tuple(sorted(former.keys() - documents.keys())),
            corpus.problems,
        )

    def _add(self, name: str, rows: Sequence[tuple[str, str]], embed: Callable[[Sequence[str]], Matrix]) -> None:
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            self.vectors.add(name, [id for id, _ in batch], embed([text for _, text in batch]))
            self.done += len(batch)
            self.progress(self.done, self.total)

    def _write_generation(self, manifest: Manifest, sources: Iterable[Source], asked: Sequence[Asked]) -> None:
        folder = self.store.generation(manifest.generation)
        self.store.write(folder / "asked.json", [[getattr(entry, name) for name in Asked.__slots__] for entry in asked])
        passages = [passage for source in sources for passage in passages_of(source)]
        words = [stems(f"{passage.context} {passage.text}") for passage in passages]
        Lexical.build(words).save(folder / "text")
        answers = covering(passages, asked)
        for entry, positions in zip(asked, answers, strict=True):
            for position in positions:
                words[position] += stems(entry.text)
        Lexical.build(words).save(folder / "text-and-questions")
        Lexical.build([stems(entry.text) for entry in asked]).save(folder / "questions")
        Lexical.build([pieces(entry.text) for entry in asked]).save(folder / "spelling")
        if asked:
            vectors = self.vectors.vectors(collections(self.embedder.name)[1], [entry.id for entry in asked])
            units = [unit for passage in passages for unit in passage.evidence]
            Learned.fit(vectors, Answers(answers, len(passages)), Answers(covering(units, asked), len(units))).save(
                folder / "learned.npz"
            )

    def _sweep(self, manifest: Manifest, asked: Sequence[Asked]) -> None:
        texts, questions = collections(self.embedder.name)
        for name in set(self.vectors.names()) - {texts, questions}:
            self.vectors.drop(name)
        live = set(manifest.documents.values())
        self.vectors.remove(texts, [id for id in self.vectors.ids(texts) if id.split("/")[0] not in live])
        wanted = {entry.id for entry in asked}
        self.vectors.remove(questions, [id for id in self.vectors.ids(questions) if id not in wanted])
        self.store.sweep(manifest)


def stale(manifest: Manifest, embedder: str) -> bool:
    """Whether the index must be built again: other embedder or schema, or the shipped corpus has changed."""
    if (manifest.embedder, manifest.schema) != (embedder, SCHEMA):
        return True
    return manifest.origin == SHIPPED_ORIGIN and manifest.corpus != shipped_digest()


def write_precomputed() -> int:
    """Remakes the vectors that are shipped with the guide; returns how many there are."""
    sources = _read(None).sources
    questions = [entry.text for entry in asked_questions(sources)]
    return precomputed.write(questions, [text for source in sources for _, text in _rows(source)])


def _rows(source: Source) -> list[tuple[str, str]]:
    """Id and text to embed of each passage and evidence unit; title and headings are embedded with them."""
    rows = []
    for p, passage in enumerate(passages_of(source)):
        rows.append((f"{source.digest}/{p}", f"{passage.context}\n{passage.text}"))
        rows += [(f"{source.digest}/{p}/{e}", unit.text) for e, unit in enumerate(passage.evidence)]
    return rows
