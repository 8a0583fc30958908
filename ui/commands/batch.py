"""Many questions at once: JSONL in, JSONL out in the same order; a bad line does not stop the run."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TextIO

from rag.errors import GuideError, UnknownCollection
from rag.guide import Guide
from ui.commands.turns import turns_from
from ui.record import Record, hit_records, record
from ui.texts import cli as texts

PASSAGES = 10


class UnreadableFileError(GuideError):
    """The file of questions, or of the history, cannot be read."""

    code = "unreadable_file"

    def __init__(self, path: Path, error: Exception) -> None:
        super().__init__(texts.UNREADABLE.format(path=str(path), reason=_reason(error)))


class UnwritableFileError(GuideError):
    """The file of answers cannot be written."""

    code = "unwritable_file"

    def __init__(self, path: Path, error: Exception) -> None:
        super().__init__(texts.UNWRITABLE.format(path=str(path), reason=_reason(error)))


@dataclass(frozen=True)
class BatchReport:
    """How many lines were answered, and how many have an error instead."""

    done: int
    errors: int


class BadLineError(ValueError):
    """A line that is not a question; the message is French."""


def read_lines(path: Path) -> list[str]:
    """The lines of `path` that are not empty."""
    try:
        text = path.read_bytes().decode("utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise UnreadableFileError(path, error) from error
    return [line for line in text.split("\n") if line.strip()]


def run(
    guide: Guide, lines: list[str], out: Path, progress: Callable[[int, int], None], collections: Sequence[str] = ()
) -> BatchReport:
    """Answers every line into `out`, which appears whole at the end or not at all; `collections` as in `Guide.ask`."""
    if unknown := [name for name in collections if name not in guide.collections]:
        raise UnknownCollection(unknown[0], guide.collections)
    errors = 0
    with _written_at_once(out) as file:
        for number, line in enumerate(lines, 1):
            result = answer_line(guide, line, number, collections)
            errors += "error" in result
            file.write(json.dumps(result, ensure_ascii=False) + "\n")
            progress(number, len(lines))
    return BatchReport(len(lines) - errors, errors)


def answer_line(guide: Guide, line: str, number: int, collections: Sequence[str] = ()) -> Record:
    """The record of one line; a bad one gives its id, when it has one, and an error in French."""
    id: object = None
    try:
        task = _task(line, number)
        id = task.get("id")
        return {"id": id} | _answer(guide, task, number, collections)
    except (BadLineError, GuideError) as error:
        return {"id": id, "error": str(error)}
    except Exception as error:  # noqa: BLE001 - one question must not cost the others their answers
        return {"id": id, "error": texts.LINE_BROKE.format(number=number, kind=type(error).__name__)}


def _task(line: str, number: int) -> Record:
    try:
        line.encode()
        task = json.loads(line)
        json.dumps(task, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BadLineError(texts.LINE_NOT_JSON.format(number=number)) from error
    if not isinstance(task, dict):
        raise BadLineError(texts.LINE_NOT_JSON.format(number=number))
    return task


def _answer(guide: Guide, task: Record, number: int, collections: Sequence[str]) -> Record:
    question = task.get("question")
    if not isinstance(question, str):
        raise BadLineError(texts.LINE_NO_QUESTION.format(number=number))
    try:
        history = turns_from(task.get("history"))
    except ValueError as error:
        raise BadLineError(texts.LINE_BAD_HISTORY.format(number=number)) from error
    began = perf_counter()
    answer = guide.ask(question, history, collections=collections)
    elapsed = perf_counter() - began
    result = record(answer) | {"latency_ms": round(elapsed * 1000, 1)}
    if len(answer.hits) < PASSAGES:
        found = guide.search(answer.query.searched, PASSAGES, collections)
        result["passages"] = hit_records(found) or result["passages"]
    return result


@contextmanager
def _written_at_once(out: Path) -> Iterator[TextIO]:
    """A file beside `out` that takes its place when all went well, and leaves no trace otherwise."""
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".partial")
    except OSError as error:
        raise UnwritableFileError(out, error) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            yield file
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, out)
    except OSError as error:
        raise UnwritableFileError(out, error) from error
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


_REASONS: dict[type[Exception], str] = {
    FileNotFoundError: "il n'existe pas",
    IsADirectoryError: "c'est un dossier",
    NotADirectoryError: "le chemin passe par un fichier",
    PermissionError: "accès refusé",
}


def _reason(error: Exception) -> str:
    return _REASONS.get(type(error), str(error))
