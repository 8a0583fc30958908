"""Whether the small words of a sentence are those of the text that it shortens: who, when, to whom, to oneself.

They carry no content that a search would look for, and yet « était » is not « est », « nous » is not « ils », « loué à
la mairie » is not « loué de la mairie », and « s'opposer » is not « opposer ».
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise

from corpus.text import normal
from corpus.words import stems

MOST_ADDED = 3  # « est » and « par » turn a sentence round; more small words than that are a stammer
NEXT = 4  # words after « avait » among which its participle stands, adverbs included
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
_AUXILIARIES = frozenset(
    """
    est sont était étaient sera seront serait seraient soit soient a ont avons avez avait avaient avions aura auront
    aurait auraient ait aient
    """.split()
)
_INFINITIVE = re.compile(r"\w{2,}(?:er|ir|re)$")  # « de prendre ou de tenir » may be « de prendre ou tenir »
_ARTICLES = frozenset("le la les l un une des du de d à au aux en dans ce cet cette ces son sa ses leur leurs".split())
_OF = frozenset("de du d".split())  # « des » may be an article
_FILLING = r"(?:(?:le|la|les|un|une|ce|cet|cette|ces|son|sa|ses|leurs?|notre|nos|tous|toutes)\s+|l'\s*)*"
_GOVERNED = re.compile(rf"\b(?:(?:(à|aux?|de|du|des|en|dans|sur|sous)\s+|(d)'\s*)({_FILLING}))?(\w+)")
_SAME = {"au": "à", "aux": "à", "d": "de", "du": "de", "dans": "en"}
_ONESELF = re.compile(r"\b(?:se\s+|s')(?:y\s+|en\s+)?(\w+)")


def small_fault(sentence: str, quote: str) -> str:
    """What `sentence` changes in the small words of `quote`, in French; empty when nothing."""
    here, there = _plain(sentence), _plain(quote)
    words, known = _WORD.findall(here), _WORD.findall(there)
    return (
        _other_tense(set(words), set(known))
        or _other_person(set(words), set(known))
        or _other_participle(words, known)
        or _other_place(here, there)
        or _other_noun(words, known)
        or _not_oneself(here, there)
        or _stammers(words, known)
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


def _other_participle(words: list[str], known: list[str]) -> str:
    """« ils avaient mis » where the text says « ils avaient embauché les salariés mis à leur disposition »."""
    joined = {pair for auxiliary, after in _after_auxiliaries(known) for pair in ((auxiliary, stem) for stem in after)}
    for auxiliary, after in _after_auxiliaries(words):
        if after and auxiliary in known and (auxiliary, after[0]) not in joined:
            return f"raccord : {auxiliary} {after[0]}"
    return ""


def _after_auxiliaries(words: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each auxiliary and the stems of the words that follow it, none where an article says that no participle does."""
    for place, word in enumerate(words):
        if word in _AUXILIARIES:
            after = words[place + 1 : place + 1 + NEXT]
            yield word, [] if after and after[0] in _ARTICLES else stems(" ".join(after))


def _other_place(here: str, there: str) -> str:
    """A word after « à » here and after « de » there, or after nothing; « des » may be an article, and says nothing."""
    known = _governed(there)
    for stem, own in _governed(here).items():
        if stem in known and not own & known[stem] and "des" not in own | known[stem]:
            return f"préposition changée : {stem}"
    return ""


def _governed(text: str) -> dict[str, set[str]]:
    """For each stem, the prepositions among « à », « de », « en », « sur » and « sous » that it follows, or ""."""
    governed = dict[str, set[str]]()
    for found in _GOVERNED.finditer(text):
        preposition = found[1] or found[2] or ""
        for stem in [] if _INFINITIVE.match(found[4]) and not found[3] else stems(found[4]):
            governed.setdefault(stem, set()).add(_SAME.get(preposition, preposition))
    return governed


def _other_noun(words: list[str], known: list[str]) -> str:
    """« à l'appui de l'association » where the text says « à l'appui de la déclaration de l'association »."""
    said, there = set(stems(" ".join(words))), _completed(known)
    for stem, nouns in _completed(words).items():
        if stem in there and not nouns & there[stem] and not there[stem] <= said:
            return f"complément d'un autre nom : {stem}"
    return ""


def _completed(words: list[str]) -> dict[str, set[str]]:
    """For each stem that follows « de », the stems of the noun before it, with its adjectives."""
    completed, noun, opened = dict[str, set[str]](), set[str](), False
    for former, word in pairwise(("", *words)):
        if word in _OF or (opened and word in _ARTICLES):
            opened = True
            continue
        own = set() if _INFINITIVE.match(word) and former in _OF else set(stems(word))
        for stem in own if opened else ():
            completed.setdefault(stem, set()).update(noun)
        noun, opened = (own if opened or not own else noun | own), False
    return completed


def _not_oneself(here: str, there: str) -> str:
    """A verb that is done to oneself on one side only."""
    own, known = _oneself(here), _oneself(there)
    said, held = set(stems(here)), set(stems(there))
    other = (own & held - known) | (known & said - own)
    return f"forme pronominale changée : {min(other)}" if other else ""


def _oneself(text: str) -> set[str]:
    return {stem for found in _ONESELF.finditer(text) for stem in stems(found[1])}


def _stammers(words: list[str], known: list[str]) -> str:
    added = Counter(word for word in words if not stems(word)) - Counter(known)
    return "mots de liaison ajoutés" if added.total() > MOST_ADDED else ""
