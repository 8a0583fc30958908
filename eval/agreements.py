"""Report sections on who agrees with whom: the support check, readers, and a model when one was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from eval.annotations import Agreement, Annotation, Human, between_people, with_check
from eval.calibration import AtTheta, Calibration
from eval.judge import Judgement, with_people
from eval.labels import label
from eval.sections import Section
from rag.verify.support import THETA

_SHOW = label("passed").show
Places = Mapping[tuple[str, str, str, str], Human]


def kappa(value: float | None) -> str:
    """A κ as French readers write it."""
    return "–" if value is None else f"{value:.2f}".replace(".", ",")


def calibrated(found: Calibration | None) -> Section:
    """The support check beside a reader's labels, over θ."""
    if not found:
        return Section("calibrage", "Le contrôle d'appui face à un lecteur")
    header = ("θ", "Accord", "κ", "Précision du vert", "Rappel du vert")
    text = f"{_labels(found)} {_crossed(found)} {_wrong(found)}"
    return Section("calibrage", "Le contrôle d'appui face à un lecteur", text, header, tuple(map(_at, found.curve)))


def _labels(found: Calibration) -> str:
    return (
        f"{found.n} paires (phrase, preuve) étiquetées par une seule session automatique, sans second lecteur humain : "
        f"une indication, pas une preuve (eval/labelled/README.md). {found.supported} sont soutenues."
    )


def _crossed(found: Calibration) -> str:
    chosen = ", ".join(f"{theta.replace('.', ',')} ({count} fois)" for theta, count in found.chosen.items())
    interval = f"{_SHOW(found.interval.low)} à {_SHOW(found.interval.high)}"
    return (
        f"Le seuil θ = {_number(THETA)} est en vigueur. En validation croisée par question, le θ du meilleur F0,5 est "
        f"{chosen} ; jugées avec lui, {_SHOW(found.crossed.accuracy)} des paires ({interval}) ont le bon verdict, "
        f"κ = {kappa(found.crossed.kappa)} ; sans les phrases qui sont mot pour mot dans leur preuve, "
        f"{_SHOW(found.reworded.accuracy)}, κ = {kappa(found.reworded.kappa)}."
    )


def _wrong(found: Calibration) -> str:
    return (
        f"Sur trois degrés (soutenu, partiel, non), {_SHOW(found.graded.accuracy)}, κ = {kappa(found.graded.kappa)} : "
        "le degré « partiel » ne se lit pas seul. Au seuil en vigueur, vert à tort "
        f"{len(found.false_greens)} fois ({', '.join(found.false_greens) or 'aucune'}), rouge à tort "
        f"{len(found.false_reds)} fois ({', '.join(found.false_reds) or 'aucune'})."
    )


def _at(one: AtTheta) -> tuple[str, ...]:
    mark = " (en vigueur)" if one.theta == THETA else ""
    shares = (_SHOW(one.accuracy), kappa(one.kappa), _SHOW(one.precision), _SHOW(one.recall))
    return _number(one.theta) + mark, *shares


def _number(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def readers(made: Sequence[Annotation], automatic: Places) -> Section:
    """What people said of the sentences of a run, and how far the automatic check agrees."""
    title = "Ce que disent les lecteurs"
    if not made:
        return Section("lecteurs", title)
    names = sorted({one.annotator for one in made})
    rows = [_agreement("contrôle d'appui et lecteurs", with_check(made, automatic))]
    rows += [_agreement(f"contrôle d'appui et {name}", with_check(_of(made, name), automatic)) for name in names]
    rows.append(_agreement("lecteurs entre eux", between_people(made)))
    text = (
        f"Verdicts : {len(made)} ; lecteurs : {len(names)}. « Contredit » compte comme « non soutenu ». Sous une "
        "centaine de phrases, l'accord ne dit presque rien ; si toutes sont soutenues, κ n'a pas de sens."
    )
    return Section("lecteurs", title, text, ("Qui", "Phrases", "Accord", "κ"), tuple(rows))


def _of(made: Iterable[Annotation], name: str) -> list[Annotation]:
    return [one for one in made if one.annotator == name]


def _agreement(name: str, found: Agreement) -> tuple[str, ...]:
    return name, str(found.n), _SHOW(found.accuracy), kappa(found.kappa)


def judged(found: Judgement | None, made: Sequence[Annotation], automatic: Places) -> Section:
    """The optional judge's column: what it said, and how far it agrees with others."""
    title = "Juge automatique (facultatif)"
    if not found:
        return Section("juge", title, "Aucun modèle n'a jugé cette passe ; rien n'en dépend.")
    said = ", ".join(f"{verdict.value} {_SHOW(share)}" for verdict, share in found.shares.items())
    text = (
        f"{found.model} a jugé {len(found.opinions)} phrases : {said or 'rien de lisible'} ; réponses illisibles : "
        f"{found.unreadable}. Cette colonne n'entre dans aucune autre mesure et n'arrête jamais rien."
    )
    checked = {place[1:]: verdict for place, verdict in automatic.items()}
    mine = [(one.verdict, checked.get((one.item, one.kind, one.sentence))) for one in found.opinions]
    same = Agreement.of([(one, other) for one, other in mine if one and other])
    rows = (
        _agreement("juge et lecteurs de cette passe", with_people(found, made)),
        _agreement("juge et paires étiquetées", found.with_labels),
        _agreement("juge et contrôle d'appui", same),
    )
    return Section("juge", title, text, ("Qui", "Phrases", "Accord", "κ"), rows)
