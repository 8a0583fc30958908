"""The index, opened for search: what stands in the data directory, as the guide needs it.

Vectors of passages and evidence in Chroma, stems in BM25. Beside them stand the questions that passages answer and the
gaps that none does, with vectors and stems of their own. `rag/index/build.py` makes all this.
"""

from __future__ import annotations

import hashlib
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from corpus.cut import passages_of
from corpus.questions import Gap, load_disagreements, load_gaps
from corpus.types import Evidence, Passage, Span
from rag.embed import Matrix, Vector
from rag.errors import IndexCorrupt, IndexMissing
from rag.index.rounded import Rounded
from rag.index.store import SCHEMA, Manifest, Store
from rag.index.vectors import SERVER, VectorStore
from rag.settings import Settings
from rag.signals.asked import Answering, Asked, covering, precisely
from rag.signals.coverage import Coverage, Scores
from rag.signals.learned import Learned
from rag.signals.lexical import Lexical
from rag.signals.spelling import Speller

_TRIES = 5
# as many texts are compared one by one in less time than a walk through Chroma's graph takes, and always alike
FEW = 5_000


def collections(embedder: str) -> tuple[str, str]:
    """The names of the collections of texts and of questions for an embedder."""
    key = hashlib.sha256(f"{embedder} {SCHEMA}".encode()).hexdigest()[:10]
    return f"texts-{key}", f"questions-{key}"


def open_vectors(settings: Settings, store: Store, place: str) -> VectorStore:
    """The vectors that a manifest names: in a folder beside it, or on the Chroma server of the settings."""
    if place.startswith(SERVER):
        return VectorStore.on_server(settings, place.removeprefix(SERVER))
    return VectorStore(store.folder / place)


class Index:
    """An index opened for reading. Scores are arrays over `passages`, in their order."""

    def __init__(self, manifest: Manifest, store: Store, vectors: VectorStore) -> None:
        self.manifest = manifest
        self._vectors = vectors
        self._texts, self._questions = collections(manifest.embedder)
        self.sources = {id: store.load(digest) for id, digest in manifest.documents.items()}
        self.passages: list[Passage] = []
        self.evidence: list[Evidence] = []
        self._row: dict[str, tuple[int, Evidence | None]] = {}
        for id in manifest.documents:
            content = self.sources[id].content
            for p, passage in enumerate(passages_of(self.sources[id])):
                self._row[f"{content}/{p}"] = (len(self.passages), None)
                for e, unit in enumerate(passage.evidence):
                    self._row[f"{content}/{p}/{e}"] = (len(self.passages), unit)
                    self.evidence.append(unit)
                self.passages.append(passage)
        folder = store.generation(manifest.generation)
        self.asked = [
            Asked(id, text, tuple(tuple(span) for span in answers), *more)
            for id, text, answers, *more in store.read(folder / "asked.json")
        ]
        self.text_words = self.all_words = Lexical.load(folder / "text", len(self.passages))
        self.evidence_words = Lexical.load(folder / "evidence", len(self.evidence))
        self.document_words = Lexical.load(folder / "documents", len(self.sources))
        self.question_words = self.question_pieces = Lexical.build([])
        self.learned: Learned | None = None
        self.coverage: Coverage | None = None
        self._asked_vectors: Matrix = np.empty((0, 0), dtype=np.float32)
        if self.asked:
            self._asked_vectors = np.load(folder / "asked.npy", mmap_mode="r")
            self.all_words = Lexical.load(folder / "text-and-questions", len(self.passages))
            self.evidence_words = Lexical.load(folder / "evidence-and-questions", len(self.evidence))
            self.question_words = Lexical.load(folder / "questions", len(self.asked))
            self.question_pieces = Lexical.load(folder / "spelling", len(self.asked))
            self.learned = Learned.load(folder / "learned.npz")
            self.coverage = Coverage.load(folder / "coverage", self._asked_vectors)

    @classmethod
    def open(cls, settings: Settings) -> Index:
        """The index in `settings.data_dir`; `IndexMissing` or `IndexCorrupt` when there is none that can be read."""
        store = Store(settings.data_dir)
        for _ in range(_TRIES):
            version = store.version()
            try:
                return cls._open(settings, store)
            except IndexCorrupt:
                if store.version() == version:  # otherwise another process has just put a new index in its place
                    raise
        return cls._open(settings, store)

    @classmethod
    def _open(cls, settings: Settings, store: Store) -> Index:
        manifest = store.manifest()
        if manifest is None:
            raise IndexMissing(settings.data_dir)
        vectors = open_vectors(settings, store, manifest.vectors)
        try:
            if not set(collections(manifest.embedder)) <= set(vectors.names()):
                raise KeyError("collections")
            return cls(manifest, store, vectors)
        except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
            raise IndexCorrupt(settings.data_dir, type(error).__name__) from error

    @property
    def name(self) -> str:
        """The collection that these documents are."""
        return self.manifest.name

    def warmed(self) -> Index:
        """The index with what its first question would load: another run may take the files away before."""
        if self.passages:
            first = self.passage_vector(0)
            self.texts_near(first, 1)
            self.question_cosines(first)
        return self

    @cached_property
    def _asked_rounded(self) -> Rounded | None:
        return Rounded.of(self._asked_vectors) if self.asked else None

    @cached_property
    def _few_texts(self) -> Matrix | None:
        """The vectors of `_row`, in its order, when they are no more than `FEW`."""
        return self._vectors.vectors(self._texts, list(self._row)) if 0 < len(self._row) <= FEW else None

    def passage_vector(self, position: int) -> Vector:
        """The vector of one passage."""
        ids = [id for id, (row, unit) in self._row.items() if unit is None and row == position]
        vector: Vector = self._vectors.vectors(self._texts, ids)[0]
        return vector

    def evidence_vector(self, unit: Span) -> Vector | None:
        """The vector of a unit of evidence; nothing for what is no unit of this index."""
        id = self._unit_row.get((unit.source.content, unit.start, unit.end))
        if id is None:
            return None
        vector: Vector = self._vectors.vectors(self._texts, [id])[0]
        return vector

    @cached_property
    def _unit_row(self) -> dict[tuple[str, int, int], str]:
        """The rows of the units of evidence by their places."""
        return {(unit.source.content, unit.start, unit.end): id for id, (_, unit) in self._row.items() if unit}

    @cached_property
    def document_of(self) -> NDArray[np.intp]:
        """For each passage the position of its document in `sources`."""
        position = {id: number for number, id in enumerate(self.sources)}
        return np.array([position[passage.source.id] for passage in self.passages], dtype=np.intp)

    @cached_property
    def gaps(self) -> list[Gap]:
        """What the gaps among `asked` say beside their questions."""
        return load_gaps()

    @cached_property
    def answered_by(self) -> list[list[int]]:
        """For each of `asked`, the positions of the passages that answer it."""
        return covering(self.passages, self.asked)

    @cached_property
    def evidence_position(self) -> dict[str, int]:
        """Where each evidence unit stands in `evidence`, by its id."""
        return {unit.id: position for position, unit in enumerate(self.evidence)}

    @cached_property
    def opposed(self) -> dict[str, tuple[Evidence, ...]]:
        """By the id of an evidence unit, those that do not say the same of the same thing."""
        found: dict[str, tuple[Evidence, ...]] = {}
        for disagreement in load_disagreements():
            units = [unit for source, quote in disagreement.quotes for unit in self._holding(source, quote)]
            found |= {unit.id: tuple(other for other in units if other is not unit) for unit in units}
        return found

    def _holding(self, source: str, quote: str) -> list[Evidence]:
        if source not in self.sources:
            return []
        return [unit for unit in self.evidence if unit.source.id == source and quote in unit.text]

    @cached_property
    def speller(self) -> Speller:
        """How the sources and the indexed questions write their words."""
        return Speller([passage.text for passage in self.passages] + [entry.text for entry in self.asked])

    @cached_property
    def evidence_of(self) -> list[list[int]]:
        """For each of `asked`, the positions of the evidence units that answer it."""
        return precisely(self.evidence, self.asked)

    @cached_property
    def is_gap(self) -> NDArray[np.bool_]:
        """For each of `asked`, whether it is a gap."""
        return np.array([entry.gap >= 0 for entry in self.asked], dtype=bool)

    @property
    def knows_gaps(self) -> bool:
        """Whether it tells what its sources answer from what they do not: somebody wrote questions of both kinds."""
        return bool(self.is_gap.any())

    @cached_property
    def is_written(self) -> bool:
        """Whether a language model wrote questions of it."""
        return any(entry.written for entry in self.asked)

    @cached_property
    def is_answered(self) -> NDArray[np.bool_]:
        """For each of `asked`, whether it is a question that the sources answer: no gap, and no mere keyword."""
        return np.array([entry.gap < 0 and not entry.keyword for entry in self.asked], dtype=bool)

    @cached_property
    def questions_of(self) -> Answering:
        """The questions that each passage answers."""
        return Answering.of(self.answered_by, len(self.passages))

    @cached_property
    def has_questions(self) -> NDArray[np.bool_]:
        """For each passage, whether it answers any of `asked`."""
        return np.asarray((self.questions_of.questions >= 0).any(axis=1))

    @cached_property
    def questions_of_evidence(self) -> Answering:
        """The questions that each evidence unit answers."""
        return Answering.of(self.evidence_of, len(self.evidence))

    def texts_near(self, vector: Vector, k: int) -> list[tuple[int, Evidence | None, float]]:
        """Passages (evidence `None`) and evidence nearest to `vector`, as (passage position, evidence, cosine)."""
        if self._few_texts is not None:
            cosines = self._few_texts @ vector
            rows = list(self._row.values())
            return [(*rows[row], float(cosines[row])) for row in np.argsort(-cosines, kind="stable")[:k].tolist()]
        found = self._vectors.nearest(self._texts, vector, k)
        return [(*self._row[id], cosine) for id, cosine in found if id in self._row]

    def question_cosines(self, vector: Vector) -> Scores:
        """The cosine of each of `asked` with `vector`, to within .001.

        All are compared: Chroma's graph is never built twice alike, and equal questions deserve equal answers.
        """
        return self._asked_rounded.cosines(vector) if self._asked_rounded else np.zeros(0, dtype=np.float32)

    def question_vectors(self) -> Matrix:
        """The vectors of `asked`, in that order."""
        return self._asked_vectors

    def passage_vectors(self) -> Matrix:
        """The vectors of `passages`, in that order."""
        ids = [id for id, (_, unit) in self._row.items() if unit is None]
        return self._vectors.vectors(self._texts, ids)
