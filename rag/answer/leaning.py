"""Whether a sentence leans on what stands before it: read alone, nobody could tell of what it speaks."""

from __future__ import annotations

import re

from corpus.words import fold

_OPENS = re.compile(
    r"(?:or|mais|ainsi|cela|ceci|ce(?! (?:document|dossier|rapport)\b)|cet|cette(?! (?:fiche|etude)\b)|ces|ce dernier|"
    r"celui-ci|celle-ci|celles-ci|ceux-ci|c'est|il|elle|ils|elles|son|sa|ses|leur|leurs|par ailleurs|en consequence|"
    r"de meme|toutefois|cependant|pourtant|en effet|egalement|notamment|enfin|en outre|dans ces cas|dans ce cas|"
    r"l'idee est egalement|l'objectif(?! de ce )|a noter|a titre d'exemple|par exemple|en d'autres termes|"
    r"autrement dit|c'est-a-dire|l'une de ces|chacune? de ces|points communs donc|"
    r"pour (?:le|la|les|lui|leur|y|en) \w+(?:er|ir)(?=,))\b"
)
# within its first words: « L'équilibre entre ces 3 dimensions », « Nous leur proposons », « Certains ont également »
_SOON = re.compile(
    r"(?:\S+\s+){0,5}?\S*?\b(?:(?:ces|cet|cela|ceci|egalement)\b|cette (?!fiche|rencontre|journee|etude|annee)|"
    r"ce (?!qu|document|dossier|rapport|sont|n'est)|(?:nous|je|on|vous) (?:ne )?(?:leur|lui|les|la|le|l'\w+|y|en)\b)"
)


def leans(text: str) -> bool:
    """Whether `text` begins with a word that points back, or points back within its first words."""
    folded = fold(text)
    return bool(_OPENS.match(folded) or _SOON.match(folded))
