"""The writer that the settings ask for."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.types import Source
from rag.embed import Embedder
from rag.llm.answerer import Writer
from rag.llm.models import open_chat
from rag.llm.nli import open_entailment
from rag.llm.verify import Known, Verifier
from rag.settings import Settings
from rag.verify.support import Lexicon


def open_writer(settings: Settings, sources: Iterable[Source], embedder: Embedder, known: Known) -> Writer:
    """A writer over `sources`; `SettingsError` or `ExtraMissing` when the model cannot be had.

    Documents added later are searched and verified too; their words then count as rare ones.
    A model on another machine is not called yet: one that is down then costs answers their prose, not the guide.
    """
    entails = open_entailment(settings.llm_nli) if settings.llm_nli else None
    verifier = Verifier(Lexicon.of(sources), embedder, entails, known)
    return Writer(open_chat(settings), verifier, settings)
