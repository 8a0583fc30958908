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
KITS_FULL = "Il y a déjà {most} dossiers : supprimez-en avant d'en ajouter."
