"""Personal contact data and names, masked visibly in every text of an export."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from corpus.types import Source
from ui.texts import exports as texts

_LETTER = "[A-ZÀ-ÖØ-Þ]"
_PHONE = re.compile(
    r"(?<![\d+])(?:(?:\+|00)33[\s.\-]?(?:\(0\)[\s.\-]?)?|0)[1-9](?:[\s.\-]?\d{2}){4}(?!\d)"
    r"|(?<![\d+])\+\d{1,3}(?:[\s.\-]?\d){7,12}(?!\d)"
)
_MAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]+\s?(?:@|\[at\]|\(at\)|\[à\])\s?[\w\-]+(?:\.[\w\-]+)+", re.IGNORECASE)
_TOWN = rf"\d{{5}}\s+{_LETTER}[\w'’\-]*(?:\s(?!(?i:cedex)){_LETTER}[\w'’\-]*)*(?:\s+(?i:cedex)(?:\s\d+)?)?"
_ADDRESS = re.compile(
    r"\b\d{1,4}(?:\s?(?:bis|ter|quater))?,?\s+"
    r"(?i:rue|avenue|av\.|boulevard|bd|place|chemin|all[ée]e|impasse|quai|route|square|ruelle|faubourg)\s"
    rf"[^,;.\n]{{2,60}}?(?=[,;.\n]|\s+\d{{5}}\b|$)(?:,?\s*{_TOWN})?"
    rf"|\b(?:BP|CS)\s?\d{{1,6}}(?:,?\s*{_TOWN})?"
)
_CIVILITY = re.compile(
    rf"\b(?:M\.|MM\.|Mme|Mmes|Mlle|Monsieur|Madame|Dr|Maître)\s+"
    rf"(?:(?:de|du|des|d['’])\s*)?{_LETTER}[\w'’\-]*\.?(?:\s+(?:(?:de|du|des|d['’])\s*)?{_LETTER}[\w'’\-]*)*"
)
_CONTACT = re.compile(
    rf"(\b[Cc]ontact(?:s|er|ez|ant)?\s*:?\s+(?:l['’])?)((?:{_LETTER}[\w'’\-]+\s+){{1,2}}{_LETTER}[\w'’\-]+)"
)


class Masking(StrEnum):
    """What is masked: nothing, contact data, or contact data and the names of people."""

    NONE = "none"
    CONTACTS = "contacts"
    PEOPLE = "people"


class Mask:
    """Masks texts one after the other, and counts what it masked.

    Names are those of the people interviewed in `sources`, with every spelling that is known, and what follows a
    civility (« Mme Durand ») or « contacter » in two capitalised words or three. Other names are not recognised: the
    export says so.
    """

    def __init__(self, masking: Masking, sources: Iterable[Source] = ()) -> None:
        self.masking = masking
        self.count = 0
        rules = [(_MAIL, texts.MASKED_MAIL), (_PHONE, texts.MASKED_PHONE), (_ADDRESS, texts.MASKED_ADDRESS)]
        if masking is Masking.PEOPLE:
            rules += [(pattern, texts.MASKED_NAME) for pattern in (*_named(names_of(sources)), _CIVILITY)]
            rules.append((_CONTACT, rf"\1{texts.MASKED_NAME}"))
        self._rules = () if masking is Masking.NONE else tuple(rules)

    def __call__(self, text: str) -> str:
        """The text with what is to be masked replaced by a mark that says what was there."""
        for pattern, mark in self._rules:
            text, found = pattern.subn(mark, text)
            self.count += found
        return text

    def said(self) -> str:
        """One sentence on what was masked."""
        if self.masking is Masking.NONE:
            return texts.NOT_MASKED
        wording = texts.MASKED_PEOPLE if self.masking is Masking.PEOPLE else texts.MASKED_CONTACTS
        counts = {0: texts.NO_MASK, 1: texts.ONE_MASK}
        return wording.format(count=counts.get(self.count, texts.MASKS.format(count=self.count)))


def names_of(sources: Iterable[Source]) -> tuple[str, ...]:
    """Every spelling of everybody interviewed, the longest first."""
    speakers = {speaker for source in sources for speaker in source.metadata.speakers}
    names = {name for speaker in speakers for name in (speaker.name, *speaker.aliases) if len(name) > 2}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


def _named(names: Sequence[str]) -> list[re.Pattern[str]]:
    if not names:
        return []
    spelt = "|".join(r"[\s\-]+".join(re.escape(part) for part in re.split(r"[\s\-]+", name)) for name in names)
    return [re.compile(rf"(?<!\w)(?:{spelt})(?!\w)", re.IGNORECASE)]
