"""French words as search sees them: accents folded, elisions cut, stop words dropped, stemmed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from Stemmer import Stemmer

_WORD = re.compile(r"[a-z0-9]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_STOP = frozenset(
    """
    a à ai aie alors as au aucun aussi autre aux avec avoir avons avez ont c ça car ce cela celle celles celui ces
    cet cette ceux chaque chez ci comme comment d dans de des deux devrait doit donc dont du elle elles en encore
    entre es est et étaient était été être eu eux fait faire faites faut fois font hors ici il ils j je juste l la
    là le les leur leurs lors lui m ma mais me même mes mien moi moins mon n ne ni nos notre nous on ou où par parce
    pas peut peuvent peu plus plutôt pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa sans se sera
    ses seulement si sien son sont sous sur ta tandis te tel tels tes toi ton tous tout toute toutes très trop tu un
    une vers voici voilà vos votre vous vu y t the of to and in is are do does how what which who when where why we
    our you your it for on be can with an at by from or
    """.split()
)


def fold(text: str) -> str:
    """`text` in lower case, without accents and with straight apostrophes."""
    lower = text.casefold()
    if lower.isascii():
        return lower
    decomposed = unicodedata.normalize("NFKD", lower.replace("’", "'").replace("œ", "oe"))
    return _BEYOND_ASCII.sub(_unaccented, decomposed)


def _unaccented(character: re.Match[str]) -> str:
    return "" if unicodedata.combining(character[0]) else character[0]


_FOLDED_STOP = frozenset(fold(word) for word in _STOP)
_STEMMER = Stemmer("french")


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return str(_STEMMER.stemWord(word))


def stems(text: str) -> list[str]:
    """The stems of the content words of `text`, in order, repeated as often as they occur."""
    return [_stem(word) for word in _WORD.findall(fold(text)) if word not in _FOLDED_STOP]


def pieces(text: str, size: int = 4) -> list[str]:
    """The runs of `size` letters of the words of `text`, edges included: what a typing error leaves intact."""
    runs: list[str] = []
    for word in _WORD.findall(fold(text)):
        padded = f" {word} "
        runs += [padded[start : start + size] for start in range(max(1, len(padded) - size + 1))]
    return runs
