"""A sentence that waits for a reader's verdict, as HTML."""

from __future__ import annotations

from html import escape

from ui.evaluation.shown import ToJudge, in_report
from ui.texts import evaluation as texts


def to_judge_html(one: ToJudge) -> str:
    """The sentence beside what it cites; the automatic verdict is not shown, so as not to sway."""
    quotes = "".join(f'<blockquote class="cited">{escape(quote)}</blockquote>' for quote in one.evidence)
    return in_report(
        f'<p>{escape(one.item)} · {escape(one.question)}</p><h3>{texts.SENTENCE}</h3><p class="said">'
        f"{escape(one.sentence)}</p><h3>{texts.EVIDENCE}</h3>{quotes or '<p>–</p>'}<p>{texts.ASK_VERDICT}</p>"
    )
