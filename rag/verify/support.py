"""Whether cited text supports a sentence: deterministic, in two tiers, without any model.

φ1: the sentence stands in the text, but for typography, case and accents. φ2, for rephrased sentences: one
sentence of the text, two neighbouring ones, or a list with what leads in hold at least θ of its content words
weighted by idf, all its numbers, dates and names in the same order, the same polarity, the same force; no content
word is put in the place of another or in between, and who does what to whom is not turned round.

Both the guide, before it shows what a language model wrote, and the evaluation judge by this.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from math import fsum, log

from corpus.cut import evidence_of
from corpus.sentences import sentence_spans
from corpus.text import folded, normal
from corpus.types import Source
from corpus.words import stems
from rag.verify.force import force_fault
from rag.verify.order import Marks, order_fault

THETA = 0.7
PARTLY = 0.4
NEAR_VERBATIM = 0.8
ADDED = 3
FREE_NUMBERS = 2  # « en 2019, 42 000 € » may become « 42 000 € en 2019 »; with more numbers they may not move
_NUMBER = r"\d+(?:[ .]\d{3})*(?:,\d+)?"
_ITEM = re.compile(r"^\s*[-–•]\s", re.MULTILINE)
_TOKEN = re.compile(rf"{_NUMBER}|[^\W\d_]+|%")
_NEGATION = re.compile(r"\bne\b|\bn'|\bjamais\b|\baucune?s?\b|\bsans\b|\bni\b|\bnon\b|\bnot\b|\bno\b|n't\b|\bnever\b")
_DATES = frozenset(
    """
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi
    vendredi samedi dimanche million millions milliard milliards millier milliers
    """.split()
)
_SPELLED = {
    "deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "six": "6", "sept": "7", "huit": "8", "neuf": "9",
    "dix": "10", "onze": "11", "douze": "12", "treize": "13", "quinze": "15", "vingt": "20", "trente": "30",
}  # fmt: skip


class Tier(StrEnum):
    """How a sentence is supported."""

    VERBATIM = "verbatim"
    REPHRASED = "rephrased"
    PARTLY = "partly"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The tier that a sentence reaches, and what stands in the way of a better one."""

    tier: Tier
    reason: str = ""

    def __bool__(self) -> bool:
        return self.tier in (Tier.VERBATIM, Tier.REPHRASED)

    @property
    def grade(self) -> float:
        """1 full support, ½ partial, 0 none (TREC)."""
        return 1.0 if self else 0.5 if self.tier is Tier.PARTLY else 0.0


@dataclass(frozen=True)
class Lexicon:
    """What the corpus says of words: how rare a stem is, and which words are written with a capital in it."""

    idf: Mapping[str, float]
    names: frozenset[str]
    rarest: float

    @classmethod
    def of(cls, sources: Iterable[Source]) -> Lexicon:
        """The lexicon of `sources`; every unit of evidence counts as a document."""
        units = [unit.text for source in sources for unit in evidence_of(source)]
        counts = Counter(stem for unit in units for stem in set(stems(unit)))
        idf = {stem: log(1 + len(units) / count) for stem, count in counts.items()}
        names = frozenset(token for unit in units for token in _capitals(unit, frozenset()))
        return cls(idf, names, log(1 + len(units)))

    def weight(self, words: Iterable[str]) -> float:
        """The summed idf of different stems, in whatever order they come; unknown ones weigh as much as the rarest."""
        return fsum(self.idf.get(stem, self.rarest) for stem in words)


def facts(text: str, lexicon: Lexicon) -> list[str]:
    """Numbers, percentages, months and days, acronyms and names of `text` in their order, folded."""
    return [token for sentence in sentences(text) for token in _facts_of(sentence, lexicon.names)]


def sentences(text: str) -> list[str]:
    """The sentences of a text, line by line, without list dashes."""
    lines = [normal(line) for line in text.split("\n")]
    return [line[start:end] for line in lines if line for start, end in sentence_spans(line)]


def _facts_of(sentence: str, names: frozenset[str]) -> Iterator[str]:
    for position, token in enumerate(_TOKEN.findall(normal(sentence))):
        if token[0].isdigit():
            yield token.replace(" ", "").replace(".", "").replace(",", ".")
        elif token == "%" or folded(token) in _SPELLED or folded(token) in _DATES:
            yield _SPELLED.get(folded(token), folded(token))
        elif len(token) > 1 and token[0].isupper() and (position or folded(token) in names or token.isupper()):
            yield folded(token)


def _capitals(text: str, names: frozenset[str]) -> Iterator[str]:
    for sentence in sentences(text):
        yield from (fact for fact in _facts_of(sentence, names) if fact[0].isalpha())


def support(sentence: str, quotes: Sequence[str], lexicon: Lexicon, theta: float = THETA) -> Verdict:
    """The verdict on `sentence` of the stretch of the `quotes` that holds most of it."""
    wanted = folded(sentence)
    if any(wanted in folded(quote) for quote in quotes):
        return Verdict(Tier.VERBATIM)
    return rephrased(sentence, quotes, lexicon, theta)


def rephrased(sentence: str, quotes: Sequence[str], lexicon: Lexicon, theta: float = THETA) -> Verdict:
    """The second tier alone: for a stretch of a quote too, which can lose the « ne » or the « si » before it."""
    stemmed = frozenset(stems(sentence))
    windows = [window for quote in quotes for window in _windows(quote)]
    if not windows or not stemmed:
        return Verdict(Tier.NONE, "aucune citation" if stemmed else "aucun mot plein")
    best = max(windows, key=lambda window: lexicon.weight(stemmed & window.stems))
    return _judged(sentence, stemmed, best, lexicon, theta)


def _judged(sentence: str, stemmed: frozenset[str], window: _Window, lexicon: Lexicon, theta: float) -> Verdict:
    share = lexicon.weight(stemmed & window.stems) / lexicon.weight(stemmed)
    alike = lexicon.weight(stemmed & window.stems) >= NEAR_VERBATIM * lexicon.weight(window.stems)
    fault = (
        (f"mots couverts à {share:.0%}" if share < theta else "")
        or _fact_fault(facts(sentence, lexicon), window, lexicon)
        or _polarity_fault(sentence, window, alike=alike)
        or force_fault(sentence, window.text, alike=alike)
        or _addition_fault(sentence, window)
        or order_fault(sentence, window.text, Marks(_kinds(window, lexicon), window.starts))
    )
    if not fault:
        return Verdict(Tier.REPHRASED)
    return Verdict(Tier.PARTLY if share >= PARTLY else Tier.NONE, fault)


@dataclass(frozen=True)
class _Window:
    text: str
    stems: frozenset[str]
    starts: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def _windows(quote: str) -> tuple[_Window, ...]:
    """Each sentence of a quote, then each two neighbouring ones, and a list as a whole."""
    parts = sentences(quote)
    pairs = (" ".join(pair) for pair in pairwise(parts))
    windows = [_Window(text, frozenset(stems(text))) for text in (*parts, *pairs)]
    if _ITEM.search(quote):
        whole, starts = " ".join(parts), tuple(words[0] for part in parts if (words := stems(part)))
        windows.append(_Window(whole, frozenset(stems(whole)), starts))
    return tuple(windows)


def _fact_fault(wanted: Sequence[str], window: _Window, lexicon: Lexicon) -> str:
    there = facts(window.text, lexicon)
    words: list[str] = [_SPELLED.get(word, word) for word in _TOKEN.findall(folded(window.text))]
    missing = [fact for fact in wanted if fact not in there and fact not in words]
    if missing:
        return f"absent de la citation : {', '.join(missing)}"
    if again := Counter(filter(_is_number, wanted)) - (Counter(there) | Counter(words)):
        return f"nombre répété : {next(iter(again))}"
    for kind in (_is_number, _is_name):
        said, known = [fact for fact in wanted if kind(fact)], [fact for fact in there if kind(fact)]
        left = iter(known)
        moved = [fact for fact in said if fact in known and fact not in left]
        if moved and (kind is _is_name or len(known) > FREE_NUMBERS):
            return f"dans un autre ordre : {moved[0]}"
    return ""


def _is_number(fact: str) -> bool:
    return fact[0].isdigit()


def _is_name(fact: str) -> bool:
    return fact[0].isalpha() and fact not in _DATES


def _kinds(window: _Window, lexicon: Lexicon) -> dict[str, str]:
    """The stems of the names of `window`; numbers are known by their digits."""
    named = (fact for fact in facts(window.text, lexicon) if _is_name(fact))
    return {stem: "name" for fact in named for stem in stems(fact)}


def _polarity_fault(sentence: str, window: _Window, *, alike: bool) -> str:
    here, there = negations(sentence), negations(window.text)
    agrees = here == there if alike else bool(here) == bool(there)
    return "" if agrees else "négation différente"


def _addition_fault(sentence: str, window: _Window) -> str:
    """An addition in one piece: `ADDED` content words in a row that the cited text does not have."""
    run = 0
    for stem in stems(sentence):
        run = 0 if stem in window.stems else run + 1
        if run == ADDED:
            return "ajout d'un seul tenant"
    return ""


def negations(text: str) -> int:
    """How many words of negation there are."""
    return len(_NEGATION.findall(folded(text)))
