"""Whether a sentence that leaves something out takes away the word that the rest hangs on: what weak models skip.

« L'organisme reste propriétaire du bien, qu'il loue à l'entreprise » does not say « L'organisme reste à
l'entreprise ». What follows « et », « ou », « qui », « que », « dont » or « où » is kept with its first content word,
or left out as a whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from corpus.text import normal
from corpus.words import stems

_OPENS = re.compile(r"\b(et|ou|où|qui|que|dont)\b|\b(qu)'")
_BORDER = re.compile(r"[,;:.!?()|]|\s[-–—]\s")
_RELATIVE = {"qui": "qui", "que": "que", "qu": "que", "dont": "dont", "où": "où"}


@dataclass(frozen=True, slots=True)
class _Part:
    """The content stems between two borders or opening words, and the word that opens them, if one does."""

    opening: str
    stems: tuple[str, ...]


def head_fault(sentence: str, quote: str) -> str:
    """What `sentence` keeps of `quote` without the word that it hangs on, in French; empty when nothing."""
    said, opened = set(stems(sentence)), [part.opening for part in _parts(sentence)]
    parts = _parts(quote)
    both = [part for former, part in pairwise(parts) if part.opening == "ou" and said.issuperset(_joined(former, part))]
    if not len(both) <= opened.count("ou") <= [part.opening for part in parts].count("ou"):
        return "« ou » changé"
    for number, part in enumerate(parts):
        before, after = _stems_of(parts[:number]), _stems_of(parts[number + 1 :])
        own = set(part.stems) - before - after
        if part.opening == "ou" and number and _chooses(said, parts[number - 1], part):
            return f"alternative retirée : {part.stems[0]}"
        if not part.opening or not said & before or not said & own:
            continue
        if part.stems[0] not in said:
            return f"suite sans sa tête : {part.stems[0]}"
        if part.opening in _RELATIVE.values() and part.opening not in opened:
            return f"relative sans « {part.opening} »"
    return ""


def _chooses(said: set[str], former: _Part, part: _Part) -> bool:
    """Whether one side of an « ou » is kept without the other: « en eau ou en gaz » does not say « en gaz »."""
    sides = set(_joined(former, part))
    return bool(sides & said) and not sides <= said


def _joined(former: _Part, part: _Part) -> tuple[str, str]:
    """The two words that « ou » stands between."""
    return former.stems[-1], part.stems[0]


def _stems_of(parts: list[_Part]) -> set[str]:
    return {stem for part in parts for stem in part.stems}


def _parts(text: str) -> list[_Part]:
    """The parts of a text that have content words, in their order."""
    parts = list[_Part]()
    for stretch in _BORDER.split(normal(text).casefold()):
        start, opening = 0, ""
        for found in (*_OPENS.finditer(stretch), None):
            own = tuple(stems(stretch[start : found.start() if found else None]))
            parts += [_Part(opening, own)] if own else []
            if found:
                start, word = found.end(), found[1] or found[2]
                opening = _RELATIVE.get(word, word)
    return parts
