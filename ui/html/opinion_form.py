"""The two questions under an answer, as HTML: closed until somebody opens them, gone once answered."""

from __future__ import annotations

from html import escape

from rag.types import Answer
from ui.opinions import LONGEST_REASON
from ui.texts import clients as texts


def opinion_html(answer: Answer, number: int, told: str = "") -> str:
    """The form for the answer of the exchange `number`; `told` is what stands there once an opinion was sent."""
    if told:
        return f'<p class="opinion told" role="status" tabindex="-1">{escape(told)}</p>'
    first = texts.OPINION_ANSWER if answer.statements else texts.OPINION_REFUSAL
    sources = _question("sources", texts.OPINION_SOURCES) if answer.citations else ""
    return (
        f'<details class="opinion"><summary>{texts.OPINION}</summary><form data-rate="{number}">'
        f"{_question('right', first)}{sources}<label>{texts.OPINION_REASON}"
        f'<textarea name="reason" rows="2" maxlength="{LONGEST_REASON}"></textarea></label>'
        f"<p>{texts.OPINION_KEPT}</p><button>{texts.OPINION_SEND}</button></form></details>"
    )


def _question(name: str, legend: str) -> str:
    choices = "".join(
        f'<label><input type="radio" name="{name}" value="{verdict}" required> {label}</label>'
        for verdict, label in texts.VERDICTS.items()
    )
    return f"<fieldset><legend>{legend}</legend>{choices}</fieldset>"
