"""The themes of the map of coverage, and which of them a question has: a matter of words, to be explained easily."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from corpus.words import fold

_WORD = re.compile(r"[a-z0-9]+")
_FILE = Path(__file__).with_name("themes.yaml")
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: its name in French, the words that place a question there, and the types of gaps that belong to it when
    none of their words does; `examples` are questions on it, of `corpus/gaps`, that no source answers.
    """

    id: str
    name: str
    words: tuple[str, ...]
    examples: tuple[str, ...] = ()
    gaps: tuple[int, ...] = ()


@cache
def load_themes() -> tuple[Theme, ...]:
    """Every theme, in the order of the file."""
    entries = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple(
        Theme(entry["id"], entry["name"], *(tuple(entry.get(key, ())) for key in ("words", "examples", "gaps")))
        for entry in entries
    )


def themes_of(text: str) -> frozenset[str]:
    """The ids of the themes of which `text` holds a word or phrase."""
    words = _words(text)
    phrases = _phrases()
    return frozenset(
        theme
        for start, first in enumerate(words)
        for phrase, theme in phrases.get(first, ())
        if tuple(words[start : start + len(phrase)]) == phrase
    )


@cache
def _phrases() -> Mapping[str, list[tuple[Phrase, str]]]:
    """The phrases with their themes, by their first stem."""
    phrases: dict[str, list[tuple[Phrase, str]]] = {}
    for theme in load_themes():
        for words in theme.words:
            phrase = tuple(_words(words))
            phrases.setdefault(phrase[0], []).append((phrase, theme.id))
    return phrases


def _words(text: str) -> list[str]:
    """The words of `text`, folded and in the singular: stems would take « coopérative » for « coopération »."""
    return [word.rstrip("sx") or word for word in _WORD.findall(fold(text))]
