"""Whether a sentence that a model wrote is supported by the passages it cites, decided in milliseconds.

Words, numbers, names, negations and force first (`rag.verify.support`), then the likeness of the two sentence vectors,
then, if one is configured, a model of entailment. What passes is shown with a quote cut from the source; the rest is
not shown. A vector is what costs: it is computed for a sentence that keeps little of its quote, never for the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from corpus.text import folded
from corpus.types import Passage, Span
from corpus.words import stems
from rag.embed import Embedder, Vector
from rag.llm.draft import is_order
from rag.llm.markers import Written
from rag.types import Support
from rag.verify.order import crossed
from rag.verify.support import Lexicon, rephrased
from rag.verify.whole import fragment_fault

SHARE = 1.0  # every content word stands in the passage: what is in doubt is not shown
LIKENESS = 0.86
NEAR = 0.6  # who keeps that much of the quote was never below a likeness of 0.90 (docs/decisions.md, 2026-11-22)
FEWEST_STEMS = 2
_LINK = re.compile(
    r"^(?:donc|ainsi|en conséquence|par conséquent|c'est pourquoi|mais|or|toutefois|cependant|pourtant|néanmoins|"
    r"en effet|en revanche|au contraire|en résumé|en conclusion|en somme),?\s+",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"^(?:cela|ceci|ce|cet|cette|ces|celui-ci|celle-ci|celles-ci|ceux-ci|ce dernier|cette derniere|c'est|il|elle|ils|"
    r"elles|son|sa|ses|leur|leurs|dans ce cas|dans ces cas|l'un|l'une|les deux|le premier|le second|les autres)\b"
)
_IMPERSONAL = re.compile(
    r"^il (?:(?:faut|convient|existe|y a|s'agit|importe|semble|suffit|ne s'agit|n'y a)\b|"
    r"(?:n')?(?:est|sera|serait|etait) (?:\w+ ){0,2}?(?:a \w+er|necessaire|importante?|possible|impossible|essentiel|"
    r"indispensable|utile|inutile|preferable|interessant|souhaitable|difficile|facile|conseille|recommande|prevu|vrai|"
    r"clair|frequent|rare|temps|question|interdit|obligatoire|fondamental|primordial|crucial|opportun|pertinent)\b)"
)

Entails = Callable[[str, str], bool]
Known = Callable[[Span], Vector | None]


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence after its verification: what it rests on and how, or why it is not to be shown."""

    text: str
    span: Span | None = None
    support: Support = Support.REPHRASED
    reason: str = ""


class Verifier:
    """Verifies sentences; `entails`, if given, says whether a text (its first argument) entails a sentence.

    `known` gives the vector of a unit of evidence where one is kept, so that it is not computed again.
    """

    def __init__(
        self, lexicon: Lexicon, embedder: Embedder, entails: Entails | None = None, known: Known | None = None
    ) -> None:
        self._lexicon = lexicon
        self._entails = entails
        self._known = known or (lambda _: None)
        self._vector = lru_cache(maxsize=1024)(lambda text: _unit(embedder, text))

    def check(self, sentence: Written, passages: Sequence[Passage], before: Span | None = None) -> Checked:
        """The verdict on `sentence`; its labels are positions in `passages` from 1, without any all are looked at.

        `before` is what the sentence shown just before rests on: a sentence that begins with « elle » or « ce »
        must go on from there, or nobody could tell whom it speaks of.
        """
        text = _capital(_LINK.sub("", sentence.text))
        if text.endswith("?") or len(set(stems(text))) < FEWEST_STEMS:
            return Checked(text, reason="trop court ou interrogatif")
        cited = [passages[label - 1] for label in sentence.labels] or passages
        best = Checked(text, reason="aucun passage")
        for unit in (unit for passage in cited for unit in passage.evidence):
            best = self._judged(text, unit, before)
            if best.span:
                return best
        return best

    def _judged(self, text: str, span: Span, before: Span | None) -> Checked:
        body = without_title(span)
        same = next((one for one in (span, body) if _bare(text) == _bare(one.text)), None)
        words = None if same else rephrased(text, [body.text], self._lexicon, SHARE)
        if words is not None and not words:
            return Checked(text, reason=words.reason)
        # crossed again, with the dashes that comparing words passes over
        if not same and (fault := crossed(text, body.text) or fragment_fault(text, body.text)):
            return Checked(text, reason=fault)
        if is_order(span.text):
            return Checked(text, reason="consigne dans un document")
        if leans(text) and not _goes_on(before, span):
            return Checked(text, reason="renvoie à ce qui n'est pas dit")
        if same:
            return Checked(same.text, same, Support.VERBATIM)
        doubt = self._doubt(text, body)
        return Checked(text, None if doubt else span, reason=doubt)

    def _doubt(self, text: str, quote: Span) -> str:
        """What speaks against a rephrased sentence beyond its words."""
        if self._kept(text, quote.text) < NEAR and (likeness := self.likeness(text, quote)) < LIKENESS:
            return f"ressemblance {likeness:.2f}"
        return "" if self._entails is None or self._entails(quote.text, text) else "pas impliqué par le passage"

    def _kept(self, text: str, quote: str) -> float:
        """The share of the content words of `quote`, weighted, that `text` keeps."""
        there = frozenset(stems(quote))
        return self._lexicon.weight(there.intersection(stems(text))) / self._lexicon.weight(there)

    def likeness(self, text: str, quote: Span) -> float:
        """The cosine of the vectors of a sentence and of a stretch of a source."""
        known = self._known(quote)
        return float(self._vector(text) @ (self._vector(quote.text) if known is None else known))


def leans(text: str) -> bool:
    """Whether a sentence begins with a word that points back; « il faut » does not."""
    plain = folded(text).lstrip('("- ')
    return bool(_LEANS.match(plain)) and not _IMPERSONAL.match(plain)


def _unit(embedder: Embedder, text: str) -> Vector:
    vector: Vector = np.asarray(embedder.passages([text])[0])
    return vector


def without_title(span: Span) -> Span:
    """`span` after the title that its paragraph begins with: a title is no subject of the sentence."""
    title = next((block.title for block in span.source.blocks if block.start == span.start), 0)
    start = span.start + title
    while start < span.end and not span.source.text[start].isalnum():
        start += 1
    is_title = span.start < start < span.end and span.source.text[start].isupper()  # else the sentence goes on
    return replace(span, start=start) if is_title else span


def _goes_on(before: Span | None, span: Span) -> bool:
    """Whether `span` overlaps with what was said before, or follows it at once."""
    if before is None or before.source is not span.source:
        return False
    between = span.source.text[before.end : span.start] if before.end <= span.start else ""
    return before.start <= span.start and not between.strip()


def _bare(text: str) -> str:
    return folded(text).strip(" .;:!,")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
