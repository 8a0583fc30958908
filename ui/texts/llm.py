"""The French sentences of the page, the API and the command line about the language model."""

from __future__ import annotations

VERBATIM = "mot pour mot"
VERBATIM_HINT = "Cette phrase est recopiée de la source, sans un mot changé."
WRITING = "Le modèle de langue rédige ; chaque phrase est vérifiée avant d'être ajoutée à ces extraits."
STOP = "Arrêter"
STOPPED = "Vous avez arrêté le modèle de langue : ce qui était vérifié reste, avec les extraits."

DOCTOR_NO_MODEL = "Pas de modèle de langue (PTCE_LLM est vide) : les réponses sont faites d'extraits"
DOCTOR_MODEL = "Modèle de langue : {model}{where}, clé {key}"
DOCTOR_KEY, DOCTOR_NO_KEY = "donnée", "absente"
DOCTOR_AT = " ({host})"
DOCTOR_WORD = "Répondez « oui »."
DOCTOR_ANSWERED = ", répond en {seconds:.1f} s"
