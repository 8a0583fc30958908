"""The journal of a server: one line an event, as text or JSON, with the id of the request.

Neither the text of a question nor a key is written. What an exception says may quote a question, so its class and the
places it went through stand for it, unless `log_questions` is set.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

from rag.settings import Settings

request_id: ContextVar[str] = ContextVar("request_id", default="")
OURS = ("corpus", "eval", "prompts", "rag", "ui")
_ROOT = Path(__file__).parents[2]
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL", re.IGNORECASE)
_SECRET_SHAPE = re.compile(r"(?i)\b(?:bearer\s+[^\s\"']{6,}|sk-[\w-]{6,})")
_SHORTEST_SECRET = 6
HIDDEN = "***"


class Journal(logging.Formatter):
    """Formats a record and what it carries in `extra` as one line."""

    def __init__(self, settings: Settings, environ: Mapping[str, str] = os.environ) -> None:
        super().__init__()
        self._json = settings.log == "json"
        self._questions = settings.log_questions
        secrets = {value for name, value in environ.items() if _SECRET_NAME.search(name)}
        self._secrets = sorted((secret for secret in secrets if len(secret) >= _SHORTEST_SECRET), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The line, without a key that the environment holds."""
        line = _as_json(self._fields(record)) if self._json else _as_text(self._fields(record))
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return _SECRET_SHAPE.sub(HIDDEN, line)

    def _fields(self, record: logging.LogRecord) -> dict[str, object]:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields: dict[str, object] = {"time": time, "level": record.levelname, "logger": record.name}
        if request := request_id.get():
            fields["request"] = request
        fields["event"] = record.getMessage()
        fields |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info and record.exc_info[1]:
            fields["error"] = _error(record.exc_info[1], told=self._questions)
        return fields


def configure(settings: Settings) -> None:
    """Sends what this process logs to stderr: ours from INFO on, the libraries' from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Journal(settings))
    logging.root.handlers = [handler]
    logging.root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)


def _as_json(fields: Mapping[str, object]) -> str:
    return json.dumps(fields, ensure_ascii=False, default=str)


def _as_text(fields: Mapping[str, object]) -> str:
    """Time, level and event, then the rest as `name=value`; whatever a value holds, one line."""
    rest = (f"{name}={_shown(value)}" for name, value in fields.items() if name not in ("time", "level", "event"))
    return " ".join([f"{fields['time']} {fields['level']} {_one_line(fields['event'])}", *rest])


def _shown(value: object) -> str:
    text = _one_line(value)
    return json.dumps(text, ensure_ascii=False) if re.search(r"[\s\"=]", text) or not text else text


def _one_line(value: object) -> str:
    """A forged line of the journal cannot be made by what a visitor writes."""
    return "".join(character if character.isprintable() else " " for character in str(value))


def _error(error: BaseException, *, told: bool) -> str:
    places = [f"{_short(frame.filename)}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    said = f": {error}" if told else ""
    cause = f" < {_error(error.__cause__, told=told)}" if error.__cause__ else ""
    return f"{type(error).__name__}{said} ({' > '.join(places)}){cause}"


def _short(path: str) -> str:
    file = Path(path)
    return file.relative_to(_ROOT).as_posix() if file.is_relative_to(_ROOT) else "/".join(file.parts[-2:])
