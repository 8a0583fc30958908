"""The support check under attack: real answers are falsified in seven ways, and the check must turn red.

A mutation gives a falsified sentence with its citations, or nothing where it cannot apply. Detected means: it
is no longer supported, a citation is no longer exact, or a citation no longer names who speaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.text import folded
from eval.case import Case, Claim, World
from eval.measures.citations import attribution, offsets
from eval.reply import Cited, Reply, Said
from eval.scoring import Row
from rag.verify.support import facts

_NEGATION = re.compile(r"\b(ne |n['’])(?=\w)(.{1,30}?) (pas|plus|jamais|aucun\w*)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_FORCES = {
    "peut": "doit", "peuvent": "doivent", "doit": "peut", "doivent": "peuvent", "recommande": "impose",
    "impose": "recommande", "souvent": "toujours", "toujours": "souvent", "certains": "tous les", "parfois": "toujours",
}  # fmt: skip
_FORCE = re.compile(rf"\b(?:{'|'.join(_FORCES)})\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
STRANGER = "Une autre personne"
Mutation = Callable[[Claim, Case], Claim | None]


def drop_negation(claim: Claim, _: Case) -> Claim | None:
    """« ne … pas » disappears."""
    text = _NEGATION.sub(lambda found: found[2], claim.text, count=1)
    return replace(claim, text=text) if text != claim.text else None


def change_number(claim: Claim, _: Case) -> Claim | None:
    """The first number grows by one."""
    text = _NUMBER.sub(lambda found: str(int(found[0]) + 1), claim.text, count=1)
    return replace(claim, text=text) if text != claim.text else None


def swap_names(claim: Claim, case: Case) -> Claim | None:
    """Two names change places."""
    known = set(facts(claim.text, case.world.lexicon))
    names = [found for found in _WORD.finditer(claim.text) if _is_name(found[0], known)]
    others = [found for found in names if found[0].lower() != names[0][0].lower()]
    if not others:
        return None
    one, other = names[0], others[0]
    text = claim.text
    swapped = text[: one.start()] + other[0] + text[one.end() : other.start()] + one[0] + text[other.end() :]
    return replace(claim, text=swapped)


def _is_name(word: str, known: set[str]) -> bool:
    return len(word) > 2 and word[0].isupper() and folded(word) in known


def splice(claim: Claim, case: Case) -> Claim | None:
    """The first half of a sentence goes on with the second half of a sentence of another statement."""
    others = [one for one in case.claims if one.cited != claim.cited and len(one.text.split()) >= 8]
    words = claim.text.split()
    if not others or len(words) < 8:
        return None
    tail = others[-1].text.split()
    text = " ".join([*words[: len(words) // 2], *tail[len(tail) // 2 :]])
    return Claim(text, (*claim.cited, *others[-1].cited))


def change_force(claim: Claim, _: Case) -> Claim | None:
    """« peut » becomes « doit », « recommande » becomes « impose », and the other way round."""
    text = _FORCE.sub(lambda found: _FORCES[found[0].lower()], claim.text, count=1)
    return replace(claim, text=text) if text != claim.text else None


def swap_speaker(claim: Claim, _: Case) -> Claim | None:
    """Somebody else is named as the speaker."""
    if not any(one.speaker for one in claim.cited):
        return None
    return replace(claim, cited=tuple(replace(one, speaker=STRANGER) for one in claim.cited))


def cite_neighbour(claim: Claim, case: Case) -> Claim | None:
    """The citation is moved to the passage that follows, or comes before."""
    moved = [_moved(one, case.world) for one in claim.cited]
    return replace(claim, cited=tuple(one for one in moved if one)) if all(moved) and moved else None


def _moved(cited: Cited, world: World) -> Cited | None:
    same = sorted((one for one in world.index if one.doc == cited.doc), key=lambda one: one.start)
    after = [one for one in same if one.start >= cited.end]
    before = [one for one in same if one.end <= cited.start]
    if not after and not before:
        return None
    there = after[0] if after else before[-1]
    return Cited(cited.marker, there.doc, there.start, there.end, world.text(there), world.speaker(there))


MUTATIONS: dict[str, Mutation] = {
    "négation retirée": drop_negation,
    "nombre changé": change_number,
    "deux noms échangés": swap_names,
    "force changée": change_force,
    "deux phrases collées": splice,
    "locuteur changé": swap_speaker,
    "passage voisin cité": cite_neighbour,
}
CLEAN = "phrases intactes (fausses alertes)"


@dataclass(frozen=True, slots=True)
class Attack:
    """How often a mutation was tried and how often it turned the check red, with the first that did not."""

    name: str
    tried: int
    red: int
    missed: str = ""

    @property
    def rate(self) -> float | None:
        """The share that turned red."""
        return self.red / self.tried if self.tried else None


def attacks(rows: Sequence[Row], world: World) -> list[Attack]:
    """Every mutation on every supported sentence of the rows, and the sentences as they are."""
    cases = [Case.of(row.item, row.reply, world) for row in rows if row.reply.statements]
    clean = [(case, claim) for case in cases for claim in case.claims]
    sound = [(case, claim) for case, claim in clean if not is_red(case, claim)]
    found = [_attack(name, list(_falsified(mutate, sound))) for name, mutate in MUTATIONS.items()]
    return [*found, _attack(CLEAN, clean)]


def _falsified(mutate: Mutation, sound: Sequence[tuple[Case, Claim]]) -> Iterator[tuple[Case, Claim]]:
    for case, claim in sound:
        if (falsified := mutate(claim, case)) is not None:
            yield case, falsified


def _attack(name: str, tried: Sequence[tuple[Case, Claim]]) -> Attack:
    green = [claim.text for case, claim in tried if not is_red(case, claim)]
    return Attack(name, len(tried), len(tried) - len(green), green[0][:120] if green and name != CLEAN else "")


def is_red(case: Case, claim: Claim) -> bool:
    """Whether a check that the report makes fails on this one sentence."""
    if not case.judge(claim.text, claim.cited):
        return True
    alone = replace(case, reply=_alone(case.reply, claim))
    checks = (offsets(alone), attribution(alone))
    return any(score is not None and score.value < 1 for score in checks)


def _alone(reply: Reply, claim: Claim) -> Reply:
    said = (Said(claim.text, tuple(one.marker for one in claim.cited)),)
    return replace(reply, statements=said, citations=claim.cited)
