"""Questions that are nearly the same: by their words, and by their vectors when an embedder is at hand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from corpus.questions import QuestionSet
from corpus.text import folded
from eval.items import Item

ALIKE = 0.8
NEAR = 0.97
_ROUNDING = 1e-9
_WORD = re.compile(r"\w+")

Vectors = npt.NDArray[np.float32]
Embed = Callable[[list[str]], Vectors]


@lru_cache(maxsize=16384)
def tokens(text: str) -> frozenset[str]:
    """The different words of `text`, folded."""
    return frozenset(_WORD.findall(folded(text)))


def alone(item: Item) -> str:
    """The question as it would be asked without its history."""
    return item.standalone or item.question


def jaccard(item: Item, other: Item) -> float:
    """Common words over all words of two questions."""
    return overlap(tokens(alone(item)), tokens(alone(other)))


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard similarity; 0 for two empty sets."""
    return len(one & other) / len(one | other) if one or other else 0.0


@dataclass(frozen=True)
class Indexed:
    """The questions of the question index, against which items are checked for leakage.

    `vectors` are theirs when they are known; `embed` then embeds the items only.
    """

    questions: tuple[str, ...]
    embed: Embed | None = None
    vectors: Vectors | None = None

    def near(self, item: Item) -> str:
        """The indexed question that is nearly the item's, empty when there is none."""
        return self._by_words(alone(item)) or (self._by_vector(alone(item)) if self.embed else "")

    def _by_words(self, text: str) -> str:
        words = tokens(text)
        rarest = sorted(words, key=lambda word: len(self._holding.get(word, ())))
        # what shares more than ALIKE of the words has one of any set of words that is larger than the rest
        among = rarest[: int((1 - ALIKE) * len(words) + _ROUNDING) + 1]
        candidates = {at for word in among for at in self._holding.get(word, ())}
        best = max(candidates, key=lambda at: overlap(words, self._words[at]), default=None)
        return "" if best is None or overlap(words, self._words[best]) <= ALIKE else self.questions[best]

    def _by_vector(self, text: str) -> str:
        assert self.embed
        cosines = self._vectors @ _unit(self.embed([text]))[0]
        best = int(cosines.argmax())
        return self.questions[best] if cosines[best] > NEAR else ""

    @cached_property
    def _holding(self) -> dict[str, list[int]]:
        holding: dict[str, list[int]] = defaultdict(list)
        for at, words in enumerate(self._words):
            for word in words:
                holding[word].append(at)
        return dict(holding)

    @cached_property
    def _words(self) -> list[frozenset[str]]:
        return [tokens(question) for question in self.questions]

    @cached_property
    def _vectors(self) -> Vectors:
        assert self.embed
        known = self.embed(list(self.questions)) if self.vectors is None else self.vectors
        return _unit(known)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)


def questions_of(sets: Iterable[QuestionSet]) -> tuple[str, ...]:
    """All questions of the question index's sets."""
    return tuple(question for entry in sets for question in entry.questions)
