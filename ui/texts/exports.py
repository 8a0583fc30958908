"""The French sentences of exports: what a document says around what the sources say."""

from __future__ import annotations

LANGUAGE = "fr-FR"
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
FIRST_DAY = "1er"
AUTHOR = "Guide des PTCE"
ANSWER_AUTHOR = "Réponse du guide des PTCE"
CONVERSATION_TITLE = "Conversation : {first}"
BASKET_TITLE = "Citations choisies sur les PTCE"

QUESTION = "Question : {question}"
SEARCHED = "Recherche effectuée : {searched}"
NOTES = "À savoir sur ces sources"
NOTE = "Note : {note}"
FROM_QUESTION = "Trouvée en demandant : {question}"
LOST = "Une citation du document « {source} » n'a pas été exportée : il a changé, ou n'est plus dans le corpus."
PROBLEM = "Pas de réponse : {problem}"

REPHRASED = " (reformulé)"
SPEAKER = "{speaker} : "
SECTION = "« {section} »"
QUOTE = "« {quote} »"
SEEN_ON = "consultable à l'adresse "
MASKED_IN_PART = " (citation masquée en partie)"
SEE_NOTE = "Même passage qu'à la note {number}."
BOX = "☐ "

VOICES = (
    "Entre guillemets et suivi d'un appel de note : les mots exacts des sources, que la note situe. En italique, "
    "dans le titre d'une réponse ou après « Question : » : ce que l'usager a écrit. Le reste est du guide."
)
REPHRASED_VOICES = "« (reformulé) » suit une phrase qui n'est pas une citation : le passage exact est dans la note."
LIMITS = "Une citation exacte n'est pas une vérité : la date et la nature de chaque source sont dans sa note."
MASKED_PHONE = "[téléphone masqué]"
MASKED_MAIL = "[adresse électronique masquée]"
MASKED_ADDRESS = "[adresse postale masquée]"
MASKED_NAME = "[nom masqué]"
MASKED_CONTACTS = "Masqués dans ce document : les téléphones et les adresses, postales ou électroniques ({count})."
MASKED_PEOPLE = (
    "Masqués dans ce document : les téléphones, les adresses, et les noms des personnes qui ont été repérés "
    "({count}) ; relisez-le avant de le diffuser, un nom peut avoir échappé. Les auteurs des publications restent "
    "cités."
)
NOT_MASKED = "Rien n'est masqué dans ce document : ni coordonnées, ni noms."
ONE_MASK, MASKS, NO_MASK = "1 endroit", "{count} endroits", "aucun trouvé"

EXPORT_FAILED = (
    "Le document n'a pas pu être fabriqué ({reason}). Essayez un autre format ; si cela revient, lancez "
    "« ptce doctor »."
)
TOO_LONG = "délai dépassé"
UNKNOWN_FORMAT = "Le format {format!r} n'existe pas : choisissez parmi {known}."
UNKNOWN_MASK = "Le masquage {mask!r} n'existe pas : choisissez parmi {known}."

API_SUMMARY = "Fabriquer un document avec notes de bas de page"
NOTHING_TO_EXPORT = "Donnez « questions » ou « citations », l'un des deux et pas l'autre."
NO_SUCH_CITATION = (
    "Le document {source!r} n'a pas de passage de {start} à {end} : reprenez « start » et « end » de /api/ask."
)
