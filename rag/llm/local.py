"""A model file on this machine: llama.cpp's own OpenAI-compatible server, on loopback, behind a key made for it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.errors import SettingsError
from rag.settings import Settings

TOKENS_PER_WORD = 3  # small models cut French words into many tokens
PROMPT_WORDS = 400


@dataclass(frozen=True, eq=False)
class LocalServer:
    """A server that runs as long as this value is kept."""

    address: str
    key: str
    engine: Any


def serve(path: str, settings: Settings) -> LocalServer:
    """Serves the GGUF file at `path`; `SettingsError` when it is not one. A process serves each file once."""
    if not Path(path).is_file():
        raise SettingsError.invalid("PTCE_LLM", settings.llm, "ce fichier n'existe pas")
    context = TOKENS_PER_WORD * (settings.llm_words + PROMPT_WORDS) + settings.llm_tokens
    return _served(path, settings.threads, context)


@lru_cache(maxsize=2)
def _served(path: str, threads: int, context: int) -> LocalServer:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.n_ctx, params.n_parallel = context, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.ui, params.endpoint_slots, params.offline = False, False, True
    params.verbosity = -1
    key = secrets.token_urlsafe(24)
    params.api_keys = [key]
    try:
        engine = xllamacpp.Server(params)
    except (RuntimeError, ValueError, OSError) as error:
        raise SettingsError.invalid("PTCE_LLM", f"local:{path}", "ce fichier n'est pas un modèle lisible") from error
    return LocalServer(f"{engine.listening_address}/v1", key, engine)
