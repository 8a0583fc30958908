"""French sentence splitting, by offsets."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…]+[\s  ]*[»”\"')\]]*(?=\s+[«“\"(\[\-–—]*\s*[A-ZÀ-ÖØ-Þ0-9])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(«'’])(?:M|MM|Mme|Mlle|Mr|Dr|Pr|St|Ste|cf|ex|p|pp|n|no|art|al|etc|env|éd|vol|chap|fig|tél|av|bd|[A-Z])\.$"
)
_LIST_NUMBER = re.compile(r"(?:^|\s)\d{1,2}\.$")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Offsets `(start, end)` of the sentences of `text`, in order, without the blanks between them.

    A full stop ends a sentence when a capital, a digit or an opening mark follows, unless it belongs to an
    abbreviation, an initial or a number that opens a line.
    """
    spans, start = [], 0
    for match in _END.finditer(text):
        if _is_abbreviation(text[start : match.end()], text[match.end() :]):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    return [trimmed for span in spans if (trimmed := _trim(text, *span))]


def _is_abbreviation(before: str, after: str) -> bool:
    if _LIST_NUMBER.search(before):
        return True
    found = _ABBREVIATION.search(before)
    return bool(found) and not (before.endswith("etc.") and after.lstrip()[:1].isupper())


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
