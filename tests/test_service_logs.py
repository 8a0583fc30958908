"""The journal: one line an event, with the id of the request, without questions and without keys."""

from __future__ import annotations

import json
import logging

import pytest

from rag.service.logs import Journal, request_id
from rag.settings import Settings


def record(message: str = "event", error: BaseException | None = None, **extra: object) -> logging.LogRecord:
    exc = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("ui.test", logging.WARNING, __file__, 1, message, (), exc)
    vars(made).update(extra)
    return made


def line(settings: Settings, made: logging.LogRecord, **environ: str) -> str:
    return Journal(settings, environ).format(made)


def test_a_json_line_holds_what_was_told_and_the_id_of_the_request() -> None:
    token = request_id.set("abc")
    fields = json.loads(line(Settings(log="json"), record("answer", status="answered", citations=3)))
    request_id.reset(token)
    assert fields.pop("time").endswith("+00:00")
    assert fields == {
        "level": "WARNING", "logger": "ui.test", "request": "abc", "event": "answer", "status": "answered",
        "citations": 3,
    }  # fmt: skip


def test_a_text_line_is_one_line_whatever_a_visitor_writes() -> None:
    shown = line(Settings(), record("request", route="/a\n2026-11-22 ERROR forged=1"))
    assert "\n" not in shown and 'route="/a 2026-11-22 ERROR forged=1"' in shown


def raised(message: str) -> ValueError:
    try:
        raise ValueError(message)
    except ValueError as error:
        return error


@pytest.mark.parametrize("form", ["texte", "json"])
def test_an_exception_is_told_without_what_it_says_which_may_be_a_question(form: str) -> None:
    made = record("question failed", raised("Qui est malade ?"))
    quiet = line(Settings.model_validate({"log": form}), made)
    assert "malade" not in quiet and "ValueError" in quiet and "tests/test_service_logs.py" in quiet
    assert "malade" in line(Settings.model_validate({"log": form, "log_questions": True}), made)


def test_a_key_of_the_environment_or_of_a_known_shape_is_hidden() -> None:
    made = record("model failed", cause="401 for hunter2secret, Bearer abcdefghijkl and sk-proj-123456789")
    shown = line(Settings(log="json"), made, MISTRAL_API_KEY="hunter2secret", PTCE_PORT="7860")
    assert not {"hunter2secret", "abcdefghijkl", "sk-proj"} & set(shown.replace('"', " ").split())
    assert shown.count("***") == 3


def test_the_formatter_reads_the_environment_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTCE_API_TOKEN", "tres-secret")
    assert "tres-secret" not in Journal(Settings()).format(record("tres-secret"))
