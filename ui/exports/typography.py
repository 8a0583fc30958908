"""French typography: spaces that never break a line before high punctuation or inside guillemets; dates."""

from __future__ import annotations

import re
from datetime import date

from ui.texts import exports as texts

_TIGHT = re.compile(r" (?=[;?!])")
_WIDE = re.compile(r"(?<=«) | (?=[:»])")


def unbroken(text: str) -> str:
    """The text with narrow no-break spaces before `; ? !` and no-break spaces before `:` and inside « »."""
    return _WIDE.sub("\u00a0", _TIGHT.sub("\u202f", text))


def french_date(day: date) -> str:
    """`22 novembre 2026`."""
    number = texts.FIRST_DAY if day.day == 1 else str(day.day)
    return f"{number} {texts.MONTHS[day.month - 1]} {day.year}"
