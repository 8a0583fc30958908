"""Checks question files against the corpus that the settings point at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpus.questions import load_questions
from corpus.types import Source
from eval.items import Item, Problem
from eval.similar import Indexed, questions_of
from eval.validate import validate
from rag.index.store import Store
from rag.settings import Settings


def check_files(paths: Sequence[Path], settings: Settings, vectors: bool) -> tuple[list[Item], list[Problem]]:
    """The items of the files and every problem; with `vectors`, questions near the index's by meaning too."""
    return validate(paths, sources_of(settings), _indexed(settings, vectors))


def sources_of(settings: Settings) -> dict[str, Source]:
    """The indexed documents, or the shipped ones before anything was indexed."""
    from corpus.read import SHIPPED, files_below, read_file

    store = Store(settings.data_dir)
    manifest = store.manifest()
    if manifest:
        return {id: store.load(digest) for id, digest in manifest.documents.items()}
    return {source.id: source for source in map(read_file, files_below(SHIPPED))}


def _indexed(settings: Settings, vectors: bool) -> Indexed:
    """The curated questions; with `vectors`, everything that the index asks, gaps included."""
    if not vectors:
        return Indexed(questions_of(load_questions()))
    from rag.guide import Guide

    guide = Guide.open(settings)
    texts = tuple(asked.text for asked in guide.index.asked)
    return Indexed(texts, guide.embedder.questions, guide.index.question_vectors())
