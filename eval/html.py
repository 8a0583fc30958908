"""The report as one self-contained HTML file in French: no script, nothing loaded, printable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files

from eval.case import Case, World
from eval.charts import Bar, bars, curve, stacked
from eval.decisions import calibration_points, risk_curve
from eval.figures import SLICES, Figure, figure, slices
from eval.item_html import item_html, verdict_of
from eval.labels import FAILURES, HEADLINE, Better, label
from eval.measures.failures import breakdown
from eval.report import Report, slice_id
from eval.scoring import Row
from eval.sections import Section

STYLE = files("eval").joinpath("report.css").read_text(encoding="utf-8")
WITHOUT_ITEMS = (
    "Les questions d'un jeu « test » ne sont pas montrées une à une, pour que personne ne règle le guide dessus."
)
_CHARTED = ("Qui demande", "Source", "Mots communs avec la preuve")


def page(report: Report, world: World | None = None, with_items: bool = True) -> str:
    """The whole file; `with_items` adds every question, with the text of the sources when their `world` is given."""
    links = "".join(f'<a href="#{one.id}">{escape(one.title)}</a>' for one in report.sections)
    items = _items(report.rows, world) if with_items else f"<p>{WITHOUT_ITEMS}</p>"
    title = f"Évaluation du guide PTCE : {report.run.manifest.name}"
    return _file(title, f"<nav>{links}</nav><main>{body(report)}{items}</main>")


def body(report: Report) -> str:
    """Every section with its charts, to be shown inside `class="report"`."""
    return "".join(_section(one) + _charts(one.id, report) for one in report.sections)


def bare_page(title: str, sections: Sequence[Section]) -> str:
    """Sections alone as an HTML file."""
    return _file(title, f"<main>{tables(sections)}</main>")


def tables(sections: Iterable[Section]) -> str:
    """Sections without charts, to be shown inside `class="report"`."""
    return "".join(map(_section, sections))


def _file(title: str, inside: str) -> str:
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width,initial-scale=1"><title>{escape(title)}</title><style>{STYLE}</style></head>'
        f'<body class="report"><h1>{escape(title)}</h1>{inside}</body></html>\n'
    )


def _section(section: Section) -> str:
    text = f"<p>{escape(section.text)}</p>" if section.text else ""
    return f'<section id="{section.id}"><h2>{escape(section.title)}</h2>{text}{_table(section)}</section>'


def _table(section: Section) -> str:
    if not section.rows:
        return ""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in section.header)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in section.rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _charts(section: str, report: Report) -> str:
    if section == "essentiel":
        wanted = [report.figures[name] for name in (*HEADLINE, "passed") if name in report.figures]
        return bars("L'essentiel, avec les intervalles à 95 %", [_bar(label(one.name).name, one) for one in wanted])
    if section == "refus":
        return _curves(report.rows)
    if section == "echecs":
        shares = breakdown(row.failure for row in report.rows)
        parts = [(FAILURES[kind], share) for kind, share in shares.items()]
        return stacked("Causes des échecs (somme : 100 %)", parts) if parts else ""
    return _sliced(section, report)


def _curves(rows: Sequence[Row]) -> str:
    risk = curve("Risque selon la couverture", risk_curve(rows), "part répondue, la plus sûre d'abord", "part fausse")
    bins = calibration_points(rows)
    title = "Calibration de la confiance (à côté de chaque point : questions)"
    points, counts = [(sure, true) for sure, true, _ in bins], [str(count) for *_, count in bins]
    return risk + curve(title, points, "confiance du guide", "part qui a une réponse", counts)


def _sliced(section: str, report: Report) -> str:
    dimension = next((one for one in SLICES if section == slice_id(one)), "")
    if dimension not in _CHARTED:
        return ""
    groups = slices(report.rows, dimension)
    return "".join(_bars_of(name, dimension, groups) for name in ("recall@5", "passed"))


def _bars_of(name: str, dimension: str, groups: Mapping[str, Sequence[Row]]) -> str:
    made = [(group, one) for group, rows in groups.items() if (one := figure(name, rows))]
    return bars(f"{label(name).name}, selon : {dimension.lower()}", [_bar(group, one) for group, one in made])


def _bar(name: str, one: Figure) -> Bar:
    low, high = (one.interval.low, one.interval.high) if one.interval else (one.value, one.value)
    arrow = " ↓" if label(one.name).better is Better.LOW else ""
    few = f"{one.value * one.n:.1f} sur {one.n}".replace(".", ",").replace(",0 sur", " sur")
    note = few if one.is_small else f"{label(one.name).show(one.value)} (n={one.n})"
    return Bar(name + arrow, one.value, low, high, note)


def _items(rows: Iterable[Row], world: World | None) -> str:
    ordered = sorted(rows, key=lambda row: (row.failure is None, row.failure or "", row.item.id))
    shown = "".join(_item(row, world) for row in ordered)
    return f'<section id="questions"><h2>Question par question</h2>{shown}</section>'


def _item(row: Row, world: World | None) -> str:
    head = f"<b>{escape(row.item.id)}</b> · {escape(verdict_of(row))} · {escape(row.item.question)}"
    case = Case.of(row.item, row.reply, world) if world else None
    return f"<details><summary>{head}</summary>{item_html(row, case)}</details>"
