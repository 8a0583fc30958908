"""Whether the small words of a sentence are those of the text that it shortens: who, when, to whom, to oneself.

They carry no content that a search would look for, and yet « était » is not « est », « nous » is not « ils », « loué à
la mairie » is not « loué de la mairie », and « s'opposer » is not « opposer ».
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from corpus.text import normal
from corpus.words import stems

_WORD = re.compile(r"[^\W_]+")
_PRESENT = frozenset("est sont a ont".split())
_TENSES: Mapping[str, frozenset[str]] = {
    "passé": frozenset("était étaient avait avaient fut furent".split()),
    "futur": frozenset("sera seront aura auront".split()),
}
_PERSONS: Mapping[str, str] = {
    form: forms
    for forms in (
        "je j me m mon ma mes", "tu te toi ton ta tes", "nous notre nos", "vous votre vos", "on", "il", "ils", "elle",
        "elles", "son sa ses", "leur leurs", "lui", "eux",
    )
    for form in forms.split()
}  # fmt: skip
_FILLING = r"(?:(?:le|la|les|un|une|ce|cet|cette|ces|son|sa|ses|leurs?|notre|nos|tous|toutes)\s+|l'\s*)*"
_GOVERNED = re.compile(rf"\b(?:(à|aux?)|(de|du|des)|(en|dans)|(sur)|(sous))\s+{_FILLING}(\w+)|\b(d)'\s*{_FILLING}(\w+)")
_ONESELF = re.compile(r"\b(?:se\s+|s')(?:y\s+|en\s+)?(\w+)")


def small_fault(sentence: str, quote: str) -> str:
    """What `sentence` changes in the small words of `quote`, in French; empty when nothing."""
    here, there = _plain(sentence), _plain(quote)
    words, known = set(_WORD.findall(here)), set(_WORD.findall(there))
    return (
        _other_tense(words, known)
        or _other_person(words, known)
        or _other_place(here, there)
        or _not_oneself(here, there)
    )


def _plain(text: str) -> str:
    """`text` in lower case, with its accents: « a » is not « à », « ou » is not « où »."""
    return normal(text).casefold()


def _other_tense(words: set[str], known: set[str]) -> str:
    for tense, forms in _TENSES.items():
        lost = known & forms and not words & forms and words & _PRESENT - known
        if lost or (words & forms and not known & forms):
            return f"temps changé : {tense}"
    return ""


def _other_person(words: set[str], known: set[str]) -> str:
    persons = {_PERSONS[word] for word in known if word in _PERSONS}
    other = [word for word in sorted(words) if word in _PERSONS and _PERSONS[word] not in persons]
    return f"personne changée : {other[0]}" if other else ""


def _other_place(here: str, there: str) -> str:
    """A word after « à » here and after « de » there; « des » may be an article, and says nothing here."""
    known = _governed(there)
    for stem, (kinds, forms) in _governed(here).items():
        if stem in known and forms != {"des"} and not kinds & known[stem][0]:
            return f"préposition changée : {stem}"
    return ""


def _governed(text: str) -> dict[str, tuple[set[int], set[str]]]:
    """For each stem that follows « à », « de », « en », « sur » or « sous », which of them, and in which forms."""
    governed = defaultdict[str, tuple[set[int], set[str]]](lambda: (set(), set()))
    for found in _GOVERNED.finditer(text):
        *kinds, word, elided, other = found.groups()
        form = next(kind for kind in (*kinds, elided) if kind)
        for stem in stems(word or other):
            governed[stem][0].add(kinds.index(form) if form in kinds else 1)
            governed[stem][1].add(form)
    return governed


def _not_oneself(here: str, there: str) -> str:
    """A verb that is done to oneself on one side only."""
    own, known = _oneself(here), _oneself(there)
    said, held = set(stems(here)), set(stems(there))
    other = (own & held - known) | (known & said - own)
    return f"forme pronominale changée : {min(other)}" if other else ""


def _oneself(text: str) -> set[str]:
    return {stem for found in _ONESELF.finditer(text) for stem in stems(found[1])}
