"""The guide's own sentences about its language model, in French and English: what failed, what was taken out."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Failure(StrEnum):
    """In which way a language model did not do its work."""

    DOWN = "down"
    SLOW = "slow"
    QUOTA = "quota"
    KEY = "key"
    UNKNOWN = "unknown"
    BROKEN = "broken"
    EMPTY = "empty"
    LANGUAGE = "language"
    LOOP = "loop"
    CUT = "cut"
    UNSUPPORTED = "unsupported"


# each goes on after « le modèle de langue »
FAILURES: Mapping[Failure, str] = {
    Failure.DOWN: "est injoignable",
    Failure.SLOW: "n'a pas fini dans le temps permis",
    Failure.QUOTA: "a dépassé son quota ou reçoit trop de demandes",
    Failure.KEY: "refuse la clé donnée dans PTCE_LLM_KEY",
    Failure.UNKNOWN: "est inconnu de son serveur",
    Failure.BROKEN: "a renvoyé une erreur",
    Failure.EMPTY: "n'a rien écrit",
    Failure.LANGUAGE: "n'a pas répondu en français",
    Failure.LOOP: "s'est mis à se répéter",
    Failure.CUT: "a été coupé à sa limite de longueur",
    Failure.UNSUPPORTED: "n'a rien écrit que les passages appuient",
}

EXTRACTS = "Réponse faite d'extraits : le modèle de langue {reason}."
STOPPED = "Le texte reformulé s'arrête là : le modèle de langue {reason}."
REMOVED_ONE = "Une phrase du modèle de langue a été retirée : les passages ne l'appuient pas."
REMOVED = "{count} phrases du modèle de langue ont été retirées : les passages ne les appuient pas."
FRENCH_ONLY = "Quotes only: the language model is used for questions in French, where its sentences can be verified."
