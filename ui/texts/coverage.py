"""The French sentences of the map of coverage: page, command line and API."""

from __future__ import annotations

from rag.covered import KNOWN_FROM, Known

TITLE = "Ce que le guide sait, et ce qu'il ne sait pas"
INTRO = (
    "Chaque ligne est un thème, chaque colonne une source et son année. Sous chaque thème, ce que les sources ne "
    "disent pas, avec des questions à essayer."
)
HOW_TITLE = "Comment cette carte est comptée"
HOW = (
    f"« Connu » : au moins {KNOWN_FROM} passages de la source traitent du thème ; « en partie » : un ou deux ; "
    "« non » : aucun. Un passage traite d'un thème quand ses titres le nomment, ou un quart des questions écrites "
    "d'avance pour lui seul.",
    "« Connu » ne veut pas dire que tout ce qu'on peut demander a sa réponse. Les questions sans réponse ont été "
    "écrites avec le guide, pour les textes livrés ; il y en a forcément d'autres, et une question peut être sous "
    "plusieurs thèmes.",
    "{outside} questions hors du sujet, trop vagues ou sur des dispositifs voisins ne sont pas sur la carte.",
)
CAPTION = "Thèmes, sources et années"
THEME = "Thème"
KNOWN = {Known.KNOWN: "connu", Known.PARTLY: "en partie", Known.NOT: "non"}
SIGNS = {Known.KNOWN: "●", Known.PARTLY: "◐", Known.NOT: "○"}
ONE_PASSAGE, PASSAGES = "1 passage", "{count} passages"
UNANSWERED = "{count} questions sans réponse, surtout : {kinds}"
GAPS = {
    1: "montants et nombres",
    2: "dates et actualité",
    3: "démarches, droit et impôts",
    4: "conseils personnels",
    5: "coordonnées",
    6: "personnes et structures",
    7: "pôles seulement cités",
    9: "résultats et statistiques",
    11: "modes d'emploi détaillés",
    12: "opinions",
}
EXAMPLES = "Par exemple, les sources ne répondent pas à :"
NONE = (
    "Aucune question n'a été écrite d'avance pour ces documents : ils n'ont pas de carte. Le guide y cherche tout de "
    "même."
)
UNMAPPED = (
    "Pas sur la carte, faute de questions écrites d'avance : {titles}. Le guide y cherche aussi, et peut y trouver ce "
    "que les textes livrés ne disent pas."
)
API_SUMMARY = "Ce que les sources savent, par thème"
COMMAND = "Montre ce que les sources savent et ne savent pas : thèmes, sources, années."
COMMAND_JSON = "Le même objet que « GET /api/v1/coverage »."
LEGEND = "● connu   ◐ en partie   ○ non   (nombre de passages)"


def passages(count: int) -> str:
    """« 1 passage », « 4 passages »."""
    return ONE_PASSAGE if count == 1 else PASSAGES.format(count=count)
