"""The French sentences of the notebook: basket, past conversations, what is kept and how to erase it."""

from __future__ import annotations

STORE_UNAVAILABLE = (
    "Le carnet ne peut pas être lu ni écrit ({kind}) : les réponses continuent, mais rien n'est gardé. Vérifiez le "
    "disque et PTCE_DATABASE_URL, ou lancez « ptce doctor »."
)
STORE_TOO_NEW = (
    "Le carnet vient d'une version plus récente du guide (schéma {version}, connu jusqu'à {known}) : mettez le guide à "
    "jour, ou déplacez le fichier carnet.sqlite."
)
DATABASE_DRIVER = "La base de données de PTCE_DATABASE_URL ({name})"
BAD_DATABASE_URL = "adresse illisible"
NOT_KEPT = "Cela n'est pas, ou n'est plus, dans votre carnet."
BASKET_FULL = "Le panier est plein ({most} citations) : exportez-le, puis retirez-en."
KITS_FULL = "Il y a déjà {most} kits : supprimez-en avant d'en ajouter."

TAB = "Mon carnet"
KEEP, KEPT = "Ajouter au panier", "Dans le panier"
KEEP_LABEL = "Ajouter la citation {marker} au panier"
KEPT_TOLD = "Citation ajoutée au panier, dans « Mon carnet »."
KEPT_BEFORE = "Cette citation est déjà dans le panier."
NO_NOTEBOOK = "Rien n'est gardé : votre navigateur refuse les cookies de cette page."
TITLE_WARNING = "À savoir"
FRESH = "Nouvelle conversation"
FRESH_TOLD = "Nouvelle conversation. La précédente est dans « Mon carnet »."
STALE = (
    "La réponse gardée citait un document qui a changé depuis : elle n'est plus montrée. Reposez la question pour une "
    "réponse à jour."
)

DOWNLOAD = "Télécharger cette réponse"
DOWNLOAD_ALL = "Télécharger toute la conversation"
DOWNLOAD_BASKET = "Télécharger le panier"
FORMATS = (
    ("docx", "Word (.docx)"),
    ("odt", "LibreOffice (.odt)"),
    ("md", "Markdown (.md)"),
    ("html", "Page à imprimer (.html)"),
)
MASK_NAMES = "Masquer aussi les noms des personnes"
MASK_HINT = "Chaque citation a sa note de bas de page. Téléphones et adresses sont masqués."

BASKET = "Panier de citations"
BASKET_EMPTY = (
    "Le panier est vide. Sous chaque passage cité d'une réponse, « Ajouter au panier » le met ici, pour l'annoter et "
    "en faire un document."
)
NOTE_LABEL = "Votre note"
NOTE_SAVED = "Note gardée."
NUMBER = "Citation {number} sur {count}"
UP, DOWN, DROP = "Monter", "Descendre", "Retirer"
MOVED = "Citation déplacée : {number} sur {count}."
DROPPED = "Citation retirée du panier."
LOST = "Ce passage a changé dans le document, ou le document n'est plus dans le corpus : il ne sera pas exporté."
UNDO, UNDONE = "Annuler", "C'est remis."

TALKS = "Vos conversations"
TALKS_EMPTY = "Aucune conversation n'est gardée pour l'instant."
TALK = "{day} · {count} question{s}"
RESUME, REMOVE = "Reprendre", "Supprimer"
RESUMED = "Conversation reprise."
REMOVED = "Conversation supprimée."

KITS = "Vos kits de session"
KITS_EMPTY = "Aucun kit n'est gardé pour l'instant. L'onglet « Préparer un TSF » en fait ; vous les retrouverez ici."
KIT_RESUMED, KIT_REMOVED = "Kit repris.", "Kit supprimé."

DATA = "Vos données"
DATA_INTRO = (
    "Vos conversations, votre panier et vos kits sont gardés sur l'ordinateur qui fait tourner ce guide, pour ce "
    "navigateur seulement, sans nom ni adresse. Sans visite pendant {days} jours, ils sont effacés."
)
DATA_DOWNLOAD = "Télécharger mes données (.json)"
ERASE = "Tout effacer…"
ERASE_WARNING = "Conversations, panier et kits seront effacés tout de suite, sans retour possible."
ERASE_NOW = "Effacer définitivement"
ERASED = "Tout est effacé."
