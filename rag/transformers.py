"""Models of sentence-transformers: an optional library, and models that must lie on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rag.errors import ExtraMissing, SettingsError

NOT_LOADED = "ce modèle n'a pas pu être chargé"


@contextmanager
def loading(what: str, setting: str, model: str, reason: str = NOT_LOADED) -> Iterator[Any]:
    """The library, in a block that loads `model`, the value of `setting`.

    Raises `ExtraMissing` for `what` without the library; `SettingsError` with `reason` for a model that is not there,
    cannot be read, or has weights of another shape.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a model that is not on the disk is said to be missing, at once
    try:
        import sentence_transformers
    except ImportError as error:
        raise ExtraMissing(what, "transformers") from error
    try:
        yield sentence_transformers
    except (OSError, ValueError, RuntimeError) as error:
        raise SettingsError.invalid(setting, model, reason) from error
