"""One question of a run as HTML: what was expected, what was answered, and why it passed or failed; all is escaped."""

from __future__ import annotations

from html import escape

from eval.case import Case
from eval.context import Extract, Piece, extracts
from eval.items import Alternative, Group
from eval.labels import ANSWERABLE, FAILURES, LABELS, PERSONAS, TIERS, Better
from eval.reply import Said
from eval.scoring import Row

KEY = (
    "Dans le texte de la source : <mark class='gold'><sup>A</sup>attendu</mark> (souligné vert), "
    "<mark class='cited'><sup>C</sup>cité</mark> (double filet bleu), "
    "<mark class='both'><sup>AC</sup>attendu et cité</mark> (les deux)."
)


def verdict_of(row: Row) -> str:
    """How the question ended, in words."""
    return f"✗ {FAILURES[row.failure]}" if row.failure else "✓ réussie"


def item_html(row: Row, case: Case | None) -> str:
    """Everything about one question; with its `case`, verdicts by sentence and the text of the sources too."""
    asker, kind = PERSONAS[row.item.persona], ANSWERABLE[row.item.answerable]
    about = f"{verdict_of(row)} · {asker} · {kind} · confiance {row.reply.confidence:.2f}".replace(".", ",")
    head = f"<p><b>{escape(row.item.id)}</b> · {escape(about)}</p><p class='said'>{escape(row.reply.question)}</p>"
    parts = [head, _history(row), _expected(row), _answer(row), _sentences(case), _reasons(row), _sources(case)]
    return "".join(parts)


def _history(row: Row) -> str:
    said = {"user": "usager", "assistant": "guide"}
    turns = "".join(f"<li>{said[one.role]} : {escape(one.content)}</li>" for one in row.item.history)
    return f"<h3>Avant cette question</h3><ul>{turns}</ul>" if turns else ""


def _expected(row: Row) -> str:
    quotes = "".join(_quote(group, one, row) for group in row.item.evidence for one in group.any_of)
    facts = "".join(f"<li>{escape(one.text)} ({_importance(one.importance.value)})</li>" for one in row.item.nuggets)
    searched = f"<p>Recherche faite : {escape(row.item.search)}</p>" if row.item.search else ""
    return f"<h3>Attendu</h3>{quotes or '<p>Un refus.</p>'}{searched}<ul>{facts}</ul>"


def _importance(value: str) -> str:
    return {"vital": "vital", "okay": "utile"}[value]


def _quote(group: Group, one: Alternative, row: Row) -> str:
    cited = ", cité" if group.id in row.cited else ", non cité"
    head = f"<b>{escape(group.id)} ({_importance(group.importance.value)}{cited}), {escape(one.doc)}</b>"
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


def _sentences(case: Case | None) -> str:
    """The automatic verdict on every sentence, with its reason."""
    if not case or not case.claims:
        return ""
    lines = "".join(
        f"<li>{'✓' if verdict else '✗'} {TIERS[verdict.tier]}{_because(verdict.reason)} : {escape(claim.text)}</li>"
        for claim, verdict in zip(case.claims, case.verdicts, strict=True)
    )
    return f"<h3>Appui de chaque phrase (contrôle automatique)</h3><ul>{lines}</ul>"


def _because(reason: str) -> str:
    return f" ({escape(reason)})" if reason else ""


def _reasons(row: Row) -> str:
    """The measures that are not at their best, with what they found wanting."""
    lines = "".join(
        f"<li>{escape(LABELS[name].name)} : {LABELS[name].show(value)}{_because(row.reasons.get(name, ''))}</li>"
        for name, value in row.scores.items()
        if name in LABELS and _falls_short(name, value)
    )
    found = f"<ul>{lines}</ul>" if lines else "<p>Rien : toutes les mesures qui s'appliquent sont au mieux.</p>"
    return f"<h3>Ce que les mesures trouvent à redire</h3>{found}"


def _falls_short(name: str, value: float) -> bool:
    known = LABELS[name]
    return known.is_share and (value > 0 if known.better is Better.LOW else value < 1)


def _sources(case: Case | None) -> str:
    found = extracts(case) if case else []
    if not found:
        return ""
    return f"<h3>Dans les sources</h3><p>{KEY}</p>{''.join(map(_extract, found))}"


def _extract(one: Extract) -> str:
    return f'<p><b>{escape(one.title)}</b></p><p class="source">… {"".join(map(_piece, one.pieces))} …</p>'


def _piece(piece: Piece) -> str:
    name, sign = {
        (True, True): ("both", "AC"),
        (True, False): ("gold", "A"),
        (False, True): ("cited", "C"),
        (False, False): ("", ""),
    }[piece.expected, piece.cited]
    text = escape(piece.text)
    return f'<mark class="{name}"><sup>{sign}</sup>{text}</mark>' if name else text
