"""What is to be indexed: documents read into the store one by one, so that no more than one is in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path

from corpus.formats.base import Unreadable
from corpus.isolated import IsolatedReader
from corpus.questions import FOLDER
from corpus.read import SHIPPED, files_below, identifier, read_file
from corpus.types import FOLDER_NAME, GUIDE, Source
from rag.errors import DocumentError, NoDocument, Refused
from rag.index.store import SCHEMA, Filed, Manifest, Store
from rag.settings import Settings

Progress = Callable[[int, int], None]
SHIPPED_ORIGIN = "shipped"
ADDED_ORIGIN = "added"


def silent(done: int, total: int) -> None:
    """Shows no progress."""


@dataclass(frozen=True)
class Entries:
    """Documents by id, each saved in the store under its digest, with the files that they come from."""

    origin: str
    name: str
    digest: str
    documents: dict[str, str]
    files: dict[str, Filed] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def shipped_digest() -> str:
    """A digest of the corpus that comes with the guide, its questions and gaps."""
    digest = hashlib.sha256()
    for path in sorted([*SHIPPED.glob("*.md"), *FOLDER.glob("*/*.yaml")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def shipped_sources() -> list[Source]:
    """The documents that come with the guide, in the order of their ids."""
    sources = [in_collection(read_file(path), GUIDE) for path in files_below(SHIPPED)]
    return sorted(sources, key=lambda source: source.id)


def shipped(store: Store) -> Entries:
    """The corpus that comes with the guide."""
    documents = {}
    for source in shipped_sources():
        store.save(source)
        documents[source.id] = source.digest
    files = {
        path.stem: Filed(hashlib.sha256(path.read_bytes()).hexdigest(), path.name, path.stat().st_size)
        for path in files_below(SHIPPED)
        if path.stem in documents
    }
    return Entries(SHIPPED_ORIGIN, GUIDE, shipped_digest(), documents, files)


def folder(settings: Settings, store: Store, former: Manifest | None, path: Path, taken: Collection[str]) -> Entries:
    """Every readable file below `path`; a file that was read before is not read again, and one twice there is one.

    `taken` are ids that other collections use. Raises `NoDocument` when nothing is readable.
    """
    known = {filed.sha: id for id, filed in former.files.items()} if former and former.schema == SCHEMA else {}
    documents: dict[str, str] = {}
    files: dict[str, Filed] = {}
    problems: list[str] = []
    seen: set[str] = set()
    paths = files_below(path)
    check_number(settings, len(paths))
    with IsolatedReader(settings.limits) as reader:
        for file in paths:
            try:
                sha = digest_of(settings, file)
                if sha in seen:
                    continue
                source, remark = _read(store, reader, file, sha, former, known)
            except Unreadable as error:
                problems.append(str(DocumentError(file.name, str(error))))
                continue
            seen.add(sha)
            id = free(source.id, {*documents, *taken}, identifier(str(file.relative_to(path))))
            source = in_collection(source, FOLDER_NAME, id)
            store.save(source)
            documents[id] = source.digest
            files[id] = Filed(sha, file.name, file.stat().st_size, remark=remark)
    if not documents:
        raise NoDocument(path)
    ordered = {id: documents[id] for id in sorted(documents)}
    return Entries(str(path), FOLDER_NAME, made_of(ordered), ordered, files, tuple(problems))


def _read(
    store: Store, reader: IsolatedReader, file: Path, sha: str, former: Manifest | None, known: dict[str, str]
) -> tuple[Source, str]:
    """The document in `file`: the one that the index keeps when it was made from the same bytes."""
    if former and sha in known and store.holds(former.documents[known[sha]]):
        return store.load(former.documents[known[sha]]), former.files[known[sha]].remark
    return reader.read(file)


def added_folders(settings: Settings) -> list[Path]:
    """The data directories of the collections that are made document by document, one each."""
    return sorted((settings.data_dir / "collections").glob("[0-9a-f]*"))


def added_manifests(settings: Settings) -> dict[Path, Manifest]:
    """What these collections hold, by their data directories."""
    found = {folder: Store(folder).manifest() for folder in added_folders(settings)}
    return {folder: manifest for folder, manifest in found.items() if manifest}


def made_of(documents: dict[str, str]) -> str:
    """A digest of the documents, and of the questions that may belong to them."""
    return hashlib.sha256((shipped_digest() + "".join(documents.values())).encode()).hexdigest()[:16]


def digest_of(settings: Settings, file: Path) -> str:
    """The digest of a file's bytes; `Unreadable` when it is too big or does not open."""
    try:
        settings.limits.check_size(file.stat().st_size)
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise Unreadable(f"le fichier ne s'ouvre pas ({error.strerror})") from error


def check_number(settings: Settings, number: int) -> None:
    """Raises `Refused` for more documents than a collection may hold."""
    if number > settings.max_documents:
        raise Refused(
            f"Une collection tient {settings.max_documents} documents au plus, et il y en aurait {number} : "
            "augmentez PTCE_MAX_DOCUMENTS ou faites-en plusieurs."
        )


def free(id: str, taken: Collection[str], instead: str = "") -> str:
    """`id` when it is not taken, else `instead`, else one of them with a number."""
    if id not in taken:
        return id
    other = instead or id
    names: Iterable[str] = chain([other], (f"{other}-{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


def in_collection(source: Source, collection: str, id: str = "") -> Source:
    """`source` as a document of `collection`, called `id` there."""
    metadata = replace(source.metadata, collection=collection, id=id or source.id)
    return source if metadata == source.metadata else Source(metadata, source.text, source.blocks)
