"""The French sentences of the service: figures, limits, backups, what the doctor says of them."""

from __future__ import annotations

REQUESTS = "Demandes HTTP, par méthode, route et statut"
REQUEST_SECONDS = "Secondes avant le début de la réponse HTTP, par route"
STAGE_SECONDS = "Secondes de chaque étape d'une réponse"
ANSWERS = "Réponses, par état et type de refus"
INDEX_DOCUMENTS = "Documents de l'index en service"
INDEX_PASSAGES = "Passages de l'index en service"
INDEX_GENERATION = "Numéro de l'index en service"
WORKERS = "Processus de réponse ouverts"
WAITING = "Questions qui attendent un processus de réponse"
WORKERS_LOST = "Processus de réponse perdus et remplacés"
WORKERS_MEMORY = "Mémoire résidente des processus de réponse, en octets"

OVERLOADED = "Trop de questions attendent déjà : réessayez dans quelques secondes."

STOPPING = "Arrêt : les réponses en cours ont {seconds} s pour finir."
SERVE_WORKERS = "Nombre de processus de réponse (sinon PTCE_WORKERS)."
BACKUP = "Sauvegarde tout le dossier de données dans une archive (le serveur peut tourner)."
BACKUP_FILE = "Archive à écrire (.tar.gz)."
BACKED_UP = "Sauvegarde de {files} fichier(s) ({megabytes} Mo) dans {path!r}, relue et vérifiée."
RESTORE = "Remet un dossier de données à la place de l'actuel, qui est gardé à côté."
RESTORE_FILE = "Archive écrite par « ptce backup »."
RESTORED = "{files} fichier(s) remis dans {path!r}. Si le serveur tourne, redémarrez-le."
RESTORED_BESIDE = "L'ancien dossier est gardé dans {path!r} : effacez-le quand tout va bien."
