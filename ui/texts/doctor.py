"""What `ptce doctor` says of a guide in service, in French: each finding, and what to do about it."""

from __future__ import annotations

WORKERS = "{count} processus de réponse pour {cores} cœur(s){memory}"
MEMORY = ", {needed} Mo utiles sur {free} Mo libres"
MEMORY_UNKNOWN = ""
MEMORY_LOW = (
    "{free} Mo de mémoire libres pour {needed} Mo utiles ({count} processus de réponse, serveur, modèle local) : "
    "baissez PTCE_WORKERS, ou donnez de la mémoire."
)
TOO_MANY_WORKERS = "{count} processus de réponse pour {cores} cœur(s) : PTCE_WORKERS={cores} répondra aussi vite."
NO_CHROMA = "Vecteurs sur le disque (pas de serveur Chroma)"
CHROMA = "Serveur Chroma joint : {url}"
NEVER_SAVED = "Aucune sauvegarde connue : « ptce backup guide.tar.gz », et gardez l'archive sur une autre machine."
SAVED_ELSEWHERE = (
    "Dernière sauvegarde il y a {days} jour(s) ; l'archive n'est plus dans {path!r} : vérifiez qu'elle est à l'abri."
)
SAVED_LONG_AGO = "Dernière sauvegarde il y a {days} jours ({path!r}) : refaites-en une avec « ptce backup »."
SAVED = "Dernière sauvegarde il y a {days} jour(s), relue : {files} fichier(s) dans {path!r}"
LOCAL = "Ouvert sur cette machine seulement, sans jeton"
TOKENS = "{count} jeton(s) d'accès reconnu(s)"
IN_CLEAR = "Le guide écoute d'autres machines en clair : mettez devant lui un serveur mandataire en https."
ENDING = "Jeton « {name} » finit le {day}."
ENDED = "Jeton « {name} » fini depuis le {day} : il n'ouvre plus rien."
UNLIMITED = "PTCE_RATE_LIMIT=0 : aucun client n'est ralenti."
OPEN_SITES = "PTCE_EMBED_ORIGINS ouvre les questions et les documents à tous."
SERVING = "Le guide tourne déjà sur le port {port}"
