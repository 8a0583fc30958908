"""The French sentences of tools, of the OpenAI-compatible interface, of the embedded chat and of opinions."""

from __future__ import annotations

MCP = "Le serveur MCP"
MCP_HELP = "Sert le guide à un logiciel compatible MCP, sur l'entrée et la sortie standard."
MCP_TITLE = "Guide des PTCE"
MCP_INSTRUCTIONS = (
    "Ce guide répond, sur les pôles territoriaux de coopération économique (PTCE), avec des citations exactes de ses "
    "documents. Utilisez « ask » pour une question ; gardez ses marques [1] et ses références. S'il refuse, dites que "
    "les sources ne répondent pas : ne complétez pas de mémoire."
)
TOOL_ASK = "Répond à une question sur les PTCE par des phrases citées mot pour mot, avec leurs références, ou refuse."
TOOL_SEARCH = "Cherche les passages les plus proches d'une question, sans composer de réponse."
TOOL_LIST = "Donne la liste des documents du guide, avec leurs noms."
TOOL_READ = "Lit un document du guide, ou une partie ; « next » dit où reprendre."
TOOL_SEARCHING = "Recherche dans les documents"
TOOL_WRITING = "Le modèle de langue rédige ; chaque phrase est vérifiée"
TOOL_CHECKED = "Phrases vérifiées : {count}"
TOOL_QUESTION = "La question, en français ou en anglais."
TOOL_HISTORY = "Ce qui a été dit avant, du plus ancien au plus récent."
TOOL_K = "Nombre de passages."
TOOL_COLLECTIONS = "Collections où chercher (« collection » de chaque document) ; toutes sinon."
TOOL_ID = "Nom du document, tel que le donnent les citations ou « list_sources »."
TOOL_START = "Premier caractère à lire."
TOOL_LENGTH = "Nombre de caractères."
TOOL_UNKNOWN = "L'outil {name!r} n'existe pas (outils : {known})."
TOOL_BAD_ARGUMENTS = "L'outil {name!r} ne prend pas ces arguments : voir {fields}."

MODEL_UNKNOWN = "Le modèle {name!r} n'existe pas ici : le seul est {known!r}."
NO_USER_MESSAGE = "Le dernier message doit être une question de l'utilisateur (« role » : « user »)."
ONE_CHOICE = "Le guide ne donne qu'une réponse : « n » doit valoir 1."
TEXT_ONLY = "Le guide ne lit que du texte : retirez images, sons et fichiers des messages."
COMPLETIONS_SUMMARIES = {"chat": "Répondre comme l'interface d'OpenAI", "models": "Lister les modèles"}

EMBED_TITLE = "Questions sur les PTCE"
EMBED_BROKEN = "Le guide ne répond pas. Réessayez dans un instant."

FEEDBACK_HELP = "Avis des usagers sur les réponses."
FEEDBACK_EXPORT = "Écrit les avis en questions d'évaluation, à relire avant de s'en servir."
FEEDBACK_OUT = "Fichier JSONL à écrire."
FEEDBACK_DONE = (
    "{opinions} avis ; dans {path!r}, {complete} question(s) complète(s) et {drafts} à compléter "
    "(« ptce eval validate » dit quoi)."
)
OPINION = "Donner votre avis sur cette réponse"
OPINION_ANSWER = "Cette réponse est-elle juste ?"
OPINION_REFUSAL = "Est-il juste que les sources n'y répondent pas ?"
OPINION_SOURCES = "Les passages cités sont-ils les bons ?"
OPINION_REASON = "Pourquoi ? (facultatif)"
OPINION_KEPT = "Votre avis est gardé sur ce serveur avec la question et la réponse. N'y mettez pas de nom."
OPINION_SEND = "Envoyer l'avis"
OPINION_THANKS = "Merci : votre avis est enregistré."
OPINION_MISSING = "Choisissez d'abord une réponse à chaque question."
VERDICTS = {"yes": "Oui", "partly": "En partie", "no": "Non"}
FEEDBACK_SUMMARIES = {"send": "Donner son avis sur une réponse", "list": "Lire les avis"}
FEEDBACK_NOT_OURS = (
    "La citation {marker} n'est pas dans le document {source!r} à cet endroit : renvoyez la réponse telle quelle."
)

CONVERSATIONS_SUMMARIES = {
    "begin": "Commencer une conversation",
    "continue": "Poser la question suivante",
    "list": "Lister ses conversations",
    "read": "Relire une conversation",
    "remove": "Effacer une conversation",
}
CONVERSATIONS_COOKIE = "La clé du carnet, donnée avec la première réponse : gardez-la comme un mot de passe."
