"""The report of a run as sections of text and tables, for every format; and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.text import folded
from eval.agreements import calibrated
from eval.checks import Checks
from eval.decisions import decision_lines
from eval.figures import SLICES as DIMENSIONS
from eval.figures import Figure, Latency, figures, latencies, measured, slices
from eval.folder import Run
from eval.labels import FAILURES, HARD, HEADLINE, label
from eval.measures.failures import breakdown
from eval.measures.score import mean
from eval.scoring import Row
from eval.sections import Section, as_markdown, cell, interval_of, macro
from eval.trials import attacked, robustness, shortcuts

_CAVEATS = (
    "Les preuves attendues sont celles que l'auteur a jugées : une autre bonne preuve compte pour fausse. "
    "Les faits sont reconnus par motifs et l'appui par les mots, sans modèle : un contresens dit avec les "
    "mots de la source peut passer ; « face à un lecteur », plus haut, dit combien il se trompe. "
    "Découpages et mesures sont nombreux : hors de l'essentiel, un écart est une piste, pas une preuve. "
    "Une part qui porte sur moins de vingt questions est donnée en nombre."
)
SLICED = ("recall@5", "vital_nuggets", "evidence_coverage", "passed")


@dataclass(frozen=True)
class Report:
    """A run with its figures, and the sections made of them."""

    run: Run
    figures: dict[str, Figure]
    checks: Checks
    sections: tuple[Section, ...] = field(default=())

    @property
    def rows(self) -> tuple[Row, ...]:
        """The questions as they were written."""
        return self.run.canonical


def make_report(run: Run, checks: Checks, people: Sequence[Section] = ()) -> Report:
    """The report of a run; `people` are sections on what readers and judges said of it."""
    rows = run.canonical
    bare = Report(run, figures(rows, measured(rows)), checks)
    parts = (
        _headline(bare),
        _hard(bare),
        _decisions(bare),
        _failures(bare),
        *_slices(bare),
        robustness(run.rows),
    )
    more = (
        shortcuts(checks.table),
        attacked(checks.attacks),
        calibrated(checks.calibration),
        *people,
        _everything(bare),
        _latency(bare),
        _limits(bare),
        _papers(bare),
    )
    return Report(run, bare.figures, checks, tuple(one for one in (*parts, *more) if one.rows or one.text))


def _line(name: str, one: Figure | None) -> tuple[str, ...]:
    known = label(name)
    if one is None:
        return known.name, "–", "–", "0", known.formula
    return known.name, known.show(one.value), interval_of(one), str(one.n), known.formula


_FIVE = ("Mesure", "Valeur", "Intervalle à 95 %", "n", "Comment")


def _headline(report: Report) -> Section:
    rows = tuple(_line(name, report.figures.get(name)) for name in (*HEADLINE, "passed"))
    text = "Moyennes sur les questions telles qu'écrites ; intervalles tirés par familles de questions."
    return Section("essentiel", "L'essentiel", text, _FIVE, rows)


def _hard(report: Report) -> Section:
    rows = []
    for name, wanted in HARD.items():
        one = report.figures.get(name)
        kept = one is None or abs(one.value - wanted) < 1e-9
        shown = label(name).show(one.value if one else None)
        rows.append((label(name).name, label(name).show(wanted), shown, "✓ tenu" if kept else "✗ rompu"))
    header = ("Garantie", "Exigé", "Obtenu", "Verdict")
    return Section("garanties", "Ce qui doit toujours tenir", "", header, tuple(rows))


def _decisions(report: Report) -> Section:
    text = "Une réponse partielle à une question sans réponse compte comme une réponse à tort."
    return Section("refus", "Répondre ou refuser", text, ("Mesure", "Valeur", "n"), decision_lines(report.rows))


def _failures(report: Report) -> Section:
    failed = Counter(row.failure for row in report.rows if row.failure)
    shares = breakdown(row.failure for row in report.rows)
    rows = tuple((FAILURES[kind], str(failed[kind]), label("passed").show(share)) for kind, share in shares.items())
    text = f"{sum(failed.values())} questions manquées sur {len(report.rows)} ; une seule cause chacune."
    return Section("echecs", "Où se perdent les questions manquées", text, ("Cause", "Questions", "Part"), rows)


def _slices(report: Report) -> list[Section]:
    return [_slice(report.rows, dimension) for dimension in DIMENSIONS]


def slice_id(dimension: str) -> str:
    """The name of the section of a dimension."""
    return "par-" + folded(dimension).replace(" ", "-")


def _slice(all_rows: Sequence[Row], dimension: str) -> Section:
    header = (dimension, "Questions", *(label(name).name for name in SLICED))
    groups = slices(all_rows, dimension)
    rows = [(name, str(len(group)), *(cell(one, group) for one in SLICED)) for name, group in groups.items()]
    if dimension == "Source":
        rows.append(("moyenne des sources", "", *(macro(one, groups.values()) for one in SLICED)))
    return Section(
        slice_id(dimension),
        f"Selon : {dimension.lower()}",
        "",
        header,
        tuple(rows),
    )


def _everything(report: Report) -> Section:
    rows = tuple(_line(name, one) for name, one in report.figures.items())
    return Section("mesures", "Toutes les mesures", "", _FIVE, rows)


def _latency(report: Report) -> Section:
    rows = tuple(_latency_line(one) for one in latencies(report.rows))
    header = ("Étape", "médiane", "95 %", "maximum")
    cost = report.run.manifest.cost
    text = f"Mémoire au plus haut : {cost['peak_mb']:.0f} Mo." if "peak_mb" in cost else ""
    return Section("durees", "Durées", text, header, rows)


def _latency_line(one: Latency) -> tuple[str, ...]:
    return one.stage, *(f"{value:.1f} ms".replace(".", ",") for value in (one.median, one.p95, one.slowest))


def _limits(report: Report) -> Section:
    rows = report.rows
    authors = Counter(row.item.provenance.author for row in rows)
    wrote = ", ".join(f"{name} {count}" for name, count in sorted(authors.items()))
    seen = sum(row.item.provenance.seen_source_before_writing for row in rows)
    common = label("passed").show(mean(row.overlap for row in rows))
    pooled = sum(bool(row.item.provenance.reviewed_by) for row in rows)
    families = len({row.item.family for row in rows})
    text = (
        f"{len(rows)} questions de {families} familles, par {len(authors)} auteurs ({wrote}) ; {seen} "
        f"écrites en ayant vu les sources ; en moyenne {common} des mots de la question sont dans la preuve. "
        f"Les preuves de {pooled} questions ont été relues en voyant ce que le guide trouvait. {_CAVEATS}"
    )
    return Section("limites", "Ce que cette passe ne dit pas", text)


def _papers(report: Report) -> Section:
    manifest = report.run.manifest
    made = manifest.made
    flat = {
        "passe": manifest.name,
        "date": manifest.started,
        "révision": manifest.commit,
        "questions": made.questions,
        "corpus": made.corpus,
        "code": made.code,
        "formulations": ", ".join(made.kinds) or "telles qu'écrites",
        "graine": str(made.seed),
        **{f"réglage {name}": value for name, value in made.settings.items()},
        **{f"version {name}": value for name, value in made.versions.items()},
        **manifest.machine,
    }
    return Section("papiers", "Ce qui a fait cette passe", "", ("Quoi", "Valeur"), tuple(flat.items()))


def markdown(report: Report) -> str:
    """The report as Markdown."""
    return as_markdown(f"Évaluation du guide PTCE : {report.run.manifest.name}", report.sections)
