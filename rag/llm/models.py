"""From the settings to a chat model that keeps time: LangChain, and what can go wrong with a model, are named here.

Whatever a provider's library raises becomes a `ModelProblem` at this seam, without the provider's own words.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from queue import Empty, Queue
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

from rag.errors import ExtraMissing, ModelProblem, SettingsError
from rag.llm.draft import Messages
from rag.llm.texts import FAILURES, Failure
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OPENAI = "https://api.openai.com/v1"
_PASSING = frozenset({Failure.DOWN})
TICK = 0.5  # seconds
_starting = Lock()
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of what the model writes, empty while it is silent; `cut` when it had to stop at its limit of tokens."""

    text: str
    cut: bool = False


class Chat:
    """A chat model whose answers come in time or not at all. Safe to share between threads."""

    def __init__(self, model: BaseChatModel, settings: Settings) -> None:
        self._model = model
        self._first = settings.llm_first_seconds
        self._whole = settings.llm_seconds
        self._tries = 1 + settings.llm_retries

    def stream(self, messages: Messages) -> Generator[Chunk]:
        """What the model writes, piece by piece; at least one piece every `TICK` seconds, if need be without text.

        Who closes it stops the model. Raises `ModelProblem`; one that may pass is tried again as long as nothing was
        written.
        """
        for left in reversed(range(self._tries)):
            begun = False
            try:
                with closing(self._stream(messages)) as chunks:
                    for chunk in chunks:
                        begun = begun or bool(chunk.text)
                        yield chunk
                return
            except ModelProblem as problem:
                if begun or not left or problem.failure not in _PASSING:
                    raise

    def complete(self, messages: Messages) -> str:
        """All that the model writes, in one piece; raises `ModelProblem`."""
        return "".join(chunk.text for chunk in self.stream(messages))

    def _stream(self, messages: Messages) -> Generator[Chunk]:
        """One try. The model is listened to elsewhere, so that its silence holds up neither the answer nor its end."""
        heard: Queue[Chunk | ModelProblem | None] = Queue()
        listening = asyncio.run_coroutine_threadsafe(self._listen(messages, heard), _loop())
        began = monotonic()
        limit = began + min(self._first, self._whole)
        try:
            while (said := _next(heard, limit)) is not None:
                if isinstance(said, ModelProblem):
                    raise said
                if said.text:
                    limit = began + self._whole
                yield said
        finally:
            listening.cancel()  # closes the connection, at which the model's server stops writing

    async def _listen(self, messages: Messages, heard: Queue[Chunk | ModelProblem | None]) -> None:
        try:
            async for message in self._model.astream(messages):
                heard.put(Chunk(str(message.text), _is_cut(message.response_metadata)))
            heard.put(None)
        except Exception as error:  # noqa: BLE001 - every provider raises a family of its own; translated, once, here
            failure = failure_of(error)
            _log.warning("language model: %s (%s)", failure.value, type(error).__name__)
            heard.put(problem(failure))


def _next(heard: Queue[Chunk | ModelProblem | None], limit: float) -> Chunk | ModelProblem | None:
    left = limit - monotonic()
    try:
        return heard.get(timeout=max(0.0, min(left, TICK)))
    except Empty:
        if left <= TICK:
            raise problem(Failure.SLOW) from None
        return Chunk("")


def _loop() -> asyncio.AbstractEventLoop:
    """Where every model is listened to: one loop, for the clients of the providers' libraries belong to one."""
    with _starting:
        return _started()


@lru_cache(maxsize=1)
def _started() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, daemon=True, name="llm").start()
    return loop


def problem(failure: Failure) -> ModelProblem:
    """The error that says what the model did wrong."""
    return ModelProblem(failure.value, FAILURES[failure])


def _is_cut(metadata: dict[str, Any]) -> bool:
    """Whether the model stopped at its limit: each provider has its own name for that."""
    ended = {metadata.get(name) for name in ("finish_reason", "stop_reason", "done_reason")}
    return bool(ended & {"length", "max_tokens", "model_length"})


def failure_of(error: Exception) -> Failure:
    """What went wrong, by the HTTP status that a provider's error carries, or by the name of its class."""
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    if isinstance(status, int):
        known = {401: Failure.KEY, 403: Failure.KEY, 404: Failure.UNKNOWN, 408: Failure.SLOW, 429: Failure.QUOTA}
        return known.get(status, Failure.DOWN if status >= 500 else Failure.BROKEN)
    if "Timeout" in names:
        return Failure.SLOW
    return Failure.DOWN if "Connect" in names else Failure.BROKEN


def open_chat(settings: Settings) -> Chat:
    """The chat model that the settings name; `SettingsError` or `ExtraMissing` when it cannot be had.

    LangChain's own reporting of what is asked (LangSmith) is switched off: nothing goes but to the model.
    """
    os.environ["LANGSMITH_TRACING_V2"] = "false"
    provider, _, name = settings.llm.partition(":")
    extra = provider
    try:
        from langchain.chat_models import init_chat_model

        options = _local(name, settings) if provider == "local" else _remote(provider, name, settings)
        return Chat(init_chat_model(**options), settings)
    except ImportError as error:
        raise ExtraMissing(f"Le modèle de langue {settings.llm!r}", extra) from error


def _remote(provider: str, name: str, settings: Settings) -> dict[str, Any]:
    """What `init_chat_model` takes for a provider; nothing is left for it to read from the environment."""
    key, limits = settings.llm_key.get_secret_value(), _limits(settings)
    options: dict[str, Any] = {"model": name, "model_provider": provider, "temperature": settings.llm_temperature}
    if settings.llm_url:
        options["base_url"] = settings.llm_url
    if provider == "ollama":
        return options | {"num_predict": settings.llm_tokens, "client_kwargs": {"timeout": settings.llm_seconds}}
    if provider == "openai":
        options |= {"base_url": settings.llm_url or OPENAI, "stream_usage": False}
    if not key and not settings.llm_url:
        raise SettingsError(f"Le modèle {settings.llm!r} demande une clé : donnez-la dans PTCE_LLM_KEY.")
    return options | limits | {"api_key": key or "none"}


def _local(path: str, settings: Settings) -> dict[str, Any]:
    """The same for a model file, served on this machine by llama.cpp."""
    from rag.llm.local import serve

    server = serve(path, settings)
    return {
        "model": "local",
        "model_provider": "openai",
        "temperature": settings.llm_temperature,
        "base_url": server.address,
        "api_key": server.key,
        "stream_usage": False,
        **_limits(settings),
    }


def _limits(settings: Settings) -> dict[str, Any]:
    return {"max_tokens": settings.llm_tokens, "timeout": settings.llm_seconds, "max_retries": 0}
