"""The report as one self-contained HTML file in French: no script, nothing loaded, printable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from eval.charts import Bar, bars, curve, stacked
from eval.decisions import calibration_points, risk_curve
from eval.figures import SLICES, Figure, figure, slices
from eval.items import Alternative, Group
from eval.labels import ANSWERABLE, FAILURES, HEADLINE, PERSONAS, Better, label
from eval.measures.failures import breakdown
from eval.reply import Said
from eval.report import Report, slice_id
from eval.scoring import Row
from eval.sections import Section

_STYLE = files("eval").joinpath("report.css").read_text(encoding="utf-8")


def page(report: Report, with_items: bool = True) -> str:
    """The whole file; `with_items` adds every question with its gold and its answer."""
    name = escape(report.run.manifest.name)
    links = "".join(f'<a href="#{one.id}">{escape(one.title)}</a>' for one in report.sections)
    body = "".join(_section(one) + _charts(one.id, report) for one in report.sections)
    items = _items(report.rows) if with_items else ""
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width,initial-scale=1"><title>Évaluation : {name}</title>'
        f"<style>{_STYLE}</style></head>"
        f"<body><h1>Évaluation du guide PTCE : {name}</h1><nav>{links}</nav>"
        f"<main>{body}{items}</main></body></html>\n"
    )


def bare_page(title: str, sections: Sequence[Section]) -> str:
    """Sections alone as an HTML file."""
    return (
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>"
        f"{''.join(map(_section, sections))}</body></html>\n"
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
    risk = curve("Risque selon la couverture", risk_curve(rows), "part répondue", "part fausse")
    points = [(sure, true) for sure, true, _ in calibration_points(rows)]
    return risk + curve("Calibration de la confiance", points, "confiance", "part qui a une réponse", diagonal=True)


def _sliced(section: str, report: Report) -> str:
    dimension = next((one for one in SLICES if section == slice_id(one)), "")
    if dimension not in ("Qui demande", "Source", "Mots communs avec la preuve"):
        return ""
    groups = slices(report.rows, dimension)
    made = [(name, one) for name, rows in groups.items() if (one := figure("recall@5", rows))]
    return bars(f"{label('recall@5').name}, selon : {dimension.lower()}", [_bar(name, one) for name, one in made])


def _bar(name: str, one: Figure) -> Bar:
    low, high = (one.interval.low, one.interval.high) if one.interval else (one.value, one.value)
    arrow = " ↓" if label(one.name).better is Better.LOW else ""
    return Bar(name + arrow, one.value, low, high, f"{label(one.name).show(one.value)} (n={one.n})")


def _items(rows: Iterable[Row]) -> str:
    ordered = sorted(rows, key=lambda row: (row.failure is None, row.failure or "", row.item.id))
    marks = "attendue (▌ filet vert) ou citée (║ filet bleu double)"
    return (
        f'<section id="questions"><h2>Question par question</h2><p>Chaque preuve est {marks}.</p>'
        f"{''.join(map(_item, ordered))}</section>"
    )


def _item(row: Row) -> str:
    verdict = FAILURES[row.failure] if row.failure else "réussie"
    head = f"<span class='tag'>{row.item.id}</span> · {escape(verdict)} · {escape(row.item.question)}"
    asker, kind = PERSONAS[row.item.persona], ANSWERABLE[row.item.answerable]
    about = f"{asker} · {kind} · confiance {row.reply.confidence:.2f}"
    return f"<details><summary>{head}</summary><p>{about}</p>{_gold(row)}{_answer(row)}{_reasons(row)}</details>"


def _gold(row: Row) -> str:
    quotes = "".join(_gold_quote(group, one, row) for group in row.item.evidence for one in group.any_of)
    facts = "".join(f"<li>{escape(one.text)} ({one.importance.value})</li>" for one in row.item.nuggets)
    return f"<h3>Attendu</h3>{quotes or '<p>Un refus.</p>'}<ul>{facts}</ul>"


def _gold_quote(group: Group, one: Alternative, row: Row) -> str:
    mark = ", cité" if group.id in row.cited else ""
    head = f"<b>{group.id} ({group.importance.value}{mark}), {escape(one.doc)}</b>"
    return f'<blockquote class="gold">{head}\n{escape(" […] ".join(one.quotes))}</blockquote>'


def _answer(row: Row) -> str:
    if not row.reply.statements:
        return f"<h3>Réponse</h3><p>Refus : {escape(row.reply.message or row.reply.error)}</p>"
    said = "".join(map(_said, row.reply.statements))
    cited = "".join(f"<li>[{one.marker}] {escape(one.doc)} {one.start}–{one.end}</li>" for one in row.reply.citations)
    return f"<h3>Réponse</h3>{said}<ul>{cited}</ul>"


def _said(one: Said) -> str:
    marks = "".join(f"[{marker}]" for marker in one.markers)
    return f'<blockquote class="cited">{escape(one.text)} <b>{marks}</b></blockquote>'


def _reasons(row: Row) -> str:
    lines = "".join(
        f"<li>{escape(label(name).name)} : {label(name).show(row.scores[name])} ({escape(reason)})</li>"
        for name, reason in row.reasons.items()
        if name in row.scores
    )
    return f"<h3>Pourquoi</h3><ul>{lines}</ul>" if lines else ""
