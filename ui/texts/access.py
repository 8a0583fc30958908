"""The French sentences of access: tokens, the sign-in page, refusals."""

from __future__ import annotations

BAD_GRANT = (
    "PTCE_API_TOKENS, entrée {number} : il faut « rôles:empreinte:nom:fin », telle que l'affiche « ptce token create »."
)
BAD_ROLE = "PTCE_API_TOKENS, entrée {number} : rôle inconnu (connus : {known})."
OPEN_TO_OTHERS = (
    "PTCE_HOST vaut {host!r} : le guide serait ouvert à d'autres machines, et aucun jeton n'est réglé. Créez-en un "
    "avec « ptce token create --role reader », donnez son empreinte dans PTCE_API_TOKENS ou dans le fichier que nomme "
    "PTCE_API_TOKENS_FILE ; ou restez sur 127.0.0.1."
)
FOREIGN_HOST = (
    "Sans jeton, le guide ne répond qu'à l'adresse de cette machine (http://127.0.0.1) : un autre nom demande "
    "PTCE_API_TOKENS."
)
FOREIGN_SITE = "Cette demande vient de la page d'un autre site : elle n'a pas été exécutée."
TOO_MANY = "Trop de demandes : recommencez dans {seconds} s."
WHO_ARE_YOU = (
    "Il faut un jeton valable : en-tête « Authorization: Bearer ptce_… », ou ouvrez une session à l'adresse /login."
)

SIGN_IN = "Se connecter"
SIGN_IN_WHY = "Ce guide est réservé. Collez le jeton que l'on vous a donné : il commence par « ptce_ »."
SIGN_IN_LABEL = "Votre jeton"
SIGN_IN_WRONG = "Ce jeton n'est pas reconnu. Vérifiez qu'il est entier, ou demandez-en un autre à votre réseau."
SIGN_OUT = "Se déconnecter"
SIGNED_IN = "Vous êtes connecté avec le jeton « {name} » ({roles})."
NO_SIGN_IN = "Ce guide est ouvert sur cette machine, sans jeton : il n'y a pas de session à ouvrir."
ROLES = {"reader": "lecture", "editor": "gestion des documents", "evaluator": "évaluation"}

TOKENS_HELP = "Jetons d'accès, pour ouvrir le guide à d'autres machines."
TOKENS_CREATE = "Crée un jeton et l'affiche une seule fois, avec l'empreinte à donner au serveur."
TOKENS_ROLE = "Ce que le jeton permet : reader (lire), editor (documents), evaluator (évaluer). Peut être répété."
TOKENS_NAME = "Nom du jeton dans le journal : lettres, chiffres, point, tiret."
TOKENS_DAYS = "Nombre de jours pendant lesquels le jeton sert ; 0 : sans fin."
TOKENS_BAD_NAME = "Le nom {name!r} ne convient pas : 40 lettres, chiffres, points ou tirets au plus, et pas une date."
TOKENS_GIVEN = "Jeton, affiché cette seule fois ; à remettre à qui s'en servira :"
TOKENS_SETTING = "Empreinte, à ajouter à PTCE_API_TOKENS (ou au fichier que nomme PTCE_API_TOKENS_FILE) :"
