"""A model of entailment (natural language inference) as a last judge of rephrased sentences, if one is configured."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rag.errors import SettingsError
from rag.transformers import loading

ENOUGH = 0.5
_REASON = "il faut un modèle d'implication déjà sur le disque"


def open_entailment(model: str) -> Callable[[str, str], bool]:
    """Whether a premise entails a hypothesis, by a `CrossEncoder` of sentence-transformers that lies on the disk.

    Raises `ExtraMissing` without the library, `SettingsError` for a model that is not there or has no such label.
    """
    with loading("Le modèle d'implication", "PTCE_LLM_NLI", model, _REASON) as library:
        encoder = library.CrossEncoder(model)
    labels = [str(label).lower() for _, label in sorted(encoder.config.id2label.items())]
    entailment = next((place for place, label in enumerate(labels) if label.startswith("entail")), None)
    if entailment is None:
        raise SettingsError.invalid("PTCE_LLM_NLI", model, _REASON)

    def entails(premise: str, hypothesis: str) -> bool:
        scores = np.asarray(encoder.predict([(premise, hypothesis)], show_progress_bar=False))[0]
        shares = np.exp(scores - scores.max())
        return bool(shares[entailment] / shares.sum() >= ENOUGH)

    return entails
