"""Every French sentence of the tab « Évaluation » and of adding an exchange to the question file."""

from __future__ import annotations

from eval.annotations import Human
from eval.blind import Pick
from eval.jobs import State

TAB = "Évaluation"
WRONG = "Cela n'a pas pu se faire"
INTRO = (
    "Ici, on mesure le guide : des questions dont on connaît la bonne réponse lui sont posées, et l'on regarde s'il "
    "trouve, cite, dit et refuse comme il doit. Tout est calculé sur cette machine, sans modèle juge."
)
RUN, READ, ANNOTATE, COMPARE, BLIND = "Lancer", "Lire", "Annoter", "Comparer", "Départager à l'aveugle"

FILE = "Questions à poser"
FILE_INFO = "« dev » sert à régler, « test » à juger ; ses questions ne sont pas montrées une à une."
UPLOAD = "Ou votre fichier de questions (.jsonl)"
VALIDATE = "Vérifier ce fichier"
WORDINGS = "Formulations"
WORDINGS_INFO = "En plus des questions telles qu'écrites. Chacune rallonge la passe d'autant."
MAX_WORDS = "Longueur maximale d'une réponse, en mots"
PASSAGES = "Passages cherchés"
NAME = "Nom de la passe"
NAME_INFO = "Une passe interrompue du même nom est reprise."
FRESH = "Recommencer à zéro"
START = "Lancer la passe"
STOP = "Arrêter"
NOTHING_RUNS = "Aucune passe en cours."
UNDER_WAY = "Passe « {name} » : {done} questions sur {total}."
STOPPING = "La passe « {name} » s'arrêtera après la question en cours ; ce qui est fait est gardé."
STOPPED = "Passe « {name} » arrêtée à {done} questions sur {total}. Relancez-la sous le même nom pour la reprendre."
FINISHED = "Passe « {name} » terminée : lisez-la dans l'onglet « Lire »."
STATES = {
    State.RUNNING: UNDER_WAY,
    State.STOPPED: STOPPED,
    State.FINISHED: FINISHED,
    State.REFUSED: "{error}",
    State.BROKEN: "La passe « {name} » s'est arrêtée sur une erreur interne. Ce qui est fait est gardé.",
}
SOUND = "{count} questions, aucune faute."
FAULTS = "{count} questions lisibles, {faults} fautes à corriger avant de lancer une passe :"
REMARKS = "{count} remarques à relire par une personne (elles n'empêchent rien)"
BAD_NAME = "Un nom de passe : des lettres, des chiffres, des points et des tirets."
DEFAULT_NAME = "essai"

WHICH_RUN = "Passe"
NO_RUN = "Aucune passe terminée : lancez-en une."
SHOW = "Montrer le rapport"
DOWNLOAD = "Préparer les fichiers (HTML, Markdown, JSON, CSV, JUnit, TREC)"
FILES = "Fichiers du rapport"
ENDING = "Résultat"
ALL, FAILED, PASSED = "toutes", "manquées", "réussies"
ASKER = "Qui demande"
ANYONE = "tout le monde"
ONE_QUESTION = "Question"
HIDDEN = (
    "Cette passe porte sur un jeu « test » : seuls les ensembles sont montrés, pour que personne ne règle dessus. "
    "La commande « ptce eval report PASSE --questions » les montre à qui en a besoin."
)
CHOOSE_QUESTION = "Choisissez une question pour lire ce qui était attendu, ce qui a été répondu, et pourquoi."
CHANGED = "Le corpus a changé depuis cette passe : le texte des sources et les verdicts par phrase ne sont pas montrés."

WHO = "Votre nom"
WHO_NEEDED = "Écrivez d'abord votre nom."
SENTENCE = "Phrase à juger"
EVIDENCE = "Ce qu'elle cite"
ASK_VERDICT = "Ce que dit cette phrase est-il dans ce qu'elle cite ?"
VERDICTS = {verdict: verdict.value.capitalize() for verdict in Human}
SAVED = "« {verdict} » gardé pour {who}. {left} phrases sans verdict de votre part."
NO_SENTENCE = "Aucune phrase à juger dans cette passe."
SHEET = "Préparer la feuille à remplir"
SHEET_FILE = "Feuille (CSV)"
SHEET_BACK = "Reprendre une feuille remplie (CSV)"
TAKEN = "{count} verdicts repris."

RUN_A, RUN_B = "Passe A (avant)", "Passe B (après)"
DO_COMPARE = "Comparer"
TWO_RUNS = "Choisissez deux passes différentes."

BEGIN = "Commencer"
BLIND_INTRO = (
    "Deux réponses à la même question, dans un ordre tiré au sort : dites laquelle sert le mieux qui demande. Vous "
    "ne saurez pas de quelle passe vient chacune ; seul le total est montré."
)
PICKS = {Pick.LEFT: "La première", Pick.EQUAL: "Aussi bonnes (ou mauvaises)", Pick.RIGHT: "La seconde"}
FIRST, SECOND = "Première réponse", "Seconde réponse"
NO_DUEL = "Plus aucune question à départager entre ces deux passes pour vous."
TEST_DUEL = "Une passe sur un jeu « test » ne se départage pas question par question."
LEFT = "Questions qui restent : {left}. Le total est montré à la fin, pour ne rien trahir."
OUTCOME = "Choix gardés : {a} pour A, {b} pour B, {equal} égales."
OUTCOME_SHARE = "Parmi les questions départagées, B l'emporte dans {share} des cas ({low} à {high}, p = {p})."

KEEP = "Ajouter cet échange au jeu d'essai"
KEEP_INFO = (
    "La dernière question et sa réponse deviennent une ligne du fichier « echanges », que l'onglet « Évaluation » sait "
    "relancer. Cochez ce qui répond vraiment : ce sera la réponse attendue. Venue du guide lui-même, une telle "
    "question mesure un recul, pas la qualité ; ajoutez-y à la main ce qui manque."
)
KEEP_ANSWERS = "Citations qui répondent vraiment"
KEEP_NONE = "Ou : rien n'y répond. Ce que vous avez cherché"
KEEP_PERSONA = "La question est celle"
KEEP_SAVE = "Ajouter au jeu d'essai"
KEEP_NOTHING = "Posez d'abord une question."
KEPT = "Ajouté sous le nom {id}, dans {path}."
