"""The French sentences of briefs that no template writes."""

from __future__ import annotations

UNKNOWN_FIELD = "« {name} » n'est pas un champ de ce formulaire."
NEEDED = "« {label} » est à remplir."
NOT_TEXT = "« {label} » attend un texte."
TOO_LONG = "« {label} » est trop long ({length} caractères) : {most} au plus."
NOT_NUMBER = "« {label} » attend un nombre entier de 1 à {most}."
NOT_CHOICE = "« {label} » attend un choix ou une liste de choix."
TOO_MANY = "« {label} » : {count} choix, c'est trop : gardez-en {most} au plus."
UNKNOWN_CHOICE = "« {label} » : « {value} » est inconnu. Choix possibles : {known}."
FREE_HINT = " Pour un choix à vous, écrivez « autre : … »."

SILENT = "Non abordé dans les sources"
NOT_THERE = "Aucune des sources interrogées n'aborde ce point."
NO_SOURCE = "Le corpus ne contient aucune source de ce genre."
UNKNOWN_WORDS = "Les sources n'emploient pas ces mots : le sujet est à traiter sur place."
SOURCE = "Source"
WHAT_IT_SAYS = "Ce qu'elle en dit"
FILLED = ("Rubrique", "Votre réponse")
PRESENCE = ("Qui", "Pourquoi", "Prévu ?")
PRESENT, ABSENT = "Oui", "À mobiliser"
AGENDA = ("Jour", "Horaire", "Séquence", "Avec qui")
DAY = "Jour {number}"
AGAIN = " (suite)"
JOINED = " ; "
COMPARED = "Comparer les expériences"
SIDE_BY_SIDE = "Source par source"
COMPARED_INTRO = "La même question, posée à chaque source : ce que chacune en dit, et celles qui n'en parlent pas."
BAD_AGENDA = "Le déroulé attend des lignes de {columns} colonnes au plus, {most} lignes au plus."
BAD_EXTRA = "« {section} » n'est pas une partie de ce modèle."
TOO_MANY_EXTRA = "{count} questions ajoutées, c'est trop : {most} au plus."
