"""Whether a sentence that shortens the text it rests on is one, and made of its words: what weak models get wrong.

All the words of a piece stand in the text, in its order, and yet it states nothing, or something else: the subject was
left behind, « étant donné que » took the main clause for what it gives, an adjective was taken for a noun, a question
or the cell of a table was taken for a statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from corpus.text import folded, normal
from corpus.words import stems
from rag.verify.cuts import cut_fault
from rag.verify.heads import head_fault
from rag.verify.order import prepositions
from rag.verify.small import small_fault
from rag.verify.support import sentences

_WORD = re.compile(r"[^\W_]+")
_END = re.compile(r"[.!?…][»\")\s]*$")
_BORDER = re.compile(r"[:;•]|\s[-–—]\s|\n")
_FRONTED = re.compile(
    r"(?:a|au|aux|afin|ainsi|alors|apres|avant|avec|cependant|chez|comme|compte|concernant|d'abord|dans|depuis|des|"
    r"donc|durant|en|enfin|ensuite|entre|etant|face|grace|lors|lorsqu\w*|mais|malgre|or|outre|par|parce|pendant|pour|"
    r"pourtant|puis|puisqu\w*|quand|quant|sans|selon|si|sous|suite|sur|toutefois|vu)\b"
)
_SUBORDINATE = re.compile(
    r"(?:etant donne qu\w*|parce qu\w*|puisqu\w*|quand|lorsqu\w*|si|s'ils?|comme|bien qu\w*|alors qu\w*|tandis qu\w*|"
    r"des (?:lors )?qu\w*|depuis qu\w*|pour qu\w*|afin qu\w*|tant qu\w*|pendant qu\w*)\b"
)
_INFLECTION = re.compile(r"(?<=\w{3})(?:ent|nt|es|s|x|e)$")
_FINITE = re.compile(
    r"(?:est|sont|ai|as|a|ont|va|vont|font|peu[tx]|dois|\w+(?:[^m]ent|ait|ra|ront|ez)|\w*(?:[^its]ons|[^ts]ions))$"
)
_THIRD = re.compile(r"[^\W\d_]+(?:e|(?<!men)t|d)$")  # « prête », « agit », « prend », where no noun can stand
_BEFORE_NOUN = re.compile(
    r"(?:l|les?|la|une?|d|de|du|des|aux?|à|ce|cet|cette|ces|s[aeo]n?|ses|leurs?|nos|notre|en|par)$"
)
_MAY_FOLLOW = re.compile(
    r"(?:a|au|aux|afin|apres|avant|avec|car|chez|comme|contre|d|dans|de|depuis|dont|du|durant|en|entre|et|lors\w*|"
    r"mais|ni|notamment|ou|par|parce|pendant|pour|puis\w*|quand|qui|s|sans|selon|si|sous|sur|surtout|tandis|vers|voire|"
    r"\w{3,}ant)$"
)
_CLAUSE = re.compile(r"\b(?:qui|que|dont|où)\b|\bqu'")
_NE = re.compile(r"\bne\b|\bn'")
_ARTICLES = frozenset("le la les l un une des du au aux ce cet cette ces son sa ses leur leurs notre nos".split())
_DANGLING = frozenset(
    """
    consiste consistent correspond depend dependent doit doivent ont permet permettent peut peuvent repose reposent sert
    servent sont vise visent
    a afin ainsi alors au aux avec ce ces cet cette chaque chez comme contre dans de depuis des donc dont du d elle
    elles en entre est et il ils j je l la le les leur leurs lorsque m mais mes mon n ne ni nos notre nous on ont or
    ou par parce pendant pour puis puisque qu quand que qui quoi s sa sans se selon ses si son sont sous sur t ta tes
    ton tres un une vers via vos votre vous
    """.split()
)


def fragment_fault(sentence: str, quote: str) -> str:
    """What makes `sentence` a piece of a sentence of `quote`, in French; empty when nothing."""
    words, there = _words(sentence), _words(quote)
    if not _END.search(sentence) or not stems(sentence) or words[-1] in _DANGLING:
        return "phrase inachevée"
    if "|" in quote or quote.rstrip().endswith("?"):
        return "cellule d'un tableau ou question"
    if _stutters(words, there):
        return "mot répété"
    if not _subordinates_as(sentence, quote):
        return "subordonnée sans principale"
    if fault := _other_form(words, there) or _other_noun(words, there) or _other_preposition(sentence, quote):
        return fault
    if not (_begins_well(sentence, quote, _forms) and _begins_well(sentence, quote, _stems)):
        return "phrase sans son début"
    if not _ends_well(words, there, quote):
        return "phrase sans sa fin"
    if not _has_verb(sentence) or _verbless(sentence) > _verbless(quote):
        return "phrase sans verbe"
    return head_fault(sentence, quote) or small_fault(sentence, quote) or cut_fault(sentence, quote)


def _words(text: str) -> list[str]:
    return _WORD.findall(folded(text))


def _verbless(text: str) -> int:
    """How many « que », « qui », « dont » or « où » no verb follows, but for the « que » of « ne … que »."""
    plain = normal(text).casefold()
    clauses = [found for found in _CLAUSE.finditer(plain) if not _NE.search(plain[: found.start()])]
    return sum(not _has_verb(plain[found.end() :]) for found in clauses)


def _has_verb(sentence: str) -> bool:
    """Whether a word looks like a verb with a subject; that « la charte » is none is seen by its article."""
    words = _WORD.findall(normal(sentence).casefold())
    return any(map(_FINITE.match, words)) or any(
        _THIRD.match(word) and not _BEFORE_NOUN.match(former) for former, word in pairwise(words)
    )


def _uninflected(word: str) -> str:
    return _INFLECTION.sub("", word)


def _other_form(words: Sequence[str], there: Sequence[str]) -> str:
    """A word of the same stem that is another one: « finances » for « financements »."""
    known = {_uninflected(word) for word in there}
    other = [word for word in words if stems(word) and word.isalpha() and _uninflected(word) not in known]
    return f"forme changée : {other[0]}" if other else ""


def _other_noun(words: Sequence[str], there: Sequence[str]) -> str:
    """An article before a word that follows its noun in the quote: « les financiers » for « soutiens financiers »."""
    before: dict[str, list[str]] = {}
    for former, word in pairwise(("", *there)):
        before.setdefault(_uninflected(word), []).append(former)
    for article, word in pairwise(words):
        known = before.get(_uninflected(word), [])
        if article in _ARTICLES and stems(word) and known and all(map(stems, known)):
            return f"mot détaché : {word}"
    return ""


def _other_preposition(sentence: str, quote: str) -> str:
    """A word that stands after « pour » here, and after no preposition there; « par » turns a sentence round."""
    here, there = prepositions(sentence), prepositions(quote)
    other = [word for word in here if here[word] - {"par"} and word not in there]
    return f"préposition ajoutée : {other[0]}" if other else ""


def _stutters(words: Sequence[str], there: Sequence[str]) -> bool:
    twice = {word for word, after in pairwise(there) if word == after}
    return any(word == after and word not in twice for word, after in pairwise(words))


def _subordinates_as(sentence: str, quote: str) -> bool:
    """Whether a subordinate clause that opens the sentence ends, and is one of the quote, word for word."""
    plain = folded(sentence)
    if not _SUBORDINATE.match(plain):
        return True
    clause, comma, _ = plain.partition(",")
    return bool(comma) and f" {' '.join(_words(clause))} " in f" {' '.join(_words(quote))} "


def _forms(text: str) -> list[tuple[str, int]]:
    """The words of a folded text and where they begin."""
    return [(found[0], found.start()) for found in _WORD.finditer(text)]


def _stems(text: str) -> list[tuple[str, int]]:
    """The stems of its content words, and where each begins with the small words before it."""
    found, start = list[tuple[str, int]](), None
    for word, place in _forms(text):
        start = place if start is None or _BORDER.search(text[start:place]) or "," in text[start:place] else start
        if stem := stems(word):
            found.append((stem[0], start))
            start = None
    return found


def _begins_well(sentence: str, quote: str, cut: Callable[[str], list[tuple[str, int]]]) -> bool:
    """Whether a sentence that merely leaves out some of the quote begins where a clause of it does.

    One in another order, or with words that are not the quote's, is no piece of it: other checks judge that.
    """
    words = [word for word, _ in cut(folded(sentence))]
    starts = [(text, place) for text in map(folded, sentences(quote)) for place in _starts(words, cut(text))]
    return not starts or any(_opens(text[:place]) for text, place in starts)


def _ends_well(words: Sequence[str], there: Sequence[str], quote: str) -> bool:
    """Whether a sentence that merely leaves out some of the quote ends where something may: before no verb, no noun."""
    own, known = (stems(" ".join(each)) for each in (words, there))
    if not _follow(own, known):
        return True
    plain = folded(quote)
    ends = [found.end() for found in _WORD.finditer(plain) if found[0] == words[-1]]
    return not ends or any(_may_end(plain[end:].lstrip('% )"')) for end in ends)


def _may_end(rest: str) -> bool:
    """Whether a sentence may end before `rest`: a border, a complement; after a comma, anything but a verb."""
    following = _WORD.search(rest)
    if not following or rest[0] in ";:.!?([–—" or _MAY_FOLLOW.match(following[0]):
        return True
    return rest[0] == "," and not (_FINITE.match(following[0]) or _THIRD.match(following[0]))


def _starts(words: Sequence[str], there: Sequence[tuple[str, int]]) -> list[int]:
    """Where in a text that has the words `there` the sentence of `words` may begin, all going on in their order."""
    return [
        place
        for number, (word, place) in enumerate(there)
        if word == words[0] and _follow(words, [other for other, _ in there[number:]])
    ]


def _follow(words: Sequence[str], there: Sequence[str]) -> bool:
    left = iter(there)
    return all(word in left for word in words)


def _opens(before: str) -> bool:
    """Whether a main clause may begin after `before`: nothing, a border, or a fronted complement and its comma."""
    bare = before.lstrip(' -–•"«(')
    if not bare or _BORDER.search(_WORD.split(before)[-1]):
        return True
    return bare.rstrip().endswith(",") and bare.count(",") == 1 and bool(_FRONTED.match(bare))
