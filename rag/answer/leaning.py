"""Whether a sentence leans on what stands before it, or takes it back: neither is to be read alone."""

from __future__ import annotations

import re

from corpus.words import fold, stems

_OPENS = re.compile(
    r"(?:or|mais|ainsi|cela|ceci|ce(?! (?:document|dossier|rapport)\b)|cet|cette(?! (?:fiche|etude)\b)|ces|ce dernier|"
    r"celui-ci|celle-ci|celles-ci|ceux-ci|c'est|il|elle|ils|elles|son|sa|ses|leur|leurs|par ailleurs|en consequence|"
    r"de meme|toutefois|cependant|pourtant|en effet|egalement|notamment|enfin|en outre|dans ces cas|dans ce cas|"
    r"l'idee est egalement|l'objectif(?! de ce )|a noter|a titre d'exemple|par exemple|en d'autres termes|"
    r"autrement dit|c'est-a-dire|l'une de ces|chacune? de ces|points communs donc|"
    r"pour (?:le|la|les|lui|leur|y|en) \w+(?:er|ir)(?=,))\b"
)
_OPPOSES = re.compile(r"(?:or|mais|toutefois|cependant|pourtant)\b")
# within its first words: « L'équilibre entre ces 3 dimensions », « Nous leur proposons », « Certains ont également »
_SOON = re.compile(
    r"(?:\S+\s+){0,5}?\S*?\b(?:(?:ces|cet|cela|ceci|egalement|ainsi|malgre tout)\b|"
    r"cette (?!fiche|rencontre|journee|etude|annee)|ce (?!qu|document|dossier|rapport|sont|n'est)|(?:de|a) les? \w+|"
    r"(?:nous|je|on|vous) (?:ne )?(?:leur|lui|les|la|le|l'\w+|y|en)\b)"
)
# anywhere: « créer cet environnement », of which nothing was said before; what all texts are about needs no name
_THIS = re.compile(
    r"\b(?:ce|cet|cette|ces) (?!(?:qu\w{1,2}|soit|sont|ptce|poles?|demarches?|stade|document|dossier|rapport|"
    r"fiche|etude|rencontre|journee|annee)\b|n')(?:(?:meme|dernier|derniere)s? )?([\w-]{4,})"
)


def leans(text: str) -> bool:
    """Whether `text` points back to what stands before it: by its first words, or by calling something « this » that it
    has not named.
    """
    folded = fold(text)
    return bool(_OPENS.match(folded) or _SOON.match(folded)) or any(
        not set(stems(found[1])) <= set(stems(folded[: found.start()])) for found in _THIS.finditer(folded)
    )


def takes_back(text: str) -> bool:
    """Whether `text` opposes what stands before it, which nobody should read without it."""
    return bool(_OPPOSES.match(fold(text)))
