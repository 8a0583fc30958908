"""The glossary: words of the field, what they mean, and what people say instead of them.

Where a source says what a word means, its quote stands beside our definition, which is shown as ours when there is
none; synonyms are search data. All of it is in `glossary.yaml`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import yaml

from corpus.words import fold, stems

_FILE = Path(__file__).with_name("glossary.yaml")
_SUBJECT = "PTCE"  # what every question is about: adding its expansion to each would drown the rest
_FIELDS = {"term", "definition", "expansion", "synonyms", "spellings", "everyday", "source", "quote"}
_RUN = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the field, a sentence that explains it and, in two languages, what people say instead.

    An `everyday` word needs no explanation. `spellings` are matched as written, because their stems would
    confuse them with another word: in any case when they are in lower case, with their capitals otherwise. `quote` is
    what the document `source` says of it, both empty when none does.
    """

    term: str
    definition: str
    expansion: str = ""
    fr: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    everyday: bool = False
    source: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a phrase may stand for: a term, the stems it adds to a query, and whether the phrase names it."""

    term: Term
    adds: tuple[str, ...]
    names: bool


class _Phrases:
    """What phrases stand for; found by their first word, the longest first."""

    def __init__(self) -> None:
        self._readings: dict[tuple[str, ...], list[_Reading]] = {}
        self._lengths: dict[str, list[int]] = {}

    def add(self, phrase: tuple[str, ...], reading: _Reading) -> None:
        """Lets `phrase` stand for `reading` too."""
        readings = self._readings.setdefault(phrase, [])
        if reading not in readings:
            readings.append(reading)
        lengths = {len(phrase), *self._lengths.get(phrase[0], ())}
        self._lengths[phrase[0]] = sorted(lengths, reverse=True)

    def longest(self, words: Sequence[str], start: int) -> tuple[int, Sequence[_Reading]]:
        """The length and the readings of the longest phrase at `start`; 0 and none when there is none."""
        if (lengths := self._lengths.get(words[start])) is None:
            return 0, ()
        for length in lengths:
            phrase = tuple(words[start : start + length])
            if readings := self._readings.get(phrase):
                return len(phrase), readings
        return 0, ()


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """Phrases matched by their stems, folded (in any case), or exactly as written."""

    stemmed: _Phrases = field(default_factory=_Phrases)
    folded: _Phrases = field(default_factory=_Phrases)
    written: _Phrases = field(default_factory=_Phrases)


class _Text:
    """The words of a text as written and folded, and the stems of content words with their places.

    The end of the text is the last place.
    """

    def __init__(self, text: str) -> None:
        self.written = _RUN.findall(unicodedata.normalize("NFC", text))
        forms = [_forms(word) for word in self.written]
        self.folded = [folded for folded, _ in forms]
        self.places = [place for place, (_, stem) in enumerate(forms) if stem] + [len(forms)]
        self.stems = [stem for _, stem in forms if stem]


@cache
def load_glossary() -> tuple[Term, ...]:
    """Every term, in the order of the file."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return tuple(_term(entry) for entry in yaml.load(_FILE.read_text(encoding="utf-8"), Loader=loader))  # nosec B506


def expansions(text: str) -> list[str]:
    """Stems that the terms and synonyms in `text` add to a query: each once, none that it has already."""
    words = _Text(text)
    added = dict.fromkeys(stem for reading in _readings(words) for stem in reading.adds)
    return [stem for stem in added if stem not in words.stems]


def explained(text: str) -> list[Term]:
    """The terms named in `text` that a reader may want explained, in the order in which they come."""
    named = (reading.term for reading in _readings(_Text(text)) if reading.names)
    return [term for term in dict.fromkeys(named) if not term.everyday]


def meant(text: str) -> list[Term]:
    """The terms that `text` names or says in other words, in the order in which they come."""
    return list(dict.fromkeys(reading.term for reading in _readings(_Text(text))))


def _term(entry: dict[str, object]) -> Term:
    if unknown := entry.keys() - _FIELDS:
        raise ValueError(f"{entry.get('term')}: unknown {sorted(unknown)}")
    synonyms = entry.get("synonyms") or {}
    assert isinstance(synonyms, dict)
    return Term(
        term=str(entry["term"]),
        definition=str(entry["definition"]),
        expansion=str(entry.get("expansion", "")),
        fr=_texts(synonyms.get("fr")),
        en=_texts(synonyms.get("en")),
        spellings=_texts(entry.get("spellings")),
        everyday=bool(entry.get("everyday", False)),
        source=str(entry.get("source", "")),
        quote=str(entry.get("quote", "")),
    )


def _texts(values: object) -> tuple[str, ...]:
    return tuple(str(value) for value in values) if isinstance(values, list) else ()


def _readings(words: _Text) -> Iterator[_Reading]:
    """What a text says that the glossary knows, from left to right, no word used twice."""
    lexicon = _lexicon()
    position = rank = 0
    while position < len(words.written):
        if words.places[rank] < position:
            rank += 1
            continue
        end, readings = _longest(words, position, rank, lexicon)
        yield from readings
        position = end


def _longest(words: _Text, position: int, rank: int, lexicon: _Lexicon) -> tuple[int, Sequence[_Reading]]:
    """Where the phrase at `position` ends, and its readings: of several stems, else as written, else of one.

    `rank` is that of the first stem from there on.
    """
    stemmed: Sequence[_Reading] = ()
    if words.places[rank] == position:
        length, stemmed = lexicon.stemmed.longest(words.stems, rank)
        if length > 1:
            return words.places[rank + length - 1] + 1, stemmed
    length, readings = lexicon.folded.longest(words.folded, position)
    if not length:
        length, readings = lexicon.written.longest(words.written, position)
    return (position + length, readings) if length else (position + 1, stemmed)


@lru_cache(maxsize=50_000)
def _forms(word: str) -> tuple[str, str]:
    """The word folded, and its stem: empty for a stop word."""
    return fold(word), next(iter(stems(word)), "")


@cache
def _lexicon() -> _Lexicon:
    lexicon = _Lexicon()
    for term in load_glossary():
        for said in filter(None, (term.term, term.expansion, *term.fr, *term.en, *term.spellings)):
            phrases, words = _form(said, term, lexicon)
            phrases.add(words, _reading(term, said))
    return lexicon


def _form(said: str, term: Term, lexicon: _Lexicon) -> tuple[_Phrases, tuple[str, ...]]:
    """How a phrase is matched: by its stems unless they are too few to tell it from another."""
    words = _Text(said)
    confusable = fold(said) in {fold(spelling) for spelling in term.spellings}
    if not confusable and (len(words.stems) > 1 or len(words.stems) == len(words.written)):
        return lexicon.stemmed, tuple(words.stems)
    if said == said.lower():
        return lexicon.folded, tuple(words.folded)
    return lexicon.written, tuple(words.written)


def _reading(term: Term, said: str) -> _Reading:
    name, phrase = stems(term.term), stems(said)
    expansion = [] if term.term == _SUBJECT else stems(term.expansion)
    adds = expansion if phrase == name else dict.fromkeys([*name, *expansion])
    return _Reading(term, tuple(adds), _names(said, term))


def _names(said: str, term: Term) -> bool:
    """Whether `said` is the term or its expansion, inflected or followed by more words, and no synonym."""
    return any(
        stems(said) == stems(name) or fold(said).startswith(fold(name)[:-1])
        for name in (term.term, term.expansion)
        if name
    )
