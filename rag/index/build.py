"""Building the index, incrementally: what has not changed costs nothing; the former index serves until the end."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from secrets import token_hex

import numpy as np

from corpus.cut import passages_of
from corpus.types import Passage, Source
from corpus.words import pieces, stems
from rag.embed import Embedder, Matrix, open_embedder
from rag.errors import GuideError, IndexFailed
from rag.index import intake
from rag.index.audit import note_change
from rag.index.intake import ADDED_ORIGIN, SHIPPED_ORIGIN, Entries
from rag.index.intake import Progress as Progress
from rag.index.intake import shipped_digest as shipped_digest
from rag.index.intake import silent as silent
from rag.index.precomputed import Precomputed
from rag.index.searchable import collections, open_vectors
from rag.index.store import SCHEMA, Manifest, Store, writing
from rag.index.vectors import SERVER, VectorStore
from rag.index.written import WrittenQuestions
from rag.settings import Settings
from rag.signals.asked import Asked, Stems, asked_questions, covering, precisely, with_questions
from rag.signals.coverage import Coverage, unit
from rag.signals.learned import Answers, Learned
from rag.signals.lexical import Lexical

_BATCH = 256


@dataclass(frozen=True)
class IndexReport:
    """What an indexing run did: ids of documents, and one French line for each that could not be read."""

    added: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def build(
    settings: Settings,
    sources_dir: Path | None = None,
    progress: Progress = silent,
    rebuild: bool = False,
    embedder: Embedder | None = None,
) -> IndexReport:
    """Indexes the shipped corpus, or every readable file below `sources_dir`; what has not changed costs nothing.

    Documents that were added one by one (`rag.index.added`) stay. Raises `NoDocument` when nothing is readable,
    `DataDirectoryError` when the data directory is not writable, `IndexFailed` when the disk is full.
    """
    store = Store(settings.data_dir)
    embedder = Precomputed(embedder or open_embedder(settings))
    with writing(settings.data_dir):
        store.clear()
        former = None if rebuild else store.manifest()
        entries = _entries(settings, store, former, sources_dir)
        same = former is not None and former.corpus == entries.digest
        if former and same and not _outdated_vectors(settings, former, embedder.name):
            return IndexReport(unchanged=tuple(sorted(former.documents)), problems=entries.problems)
        return put(settings, store, entries, former, progress, embedder)


def renew(settings: Settings, progress: Progress, embedder: Embedder) -> None:
    """Brings the index up to date with the embedder, the schema, the shipped corpus and where vectors are kept.

    A user's own corpus is taken from the documents that the index keeps, so its folder need not be there any more.
    """
    store = Store(settings.data_dir)
    manifest = store.manifest()
    if manifest is None or (manifest.origin == SHIPPED_ORIGIN and _outdated(settings, manifest, embedder.name)):
        build(settings, progress=progress, embedder=embedder)
    elif _outdated(settings, manifest, embedder.name):
        with writing(settings.data_dir):
            put(settings, store, kept(manifest), manifest, progress, Precomputed(embedder))


def kept(manifest: Manifest) -> Entries:
    """What is indexed already, to be indexed again."""
    documents, files = dict(manifest.documents), dict(manifest.files)
    return Entries(manifest.origin, manifest.name, manifest.corpus, documents, files)


def put(
    settings: Settings, store: Store, entries: Entries, former: Manifest | None, progress: Progress, embedder: Embedder
) -> IndexReport:
    """Indexes `entries` in the place of `former`. For one who holds the lock of the data directory."""
    try:
        with _Build(settings, store, embedder, former, progress) as run:
            return run.run(entries)
    except OSError as error:
        raise IndexFailed(store.folder, error.strerror or type(error).__name__) from error


def stale(manifest: Manifest, embedder: str) -> bool:
    """Whether the index must be built again: other embedder or schema, or the shipped corpus has changed."""
    if (manifest.embedder, manifest.schema) != (embedder, SCHEMA):
        return True
    return manifest.origin == SHIPPED_ORIGIN and manifest.corpus != shipped_digest()


def _outdated(settings: Settings, manifest: Manifest, embedder: str) -> bool:
    return stale(manifest, embedder) or _moved(settings, manifest)


def _outdated_vectors(settings: Settings, manifest: Manifest, embedder: str) -> bool:
    return (manifest.embedder, manifest.schema) != (embedder, SCHEMA) or _moved(settings, manifest)


def _moved(settings: Settings, manifest: Manifest) -> bool:
    """Whether the vectors are on a server and should be on the disk, or the other way round."""
    return manifest.vectors.startswith(SERVER) != bool(settings.chroma_url)


def _entries(settings: Settings, store: Store, former: Manifest | None, sources_dir: Path | None) -> Entries:
    if sources_dir is None:
        return intake.shipped(store)
    taken = {id for manifest in intake.added_manifests(settings).values() for id in manifest.documents}
    return intake.folder(settings, store, former, sources_dir, taken)


@dataclass
class _Build:
    """One indexing run. It writes beside the former index, and takes away what it wrote when it does not succeed."""

    settings: Settings
    store: Store
    embedder: Embedder
    former: Manifest | None
    progress: Progress
    done: int = 0
    total: int = 0
    usable: Manifest | None = None
    generation: int = field(init=False)
    place: str = field(init=False)
    vectors: VectorStore = field(init=False)

    def __enter__(self) -> _Build:
        self.generation = self.store.next_generation()
        if self.former and not _outdated_vectors(self.settings, self.former, self.embedder.name):
            self.usable = self.former
        if self.settings.chroma_url:
            self.place = self.usable.vectors if self.usable else f"{SERVER}ptce-{token_hex(6)}-"
            self.vectors = open_vectors(self.settings, self.store, self.place)
            return self
        self.place = f"chroma-{self.generation}"
        folder = self.store.folder / self.place
        shutil.rmtree(folder, ignore_errors=True)
        if self.usable:
            self.vectors = VectorStore.copied(self.store.folder / self.usable.vectors, folder)
        else:
            self.vectors = VectorStore(folder)
        return self

    def __exit__(self, *_: object) -> None:
        self.vectors.close()
        with suppress(GuideError):
            self.store.sweep(self.store.manifest() or Manifest("", "", ""))

    def run(self, entries: Entries) -> IndexReport:
        """Adds what is new, puts the new manifest in force, sweeps what is no longer served."""
        former = dict(self.usable.documents) if self.usable else {}
        texts, questions = collections(self.embedder.name)
        self.vectors.create(texts)
        self.vectors.create(questions, searched=False)
        asked = self._asked(entries)
        self._embed(entries, asked)
        manifest = Manifest(
            self.embedder.name, entries.digest, entries.origin, entries.documents, self.generation,
            vectors=self.place, name=entries.name, files=entries.files,
        )  # fmt: skip
        live = self._write_generation(manifest, asked)
        if not self.place.startswith(SERVER):
            self._forget(live, asked)  # in the copy, which nobody serves yet
        new = {id for id, digest in entries.documents.items() if former.get(id) != digest}
        report = IndexReport(
            tuple(sorted(new)),
            tuple(sorted(entries.documents.keys() - new)),
            tuple(sorted(former.keys() - entries.documents.keys())),
            entries.problems,
        )
        # before it takes effect: no change without its line
        note_change(self.settings.data_dir, entries.name or entries.origin, report.added, report.removed)
        self.store.replace_manifest(manifest)
        if self.place.startswith(SERVER):
            self._forget(live, asked)
        WrittenQuestions(self.store).forget(self._sources(entries))
        return report

    def _asked(self, entries: Entries) -> list[Asked]:
        """The questions that people wrote for the shipped documents, and those that a model wrote for others."""
        curated = [] if entries.origin == ADDED_ORIGIN else asked_questions(self._sources(entries))
        return curated + WrittenQuestions(self.store).asked(self._sources(entries))

    def _sources(self, entries: Entries) -> Iterator[Source]:
        return map(self.store.load, entries.documents.values())

    def _embed(self, entries: Entries, asked: Sequence[Asked]) -> None:
        """Vectors for what has none yet, one document after the other."""
        texts, questions = collections(self.embedder.name)
        there = self.vectors.ids(texts)
        whole = set(self.usable.documents.values()) if self.usable else set()
        missing = [digest for digest in entries.documents.values() if digest not in whole]
        known = self.vectors.ids(questions)
        fresh = [(entry.id, entry.text) for entry in asked if entry.id not in known]
        self.total = sum(len(self._rows_without(there, digest)) for digest in missing) + len(fresh)
        for digest in missing:
            self._add(texts, self._rows_without(there, digest), self.embedder.passages)
        self._add(questions, fresh, self.embedder.questions)
        for name in (texts, questions):
            self.vectors.settle(name)

    def _rows_without(self, there: set[str], digest: str) -> list[tuple[str, str]]:
        return [(id, text) for id, text in rows_of(self.store.load(digest)) if id not in there]

    def _add(self, name: str, rows: Sequence[tuple[str, str]], embed: Callable[[Sequence[str]], Matrix]) -> None:
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            self.vectors.add(name, [id for id, _ in batch], embed([text for _, text in batch]))
            self.done += len(batch)
            self.progress(self.done, self.total)

    def _write_generation(self, manifest: Manifest, asked: Sequence[Asked]) -> set[str]:
        """Writes what is made anew with each manifest; returns the contents whose vectors are served."""
        folder = self.store.generation(manifest.generation)
        self.store.write(folder / "asked.json", [[getattr(entry, name) for name in Asked.__slots__] for entry in asked])
        passages: list[Passage] = []
        words: list[list[str]] = []
        evidence: list[list[str]] = []
        documents: list[list[str]] = []
        live = set()
        for digest in manifest.documents.values():
            source = self.store.load(digest)
            live.add(source.content)
            own = passages_of(source)
            texts = [stems(passage.text) for passage in own]
            words += [stems(passage.context) + text for passage, text in zip(own, texts, strict=True)]
            evidence += [stems(unit.text) for passage in own for unit in passage.evidence]
            documents.append([*stems(source.metadata.title), *chain.from_iterable(texts)])
            passages += own if asked else []
        Lexical.build(words).save(folder / "text")
        Lexical.build(evidence).save(folder / "evidence")
        Lexical.build(documents).save(folder / "documents")
        if asked:
            self._write_questions(folder, passages, (words, evidence), asked)
        return live

    def _write_questions(
        self, folder: Path, passages: Sequence[Passage], words: tuple[Stems, Stems], asked: Sequence[Asked]
    ) -> None:
        """What the questions of `asked` give to `passages` and their evidence, whose own stems are `words`."""
        units = [unit for passage in passages for unit in passage.evidence]
        answers, exactly = covering(passages, asked), precisely(units, asked)
        Lexical.build(with_questions(words[0], asked, answers)).save(folder / "text-and-questions")
        Lexical.build(with_questions(words[1], asked, exactly)).save(folder / "evidence-and-questions")
        Lexical.build([stems(entry.text) for entry in asked]).save(folder / "questions")
        Lexical.build([pieces(entry.text) for entry in asked]).save(folder / "spelling")
        vectors = unit(self.vectors.vectors(collections(self.embedder.name)[1], [entry.id for entry in asked]))
        np.save(folder / "asked.npy", vectors)
        learned = Learned.fit(vectors, Answers(answers, len(passages)), Answers(exactly, len(units)))
        learned.save(folder / "learned.npz")
        coverage = Coverage.fit(vectors, [entry.text for entry in asked], [bool(entry.answers) for entry in asked])
        coverage.save(folder / "coverage")

    def _forget(self, live: set[str], asked: Sequence[Asked]) -> None:
        """Removes the vectors that the new manifest does not serve."""
        texts, questions = collections(self.embedder.name)
        for name in set(self.vectors.names()) - {texts, questions}:
            self.vectors.drop(name)
        self.vectors.remove(texts, [id for id in self.vectors.ids(texts) if id.split("/")[0] not in live])
        wanted = {entry.id for entry in asked}
        self.vectors.remove(questions, [id for id in self.vectors.ids(questions) if id not in wanted])


def rows_of(source: Source) -> list[tuple[str, str]]:
    """Id and text to embed of each passage and evidence unit; title and headings are embedded with them."""
    rows = []
    for p, passage in enumerate(passages_of(source)):
        rows.append((f"{source.content}/{p}", f"{passage.context}\n{passage.text}"))
        rows += [(f"{source.content}/{p}/{e}", unit.text) for e, unit in enumerate(passage.evidence)]
    return rows
