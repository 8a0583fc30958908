"""What the page, the API and the command line do with one's own documents: steps without Gradio or HTTP."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, TypeVar

from corpus.read import files_below
from corpus.types import Metadata
from rag.errors import DocumentError, GuideError
from rag.guide import Guide
from rag.index.added import Incoming, Preview, add, edit, preview, remove
from rag.index.audit import acting_as
from rag.index.build import IndexReport
from rag.index.intake import Progress
from rag.settings import Settings
from ui.access.roles import Identity, Role
from ui.texts import documents as texts

_EVERY = 0.3
T = TypeVar("T")
_log = logging.getLogger(__name__)


def add_files(settings: Settings, paths: Sequence[Path], collection: str, progress: Progress) -> IndexReport:
    """Adds files, and the readable files below folders, under their own names."""
    files = [file for path in paths for file in (files_below(path) if path.is_dir() else [path])]
    return add(settings, [Incoming(file, file.name) for file in files], collection, progress)


@contextmanager
def received(settings: Settings, uploads: Sequence[tuple[str, BinaryIO]]) -> Iterator[list[Incoming]]:
    """What was sent, as files of names of our own below the data directory; they go at the end."""
    folder = settings.data_dir / "incoming" / token_hex(8)
    folder.mkdir(parents=True)
    try:
        incoming = []
        for number, (name, content) in enumerate(uploads):
            path = folder / str(number)
            with path.open("wb") as file:
                shutil.copyfileobj(content, file)
            incoming.append(Incoming(path, name))
        yield incoming
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def previews(settings: Settings, incoming: Sequence[Incoming], collection: str) -> list[Preview | str]:
    """What was understood of each file, or the sentence that says why it cannot be read."""
    seen: list[Preview | str] = []
    for each in incoming:
        try:
            seen.append(preview(settings, each, collection))
        except DocumentError as error:
            seen.append(str(error))
    return seen


@dataclass(frozen=True)
class Step:
    """How far an addition is; `report` or `problem` at its end."""

    done: int = 0
    total: int = 0
    report: IndexReport | None = None
    problem: str = ""

    @property
    def line(self) -> str:
        """The step as a sentence."""
        if self.report:
            return " ".join([texts.added(self.report), *self.report.problems])
        step = texts.ADDING_STEP.format(done=self.done, total=self.total) if self.total else texts.ADDING
        return self.problem or step


class EditorsOnlyError(GuideError):
    """Somebody who may only read wants to change the corpus."""

    code = "editors_only"

    def __init__(self) -> None:
        super().__init__(texts.EDITORS_ONLY)


def acting(who: Identity, act: Callable[[], T]) -> T:
    """Does `act` in the name of `who`, for the audit trail; `EditorsOnlyError` when `who` may not."""
    if Role.EDITOR not in who.roles:
        raise EditorsOnlyError
    with acting_as(who.name):
        return act()


def adding(
    guide: Guide, settings: Settings, incoming: Sequence[Incoming], collection: str, who: Identity
) -> Iterator[Step]:
    """Adds files, and tells a few times a second how far it is; the last step has the report or the problem."""
    reached = [Step()]

    def progress(done: int, total: int) -> None:
        reached[0] = Step(done, total)

    with ThreadPoolExecutor(1, "adding") as pool:
        doing = pool.submit(acting, who, lambda: add(settings, incoming, collection, progress, guide.embedder))
        while wait([doing], _EVERY).not_done:
            yield reached[0]
    error = doing.exception()
    if error is None:
        yield Step(report=doing.result())
    elif isinstance(error, GuideError):
        yield Step(problem=str(error))
    else:
        _log.error("addition failed", exc_info=error)
        yield Step(problem=texts.BROKE)


def said_of(title: str, authors: str, published: str, kind: str) -> dict[str, object]:
    """What a form says of a document, as the library takes it."""
    names = [name.strip() for name in authors.split(";") if name.strip()]
    return {"title": title.strip(), "authors": names, "published": published.strip(), "kind": kind}


def incoming(paths: Sequence[str], said: Mapping[str, object]) -> list[Incoming]:
    """What the page received, under the names that its files had."""
    return [Incoming(Path(path), Path(path).name, said) for path in paths]


def looked_at(settings: Settings, paths: Sequence[str], collection: str) -> list[Preview | str]:
    """What was understood of each file that the page received, or one sentence for a name that cannot be."""
    try:
        return previews(settings, incoming(paths, {}), collection)
    except GuideError as error:
        return [str(error)]


def any_readable(seen: Sequence[Preview | str]) -> bool:
    """Whether there is something to accept."""
    return any(isinstance(each, Preview) for each in seen)


def described(seen: Sequence[Preview | str]) -> tuple[str, str, str, str] | None:
    """What the only file says of itself; `None` when there are several, or nothing to accept."""
    if len(seen) != 1 or not isinstance(seen[0], Preview):
        return None
    return _described(seen[0].source.metadata)


def described_document(guide: Guide, id: str) -> tuple[str, str, str, str] | None:
    """What is said of a document of the corpus; `None` when it is gone."""
    return next((_described(source.metadata) for source in guide.sources if source.id == id), None)


def edited(guide: Guide, settings: Settings, id: str, said: Mapping[str, object], who: Identity) -> str:
    """Changes what is said of a document, and says how that went."""
    return _line(who, lambda: edit(settings, id, said, guide.embedder), texts.SAVED)


def removed(guide: Guide, settings: Settings, id: str, who: Identity) -> str:
    """Removes a document, and says how that went."""
    title = next((source.metadata.title for source in guide.sources if source.id == id), id)
    return _line(who, lambda: remove(settings, [id], guide.embedder), texts.DELETED.format(title=title))


def discard(paths: Sequence[str]) -> None:
    """Takes away what the page received."""
    for path in paths:
        Path(path).unlink(missing_ok=True)


def _line(who: Identity, act: Callable[[], object], done: str) -> str:
    try:
        acting(who, act)
    except GuideError as error:
        return str(error)
    return done


def _described(metadata: Metadata) -> tuple[str, str, str, str]:
    return metadata.title, "; ".join(metadata.authors), metadata.published, metadata.kind.value
