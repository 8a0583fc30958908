"""Questions that a model writes for a passage: what it is asked, and what is kept of what it writes.

Generating questions for passages is *doc2query* (Nogueira et al. 2019, arXiv 1904.08375); dropping those that do not
lead back to their passage is *doc2query--* (Gospodinov et al. 2023, arXiv 2301.03266).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from corpus.types import Passage
from corpus.words import fold, stems
from prompts.prompt import Prompt, load
from rag.answer.conversation import language_of
from rag.llm.draft import LEFT_OUT, Messages, fenced, is_order, plain
from rag.types import Language

COUNT = 10
SHORTEST, LONGEST = 3, 35
_MARK = re.compile(r"^(?:[-–—*•>#\s]|\d{1,2}\s*[.):]|[Qq](?:uestion)?\s?\d{0,2}\s*:)+")
_ADDRESS = re.compile(r"https?:|www\.|\S@\S|[<>{}\[\]|\\]")
_OF_THE_TEXT = re.compile(
    r"\b(?:l[ea] |ce |cet |cette |du |l')(?:passage|texte|extrait|document|auteur|auteure)\b|\bp\d\b"
)


class Dropped(StrEnum):
    """Why a line that a model wrote is not kept."""

    FORM = "form"
    LANGUAGE = "language"
    ABOUT = "about"
    TWICE = "twice"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that a model wrote, and why it is not kept; `None` for a question that is."""

    text: str
    dropped: Dropped | None


def prompt() -> Prompt:
    """The prompt that questions are written with."""
    return load("questions")


def messages(passage: Passage) -> Messages:
    """What asks for the questions that `passage` answers."""
    section = " > ".join(part for part in passage.section if not is_order(part))
    return prompt().fill(section=plain(section) or LEFT_OUT, passage=fenced(passage, 1), count=str(COUNT))


def judged(written: str, leads_back: Callable[[str], bool]) -> Iterator[Line]:
    """Each line of what a model wrote with what becomes of it; `leads_back` tells whether a question finds its passage.

    FORM: not one question of 3 to 35 words without addresses or markup. LANGUAGE: not French. ABOUT: it asks about the
    text itself, or gives orders. TWICE: it was there, or has the same words. FAR: it does not lead back.
    """
    seen: set[object] = set()
    for text in _lines(written):
        own = {fold(text), frozenset(stems(text))}
        dropped = _form(text) or (Dropped.TWICE if own & seen else None) or (None if leads_back(text) else Dropped.FAR)
        seen |= set() if dropped else own
        yield Line(text, dropped)


def _lines(written: str) -> Iterator[str]:
    for line in written.splitlines():
        for part in re.split(r"(?<=\?)\s+(?=\S)", line):
            if text := " ".join(_MARK.sub("", part).strip(' *_«»"').split()):
                yield text


def _form(text: str) -> Dropped | None:
    if not text.endswith("?") or text.count("?") > 1 or not SHORTEST <= len(text.split()) <= LONGEST:
        return Dropped.FORM
    if _ADDRESS.search(text) or not stems(text):
        return Dropped.FORM
    if language_of(text) is not Language.FRENCH:
        return Dropped.LANGUAGE
    return Dropped.ABOUT if is_order(text) or _OF_THE_TEXT.search(fold(text)) else None
