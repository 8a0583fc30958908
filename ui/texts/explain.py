"""The French sentences that explain an answer: the words of the field in it, and why each passage was found."""

from __future__ import annotations

from rag.types import Because

TERMS = "Les sigles et les mots de cette réponse"
TERMS_ASKED = "Les sigles et les mots de cette question"
TERMS_HINT = (
    "Ce qui porte le nom d'une source en est cité mot pour mot. Le reste est une explication du guide : elle ne vient "
    "d'aucune source, et aucune réponse ne repose dessus."
)
OWN = "explication du guide"
ACRONYMS = "Sigles : {acronyms}."

WHY = "Pourquoi ce passage ?"
WHY_LABEL = "Pourquoi le passage {marker} ?"
RANK = "{rank} des {found} passages trouvés."
BECAUSE = "Ce qui a compté, le plus fort d'abord : {because}."
BECAUSES = {
    Because.MEANING: "le sens de la question",
    Because.WORDS: "les mots",
    Because.QUESTIONS: "les questions écrites d'avance",
}
SHARED = "Mots de la question qui s'y trouvent : {words}."
NOT_SHARED = "Aucun mot de la question ne s'y trouve tel quel."
RELATED = "Dit autrement dans ce passage : {words}."
QUESTION = (
    "Question ou mot-clé écrits d'avance qui y mènent : {question}. Cela aide à chercher ; ce n'est pas une source."
)
CORRECTED = "Orthographe corrigée pour chercher : {words}."
BESIDE = (
    "La recherche ne l'a pas trouvé lui-même : il accompagne un passage trouvé dont il dépend, ou il contredit ce que "
    "la question suppose."
)


def ordinal(rank: int) -> str:
    """« 1er », « 2e », « 3e »."""
    return "1er" if rank == 1 else f"{rank}e"
