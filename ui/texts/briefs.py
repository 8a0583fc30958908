"""The French sentences of the sheets, the session kits and the comparison: page, API and command line."""

from __future__ import annotations

TAB_TSF = "Préparer un TSF"
TAB_SHEETS = "Fiches"

TSF_WHAT = (
    "Un court formulaire, et le guide prépare un kit de session : objectifs, déroulé, personnes à mobiliser, questions "
    "par thème, ce que les sources disent et ce qu'elles ne disent pas."
)
SHEETS_TITLE = "Fiches de décision"
SHEETS_WHAT = "Chaque fiche pose aux sources les questions d'une décision, et rend leurs réponses citées une à une."
COMPARE_TITLE = "Comparer les expériences"
COMPARE_WHAT = (
    "Une question, posée à chaque document : ce que chacun en dit, côte à côte, et ceux qui n'en parlent pas."
)
COMPARE_LABEL = "La question à poser à chaque document"
COMPARE_EXAMPLE = "Sur quoi repose le modèle économique ?"
COMPARE_SEND = "Comparer"
MAKE_KIT = "Préparer le kit"
MAKE_SHEET = "Faire la fiche"
CLEAR = "Tout effacer"
REQUIRED = " (obligatoire)"
FREE_LABEL = "Un autre, avec vos mots"
FREE_HINT = "Facultatif"
EXAMPLE = "Exemple : {example}"
NO_TEMPLATE = "Aucun modèle de kit n'est utilisable."
BROKEN = "Un modèle a été laissé de côté. {reason}"
CLEARED = "Le formulaire et le kit ont été effacés de ce navigateur."
TO_MEND = "À corriger avant de continuer"
PROGRESS = "Partie {done} sur {total} : {title}"
WAITING = "Cette partie vient…"
READY = "{title} : prêt, {citations}."

LEGEND = "Comment lire"
LEGEND_SOURCE = "Avec un filet et un numéro : les mots exacts d'une source."
LEGEND_OWN = "Sans numéro : le modèle de la fiche. Aucune source ne le dit."
LEGEND_FORM = "Avec « vous » : ce que vous avez écrit."
FORM_VOICE = "vous"
OPEN_VOICE = "Ce qui reste ouvert ou diffère"
CAUTION_VOICE = "Points de vigilance"
AGAIN = "Cité plus haut"
SEE_ABOVE = "Voir aussi ce qui est cité plus haut : {places}."
SILENT = "Non abordé dans les sources"
NOT_SAID = "non abordé"
SILENT_LINE = "{question} (non abordé dans les sources : {reason})"
SOURCES = "Passages cités"
BACK = "Retour"
AGENDA = "agenda"
AGENDA_HINT = "Modifiez les cases : vos changements sont gardés dans ce navigateur et repris dans les exports."
ADD_ROW = "Ajouter une ligne"
REMOVE_ROW = "Retirer cette ligne"
RESET_AGENDA = "Reprendre le déroulé du modèle"
CELL = "{column}, ligne {row}"
MORE = "Relancer cette partie, avec une question de plus"
MORE_LABEL = "Une question de plus à poser aux sources (facultatif)"
MORE_PLACEHOLDER = "Écrivez votre question"
AGAIN_PART = "Relancer cette partie"
REMOVE_QUESTION = "Retirer"
EXPORT = "Exporter"
EXPORT_FORMATS = {"docx": "Word (docx)", "odt": "LibreOffice (odt)", "html": "À imprimer (html)", "md": "Markdown (md)"}
EXPORTING = "Préparation du fichier…"
EXPORTED = "Fichier prêt."
EXPORT_FAILED = "Le fichier n'a pas pu être fait : recommencez."

API_SUMMARIES = {
    "list": "Lister les fiches et les kits",
    "get": "Faire une fiche sans formulaire",
    "make": "Faire une fiche ou un kit, en JSON ou en fichier",
    "compare": "Poser une question à chaque document",
    "compare_body": "Poser une question à chaque document, la question dans le corps",
}
API_FORMAT = "Le format : json, docx, odt, md ou html."
API_KINDS = "Les genres de documents interrogés (tous, par défaut)."

CLI_BRIEF = "Fait une fiche ou un kit de session ; sans nom, donne la liste des modèles."
CLI_NAME = "Le nom du modèle (tsf, se-situer…)."
CLI_INPUT = "Fichier TOML des réponses au formulaire."
CLI_OUTPUT = "Fichier à écrire : .docx, .odt, .md, .html ou .json (sinon, Markdown à l'écran)."
CLI_MASK = "Ce qui est masqué dans le fichier : none, contacts ou people."
CLI_COMPARE = "Pose une question à chaque document, côte à côte."
CLI_QUESTION = "La question, entre guillemets."
CLI_FORM = "formulaire : {fields}"
CLI_OPTIONAL = "{id} (facultatif)"
MAKING = "Rédaction"
WRITTEN = "{title} : {citations}, dans {path!r}."
BAD_TOML = "Le formulaire {path!r} n'est pas du TOML lisible{where} : écrivez par exemple jours = 2."
BAD_TOML_LINE = " (ligne {line})"
