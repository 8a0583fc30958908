"""Every French sentence of the page, the API and the command line."""

from __future__ import annotations

from collections.abc import Sequence

from rag import wording
from rag.types import Language

NAME = "Guide des PTCE"
SUBJECT = "pôles territoriaux de coopération économique"
WHAT = (
    "Posez votre question sur la création ou la vie d'un PTCE : le guide répond avec les mots de ses sources, montre "
    "le passage exact sur lequel repose chaque phrase, et dit quand elles ne répondent pas."
)
WHAT_ELSE = (
    "Posez votre question : le guide répond avec les mots de ses documents, montre le passage exact sur lequel repose "
    "chaque phrase, et dit quand ils ne répondent pas."
)
FACTS = (
    "Le guide répond à partir de {documents}. L'onglet « Corpus » montre ce qu'ils disent et ce qu'ils ne disent pas."
)
ONE_DOCUMENT, DOCUMENTS, DATED = "1 document", "{count} documents", " ({first} à {last})"
TAB_ASK = "Poser une question"
TAB_CORPUS = "Corpus"
QUESTION_LABEL = "Votre question"
QUESTION_PLACEHOLDER = "Écrivez votre question"
NEXT_PLACEHOLDER = "Question suivante"
EMPTY_QUESTION = "Écrivez d'abord une question."
SEND = "Demander"
FIRST_QUESTIONS_TITLE = "Pour commencer"
FIRST_QUESTIONS = (
    "Faut-il créer une SCIC pour porter notre pôle ?",
    "Comment financer le poste de coordination ?",
    "Comment garder la mairie à nos côtés ?",
    "Par où commencer le diagnostic du territoire ?",
    "Comment préparer un transfert de savoir-faire (TSF) ?",
    "Qui doit animer et coordonner le pôle ?",
)
SEARCHING = "Recherche dans les sources…"
YOUR_QUESTION = "Votre question"
ANSWER = "Réponse du guide"
READY = "Réponse prête : {citations}."
READY_REFUSED = "Le guide ne répond pas : {title}."
ONE_CITATION, CITATIONS = "1 citation", "{count} citations"

KINDS = wording.KINDS[Language.FRENCH]
SIDES = wording.SIDES[Language.FRENCH]
REPHRASED = "reformulé"
REPHRASED_HINT = "Cette phrase reformule le passage cité ; le passage exact est sur la fiche."

SOURCE = "Source {marker}"
MARK_LABEL = "Source {marker} : {title}"
BACK = "Réponse"
BACK_LABEL = "Revenir à l'appel de la source {marker} dans la réponse"
CARDS = "Passages cités"
SPEAKS = "Parole de {speaker}"
PAGE = "p. {page}"
IN_DOCUMENT = "Voir dans le document"
NEW_TAB = "nouvel onglet"
UNDATED = "sans date"
SEARCHED = "Recherche effectuée : {searched}"
SEARCHED_LABEL = "Recherche effectuée (modifiez-la si le guide a mal compris)"
SEARCH_AGAIN = "Relancer"
FIX = "Corriger cette recherche"
COPY = "Copier avec les références"
COPIED = "Copié"
REFERENCES = "Références"
VERBATIM_ALL = "Chaque phrase est citée mot pour mot."
NOTES = "À savoir sur ces sources"
SOMETHING_BROKE = "Le guide n'a pas pu répondre à cause d'une erreur interne. Reposez la question ou rechargez la page."

CORPUS_TITLE = "Les documents du guide"
CORPUS_INTRO = (
    "Le guide ne sait rien d'autre que ce que disent ces {count} documents. Chacun peut être lu en entier ici."
)
CORPUS_EMPTY = "Aucun document n'est indexé."
READ = "Lire le document"
ORIGINAL = "Page d'origine"
RIGHTS = "Droits"
UPDATED = "mis à jour en {year}"
TO_GUIDE = "Revenir au guide"
TO_PASSAGE = "Aller au passage cité"
PAGE_MARK = "Page {page}"

API_TITLE = "Guide des PTCE : interface de programmation"
API_DESCRIPTION = (
    "Les mêmes réponses que la page : des phrases, et pour chacune la citation exacte d'un document "
    "(`text[start:end] == quote`). Les erreurs suivent `application/problem+json`, en français."
)
API_SUMMARIES = {
    "ask": "Poser une question",
    "stream": "Poser une question et lire la réponse à mesure",
    "search": "Chercher des passages",
    "search_body": "Chercher des passages, la question dans le corps",
    "sources": "Lister les documents",
    "source": "Lire un document",
    "alive": "Le serveur répond-il ?",
    "ready": "Le guide est-il prêt ?",
}
API_INVALID = "Demande incorrecte : {field} ({reason})."
API_BODY = "le corps de la requête"
API_REASONS = {
    "missing": "valeur manquante",
    "json_invalid": "JSON illisible",
    "string_type": "il faut du texte",
    "string_unicode": "texte illisible en UTF-8",
    "string_too_long": "texte trop long",
    "string_pattern_mismatch": "texte vide",
    "int_parsing": "il faut un nombre entier",
    "int_type": "il faut un nombre entier",
    "int_from_float": "il faut un nombre entier",
    "greater_than_equal": "nombre trop petit",
    "less_than_equal": "nombre trop grand",
    "enum": "valeur inconnue",
    "literal_error": "valeur inconnue",
    "extra_forbidden": "champ inconnu",
    "list_type": "il faut une liste",
    "too_long": "liste trop longue",
    "model_attributes_type": "il faut un objet JSON",
}
API_REASON = "valeur impossible"
API_TITLES = {
    400: "Demande illisible",
    401: "Jeton demandé",
    403: "Action réservée",
    404: "Introuvable",
    405: "Méthode refusée",
    408: "Demande trop lente",
    409: "Changement refusé",
    413: "Demande trop grosse",
    421: "Adresse refusée",
    422: "Demande incorrecte",
    429: "Trop de demandes",
    500: "Erreur interne",
    503: "Guide indisponible",
    507: "Disque plein",
}
API_DETAILS = {
    400: "Le corps de la requête n'est pas du JSON en UTF-8.",
    401: "Il faut un jeton valable : en-tête « Authorization: Bearer ptce_… ».",
    403: "Ce jeton ne permet pas cette action : demandez-en un autre à qui tient le guide.",
    404: "Cette adresse n'existe pas : voir la liste sur /docs.",
    405: "Cette adresse n'accepte pas cette méthode : voir /docs.",
    408: "La demande est arrivée trop lentement : renvoyez-la en entier.",
    413: "La demande dépasse {limit} octets : raccourcissez la question, l'historique ou le fichier.",
    500: "Erreur interne du guide ; rien n'a été perdu. Recommencez, ou lancez « ptce doctor ».",
}
API_BAD_RANGE = "Donnez « start » et « end » ensemble, start < end, dans un texte de {length} caractères."
NOT_FOUND_PAGE = "Document introuvable"
API_NO_INDEX = "Aucun document n'est indexé : lancez « ptce index »."


def facts(years: Sequence[int | None]) -> str:
    """What the guide answers from, given the year of each of its documents."""
    known = [year for year in years if year]
    dated = DATED.format(first=min(known), last=max(known)) if len(set(known)) > 1 else ""
    documents = ONE_DOCUMENT if len(years) == 1 else DOCUMENTS.format(count=len(years))
    return FACTS.format(documents=documents + dated)
