"""Documents of one's own, added one by one to collections beside the main index; each collection has its own index.

What is accepted is kept: the file itself, its canonical text, and its vectors are in place before the manifest that
names them is put in force, in one step. Names of files and collections are data, never paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from corpus.formats.base import Unreadable
from corpus.isolated import IsolatedReader
from corpus.types import FOLDER_NAME, GUIDE, MINE, BlockKind, Metadata, Source
from rag.embed import Embedder, open_embedder
from rag.errors import DocumentError, IndexCorrupt, Refused, UnknownSource
from rag.index import intake
from rag.index.build import IndexReport, kept, put, stale
from rag.index.changing import EDITABLE as EDITABLE
from rag.index.changing import Holding, base_name, changing, described
from rag.index.changing import Incoming as Incoming
from rag.index.intake import ADDED_ORIGIN, Progress, silent
from rag.index.precomputed import Precomputed
from rag.index.store import Filed, Manifest, Store, writing
from rag.index.vectors import SERVER
from rag.settings import Settings

_SHOWN = 12
_BEGINNING = 600
_RESERVED = {GUIDE, FOLDER_NAME}
_NAME = re.compile(r"[^\W_](?:[\w .'’-]{0,58}[\w.])?")


@dataclass(frozen=True)
class Preview:
    """What was understood of a file that is not accepted yet; `replaces` is the title of the document it replaces.

    `known` is the title of the document that was made from the same file already.
    """

    source: Source
    remark: str = ""
    replaces: str = ""
    known: str = ""

    @property
    def words(self) -> int:
        """How many blank-separated words the text has."""
        return len(self.source.text.split())

    @property
    def pages(self) -> int:
        """How many pages were told apart; 0 for a document without pages."""
        return max((block.page or 0 for block in self.source.blocks), default=0)

    @property
    def sections(self) -> tuple[str, ...]:
        """The first headings, in their order."""
        headings = (block for block in self.source.blocks if block.kind is BlockKind.HEADING)
        return tuple(self.source.text[block.start : block.end] for block in islice(headings, _SHOWN))

    @property
    def begins(self) -> str:
        """The first words of the text."""
        return self.source.text[:_BEGINNING]


@dataclass(frozen=True)
class Listed:
    """A document as the list of the corpus shows it; `removable` when it was added here."""

    metadata: Metadata
    file: Filed | None
    removable: bool


def preview(settings: Settings, incoming: Incoming, collection: str = MINE) -> Preview:
    """Reads a file without keeping anything; `DocumentError` when it cannot be read."""
    name = base_name(incoming.name)
    try:
        sha = intake.digest_of(settings, incoming.path)
        with IsolatedReader(settings.limits) as reader:
            source, remark = reader.read(incoming.path, name)
    except Unreadable as error:
        raise DocumentError(name, str(error)) from error
    held = Holding(settings, check_collection(collection))
    known, replaced = held.by_sha(sha), held.by_name(name, source.id)
    return Preview(described(source, incoming.said), remark, held.title(replaced), held.title(known))


def add(
    settings: Settings,
    incoming: Sequence[Incoming],
    collection: str = MINE,
    progress: Progress = silent,
    embedder: Embedder | None = None,
) -> IndexReport:
    """Adds files to a collection; one that is there already costs nothing, one of the same name replaces its document.

    A file that cannot be read is a line of the report's `problems`, and does not stop the others. Raises `Refused` for
    a name that no collection can have, and for more documents than `settings.max_documents`.
    """
    name = check_collection(collection)
    embedder = embedder or open_embedder(settings)
    with changing(settings):
        held = Holding(settings, name)
        held.store.prepare()
        unchanged, problems = [], []
        with IsolatedReader(settings.limits) as reader:
            for each in incoming:
                try:
                    if known := held.by_sha(intake.digest_of(settings, each.path)):
                        unchanged.append(known)
                    else:
                        held.take(each, reader)
                except Unreadable as error:
                    problems.append(str(DocumentError(base_name(each.name), str(error))))
        intake.check_number(settings, len(held.documents))
        report = held.put(embedder, progress) if held.changed else IndexReport()
    return replace(report, unchanged=tuple(dict.fromkeys(unchanged)), problems=tuple(problems))


def remove(settings: Settings, ids: Iterable[str], embedder: Embedder | None = None) -> IndexReport:
    """Removes documents that were added, and all that is kept of them: file, text, vectors.

    Raises `UnknownSource`, or `Refused` for a document that comes with the guide or from a folder.
    """
    embedder = embedder or open_embedder(settings)
    with changing(settings):
        by_collection: dict[str, list[str]] = {}
        for id in dict.fromkeys(ids):
            by_collection.setdefault(_owner(settings, id), []).append(id)
        for name, gone in by_collection.items():
            held = Holding(settings, name)
            for id in gone:
                held.drop(id)
            held.put(embedder, silent)
    return IndexReport(removed=tuple(sorted(id for gone in by_collection.values() for id in gone)))


def edit(settings: Settings, id: str, said: Mapping[str, object], embedder: Embedder | None = None) -> Metadata:
    """Changes what is said of a document that was added (keys of `EDITABLE`); returns what is said now.

    Only another title is computed again. Raises `UnknownSource`, or `Refused` with the reason.
    """
    embedder = embedder or open_embedder(settings)
    with changing(settings):
        held = Holding(settings, _owner(settings, id))
        try:
            source = described(held.store.load(held.documents[id]), said)
        except Unreadable as error:
            raise Refused(str(error)) from error
        held.save(source, held.files[id])
        held.put(embedder, silent)
    return source.metadata


def renew_added(settings: Settings, progress: Progress, embedder: Embedder) -> None:
    """Brings the collections up to date with the embedder, the schema and where vectors are kept."""
    for folder, manifest in intake.added_manifests(settings).items():
        moved = manifest.vectors.startswith(SERVER) != bool(settings.chroma_url)
        if stale(manifest, embedder.name) or moved:
            with writing(settings.data_dir):
                put(settings, Store(folder), kept(manifest), manifest, progress, Precomputed(embedder))


def rebuild_added(settings: Settings, progress: Progress = silent, embedder: Embedder | None = None) -> None:
    """Makes the index of every collection again from the documents that it keeps, even when its manifest is damaged."""
    embedder = Precomputed(embedder or open_embedder(settings))
    with writing(settings.data_dir):
        for folder in intake.added_folders(settings):
            store = Store(folder)
            try:
                manifest = store.manifest()
            except IndexCorrupt:
                manifest = _recovered(store)
            if manifest and manifest.documents:
                put(settings, store, kept(manifest), None, progress, embedder)


def _recovered(store: Store) -> Manifest:
    """What the documents that a store keeps say of the manifest that it lost."""
    sources = [store.load(path.stem) for path in (store.folder / "documents").glob("*.json")]
    documents = {source.id: source.digest for source in sorted(sources, key=lambda source: source.id)}
    name = sources[0].metadata.collection if sources else MINE
    return Manifest("", intake.made_of(documents), ADDED_ORIGIN, documents, name=name)


def listing(settings: Settings) -> list[Listed]:
    """Every document that is indexed: those of the main index first, then collection by collection."""
    listed = []
    main = Store(settings.data_dir).manifest()
    everything = {settings.data_dir: main} if main else {}
    for folder, manifest in [*everything.items(), *intake.added_manifests(settings).items()]:
        store = Store(folder)
        own = manifest.origin == ADDED_ORIGIN
        listed += [
            Listed(store.load(digest).metadata, manifest.files.get(id), own)
            for id, digest in sorted(manifest.documents.items())
        ]
    return listed


def original(settings: Settings, id: str) -> tuple[Path, Filed]:
    """Where the file lies that a document was added from, and what its user calls it; `UnknownSource` if nowhere."""
    for folder, manifest in intake.added_manifests(settings).items():
        if id in manifest.files:
            return Store(folder).original(manifest.files[id]), manifest.files[id]
    raise UnknownSource(id)


def check_collection(name: str) -> str:
    """`name` without blanks around it; `Refused` when no collection of one's own can be called so."""
    name = " ".join(name.split())
    if not _NAME.fullmatch(name) or name in _RESERVED:
        reason = "il est réservé" if name in _RESERVED else "il faut 1 à 60 lettres, chiffres, espaces ou tirets"
        raise Refused(f"Une collection ne peut pas s'appeler {name[:60]!r} : {reason}.")
    return name


def _owner(settings: Settings, id: str) -> str:
    """The collection that holds the document `id`."""
    for manifest in intake.added_manifests(settings).values():
        if id in manifest.documents:
            return manifest.name
    main = Store(settings.data_dir).manifest()
    if main and id in main.documents:
        raise Refused(
            f"Le document {id!r} ne se change pas ici : il vient du guide, ou d'un dossier indexé par "
            "« ptce index --sources », où il faut changer le fichier."
        )
    raise UnknownSource(id)
