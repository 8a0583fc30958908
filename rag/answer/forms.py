"""What form of answer a question asks for, by its words: a figure, a date, a name, a comparison…"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from corpus.words import fold


class Form(StrEnum):
    """What a question asks for."""

    COMPARISON = "comparison"
    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    DEFINITION = "definition"
    LIST = "list"
    ADVICE = "advice"
    YES_NO = "yes_no"
    OPEN = "open"


# the first form of which the folded question has one of the words
_WORDS: Mapping[Form, tuple[str, ...]] = {
    Form.COMPARISON: (
        *(r"compare[rz]?\b", r"comparaison", r"differences?\b", r"par rapport a", r"plutot que", r"vs\b"),
        *(r"en commun\b", r"se distingue", r"compared? (?:to|with)", r"rather than"),
    ),
    Form.NUMBER: (
        *(
            r"combien\b(?! de temps)",
            r"pourcentage",
            r"quel (?:montant|nombre|pourcentage|budget|cout|prix|effectif)\b",
        ),
        *(r"quel(?:le)? (?:est (?:la|le) )?(?:part|somme|proportion|taux)\b", r"how (?:many|much)\b"),
        r"what (?:share|percentage|number|amount)",
    ),
    Form.DATE: (
        r"(?:^|, |et |depuis |c'est |cest |de )quand\b(?! (?:on|ils?|elles?|nous|tout|meme)\b)",
        *(r"quel jour\b", r"quelle (?:date|annee|periode)", r"when (?:was|is|did|were|do)\b", r"what (?:year|date)"),
    ),
    Form.NAME: (
        *(r"(?:^|, |et |mais )qui\b", r"(?:a|par|avec) qui\b", r"comment s'appelle", r"quel (?:est le nom|organisme)"),
        r"who(?:se|m)?\b",
    ),
    Form.DEFINITION: (
        *(r"c'?est quoi\b", r"c koi\b", r"qu'est[- ]ce qu(?:e c'est|'une?)\b", r"defini(?:tion|r|t)\b", r"veut dire\b"),
        *(r"signifie", r"what is an? [\w-]+ ?\?", r"what does .* mean", r"define\b"),
    ),
    Form.LIST: (r"quel(?:le)?s\b", r"liste\b", r"enumere", r"cite[rz]?\b", r"list\b", r"what are\b"),
    Form.ADVICE: (
        *(r"comment\b", r"faut\b", r"doit[- ]on", r"que faire", r"vaut[- ]il mieux", r"conseil"),
        *(r"how (?:do|can|should|to)\b", r"should (?:we|i)\b"),
    ),
    Form.YES_NO: (
        *(r"est[- ]ce qu", r"peut[- ]on", r"y a[- ]t[- ]il", r"\w+[- ](?:ils?|elles?|on|vous)\b.*\?", r"non ?\?$"),
        r"^(?:is|are|was|were|do|does|did|can|has|have)\b",
    ),
}
_ASKS = {form: re.compile(rf"\b(?:{'|'.join(words)})") for form, words in _WORDS.items()}
_MONTHS = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
_FIGURES = (
    "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|vingt|trente|cent|mille|dizaine|douzaine|quinzaine|"
    "vingtaine|trentaine|centaine|moitie|tiers|quart"
)
_HOLDS: Mapping[Form, re.Pattern[str]] = {
    Form.NUMBER: re.compile(rf"\b(?!(?:19|20)\d\d\b)\d+|\b(?:{_FIGURES})\b"),
    Form.DATE: re.compile(rf"\b(?:19|20)\d\d\b|\b(?:{_MONTHS})\b"),
    Form.DEFINITION: re.compile(r"\b(?:est|sont) (?:une?|des)\b|designe|defini|se caracterise|consiste"),
}


def form_of(question: str) -> Form:
    """The form of answer that `question` asks for; `OPEN` when nothing in its words tells."""
    folded = fold(question)
    return next((form for form, words in _ASKS.items() if words.search(folded)), Form.OPEN)


def holds(form: Form, text: str) -> bool:
    """Whether `text` has what `form` asks for: a figure other than a year, a date, a definition; true for the forms
    that no sentence has or lacks by its words.
    """
    return form not in _HOLDS or bool(_HOLDS[form].search(fold(text)))
