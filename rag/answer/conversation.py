"""From what was typed to a `Query`: cleaning, language, and the thread of the conversation.

Whether a question stands alone is decided by a few words, not by a model, so that it can be explained and corrected.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from corpus.words import fold, stems
from rag.errors import BadQuestion
from rag.types import Language, Query, Turn

_ENGLISH = frozenset(
    """
    the of and to in is are do does how what which who when where why we our you your it for on be can with an at by
    from or should have has if not this that there their they them us i my was were will would could about
    """.split()
)
_FRENCH = frozenset(
    """
    le la les des un une du de et est en que qui quoi dans pour par pas sur au aux avec on nous vous ils elle il je
    ce cette ces quel quelle quels quelles comment pourquoi faut doit peut ou où ne se son sa ses leur c'est
    """.split()
)
_OPENER = re.compile(
    r"^(et|mais|donc|alors|ok|oui|non|sinon|du coup|dans ce cas|et si|pareil|and|but|so|then|what about|ok so)\b"
)
_POINTS_BACK = re.compile(
    r"\b(ca|cela|ce dernier|cette derniere|celui-ci|celle-ci|ceux-ci|celui-la|celle-la|en question|la-dessus|la-bas|"
    r"leur (?=\w+(?:er|ir|re)\b)|eux|y a-t-il aussi|it|its|they|them|their|that|this one|those|there|he|she|his|her|"
    r"elles?|ils?|lui|(?:on|j'|tu|ils?|elles?|nous|vous|qu'|s'|n'|m'|t') ?(?:y|en)(?! a\b)|"
    r"le premier|le second|la premiere|la seconde|l'autre|les autres|les deux)\b"
)

# « il faut », « les élus doivent-ils »: pronouns that take up nothing said before
_IMPERSONAL = re.compile(
    r"\b(?:il y a|(?:y a|y avait|existe|faut|suffit|vaut|s'agit|convient)-(?:t-)?il|il (?:faut|s'agit))\b"
)
_INVERTED = re.compile(
    r"((?:\b(?:les?|la|une?|des|du|nos|notre|vos|votre|mon|ma|mes|chaque) |\bl')[^,;:]*?\w)-(?:t-)?(?:ils?|elles?)\b"
)
_STRONG = re.compile(
    r"\b(?:ce dernier|cette derniere|celui-ci|celle-ci|ceux-ci|celui-la|celle-la|la-dessus|eux|pareil)\b"
)
_NAMED, LONG = 2, 8  # words that name what a pronoun stands for; a question this long tells enough by itself


def prepare(
    question: str,
    history: Sequence[Turn],
    limit: int,
    searched: str = "",
    mend: Callable[[str], str] = str,
) -> Query:
    """The query for `question`; `searched`, when given, is searched instead of what the guide would have chosen.
    `mend` corrects the spelling of French text.

    Raises `BadQuestion` when nothing is left after cleaning or when it is longer than `limit` characters.
    """
    cleaned = clean(question)
    if not cleaned:
        raise BadQuestion("La question est vide : écrivez-la en une phrase.")
    if max(len(cleaned), len(searched)) > limit:
        length = max(len(cleaned), len(searched))
        raise BadQuestion(f"La question est trop longue ({length} caractères) : {limit} au plus.")
    turns = tuple(Turn(turn.role, clean(turn.content)) for turn in history)
    language = language_of(cleaned)
    if searched:
        return Query(cleaned, clean(searched), language, turns, is_follow_up=True)
    threaded = _with_thread(cleaned, turns)
    text = mend(threaded) if language is Language.FRENCH else threaded
    return Query(cleaned, text, language, turns, is_follow_up=threaded != cleaned)


def clean(text: str) -> str:
    """`text` without control characters, in composed form, blanks collapsed."""
    kept = "".join(
        character if unicodedata.category(character)[0] != "C" else " "
        for character in unicodedata.normalize("NFC", text)
    )
    return " ".join(kept.split())


def language_of(text: str) -> Language:
    """English when its small words are English rather than French; French otherwise."""
    words = re.findall(r"[a-z']+", fold(text))
    english = sum(word in _ENGLISH for word in words)
    french = sum(word in _FRENCH for word in words)
    return Language.ENGLISH if english > french else Language.FRENCH


def stands_alone(question: str) -> bool:
    """Whether a question can be understood without what came before: a pronoun points back unless the question has
    already named what it stands for.
    """
    folded = _INVERTED.sub(r"\1", _IMPERSONAL.sub(" ", fold(question)))
    content = stems(question)
    if len(content) < _NAMED or _OPENER.match(folded):
        return False
    if len(content) > LONG:
        return True
    named = all(len(stems(folded[: pronoun.start()])) >= _NAMED for pronoun in _POINTS_BACK.finditer(folded))
    return named and not _STRONG.search(folded)


def _with_thread(question: str, history: Sequence[Turn]) -> str:
    asked = [turn.content for turn in history if turn.role == "user"]
    if not asked or stands_alone(question):
        return question
    return f"{asked[-1]} {question}"
