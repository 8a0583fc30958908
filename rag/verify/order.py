"""Whether a sentence keeps together what the text it rests on keeps together: who does what, in which clause.

All words may be there and the meaning gone: a word slipped in or put in the place of another, subject and object turned
round, the beginning of one clause joined to the end of another.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.text import folded
from corpus.words import stems

JUMP = 4
_PASSIVE = re.compile(r"\bpar\b")
_DASH = re.compile(r"(?<=\S)[ \u00a0][-–—][ \u00a0](?=\S)")
_PREPOSITION = re.compile(r"\b(?:par|pour|contre|sans|avec|entre|vers|chez|selon|avant|apres)\b")
_OPENS = re.compile(r"(?:en|depuis|pendant|des|lors|apres|avant|a|au|aux|dans|pour|sur|chez|durant|d'ici|sous)\b")
_CONTRAST = re.compile(
    r"\b(?:mais|tandis que|alors que|la ou|contrairement a|en revanche|au contraire|plutot que|au lieu de|"
    r"a la place de|sauf|hormis|a l'exception|a defaut|faute de|sinon|sans)\b"
)


@dataclass(frozen=True, slots=True)
class Marks:
    """Of the stems of a text, `kinds` tells those that are names, `starts` those that begin the items of a list."""

    kinds: Mapping[str, str]
    starts: tuple[str, ...] = ()

    def kind(self, stem: str) -> str:
        """ "number", "name", or nothing."""
        return "number" if stem.isdigit() else self.kinds.get(stem, "")


def order_fault(sentence: str, window: str, marks: Marks) -> str:
    """What `sentence` changes in the order of `window`, in French; empty when nothing."""
    said, there = stems(sentence), stems(window)
    return (
        _swapped(said, there, passive=_says_by(sentence) != _says_by(window))
        or _repeated(said, there)
        or _joined(said, there, marks, turns=bool(_OPENS.match(folded(sentence)) or _OPENS.match(folded(window))))
        or crossed(sentence, window)
        or _governed_otherwise(sentence, window)
    )


def _swapped(said: Sequence[str], there: Sequence[str], *, passive: bool) -> str:
    """A word put in, one replaced, or two turned round; with « par » on one side only, they may turn."""
    followed = set(pairwise(there))
    around = set(zip(there, there[2:], strict=False))
    spoken, known = set(said), set(there)
    for before, word, after in zip(said, said[1:], said[2:], strict=False):
        if word not in known and (before, after) in followed:
            return f"mot ajouté : {word}"
        if word not in known and (before, after) in around and _between(before, after, there) - spoken:
            return f"mot remplacé : {word}"
        turned = (after, word) in followed and (word, before) in followed
        if turned and not passive and (before, word) not in followed:
            return f"sens inversé : {word}"
    return ""


def _between(before: str, after: str, there: Sequence[str]) -> set[str]:
    triples = zip(there, there[1:], there[2:], strict=False)
    return {word for first, word, last in triples if (first, last) == (before, after)}


def _repeated(said: Sequence[str], there: Sequence[str]) -> str:
    """A word that comes back more often than in the text: a model that stammers, or puts it in another's place."""
    again = Counter(said) - Counter(there)
    extra = [word for word in again if word in there]
    return f"répétition : {extra[0]}" if extra else ""


def _joined(said: Sequence[str], there: Sequence[str], marks: Marks, *, turns: bool) -> str:
    """Two words that follow each other here and stand far apart there, whichever of their places is taken.

    When one of the two begins with « en » or « pendant », what follows it may stand at either end (`turns`).
    From one item of a list to another is never far. A number (a name) that is reached over another number (name) is:
    it belongs to what stands before that one.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(there):
        places[word].append(place)
    reached: list[int] = []
    for word in said:
        if word not in places:
            continue
        near = [p for p in places[word] if any(_is_near(p, q, there, marks) for q in reached)]
        if reached and not near and turns and places[word][0] == 0:
            near, turns = [0], False
        if reached and not near and word not in marks.starts:
            return f"raccord : {word}"
        reached = near or places[word]
    return ""


def _is_near(place: int, other: int, there: Sequence[str], marks: Marks) -> bool:
    if abs(place - other) > JUMP:
        return False
    kind = marks.kind(there[place])
    between = there[min(place, other) + 1 : max(place, other)]
    return not kind or all(marks.kind(word) != kind or word == "000" for word in between)


def crossed(sentence: str, window: str) -> str:
    """Words from both sides of a « mais », of « alors que » or of a dash, which itself was left out."""
    said = set(stems(sentence))
    for border, here, there in ((_CONTRAST, folded(sentence), folded(window)), (_DASH, sentence, window)):
        if border.search(here):
            continue
        for found in border.finditer(there):
            before, after = set(stems(there[: found.start()])), set(stems(there[found.end() :]))
            if said & (before - after) and said & (after - before):
                return f"opposition retirée : {found[0].strip()}"
    return ""


def _governed_otherwise(sentence: str, window: str) -> str:
    """A word that stands after « pour » here and after « par » there."""
    here, there = prepositions(sentence), prepositions(window)
    return next(
        (f"préposition changée : {word}" for word in here if word in there and not here[word] & there[word]), ""
    )


def prepositions(text: str) -> dict[str, set[str]]:
    """For the first content stem after each preposition, the prepositions that it stands after."""
    plain, governed = folded(text), defaultdict[str, set[str]](set)
    for found in _PREPOSITION.finditer(plain):
        for word in stems(plain[found.end() : found.end() + 60])[:1]:
            governed[word].add(found[0])
    return governed


def _says_by(text: str) -> bool:
    return bool(_PASSIVE.search(folded(text)))
