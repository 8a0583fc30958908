"""A chat model under time limits: what fails, what is tried again, and that a key is never seen."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from eval.manifest import Plan, made_of
from rag.errors import ExtraMissing, ModelProblem, SettingsError
from rag.llm.models import Chat, Chunk, failure_of, open_chat
from rag.llm.texts import Failure
from rag.settings import Settings, read_settings
from tests.loopback import Scripted, listening
from tests.scripted_chat import ScriptedChat, saying
from ui.commands.doctor import examine

ROOT = Path(__file__).parent.parent
KEY = "sk-tres-secret-0123456789"
ASKED = [("system", "Sois bref."), ("human", "Bonjour ?")]


class RateLimitError(Exception):
    """What a provider's library raises: the status is in it, and its message may repeat the key."""

    def __init__(self, status: int) -> None:
        super().__init__(f"bad key {KEY}")
        self.status_code = status


class ReadTimeout(Exception):
    """As of an HTTP client."""


class ConnectError(Exception):
    """As of an HTTP client."""


def chat(model: ScriptedChat, **settings: int) -> Chat:
    return Chat(model, Settings(**settings))  # type: ignore[arg-type]


def test_what_the_model_says_comes_piece_by_piece() -> None:
    pieces = list(chat(saying("La mairie prête un local.")).stream(ASKED))
    assert len(pieces) > 2 and "".join(piece.text for piece in pieces) == "La mairie prête un local."


def test_a_model_that_stops_at_its_limit_says_so() -> None:
    assert Chunk("", cut=True) in list(chat(saying("La", finish="length")).stream(ASKED))


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (RateLimitError(429), Failure.QUOTA),
        (RateLimitError(401), Failure.KEY),
        (RateLimitError(403), Failure.KEY),
        (RateLimitError(404), Failure.UNKNOWN),
        (RateLimitError(408), Failure.SLOW),
        (RateLimitError(503), Failure.DOWN),
        (RateLimitError(400), Failure.BROKEN),
        (ReadTimeout(), Failure.SLOW),
        (ConnectError(), Failure.DOWN),
        (ValueError("?"), Failure.BROKEN),
    ],
)
def test_what_a_library_raises_becomes_one_kind_of_problem(error: Exception, failure: Failure) -> None:
    assert failure_of(error) is failure
    with pytest.raises(ModelProblem) as raised:
        list(chat(ScriptedChat(scripts=[[error]])).stream(ASKED))
    assert raised.value.failure == failure.value and str(raised.value).startswith("Le modèle de langue ")


def test_a_model_that_is_down_is_tried_once_more() -> None:
    model = ScriptedChat(scripts=[[ConnectError()], ["Bonjour."]])
    assert chat(model).complete(ASKED) == "Bonjour."
    assert len(model.asked) == 2


@pytest.mark.parametrize(
    ("script", "retries"), [([RateLimitError(429)], 3), (["Bon", ConnectError()], 3), ([ConnectError()], 0)]
)
def test_a_quota_a_text_that_was_begun_and_no_retries_are_not_tried_again(script: list[object], retries: int) -> None:
    model = ScriptedChat(scripts=[script])
    with pytest.raises(ModelProblem):
        chat(model, llm_retries=retries).complete(ASKED)
    assert len(model.asked) == 1


@pytest.mark.parametrize(
    ("script", "limits"),
    [
        ([2.0, "Trop tard."], {"llm_first_seconds": 1}),
        (["Un", 2.0, "deux"], {"llm_first_seconds": 1, "llm_seconds": 1}),
    ],
    ids=["no first word", "no end"],
)
def test_a_model_that_is_slow_is_left(script: list[object], limits: dict[str, int]) -> None:
    with pytest.raises(ModelProblem) as raised:
        chat(ScriptedChat(scripts=[script]), **limits).complete(ASKED)
    assert raised.value.failure == Failure.SLOW.value


def test_a_reader_who_leaves_stops_the_model() -> None:
    for script in (["Un ", *[0.02, "et "] * 500], ["Un ", 600.0, "deux"]):
        model = ScriptedChat(scripts=[script])
        pieces = chat(model).stream(ASKED)
        assert next(pieces).text == "Un "
        pieces.close()
        assert model.left.wait(5)


def test_every_model_is_listened_to_in_one_thread() -> None:
    for _ in range(5):
        list(chat(saying("Bonjour.")).stream(ASKED))
    assert [thread.name for thread in threading.enumerate()].count("llm") == 1


def test_a_silent_model_leaves_the_time_to_turn_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.llm.models.TICK", 0.05)
    pieces = [piece.text for piece in chat(ScriptedChat(scripts=[[0.5, "Enfin."]])).stream(ASKED)]
    assert pieces[:2] == ["", ""] and "Enfin." in pieces


class _Refusing(Scripted):
    """A provider that repeats the key it was sent, in its error."""

    def say(self) -> None:
        body = f'{{"error": {{"message": "Incorrect API key: {self.headers["Authorization"]}"}}}}'.encode()
        self.reply(401, "application/json", body)


def test_a_key_is_never_seen(tmp_path: Path) -> None:
    """Not in settings, errors, logs, the papers of a run, nor in what `ptce doctor` says."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        with listening(_Refusing) as address:
            settings = Settings(llm="openai:essai", llm_url=address, llm_key=KEY, data_dir=tmp_path)
            with pytest.raises(ModelProblem) as raised:
                open_chat(settings).complete(ASKED)
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(logging.WARNING)
    assert raised.value.failure == Failure.KEY.value
    chain = [raised.value, raised.value.__cause__, raised.value.__context__]
    (tmp_path / "q.jsonl").write_text("", encoding="utf-8")
    made = made_of(Plan(tmp_path / "q.jsonl"), settings, ())
    shown = [repr(settings), settings.model_dump_json(), repr(chain), repr(made), said.getvalue()]
    assert said.getvalue() and not any(KEY in text for text in shown)


def test_doctor_names_the_model_and_not_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("LLM", "openai:essai"), ("LLM_URL", "http://127.0.0.1:9/v1"), ("LLM_KEY", KEY)):
        monkeypatch.setenv(f"PTCE_{name}", value)
    monkeypatch.setenv("PTCE_DATA_DIR", str(tmp_path))
    lines = "\n".join(check.line for check in examine())
    assert "openai:essai" in lines and "127.0.0.1:9" in lines and KEY not in lines


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"PTCE_LLM": "gpt"}, "FOURNISSEUR:NOM"),
        ({"PTCE_LLM": "autre:nom"}, "fournisseurs : local, ollama"),
        ({"PTCE_LLM": "local:"}, "FOURNISSEUR:NOM"),
        ({"PTCE_LLM_URL": f"http://moi:{KEY}@ici/v1"}, "sans mot de passe"),
        ({"PTCE_LLM_TEMPERATURE": "chaud"}, "il faut un nombre"),
        ({"PTCE_LLM_TOKENS": "3"}, "au moins 16"),
    ],
)
def test_an_impossible_setting_is_refused_without_showing_a_secret(environ: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as raised:
        read_settings(environ)
    assert KEY not in str(raised.value)


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"llm": "openai:essai"}, SettingsError, "PTCE_LLM_KEY"),
        ({"llm": "local:/nulle/part.gguf"}, SettingsError, "n'existe pas"),
        ({"llm": f"local:{__file__}"}, SettingsError, "pas un modèle lisible"),
        ({"llm": "ollama:essai"}, ExtraMissing, r"guide-ptce\[ollama\]"),
    ],
)
def test_a_model_that_cannot_be_had_is_told_at_once(
    settings: dict[str, str], error: type[Exception], said: str
) -> None:
    if error is ExtraMissing:
        pytest.importorskip("langchain")
        if _installed("langchain_ollama"):
            pytest.skip("langchain-ollama is installed here")
    with pytest.raises(error, match=said):
        open_chat(Settings(**settings))  # type: ignore[arg-type]


def test_the_guide_without_a_model_loads_nothing_of_it() -> None:
    code = (
        "import sys, rag.guide, ui.cli, ui.commands.batch, ui.steps.chat, ui.record; "
        "sys.exit(any(name.startswith(('langchain', 'xllamacpp', 'openai', 'rag.llm')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def _installed(module: str) -> bool:
    from importlib.util import find_spec

    return find_spec(module) is not None
