"""The index: built incrementally, opened for search. It knows the embedder, corpus and schema that made it.

What a document becomes: vectors of its passages and evidence in Chroma, stems in BM25. Beside them stand the questions
that passages answer and the gaps that none does, with vectors and stems of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from filelock import FileLock

from corpus.cut import passages_of
from corpus.questions import FOLDER, Gap, NoAnchor, anchor, load_cases, load_gaps, load_questions
from corpus.read import SHIPPED, Unreadable, files_below, identifier, read_file
from corpus.types import Evidence, Passage, Source
from corpus.words import stems
from rag import precomputed
from rag.embed import Embedder, Matrix, Vector, open_embedder
from rag.errors import DocumentError, IndexCorrupt, IndexMissing, NoDocument
from rag.learned import Learned
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


@dataclass(frozen=True, slots=True)
class Asked:
    """An indexed question: the spans (document, start, end) that answer it, best first; a gap has none, but a number."""

    id: str
    text: str
    answers: tuple[tuple[str, int, int], ...] = ()
    gap: int = -1


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
    for path in sorted(chain(SHIPPED.glob("*.md"), *(FOLDER.glob(f"{part}/*.yaml") for part in ("questions", "cases", "gaps")))):
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
        former = None if rebuild else store.manifest()
        if former and _same(former, corpus, embedder.name):
            return IndexReport(unchanged=tuple(sorted(former.documents)), problems=corpus.problems)
        return _Build(store, embedder, former, progress, rebuild).run(corpus)


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

    def _add(
        self, name: str, rows: Sequence[tuple[str, str]], embed: Callable[[Sequence[str]], Matrix]
    ) -> None:
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
        if asked:
            vectors = self.vectors.vectors(collections(self.embedder.name)[1], [entry.id for entry in asked])
            Learned.fit(vectors, answers, len(passages)).save(folder / "learned.npz")

    def _sweep(self, manifest: Manifest, asked: Sequence[Asked]) -> None:
        texts, questions = collections(self.embedder.name)
        for name in set(self.vectors.names()) - {texts, questions}:
            self.vectors.drop(name)
        live = set(manifest.documents.values())
        self.vectors.remove(texts, [id for id in self.vectors.ids(texts) if id.split("/")[0] not in live])
        wanted = {entry.id for entry in asked}
        self.vectors.remove(questions, [id for id in self.vectors.ids(questions) if id not in wanted])
        self.store.sweep(manifest)


def write_precomputed() -> int:
    """Remakes the vectors that are shipped with the guide; returns how many there are."""
    sources = _read(None).sources
    questions = [entry.text for entry in asked_questions(sources)]
    return precomputed.write(questions, [text for source in sources for _, text in _rows(source)])


def collections(embedder: str) -> tuple[str, str]:
    """The names of the collections of texts and of questions for an embedder."""
    key = hashlib.sha256(f"{embedder} {SCHEMA}".encode()).hexdigest()[:10]
    return f"texts-{key}", f"questions-{key}"


def _rows(source: Source) -> list[tuple[str, str]]:
    """Id and text to embed of each passage and evidence unit; title and headings are embedded with them."""
    rows = []
    for p, passage in enumerate(passages_of(source)):
        rows.append((f"{source.digest}/{p}", f"{passage.context}\n{passage.text}"))
        rows += [(f"{source.digest}/{p}/{e}", unit.text) for e, unit in enumerate(passage.evidence)]
    return rows


def asked_questions(sources: Iterable[Source]) -> list[Asked]:
    """The curated questions, keywords and cases that `sources` answer; then the gaps, if the shipped corpus is there."""
    present = {source.id: source for source in sources}
    sets = load_questions()
    asked = [
        _asked(text, ((entry.source, entry.quote),), present)
        for entry in sets
        for text in (*entry.questions, *entry.keywords)
    ]
    asked += [_asked(case.question, case.answers, present) for case in load_cases()]
    asked = [entry for entry in asked if entry.answers]
    if {entry.source for entry in sets} <= present.keys():
        asked += [Asked(_key(gap.question, ()), gap.question, gap=n) for n, gap in enumerate(load_gaps())]
    return list({entry.id: entry for entry in asked}.values())


def _asked(text: str, answers: Iterable[tuple[str, str]], present: Mapping[str, Source]) -> Asked:
    """The question with those of its answers that stand in the sources present."""
    spans = []
    for id, quote in answers:
        try:
            spans.append((id, *anchor(quote, present[id])))
        except (KeyError, NoAnchor):
            continue
    return Asked(_key(text, spans), text, tuple(spans))


def _key(text: str, spans: Iterable[tuple[str, int, int]]) -> str:
    return hashlib.sha256(f"{text} {list(spans)}".encode()).hexdigest()[:20]


def covering(passages: Sequence[Passage], asked: Sequence[Asked]) -> list[list[int]]:
    """For each of `asked` the positions of the passages that share text with what answers it."""
    of_document: dict[str, list[tuple[int, Passage]]] = {}
    for position, passage in enumerate(passages):
        of_document.setdefault(passage.source.id, []).append((position, passage))
    return [
        list(
            dict.fromkeys(
                position
                for document, start, end in entry.answers
                for position, passage in of_document.get(document, ())
                if passage.start < end and start < passage.end
            )
        )
        for entry in asked
    ]


class Index:
    """An index opened for reading. Scores are arrays over `passages`, in their order."""

    def __init__(self, manifest: Manifest, store: Store, vectors: VectorStore) -> None:
        self.manifest = manifest
        self._vectors = vectors
        self._texts, self._questions = collections(manifest.embedder)
        self.sources = {id: store.load(digest) for id, digest in manifest.documents.items()}
        self.passages: list[Passage] = []
        self._row: dict[str, tuple[int, Evidence | None]] = {}
        for id, digest in manifest.documents.items():
            for p, passage in enumerate(passages_of(self.sources[id])):
                self._row[f"{digest}/{p}"] = (len(self.passages), None)
                for e, unit in enumerate(passage.evidence):
                    self._row[f"{digest}/{p}/{e}"] = (len(self.passages), unit)
                self.passages.append(passage)
        folder = store.generation(manifest.generation)
        self.asked = [
            Asked(id, text, tuple(tuple(span) for span in answers), gap)
            for id, text, answers, gap in store.read(folder / "asked.json")
        ]
        self._asked_row = {entry.id: position for position, entry in enumerate(self.asked)}
        self.text_words = Lexical.load(folder / "text", len(self.passages))
        self.all_words = Lexical.load(folder / "text-and-questions", len(self.passages))
        self.question_words = Lexical.load(folder / "questions", len(self.asked))
        self.learned = Learned.load(folder / "learned.npz") if self.asked else None

    @classmethod
    def open(cls, settings: Settings) -> Index:
        """The index in `settings.data_dir`; `IndexMissing` or `IndexCorrupt` when there is none that can be read."""
        store = Store(settings.data_dir)
        manifest = store.manifest()
        if manifest is None:
            raise IndexMissing(settings.data_dir)
        vectors = VectorStore(store.folder / manifest.vectors)
        try:
            if not set(collections(manifest.embedder)) <= set(vectors.names()):
                raise KeyError("collections")
            return cls(manifest, store, vectors)
        except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
            raise IndexCorrupt(settings.data_dir, type(error).__name__) from error

    @cached_property
    def gaps(self) -> list[Gap]:
        """What the gaps among `asked` say beside their questions."""
        return load_gaps()

    @cached_property
    def answered_by(self) -> list[list[int]]:
        """For each of `asked`, the positions of the passages that answer it."""
        return covering(self.passages, self.asked)

    @cached_property
    def is_gap(self) -> NDArray[np.bool_]:
        """For each of `asked`, whether it is a gap."""
        return np.array([entry.gap >= 0 for entry in self.asked], dtype=bool)

    @cached_property
    def questions_of(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The passages that answer indexed questions, and a row of these questions for each, filled up with -1."""
        grouped: dict[int, list[int]] = {}
        for question, positions in enumerate(self.answered_by):
            for position in positions:
                grouped.setdefault(position, []).append(question)
        longest = max(map(len, grouped.values()), default=0)
        rows = [questions + [-1] * (longest - len(questions)) for questions in grouped.values()]
        return np.array(list(grouped), dtype=np.intp), np.array(rows, dtype=np.intp).reshape(len(rows), longest)

    def texts_near(self, vector: Vector, k: int) -> list[tuple[int, Evidence | None, float]]:
        """Passages (evidence `None`) and evidence units nearest to `vector`, as (passage position, evidence, cosine)."""
        found = self._vectors.nearest(self._texts, vector, k)
        return [(*self._row[id], cosine) for id, cosine in found if id in self._row]

    def questions_near(self, vector: Vector, k: int) -> list[tuple[int, float]]:
        """Positions in `asked` of the questions nearest to `vector`, with their cosine."""
        found = self._vectors.nearest(self._questions, vector, k)
        return [(self._asked_row[id], cosine) for id, cosine in found if id in self._asked_row]

    def question_vectors(self) -> Matrix:
        """The vectors of `asked`, in that order."""
        return self._vectors.vectors(self._questions, [entry.id for entry in self.asked])

    def passage_vectors(self) -> Matrix:
        """The vectors of `passages`, in that order."""
        ids = [id for id, (_, unit) in self._row.items() if unit is None]
        return self._vectors.vectors(self._texts, ids)


def stale(manifest: Manifest, embedder: str) -> bool:
    """Whether the index must be built again: other embedder or schema, or the shipped corpus has changed."""
    if (manifest.embedder, manifest.schema) != (embedder, SCHEMA):
        return True
    return manifest.origin == SHIPPED_ORIGIN and manifest.corpus != shipped_digest()


def standard(values: np.ndarray) -> np.ndarray:
    """`values` with mean 0 and standard deviation 1 (zeros when all are alike)."""
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0 else np.zeros_like(values)
