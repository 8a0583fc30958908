"""What helps to read an answer, as HTML: folded until somebody wants to know; all is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from corpus.types import Span
from rag.answer.explain import corrections
from rag.types import Answer, Explanation, Query, Reason
from ui.exports.typography import unbroken
from ui.html.cards import source_link
from ui.html.excerpt import Window, excerpt
from ui.html.plain import year_line
from ui.texts import explain as texts
from ui.texts import page as page_texts


def terms_html(answer: Answer) -> str:
    """The words of the field in the answer, or in a question that is refused."""
    if not answer.terms:
        return ""
    title = texts.TERMS if answer.statements else texts.TERMS_ASKED
    terms = "".join(_term(term) for term in answer.terms)
    return (
        f'<details class="fold terms"><summary>{title}</summary><p class="hint">{texts.TERMS_HINT}</p>'
        f"<dl>{terms}</dl></details>"
    )


def _term(term: Explanation) -> str:
    expansion = f' <span class="expansion">{escape(term.expansion)}</span>' if term.expansion else ""
    name = escape(term.term[0].upper() + term.term[1:])
    return f"<div><dt>{name}{expansion}</dt>{_meaning(term)}</div>"


def _meaning(term: Explanation) -> str:
    if term.quoted:
        return f"<dd>{_quote(term.quoted)}</dd>"
    own = f'<span class="tag">{texts.OWN}</span>'
    return f"<dd>{escape(unbroken(term.definition))} {own}</dd>" if term.definition else ""


def _quote(span: Span) -> str:
    metadata = span.source.metadata
    link = escape(source_link(span.source.id, span.start, span.end))
    return (
        f'<blockquote lang="{escape(metadata.language)}">{excerpt(Window(span.source, span.start, span.end))}'
        f'</blockquote><a class="open" href="{link}" target="_blank" rel="noopener">{escape(year_line(metadata))}'
        f'<span class="hidden"> ({page_texts.NEW_TAB})</span></a>'
    )


def why_html(answer: Answer, marker: int) -> str:
    """What made the passage of a citation found; nothing when that is not known."""
    reason = next((each for each in answer.reasons if each.marker == marker), None)
    if reason is None:
        return ""
    lines = "".join(f"<li>{escape(unbroken(line))}</li>" for line in why_lines(reason, answer.query))
    label = texts.WHY_LABEL.format(marker=marker)
    return f'<details class="fold why"><summary aria-label="{label}">{texts.WHY}</summary><ul>{lines}</ul></details>'


def why_lines(reason: Reason, query: Query) -> Iterator[str]:
    """The same as sentences."""
    if not reason.rank:
        yield texts.BESIDE
        return
    yield texts.RANK.format(rank=texts.ordinal(reason.rank), found=reason.found)
    if reason.because:
        yield texts.BECAUSE.format(because=", ".join(texts.BECAUSES[each] for each in reason.because))
    yield texts.SHARED.format(words=_quoted(reason.shared)) if reason.shared else texts.NOT_SHARED
    if reason.related:
        yield texts.RELATED.format(words=_quoted(reason.related))
    if reason.question:
        yield texts.QUESTION.format(question=_quoted([reason.question]))
    if corrected := corrections(query):
        yield texts.CORRECTED.format(words=_quoted(f"{typed} → {searched}" for typed, searched in corrected))


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"« {word} »" for word in words)
