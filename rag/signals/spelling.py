"""Puts back accents and mends typing errors, word by word, with the words that the index itself uses.

Only words that the index has never met, or that it nearly always writes with other accents, are touched. Errors of
one letter (missing, added, changed, two swapped) are found through deletions (the idea of Garbe's SymSpell).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from corpus.words import fold

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 4
_COMMON = 2
_RARE = 4


class Speller:
    """The vocabulary of a corpus: how its words are written, and how often."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts = Counter(word.casefold() for text in texts for word in _WORD.findall(text))
        self._forms: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        for form, count in counts.most_common():
            folded = fold(form)
            self._forms.setdefault(folded, form)
            self._counts[folded] += count
        self._exact = counts

    @cached_property
    def _near(self) -> dict[str, set[str]]:
        """The known words by what is left of them without one letter."""
        near: dict[str, set[str]] = defaultdict(set)
        for folded, count in self._counts.items():
            if len(folded) > _SHORTEST and count >= _COMMON:
                for shorter in (folded, *_deletions(folded)):
                    near[shorter].add(folded)
        return near

    def mend(self, text: str) -> str:
        """`text` with the words that the corpus does not know written as it writes them."""
        return _WORD.sub(lambda match: self._mend(match[0]), text)

    def knows(self, word: str) -> bool:
        """Whether the corpus writes `word` so, more than by mistake."""
        return self._exact[word.casefold()] >= _COMMON

    def _mend(self, word: str) -> str:
        folded, form = fold(word), word.casefold()
        if len(word) < _SHORTEST or word.isupper():
            return word
        if usual := self._forms.get(folded):
            rare = self._exact[form] * _RARE < self._exact[usual]
            return usual if rare else word
        near = set() if word[0].isupper() else self._candidates(folded)
        return self._forms[max(near, key=lambda known: (self._counts[known], known))] if near else word

    def _candidates(self, folded: str) -> set[str]:
        if len(folded) <= _SHORTEST:
            return set()
        found = set(self._near.get(folded, ()))
        for shorter in _deletions(folded):
            found |= self._near.get(shorter, set())
        return {known for known in found if known[0] == folded[0] and abs(len(known) - len(folded)) <= 1}


def mend_with(spellers: Sequence[Speller]) -> Callable[[str], str]:
    """What mends a text with several vocabularies: a word that one of them knows as it is written stays."""
    if len(spellers) == 1:
        return spellers[0].mend
    return lambda text: _WORD.sub(lambda match: _mended(match[0], spellers), text)


def _mended(word: str, spellers: Sequence[Speller]) -> str:
    if any(speller.knows(word) for speller in spellers):
        return word
    return next((mended for speller in spellers if (mended := speller.mend(word)) != word), word)


def _deletions(word: str) -> set[str]:
    return {word[:position] + word[position + 1 :] for position in range(len(word))}
