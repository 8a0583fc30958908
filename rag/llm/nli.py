"""A model of entailment (natural language inference) as a last judge of rephrased sentences, if one is configured."""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np

from rag.errors import ExtraMissing, SettingsError

ENOUGH = 0.5


def open_entailment(model: str) -> Callable[[str, str], bool]:
    """Whether a premise entails a hypothesis, by a `CrossEncoder` of sentence-transformers that lies on the disk.

    Raises `ExtraMissing` without the library, `SettingsError` for a model that is not there or has no such label.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a model that is not on the disk is said to be missing, at once
    try:
        from sentence_transformers import CrossEncoder
    except ImportError as error:
        raise ExtraMissing("Le modèle d'implication", "transformers") from error
    try:
        encoder = CrossEncoder(model)
        labels = [str(label).lower() for _, label in sorted(encoder.config.id2label.items())]
        entailment = next(place for place, label in enumerate(labels) if label.startswith("entail"))
    except (OSError, ValueError, RuntimeError, StopIteration) as error:
        reason = "il faut un modèle d'implication déjà sur le disque"
        raise SettingsError.invalid("PTCE_LLM_NLI", model, reason) from error

    def entails(premise: str, hypothesis: str) -> bool:
        scores = np.asarray(encoder.predict([(premise, hypothesis)], show_progress_bar=False))[0]
        shares = np.exp(scores - scores.max())
        return bool(shares[entailment] / shares.sum() >= ENOUGH)

    return entails
