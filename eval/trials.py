"""Report sections on what was tried besides the questions: other wordings, shortcuts, falsified answers."""

from __future__ import annotations

from collections.abc import Sequence

from eval.baselines import GUIDE, ORACLE, Table
from eval.labels import HEADLINE, KINDS, Better, label
from eval.measures.robustness import Pair, all_pass, flip_rate, mean_change, pairs, rbo, worst_of_family
from eval.measures.score import mean
from eval.mutations import CLEAN, Attack
from eval.scoring import Row
from eval.sections import Section, points
from eval.variants import CANONICAL


def robustness(rows: Sequence[Row]) -> Section:
    """What changes with the wording."""
    outcomes = [row.outcome for row in rows]
    kinds = [kind for kind in dict.fromkeys(one.kind for one in outcomes) if kind != CANONICAL]
    if not kinds:
        return Section("robustesse", "Autres formulations")
    lines = tuple(_robust_line(KINDS.get(kind, kind), pairs(outcomes, kind)) for kind in kinds)
    share = label("passed").show
    text = (
        f"R@5 de la pire formulation de chaque famille : {share(worst_of_family(outcomes, 'recall@5'))} ; "
        f"familles dont toutes les formulations réussissent : {share(all_pass(outcomes))}."
    )
    header = (
        "Formulation",
        "n",
        "Δ R@5",
        "Δ faits vitaux",
        "Δ réussite",
        "décisions changées",
        "RBO",
        "mêmes preuves",
    )
    return Section("robustesse", "Autres formulations de la même question", text, header, lines)


def _robust_line(name: str, paired: Sequence[Pair]) -> tuple[str, ...]:
    share = label("passed").show
    ranking = mean(rbo(pair.canonical.ranked, pair.variant.ranked) for pair in paired)
    passing = mean(float(pair.variant.passed) - float(pair.canonical.passed) for pair in paired)
    changes = [mean_change(paired, "recall@5"), mean_change(paired, "vital_nuggets"), passing]
    evidence = mean(pair.same_evidence for pair in paired)
    return (
        name,
        str(len(paired)),
        *map(points, changes),
        share(flip_rate(paired)),
        share(ranking),
        share(evidence),
    )


def shortcuts(table: Table | None) -> Section:
    """What the measures give to shortcuts, and which of them are fooled."""
    if not table:
        return Section("temoins", "Témoins absurdes")
    names = [name for name in (*HEADLINE, "words", "passed") if name in table.values[GUIDE]]
    header = ("Qui répond", *(label(name).name for name in names))
    rows = [(who, *(label(name).show(got.get(name)) for name in names)) for who, got in table.values.items()]
    rows.append(("verdict sur la mesure", *(_verdict(table, name) for name in names)))
    text = (
        "Réponses que personne ne voudrait, jugées par les mêmes mesures. Une mesure qui place l'une d'elles "
        "devant le guide est prise en défaut : elle ne se lit jamais seule. "
        f"« {ORACLE} » montre ce que l'extraction peut atteindre."
    )
    return Section("temoins", "Témoins absurdes", text, header, tuple(rows))


def _verdict(table: Table, name: str) -> str:
    if label(name).better is Better.NEITHER:
        return ""
    if beaten := table.beaten(name):
        return f"prise en défaut par : {', '.join(beaten)}"
    guide = table.values[GUIDE][name]
    tied = [who for who, got in table.values.items() if who not in (GUIDE, ORACLE) and got.get(name) == guide]
    return "ne départage pas" if len(tied) > 3 else "tient"


def attacked(attacks: Sequence[Attack]) -> Section:
    """How many falsified answers the support check sees."""
    rows = tuple(
        (one.name, str(one.tried), str(one.red), label("passed").show(one.rate), one.missed) for one in attacks
    )
    text = (
        "Chaque phrase soutenue a été falsifiée ; le contrôle doit virer au rouge. "
        f"« {CLEAN} » : plus bas, mieux c'est."
        if rows
        else ""
    )
    header = ("Falsification", "Essais", "Vues", "Taux", "Première non vue")
    return Section("attaques", "Le contrôle d'appui mis à l'épreuve", text, header, rows)
