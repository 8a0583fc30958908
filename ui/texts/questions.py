"""The French sentences about questions that a language model writes for added documents."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ui.texts.documents import collection_name

if TYPE_CHECKING:  # the command line shows its help without loading Chroma
    from rag.llm.generate import Cost, Outcome, Plan

HELP = "Fait écrire par le modèle de langue (PTCE_LLM) les questions auxquelles vos documents répondent."
COLLECTION = "Collection dont les passages ont besoin de questions (répétable ; toutes les vôtres sinon)."
YES = "Commence sans demander."
FORGET = "Efface les questions écrites par un modèle, sans en écrire d'autres."

NO_MODEL = "Aucun modèle de langue n'est réglé : donnez PTCE_LLM (voir le README), puis recommencez."
NOTHING = "Rien à écrire : chaque passage de vos documents a été vu par le modèle."
NO_DOCUMENT = "Aucun document à vous : ajoutez-en avec « ptce add »."
PLAN = "{collection} : {waiting} passage(s) sans questions, sur {total}."
COST = (
    "À prévoir, environ : {calls} appel(s) au modèle {model!r}, {read} jetons lus, {written} jetons écrits au plus. "
    "Le prix dépend du tarif du fournisseur."
)
LEAVES = "Le texte de ces passages sera envoyé à ce modèle, hors de cette machine si son serveur y est."
CONFIRM = "Commencer ? [o/N]"
YESES = frozenset({"o", "oui"})
DECLINED = "Rien n'a été fait."
WRITING = "Questions"
DONE = "{collection} : {questions} question(s) gardée(s) pour {done} passage(s), {dropped} écartée(s){reasons}."
REASONS = {
    "form": "mal formées",
    "language": "pas en français",
    "about": "sur le texte lui-même",
    "twice": "en double",
    "far": "sans lien avec le passage",
}
WAITING = "{count} passage(s) attendent encore : relancez « ptce questions »."
PROBLEM = "{problem} Ce qui était écrit est gardé ; relancez « ptce questions » pour la suite."
FORGOTTEN = "Questions écrites par un modèle : effacées."
HINT = "Le modèle de langue peut écrire les questions auxquelles ces documents répondent : « ptce questions »."


def plan(each: Plan) -> str:
    """What waits in one collection."""
    total = len(each.index.passages)
    return PLAN.format(collection=collection_name(each.name), waiting=len(each.waiting), total=total)


def cost(expected: Cost, model: str) -> str:
    """What a run is expected to take."""
    counts = (_grouped(number) for number in (expected.calls, expected.read, expected.written))
    return COST.format(model=model, **dict(zip(("calls", "read", "written"), counts, strict=True)))


def done(name: str, outcome: Outcome) -> str:
    """What came of one collection."""
    return DONE.format(
        collection=collection_name(name),
        questions=outcome.questions,
        done=outcome.done,
        dropped=outcome.dropped.total(),
        reasons=_reasons(outcome.dropped),
    )


def _reasons(dropped: Counter[str]) -> str:
    counts = [f"{count} {REASONS[reason]}" for reason, count in dropped.most_common()]
    return f" ({', '.join(counts)})" if counts else ""


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")
