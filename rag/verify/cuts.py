"""Whether what a sentence leaves out of the text that it shortens is a whole: a complement, an item, an adjective.

« Reporter l'excédent sur les cinq exercices » without « l'excédent sur », or « l'enjeu étant d'inscrire les acteurs »
without « l'enjeu étant d'inscrire », has all its words and their order, and says something else or nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

from corpus.text import folded
from corpus.words import stems

_TOKEN = re.compile(r"[^\W_]+|[,;:.!?()|\n]|(?<=\s)[-–—](?=\s)")
_OPENS = frozenset(
    """
    a afin ainsi apres au aupres aux avant avec chez comme concernant contre d dans de depuis des dont du durant en
    entre et hors jusqu lors mais malgre notamment ou outre par parmi pendant pour qu que qui sans selon si sous suite
    sur vers voire
    """.split()
)
_JOINS = frozenset("et ou ni mais donc puis".split())
_ARTICLES = frozenset("l la le les un une ce cet cette ces son sa ses leur leurs notre nos".split())
_BORDERS = frozenset(",;:.!?()|\n-–—")
_OF = frozenset("d de des du".split())
_INFINITIVE = re.compile(r"\w{2,}(?:er|ir|re)$")
_CONDITION = re.compile(
    r"\b(?:si|s'ils?|sauf|hormis|hors|excepte\w*|exception|sous|conditions?|a moins|limite|lorsqu\w*|quand|des lors|"
    r"tant que|en cas|selon|d'apres|avant|apres|jusqu\w*)\b"
)
_MODIFIES = frozenset("tres plus moins aussi donc trop peu tout encore".split())


def cut_fault(sentence: str, quote: str) -> str:
    """What `sentence` leaves out of `quote` that was a condition or no whole, in French; empty when nothing."""
    if lost := Counter(_CONDITION.findall(folded(quote))) - Counter(_CONDITION.findall(folded(sentence))):
        return f"condition retirée : {next(iter(lost))}"
    there, here = _tokens(quote), _tokens(sentence)
    if not _follow(stems(sentence), stems(quote)):
        return ""
    for _, start, end, *put in SequenceMatcher(None, there, here, autojunk=False).get_opcodes():
        cut = " ".join(there[start:end])
        if set(stems(cut)) - set(stems(" ".join(here[slice(*put)]))) and not _is_whole(there, start, end):
            return f"retrait d'un morceau : {cut[:40]}"
    return ""


def _tokens(text: str) -> list[str]:
    """The folded words of a text and what stands between its parts."""
    return [folded(token) or token for token in _TOKEN.findall(text)]


def _follow(words: Sequence[str], there: Sequence[str]) -> bool:
    left = iter(there)
    return all(word in left for word in words)


def _is_whole(tokens: Sequence[str], start: int, end: int) -> bool:
    """Whether `tokens[start:end]`, or the same stretch moved along what repeats, may be left out."""
    places, first, last = [(start, end)], start, end
    while last < len(tokens) and tokens[first] == tokens[last]:
        first, last = first + 1, last + 1
        places.append((first, last))
    first, last = start, end
    while first and tokens[first - 1] == tokens[last - 1]:
        first, last = first - 1, last - 1
        places.append((first, last))
    return any(_may_go(tokens, *place) for place in places)


def _may_go(tokens: Sequence[str], start: int, end: int) -> bool:
    """A beginning and an end are judged elsewhere; in between: an item, a complement, or one adjective or adverb."""
    cut = tokens[start:end]
    if not start or not any(map(stems, tokens[end:])):
        return True
    before, after = tokens[start - 1], tokens[end]
    opens, closes = {before, cut[0]} & _BORDERS, {after, cut[-1]} & (_BORDERS | _JOINS)
    words = [token for token in cut if token not in _BORDERS]
    if closes and (opens or words[0] in _OPENS or after not in _OPENS | _ARTICLES):
        return True
    if words[0] in _OPENS | _JOINS and stems(words[-1]) and after not in _ARTICLES | _OF:
        return True
    content = [word for word in words if stems(word)]
    return len(content) == 1 and not _INFINITIVE.match(content[0]) and _MODIFIES.issuperset(set(words) - set(content))
