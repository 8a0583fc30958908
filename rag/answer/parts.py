"""A question that asks several things at once: which of them the sources answer, which not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from corpus.words import stems

ANSWERED = 0.8
MISSING = 0.25
SURE = 0.9
_ASKING = (
    r"(?:combien|qui|que|quoi|quel(?:le)?s?|comment|pourquoi|où|quand|est-ce|qu'est-ce|(?:à|de|en|par|avec|dans|depuis|pour)"
    r" (?:combien|qui|quoi|quel(?:le)?s?|quand)|faut-il|peut-on|doit-on|y a-t-il|"
    r"how|who|whom|whose|what|which|when|where|why|is|are|was|were|do|does|did|can|should)"
)
_AND = r"(?:et|ou|puis|mais|and|or|but)"
_CUT = re.compile(rf"(?<=[?!.;])\s+|,?\s+{_AND}\s+(?=(?:aussi |also )?{_ASKING}\b)|,\s+(?={_ASKING}\b)", re.IGNORECASE)
_ASKS = re.compile(rf"(?:(?:{_AND}|aussi|also) )*{_ASKING}\b|.*\?\s*$", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Halves:
    """What a question asks that the sources answer, put as one question, and what they do not, in its own words."""

    answered: str
    missing: tuple[str, ...]


def parts_of(question: str) -> list[str]:
    """What the question asks, one thing after the other; what only tells a situation is left out."""
    return [part for part in map(str.strip, _CUT.split(question)) if _ASKS.match(part) and stems(part)]


def halves(question: str, sure: Callable[[str, str], float]) -> Halves | None:
    """The halves of a question of which the sources clearly answer one and clearly not another, `None` for any other.

    `sure` tells of a part, and of what it follows (it may name what both are about), how likely the sources answer it,
    in [0, 1].
    """
    parts = parts_of(question)
    if len(parts) < 2:
        return None
    likely = [sure(part, parts[0] if position else "") for position, part in enumerate(parts)]
    if max(likely) < ANSWERED or min(likely) > MISSING:
        return None
    missing = tuple(part for part, one in zip(parts, likely, strict=True) if one <= MISSING)
    return Halves(" ".join(part for part in parts if part not in missing), missing)
