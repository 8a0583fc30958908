"""What measures are called and how they are computed, in French, for every report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eval.items import Answerable, Why
from eval.measures.failures import Failure
from rag.verify.support import Tier


class Better(StrEnum):
    """Which way is good."""

    HIGH = "plus haut"
    LOW = "plus bas"
    NEITHER = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A measure's French name, its formula in one line, which way is good, and whether it is a share."""

    name: str
    formula: str
    better: Better = Better.HIGH
    is_share: bool = True

    def show(self, value: float | None) -> str:
        """The value as French readers write it."""
        if value is None:
            return "–"
        return f"{100 * value:.1f}\u00a0%".replace(".", ",") if self.is_share else f"{value:.2f}".replace(".", ",")


HEADLINE = (
    "recall@5",
    "ndcg@10",
    "evidence_coverage",
    "vital_nuggets",
    "citation_recall",
    "citation_precision",
    "macro_f1",
    "unsupported",
)
HARD = {"verbatim": 1.0, "offsets": 1.0, "attribution": 1.0, "fidelity": 1.0, "must_not_say": 0.0}

LABELS: dict[str, Label] = {
    "recall@450w": Label("Preuves trouvées en 450 mots", "la même, dans les 450 premiers mots"),
    "char_recall@450w": Label("Caractères de preuve en 450 mots", "caractères de preuve couverts / attendus"),
    "char_precision@450w": Label("Précision en 450 mots", "caractères de preuve / caractères envoyés"),
    "iou@450w": Label("Recouvrement (IoU) en 450 mots", "communs / (envoyés + preuve manquante)"),
    "mrr@10": Label("Rang réciproque (MRR@10)", "1 / rang du premier passage qui porte une preuve vitale"),
    "ndcg@10": Label("Ordre des passages (nDCG@10)", "gain linéaire, sans double compte, idéal glouton"),
    "verbatim": Label("Citations exactes", "citations égales au texte source à la typographie près / citations"),
    "offsets": Label("Positions exactes", "citations égales au texte source à l'octet près / citations"),
    "resolvable": Label("Citations retrouvables", "citations présentes dans le document nommé / citations"),
    "attribution": Label("Voix exactes", "citations qui nomment la bonne personne / citations"),
    "citation_recall": Label("Phrases soutenues (rappel ALCE)", "phrases que leurs citations soutiennent / phrases"),
    "citation_precision": Label(
        "Citations utiles (précision ALCE)", "citations nécessaires ou suffisantes / citations"
    ),
    "citation_f1": Label("F1 des citations", "moyenne harmonique des deux précédentes"),
    "support_grade": Label("Soutien gradué (TREC)", "soutenu 1, en partie ½, non 0, en moyenne sur les phrases"),
    "gold_precision": Label("Citations attendues", "citations qui touchent une preuve attendue / citations"),
    "evidence_coverage": Label("Preuves citées", "preuves vitales touchées par une citation / preuves vitales"),
    "span_f1": Label("F1 des caractères cités", "caractères cités et attendus"),
    "over_quotation": Label("Sur-citation", "caractères cités / caractères nécessaires", Better.LOW, False),
    "vital_nuggets": Label("Faits vitaux dits", "faits vitaux énoncés / faits vitaux (strict)"),
    "vital_nuggets_partial": Label("Faits vitaux dits, même en partie", "idem, en partie = ½"),
    "all_nuggets": Label("Faits dits, vitaux ou non", "faits énoncés / faits"),
    "shown_nuggets": Label("Faits vitaux montrés", "faits vitaux dont une preuve est citée / faits vitaux"),
    "nugget_density": Label("Densité", "faits vitaux pour 100 mots", Better.HIGH, False),
    "words": Label("Longueur", "mots de la réponse", Better.NEITHER, False),
    "within_length": Label("Longueur tenue", "réponses qui tiennent dans la longueur prévue"),
    "unsupported": Label("Phrases sans appui", "phrases que rien de trouvé ni de cité ne soutient", Better.LOW),
    "uncited": Label("Phrases sans citation", "phrases sans marque de citation / phrases", Better.LOW),
    "fidelity": Label("Nombres et noms fidèles", "nombres et noms présents dans ce qui est cité / énoncés"),
    "must_not_say": Label("Contre-vérités", "réponses qui disent ce que seule une erreur dirait", Better.LOW),
    "must_say": Label("Mentions obligatoires", "mentions montrées (réponse, notes, années des sources) / exigées"),
    "eligible": Label("Réponses recevables", "réponses qui énoncent au moins un fait vital"),
    "passed": Label(
        "Questions réussies", "refus dû, ou réponse soutenue, de longueur tenable, avec tous les faits vitaux"
    ),
    "macro_f1": Label("Répondre ou refuser (macro-F1)", "moyenne des F1 de « répondre » et de « refuser »"),
    "false_refusal": Label("Refus à tort", "questions refusées / questions qui ont une réponse", Better.LOW),
    "false_answer": Label("Réponses à tort", "questions répondues / questions à refuser", Better.LOW),
}

_AT_RANK = {
    "recall": ("Preuves trouvées (R@{k})", "part des preuves vitales dans les {k} premiers passages (τ = ½)"),
    "all_hit": ("Toutes les preuves en {k}", "part des questions dont toutes les preuves vitales y sont"),
    "doc_recall": ("Bons documents en {k}", "part des preuves dont le document est parmi les {k} premiers"),
}
LABELS |= {
    f"{measure}@{k}": Label(name.format(k=k), formula.format(k=k))
    for measure, (name, formula) in _AT_RANK.items()
    for k in (1, 3, 5, 10)
}

KINDS = {
    "canonical": "telle qu'écrite",
    "noaccent": "sans accents",
    "typo10": "10 % de fautes de frappe",
    "typo25": "25 % de fautes de frappe",
    "english": "en anglais",
    "telegraphic": "en mots-clés",
    "last_turn": "dernier tour seul",
    "standalone": "réécrite pour se suffire",
}

FAILURES = {
    Failure.WRONGLY_REFUSED: "refusée à tort",
    Failure.WRONGLY_ANSWERED: "répondue à tort",
    Failure.UNSUPPORTED: "dite sans appui",
    Failure.NOT_RETRIEVED: "preuve non trouvée",
    Failure.NOT_CITED: "trouvée, non citée",
    Failure.NOT_SAID: "citée, non dite",
    Failure.TOO_LONG: "bien trop longue",
    Failure.HALF_NOT_NAMED: "moitié manquante non dite",
}

TIERS = {
    Tier.VERBATIM: "mot pour mot",
    Tier.REPHRASED: "reformulée",
    Tier.PARTLY: "en partie",
    Tier.NONE: "sans appui",
}

ANSWERABLE = {
    Answerable.FULL: "répondue par les sources",
    Answerable.PARTIAL: "répondue à moitié",
    Answerable.NONE: "sans réponse",
    Answerable.CLARIFY: "trop vague",
}

WHY = {
    Why.OUT_OF_CORPUS: "hors sujet",
    Why.NEAR_MISS: "proche mais absent",
    Why.NEIGHBOUR_SCHEME: "dispositif voisin",
    Why.FALSE_PREMISE: "prémisse fausse",
    Why.NUMBER_SWAP: "nombre échangé",
    Why.ENTITY_SWAP: "nom échangé",
    Why.NEGATION: "négation",
    Why.OUTDATED: "daté",
    Why.UNDERSPECIFIED: "trop vague",
    Why.MODALITY: "autre forme de réponse",
    Why.PERSONAL_ADVICE: "conseil personnel",
    Why.UNSAFE: "demande à écarter",
    Why.INJECTION: "consigne glissée",
}

PERSONAS = {
    "fondateur": "fondateurs",
    "facilitateur_tsf": "facilitateurs TSF",
    "evaluateur": "évaluateurs",
    "elu": "élus",
}


def label(name: str) -> Label:
    """The label of a measure; its bare name when it has none."""
    return LABELS.get(name, Label(name, ""))
