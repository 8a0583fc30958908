"""What a model is given: passages chosen within a budget of words, under opaque labels, fenced as data."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.types import Kind, Passage
from corpus.words import fold
from prompts.prompt import load
from rag.types import Hit, Language
from rag.wording import KINDS

Messages = list[tuple[str, str]]
SHARE = 0.5
LEFT_OUT = "(…)"
_FENCES = str.maketrans("<>[]", "‹›()")
_ORDER = re.compile(
    r"\b(?:ignor|oubli|disregard|forget|override)\w*\b.{0,40}\b(?:consigne|instruction|regle|prompt|precedent|previous|"
    r"above|rules)\w*|\b(?:system|assistant|user|systeme)\s*:|\bprompt\b|<\|\w+|\[/?inst\]|"
    r"\b(?:repond(?:s|ez)|ecri(?:s|vez)|affich(?:e|ez)|repet(?:e|ez)|dis|dites)\b[ -]+(?:que|seulement|uniquement|"
    r"exactement|toujours|a l'utilisateur|[«\"“:])"
)


def is_order(text: str) -> bool:
    """Whether `text` reads like an instruction to a language model: it is then neither given nor cited."""
    return bool(_ORDER.search(fold(text)))


def chosen(hits: Sequence[Hit], words: int) -> tuple[Passage, ...]:
    """The best passages that fit in `words` words, best first, and at least one.

    No kind of source takes more than half of the room while another kind has a passage that fits: a long report would
    otherwise crowd out the testimonies.
    """
    taken: set[int] = set()
    room, left = words, dict.fromkeys(Kind, words * SHARE)
    for only_its_share in (True, False):
        for rank, hit in enumerate(hits):
            length, kind = hit.passage.words, hit.passage.source.metadata.kind
            if rank in taken or length > room or (only_its_share and length > left[kind]):
                continue
            taken.add(rank)
            room -= length
            left[kind] -= length
    return tuple(hits[rank].passage for rank in sorted(taken)) or tuple(hit.passage for hit in hits[:1])


def fenced(passage: Passage, label: int) -> str:
    """A passage between tags that its own text cannot close, without what reads like an instruction."""
    text = passage.text
    for unit in passage.evidence:
        if is_order(unit.text):
            text = text.replace(unit.text, LEFT_OUT)
    metadata = passage.source.metadata
    origin = [metadata.title, str(metadata.year or ""), KINDS[Language.FRENCH][metadata.kind]]
    said = passage.speaker.name if passage.speaker else ""
    described = ", ".join(plain(part) for part in (*origin, said) if part)
    return f'<passage id="P{label}" source="{described}">\n{plain(text)}\n</passage>'


def plain(text: str) -> str:
    """`text` without the signs that fences are made of."""
    return text.translate(_FENCES).replace('"', "'")


def answer_messages(question: str, passages: Sequence[Passage], words: int) -> Messages:
    """What asks for an answer of `words` words at most, from `passages` labelled P1, P2…"""
    given = "\n\n".join(fenced(passage, label) for label, passage in enumerate(passages, 1))
    return load("answer").fill(passages=given, question=plain(question), words=str(words))


def rewrite_messages(question: str, before: Sequence[str]) -> Messages:
    """What asks for a follow-up question that stands alone; `before` are the user's earlier questions."""
    asked = "\n".join(f"- {plain(text)}" for text in before)
    return load("rewrite").fill(before=asked, question=plain(question))
