"""How strongly, how often and in which direction a sentence says something: « peut » is not « doit ».

Words of force are grouped; a sentence may not bring a group that the text it rests on does not have, nor drop one that
governs what it repeats. Everything is read on folded text (lower case, no accents).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from corpus.text import folded
from corpus.words import stems

GOVERNED = 2
# folded words, with * for any ending
_GROUPS: Mapping[str, str] = {
    "obligation": "dois, doit, doivent, devra, devront, devait, devaient, devoir, il faut, il faudra, il fallait, "
    "faut-il, oblig*, impose*, exig*, contrai*, imperati*, indispensabl*, necessair*, necessit*, requi*",
    "conseil": "recommand*, conseille, conseillent, conseillons, conseillez, conseiller, preconis*, suggere*, "
    "devrait, devraient, souhaitabl*, il convient, gagne a, gagnent a",
    "possibilité": "peut, peuvent, peux, pourra, pourront, pourrait, pourraient, possibl*, possibilite*, eventuel*, "
    "susceptible*, facultati*, optionnel*, semble, semblent, semblait, parait, paraissent, probabl*, serait, "
    "seraient, aurait, auraient, permettrait, permettraient, ferait, feraient",
    "interdiction": "interdi*, prohib*, defendu*",
    "totalité": "tous les, toutes les, chaque, chacun, chacune, toujours, systemati*, entierement, totalement, "
    "l'ensemble des, l'ensemble du, l'integralite, sans exception, constamment",
    "exclusivité": "seul, seule, seuls, seules, seulement, uniquement, exclusi*",
    "partie": "certains, certaines, quelques, parfois, quelquefois, en partie, partiel*, plusieurs, ponctuel*",
    "majorité": "souvent, frequemment, la plupart, majorit*, general, generalement, principalement, essentiellement, "
    "habituellement",
    "rareté": "rare, rares, rarement, peu de, a peine, guere",
    "approximation": "environ, presque, pres de, quasi, quasiment, autour de, a peu pres, de l'ordre de",
    "minimum": "au moins, plus de, minimum, minimal*, superieur a, superieure a",
    "maximum": "au plus, moins de, maximum, maximal*, jusqu'a, inferieur a, inferieure a",
    "intention": "envisag*, souhaite, souhaitent, souhaitait, souhaitons, souhaiter, veut, veulent, voul*, essai*, "
    "essaye*, tente, tentent, tenter, prevoi*, prevu*, esper*, ambitionn*, cherche a, cherchent a, cherchait a, "
    "promet*, propose, proposent, proposait",
    "renversement": "refus*, rejet*, oppos*, contre, abandonn*, arrete, arreter, arretent, cesse, cesser, cessent, "
    "cessation, supprim*, empech*, evit*, echou*, echec, echecs, perd, perdent, perdre, perdu*, perte*, manqu*, "
    "insuffisan*, impossib*, inutil*, absent*, absence*, sauf, excepte*, hormis, malgre, dissua*, interromp*, "
    "renonc*, faux, fausse*, erreur*, mythe*",
    "attribution": "selon, d'apres, conviction*, estime*, considere*, pense, pensent, affirme*, juge, jugent, croi*, "
    "croyance*, hypothese*, pretend*, suppos*",
    "exemple": "par exemple, notamment, tel que, telle que, tels que, telles que, en particulier, entre autres",
    "difficulté": "difficil*, difficult*, complexe*, delicat*",
    "facilité": "facil*, simple, simples, simplement, aise*",
    "hausse": "augment*, hauss*, accroi*, progresse, progressent, renforc*",
    "baisse": "diminu*, baiss*, redui*, decroi*, affaibl*",
    "avant": "avant, prealable*, d'abord",
    "après": "apres, ensuite, ulterieur*, posterieur*",
    "condition": "si, s'il, s'ils, a condition, sous reserve, lorsque, des lors que, tant que",
    "temps": "provisoire*, temporaire*, desormais, encore, deja, bientot",
}
_WEAKENING = frozenset(_GROUPS) - {"obligation", "totalité", "hausse", "baisse", "avant", "après", "facilité"}
_NAMES = tuple(_GROUPS)
_EVERY_YEAR = r"(?! an\b| annee| mois| jour| semaine)"  # « chaque an » is « par an »


def _pattern(words: str) -> str:
    """One alternative for each of the words."""
    each = [re.escape(word).replace(r"\*", r"\w*") for word in words.split(", ")]
    return "|".join(word + _EVERY_YEAR if word == "chaque" else word for word in each)


_ANY = re.compile("|".join(rf"(?P<g{n}>\b(?:{_pattern(words)})(?!\w))" for n, words in enumerate(_GROUPS.values())))
_CLAUSE_END = re.compile(r"[.;:!?\n]")


@lru_cache(maxsize=8192)
def forces(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The words of force of `text` in their order: the group of each, and the stems that it governs."""
    plain = folded(text)
    return tuple((_group(found), _governed(plain[found.end() :])) for found in _ANY.finditer(plain))


def _group(found: re.Match[str]) -> str:
    return _NAMES[int(str(found.lastgroup)[1:])]


def _governed(rest: str) -> tuple[str, ...]:
    """The first content stems after a word of force, within its clause."""
    return tuple(stems(_CLAUSE_END.split(rest, maxsplit=1)[0][:160])[:GOVERNED])


def force_fault(sentence: str, window: str, *, alike: bool) -> str:
    """What `sentence` changes in the force of `window`, in French; empty when nothing.

    `alike` when the two say nearly the same words: every word of force must then be there as often.
    """
    here, there = Counter(group for group, _ in forces(sentence)), Counter(group for group, _ in forces(window))
    added = [group for group in here if group not in there]
    if added:
        return f"force ajoutée : {added[0]}"
    if alike and here != there:
        return f"force changée : {next(iter((there - here) or (here - there)))}"
    said = frozenset(stems(sentence))
    dropped = [
        group
        for group, governed in forces(window)
        if group in _WEAKENING and group not in here and said.intersection(governed)
    ]
    return f"force retirée : {dropped[0]}" if dropped else ""
