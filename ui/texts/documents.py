"""The French sentences about one's own documents and their collections: page, API, command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.types import FOLDER_NAME, GUIDE, MINE

if TYPE_CHECKING:  # the command line shows its help without loading Chroma
    from rag.index.added import Listed, Preview
    from rag.index.build import IndexReport
    from rag.index.checkup import Checkup
    from rag.types import Answer

COLLECTIONS = {GUIDE: "Textes livrés", FOLDER_NAME: "Dossier indexé", MINE: "Mes documents"}
SEARCHED_IN = "Cherché dans : {searched}."
USED = "Cité : {used}."

ADD = "Ajoute des documents au corpus, dans une collection à vous (PDF, docx, odt, html, epub, rtf, md, txt)."
ADD_FILES = "Les fichiers, ou des dossiers."
ADD_COLLECTION = "Nom de la collection."
ADDED = "{added} ajouté(s) ou remplacé(s){ids}, {unchanged} déjà là, {problems} illisible(s)."
REMOVE = "Retire des documents ajoutés ; rien n'en est gardé."
REMOVE_IDS = "Les documents à retirer (voir « ptce documents »)."
REMOVED = "Retiré : {ids}."
LIST = "Liste les documents indexés."
ASK_COLLECTION = "Collection où chercher (répétable ; toutes sinon)."
LINE = "{id}  {title} ({year}) — {collection}{remark}"
UNDATED = "sans date"

MINE_TITLE = "Ajouter vos documents"
MINE_INTRO = (
    "Déposez des fichiers : PDF, docx, odt, html, epub, rtf, Markdown ou texte, {size} Mo au plus chacun. Vous verrez "
    "ce que le guide en a compris avant de les accepter. Ils restent sur cette machine."
)
DROP = "Fichiers à ajouter (déposez-les ici)"
COLLECTION = "Collection"
COLLECTION_INFO = "Un nom existant, ou un nouveau."
DOCUMENT_TITLE = "Titre"
AUTHORS = "Auteurs (séparés par des points-virgules)"
PUBLISHED = "Date (2024, 2024-05 ou 2024-05-31)"
KIND = "Nature"
ACCEPT = "Ajouter au corpus"
CANCEL = "Abandonner"
UNDERSTOOD = "Ce que le guide a compris"
SECTIONS = "Parties"
BEGINS = "Début du texte"
PAGES = "{count} pages"
WORDS = "{count} mots"
REPLACES = "Remplacera « {title} »."
KNOWN = "Ce fichier est déjà dans le corpus : « {title} »."
NOTHING = "Déposez d'abord un fichier."
READING = "Lecture…"
ADDING = "Ajout au corpus…"
ADDING_STEP = "Ajout au corpus : {done} passages et phrases sur {total}."
CHANGE_TITLE = "Corriger ou supprimer un document ajouté"
CHANGE_NONE = "Aucun document ajouté pour l'instant."
CHOOSE = "Document"
SAVE = "Enregistrer"
SAVED = "Enregistré."
DELETE = "Supprimer…"
CONFIRM = "Supprimer « {title} » ? Le fichier, son texte et son index seront effacés."
CONFIRM_YES = "Supprimer définitivement"
DELETED = "Supprimé : {title}."
CHOOSE_FIRST = "Choisissez d'abord un document."
WHERE = "Chercher dans"
WHERE_NONE = "Cochez au moins une collection."
WHERE_GONE = "Ce qui était coché n'est plus dans le corpus : cochez une autre collection."
BROKE = "L'opération a échoué à cause d'une erreur interne ; le corpus n'a pas changé."

DOCTOR_NO_TEXT = (
    "Il manque le texte de documents ajoutés ({ids}) : retirez-les (« ptce remove »), puis ajoutez leurs fichiers de "
    "nouveau."
)
DOCTOR_NO_FILE = (
    "Le fichier d'origine de documents ajoutés ({ids}) manque ou est incomplet ; leur texte répond encore. Pour ravoir "
    "le fichier, « ptce remove » puis « ptce add »."
)
DOCTOR_DOCUMENTS = "Documents ajoutés : {documents}, dans {collections} collection(s), textes et fichiers présents"
DOCTOR_NONE = "Aucun document ajouté"
DOCTOR_WRITING = " ; une écriture est en cours"
DOCTOR_LEFT = " ; {size} Mo laissés par une écriture interrompue, effacés au prochain ajout ou retrait"

TABLE = ("Titre", "Nature", "Année", "Taille", "Collection", "État")
TABLE_TITLE = "Tous les documents"
STATE_READY = "Indexé"

API_SUMMARIES = {
    "list": "Lister les documents indexés",
    "add": "Ajouter des documents",
    "preview": "Voir ce qui serait compris d'un fichier",
    "edit": "Corriger ce qui est dit d'un document ajouté",
    "remove": "Retirer un document ajouté",
    "file": "Le fichier d'origine d'un document ajouté",
}
API_NO_FILE = "Le fichier d'origine de {id!r} n'est pas gardé ici."


def collection_name(name: str) -> str:
    """The name of a collection as it is shown."""
    return COLLECTIONS.get(name, name)


def searched_in(answer: Answer) -> str:
    """Which collections were searched and which are cited."""
    searched = SEARCHED_IN.format(searched=", ".join(map(collection_name, answer.searched_in)))
    used = USED.format(used=", ".join(map(collection_name, answer.used))) if answer.used else ""
    return f"{searched} {used}".strip()


def added(report: IndexReport) -> str:
    """What an addition did."""
    ids = f" ({', '.join(report.added)})" if report.added else ""
    counts = {"unchanged": len(report.unchanged), "problems": len(report.problems)}
    return ADDED.format(added=len(report.added), ids=ids, **counts)


def line(listed: Listed) -> str:
    """A document in the list of the command line."""
    metadata = listed.metadata
    remark = f" — {listed.file.remark}" if listed.file and listed.file.remark else ""
    collection = collection_name(metadata.collection)
    year = metadata.year or UNDATED
    return LINE.format(id=metadata.id, title=metadata.title, year=year, collection=collection, remark=remark)


def doctor(seen: Checkup) -> str:
    """What is kept of added documents, in one sentence."""
    counts = {"documents": seen.documents, "collections": seen.collections}
    said = DOCTOR_DOCUMENTS.format(**counts) if seen.documents else DOCTOR_NONE
    if seen.writing:
        return said + DOCTOR_WRITING
    size = f"{seen.left / 1e6:.1f}".replace(".", ",")
    return said + (DOCTOR_LEFT.format(size=size) if seen.left else "")


def remarks(preview: Preview) -> list[str]:
    """What a reader should know of a file before it is accepted."""
    said = [preview.remark]
    said += [KNOWN.format(title=preview.known)] if preview.known else []
    said += [REPLACES.format(title=preview.replaces)] if preview.replaces and not preview.known else []
    return [each for each in said if each]


EDITORS_ONLY = "Votre jeton permet de lire, pas de changer le corpus : demandez-en un autre à qui tient le guide."
