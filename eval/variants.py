"""The same question as other people would type it: seeded spelling variants, and those written by hand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from math import ceil
from random import Random

from eval.items import Item, Variant

CANONICAL = "canonical"
GENERATED = ("noaccent", "typo10", "typo25")
WRITTEN = ("english", "telegraphic")
TURNS = ("last_turn", "standalone")
KINDS = (*GENERATED, *WRITTEN, *TURNS)
SEED = 7
_WORD = re.compile(r"[^\W\d_]{4,}")
_NEIGHBOURS = dict(zip("azertyuiopqsdfghjklmwxcvbn", "zrrtyuioopsdfghjklmlxcvbnb", strict=True))


def variants_of(item: Item, kinds: Collection[str] = KINDS, seed: int = SEED) -> list[Variant]:
    """The variants of `item` of the wanted kinds that differ from its question, in the order of `KINDS`."""
    made = [Variant(kind, change(item.question, Random(f"{item.id}/{kind}/{seed}")), seed) for kind, change in _CHANGES]
    turns = [Variant("last_turn", item.question), Variant("standalone", item.standalone)] if item.history else []
    wanted = [one for one in (*made, *item.variants, *turns) if one.kind in kinds and one.text]
    return [one for one in wanted if one.kind in TURNS or one.text != item.question]


def no_accents(text: str, _: Random | None = None) -> str:
    """`text` in lower case without accents or cedillas."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("œ", "oe").replace("’", "'"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def typos(text: str, rate: float, random: Random) -> str:
    """`text` with one typing error in a share `rate` of its words (at least one), never in short words."""
    words = list(_WORD.finditer(text))
    chosen = random.sample(words, min(len(words), ceil(rate * len(text.split()))))
    for word in sorted(chosen, key=lambda match: -match.start()):
        text = text[: word.start()] + _mistyped(word[0], random) + text[word.end() :]
    return text


def _mistyped(word: str, random: Random) -> str:
    """One swap, omission, doubling or wrong key, never in the first letter."""
    at = random.randrange(1, len(word) - 1)
    before, letter, following, after = word[:at], word[at], word[at + 1], word[at + 2 :]
    edits = (
        before + following + letter + after,
        before + following + after,
        before + letter + letter + following + after,
        before + _NEIGHBOURS.get(letter, "e") + following + after,
    )
    return random.choice([edit for edit in edits if edit != word])


_CHANGES: tuple[tuple[str, Callable[[str, Random], str]], ...] = (
    ("noaccent", no_accents),
    ("typo10", lambda text, random: typos(text, 0.1, random)),
    ("typo25", lambda text, random: typos(text, 0.25, random)),
)
