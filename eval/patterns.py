"""Patterns that recognise a fact in folded text: a substring, or `re:` and a regular expression."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from corpus.text import folded
from eval.items import Nugget, Patterns


def fires(pattern: str, text: str) -> bool:
    """Whether `pattern` occurs in `text`, which is folded already."""
    return _compiled(pattern).search(text) is not None


def fires_all(row: Patterns, text: str) -> bool:
    """Whether every pattern of a row fires."""
    return all(fires(pattern, text) for pattern in row)


def fires_any(rows: Iterable[Patterns], text: str) -> bool:
    """Whether one of the rows fires entirely."""
    return any(fires_all(row, text) for row in rows)


def credit(nugget: Nugget, answer: str) -> float:
    """1 when the answer states the nugget, ½ when it does in part, else 0."""
    text = folded(answer)
    return 1.0 if fires_any(nugget.match, text) else 0.5 if fires_any(nugget.partial, text) else 0.0


def said(patterns: Sequence[str], answer: str) -> list[str]:
    """Those of the patterns that fire on the answer."""
    text = folded(answer)
    return [pattern for pattern in patterns if fires(pattern, text)]


def fault(pattern: str) -> str:
    """Why a pattern cannot be used, in French; empty when it can."""
    try:
        _compiled(pattern)
    except re.error as error:
        return f"motif illisible {pattern!r} ({error})"
    if not pattern.removeprefix("re:").strip():
        return "motif vide"
    if not pattern.startswith("re:") and folded(pattern) != _joined(pattern).strip():
        return f"motif à écrire sans accent ni majuscule : {pattern!r}"
    return ""


@lru_cache(maxsize=8192)
def _compiled(pattern: str) -> re.Pattern[str]:
    expression = pattern[3:] if pattern.startswith("re:") else re.escape(pattern)
    return re.compile(_joined(expression))


def _joined(text: str) -> str:
    return text.replace("œ", "oe").replace("æ", "ae")
