"""The French sentences of the command line: help, progress, messages."""

from __future__ import annotations

APP = "Guide des PTCE : des réponses faites de citations vérifiées, sans réseau."
ASK = "Pose une question et affiche la réponse avec ses références."
ASK_QUESTION = "La question, entre guillemets."
ASK_JSON = "Affiche la réponse en JSON."
ASK_HISTORY = 'Fichier JSON des échanges précédents : [{"role": "user", "content": "…"}, …].'
ASK_OUTPUT = "Écrit la réponse dans ce fichier, avec des notes de bas de page : .docx, .odt, .md ou .html."
ASK_MASK = "Ce qui est masqué dans le fichier : none, contacts (téléphones, adresses) ou people (et les noms)."
INDEX = "Indexe le corpus fourni, ou tous les documents lisibles d'un dossier."
INDEX_SOURCES = "Dossier des documents à indexer (et rien d'autre)."
INDEX_REBUILD = "Refait l'index en entier."
SERVE = "Ouvre la page, l'interface de programmation et leur documentation."
SERVE_HOST = "Adresse où écouter (sinon PTCE_HOST)."
SERVE_PORT = "Port où écouter (sinon PTCE_PORT)."
BATCH = "Répond à toutes les questions d'un fichier JSONL, dans l'ordre."
BATCH_IN = "Fichier des questions, une par ligne."
BATCH_OUT = "Fichier des réponses, écrit en une fois à la fin."
EVAL = "Mesurer le guide : essais, comparaisons, seuils (« ptce eval --help »)."
DOCTOR = "Vérifie l'installation et dit quoi faire si quelque chose manque."

USAGE = {
    "Usage:": "Usage :",
    "Options:": "Options :",
    "Arguments:": "Arguments :",
    "Commands:": "Commandes :",
    "Show this message and exit.": "Affiche cette aide.",
    "[required]": "[obligatoire]",
    "COMMAND [ARGS]...": "COMMANDE [ARGUMENTS]…",
    "<str>": "<texte>",
    "<path>": "<chemin>",
    "<int>": "<nombre>",
}
HELP_HINT = "Voir « {command} --help »."
NO_SUCH_OPTION = "Option inconnue : {name}."
NO_SUCH_COMMAND = "Commande inconnue : {name!r}."
MISSING = "Il manque {name}."
MISSING_COMMAND = "Il manque une commande."
BAD_VALUE = "Valeur impossible pour {name}."
BAD_USAGE = "Commande mal écrite."
UNEXPECTED = "Erreur inattendue ({kind}) : lancez « ptce doctor », et signalez-la si elle revient."
STOPPED = "Arrêté."

INDEXING = "Indexation"
ANSWERING = "Réponses"
INDEXED = "Index à jour : {added} ajouté(s), {unchanged} inchangé(s), {removed} retiré(s)."
WRITTEN = "Réponse écrite dans {path!r}."
SERVING = "Le guide est ouvert sur {address} (Ctrl+C pour l'arrêter)."
PORT_TAKEN = "Le port {port} de {host} est déjà pris ou interdit : choisissez-en un autre avec « ptce serve --port »."
BAD_HOST = "L'adresse {host!r} n'existe pas sur cette machine : essayez « --host 127.0.0.1 »."
UNREADABLE = "Le fichier {path!r} ne peut pas être lu ({reason})."
UNWRITABLE = "Le fichier {path!r} ne peut pas être écrit ({reason})."
BAD_HISTORY = (
    'L\'historique {path!r} doit être une liste JSON de {{"role": "user" ou "assistant", "content": "texte"}}.'
)
BATCH_DONE = "{done} réponse(s) dans {path!r}, {errors} ligne(s) en erreur."
LINE_NOT_JSON = "ligne {number} : ce n'est pas un objet JSON"
LINE_NO_QUESTION = "ligne {number} : il manque « question » (un texte)"
LINE_BAD_HISTORY = "ligne {number} : « history » doit être une liste de {{role, content}}"
LINE_BROKE = "ligne {number} : erreur interne ({kind})"

DOCTOR_PYTHON = "Python {version}"
DOCTOR_PYTHON_OLD = "Il faut Python 3.11 ou plus récent."
DOCTOR_SETTINGS = "Réglages lus"
DOCTOR_DATA = "Dossier de données {path!r} accessible en écriture"
DOCTOR_DISK = "{free} Mo libres sur le disque"
DOCTOR_DISK_LOW = "{free} Mo libres sur le disque : libérez au moins {needed} Mo."
DOCTOR_INDEX = "Index : {count} document(s)"
DOCTOR_NO_INDEX = "Pas encore d'index : « ptce index » (fait aussi au premier « ptce serve »)"
DOCTOR_ANSWER = "Le guide répond ({milliseconds:.0f} ms, {citations} citation(s))"
DOCTOR_PACKAGES = "Paquets : {versions}"
DOCTOR_PACKAGE_MISSING = "Il manque {name} : relancez « make install »."
DOCTOR_PORT = "Port {port} libre"
DOCTOR_FINE = "Tout va bien."
DOCTOR_WRONG = "À corriger : {count} point(s)."
