"""An `Answer` as HTML: statements with numbered marks, one card for each citation; all is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

from corpus.types import FOLDER_NAME, GUIDE
from rag.answer.forms import Form, form_of
from rag.types import Answer, Citation, Language, Refusal, Role, Statement, Status, Support
from rag.wording import CHOICES_TITLE, HALF_TITLE, HEADINGS, NEAREST_TITLE, REFUSAL_TITLES, voice
from ui.html.cards import card, near
from ui.html.downloads import download_answer, download_conversation
from ui.html.excerpt import Window, excerpt
from ui.html.explain import terms_html, why_html
from ui.html.opinion_form import opinion_html
from ui.html.plain import with_references
from ui.texts import documents as texts_documents
from ui.texts import llm as texts_llm
from ui.texts import notebook as notebook_texts
from ui.texts import page as texts

_WRITING = f'<p class="writing"><span class="dots" aria-hidden="true"></span>{texts_llm.WRITING}</p>'
_TAGS = {
    Support.REPHRASED: f'<span class="tag" title="{texts.REPHRASED_HINT}">{texts.REPHRASED}</span>',
    Support.VERBATIM: f'<span class="tag exact" title="{texts_llm.VERBATIM_HINT}">{texts_llm.VERBATIM}</span>',
}
_ONLY_MAIN = ((), (GUIDE,), (FOLDER_NAME,))
_HIGH = re.compile(r" (?=[?!:;»])")
_CLOSING = re.compile(r"((?<![^\s>])[^\s<>]{1,30}(?: [?!;:»]+)?|)((?:</li>|</ul>|</p>)*)\Z")


@dataclass(frozen=True)
class Exchange:
    """One question of the conversation with its answer; `answer` is `None` while it is being prepared.

    `problem` is the sentence shown instead when the question could not be asked; while a language model is `writing`,
    `answer` is what is verified until now; `id` is its name in the visitor's notebook, empty when it is not kept;
    `opinion` is the sentence shown once the answer was judged.
    """

    question: str
    answer: Answer | None = None
    problem: str = ""
    id: str = ""
    opinion: str = ""
    writing: bool = False


def conversation(exchanges: tuple[Exchange, ...]) -> str:
    """Every exchange, the oldest first."""
    last = len(exchanges)
    return "".join(
        exchange_html(number, exchange, tail=after(exchange, last) if number == last else "")
        for number, exchange in enumerate(exchanges, 1)
    )


def after(last: Exchange, count: int) -> str:
    """What stands below the last exchange: the way to a new conversation, and this one as a file when it is long."""
    if last.writing or (last.answer is None and not last.problem):
        return ""
    whole = download_conversation(last.id) if count > 1 else ""
    return f'<div class="after">{whole}<button type="button" class="fresh">{notebook_texts.FRESH}</button></div>'


def status_line(answer: Answer) -> str:
    """One sentence that tells a screen reader how the question ended."""
    if answer.status is Status.REFUSED and answer.refusal:
        return texts.READY_REFUSED.format(title=REFUSAL_TITLES[answer.query.language][answer.refusal.type])
    count = len(answer.citations)
    wording = texts.CITATIONS if count > 1 else texts.ONE_CITATION
    return texts.READY.format(citations=wording.format(count=count))


def answer_html(answer: Answer, number: int = 1) -> str:
    """The answer's column: statements by role, what is missing, notes, words explained, what was searched, copy."""
    parts = [_statements(answer, number)]
    if answer.refusal:
        parts.append(_refusal(answer.refusal, answer.query.language, partial=answer.status is Status.PARTIAL))
    parts += [_notes(answer), terms_html(answer), _foot(answer)]
    return "".join(parts)


def cards_html(answer: Answer, number: int = 1) -> str:
    """The cards of the cited passages, or of the nearest ones when the guide refuses."""
    cards = "".join(card(citation, number, why_html(answer, citation.marker)) for citation in answer.citations)
    if cards:
        return f'<aside class="cards" aria-label="{texts.CARDS}"><h3>{texts.CARDS}</h3>{cards}</aside>'
    return ""


def choices(questions: Iterable[str]) -> str:
    """Buttons that ask these questions."""
    return f'<ul class="choices">{"".join(_choice(question) for question in questions)}</ul>'


def _choice(question: str) -> str:
    asks = f'data-ask="{escape(question)}"'
    return f'<li><button type="button" class="choice" {asks}>{_lines(question)}</button></li>'


def exchange_html(number: int, exchange: Exchange, *, judged: bool = True, tail: str = "") -> str:
    """One exchange; `judged` tells whether the reader is asked what the answer is worth, `tail` ends it."""
    label = f'<span class="hidden">{texts.YOUR_QUESTION} : </span>'
    head = f'<h2 class="asked">{label}{_lines(exchange.question)}</h2>'
    return f'<section class="exchange" id="e{number}">{head}{_reply(number, exchange, judged, tail)}</section>'


def _reply(number: int, exchange: Exchange, judged: bool, tail: str) -> str:
    if exchange.problem:
        return f'<p class="problem" role="alert">{escape(exchange.problem)}</p>{tail}'
    if exchange.answer is None:
        return f'<p class="searching"><span class="dots" aria-hidden="true"></span>{texts.SEARCHING}</p>'
    cards = cards_html(exchange.answer, number)
    return (
        f'<div class="reply{"" if cards else " alone"}"><div class="answer" role="group" '
        f'aria-label="{texts.ANSWER}">{_WRITING if exchange.writing else ""}{answer_html(exchange.answer, number)}'
        f"{_ending(number, exchange, judged)}{tail}</div>{cards}</div>"
    )


def _ending(number: int, exchange: Exchange, judged: bool) -> str:
    """What can be done with a whole answer: say what it is worth, take it as a file."""
    if exchange.answer is None or exchange.writing:
        return ""
    opinion = opinion_html(exchange.answer, number, exchange.opinion) if judged else ""
    return f"{opinion}{download_answer(exchange.id)}"


def _statements(answer: Answer, number: int) -> str:
    order = list(Role)
    ordered = sorted(answer.statements, key=lambda statement: order.index(statement.role))
    seen: set[int] = set()
    parts: dict[Role, str] = {}
    for role, statements in groupby(ordered, key=lambda statement: statement.role):
        heading = HEADINGS[answer.query.language][role]
        title = f"<h3>{escape(heading)}</h3>" if heading else ""
        body = "".join(
            statement_html(statement, number, seen, says=says, tagged=answer.is_written)
            for statement, says in _voiced(statements, answer.query.language)
        )
        parts[role] = f'<div class="role {role.value}">{title}{body}</div>'
    return "".join(_side_by_side(parts) if form_of(answer.query.searched) is Form.COMPARISON else parts.values())


def _side_by_side(parts: dict[Role, str]) -> list[str]:
    """What leads, which is of one source, beside what completes it, which is of the others."""
    compared = [parts[role] for role in (Role.LEAD, Role.COMPLEMENT) if role in parts]
    others = [part for role, part in parts.items() if role not in (Role.LEAD, Role.COMPLEMENT)]
    return [f'<div class="compared">{"".join(compared)}</div>', *others] if len(compared) > 1 else list(parts.values())


def _voiced(statements: Iterable[Statement], language: Language) -> Iterator[tuple[Statement, str]]:
    """Each statement with who says it, in what kind of source and which year; nothing where it was said just before."""
    before = ""
    for statement in statements:
        says = voice(statement.citations[0], language)
        yield statement, says if says != before else ""
        before = says


def statement_html(statement: Statement, number: int, seen: set[int], *, says: str = "", tagged: bool = False) -> str:
    """A statement with its marks, after who `says` it.

    `seen` are the markers written before: the first mark of each has the id that its card points back to. It is
    `tagged` where a model had a part in the answer: each statement then says how it rests on its source.
    """
    marks = "".join(_mark(citation, number, seen) for citation in statement.citations)
    rephrased = statement.support is Support.REPHRASED
    body = f"<p>{_lines(statement.text)}</p>" if rephrased else _quoted(statement)
    tag = _TAGS[statement.support] if tagged or rephrased else ""
    who = f'<p class="voice">{escape(says)}</p>' if says else ""
    return f'<div class="statement">{who}{_at_end(body, f"{marks}{tag}")}</div>'


def _quoted(statement: Statement) -> str:
    """A verbatim statement, cut from its source again so that lists are lists."""
    wanted = " ".join(statement.text.split())
    quoted = next(c for c in statement.citations if " ".join(c.quote.split()) == wanted)
    return excerpt(Window(quoted.source, quoted.start, quoted.end, cuts=False))


def _at_end(body: str, marks: str) -> str:
    """Puts the marks after the last words of `body`, inside its last paragraph or item."""
    return _CLOSING.sub(lambda end: f'<span class="marks">{end[1]}{marks}</span>{end[2]}', body, count=1)


def _mark(citation: Citation, number: int, seen: set[int]) -> str:
    """The first mark of a citation has the id that its card points back to."""
    label = texts.MARK_LABEL.format(marker=citation.marker, title=citation.source.metadata.title)
    id = f' id="m{number}-{citation.marker}"' if citation.marker not in seen else ""
    seen.add(citation.marker)
    return (
        f'<a class="mark" role="doc-noteref"{id} href="#c{number}-{citation.marker}" '
        f'data-card="c{number}-{citation.marker}" aria-label="{escape(label)}">{citation.marker}</a>'
    )


def _refusal(refusal: Refusal, language: Language, *, partial: bool) -> str:
    title = HALF_TITLE[language] if partial else REFUSAL_TITLES[language][refusal.type]
    return (
        f'<div class="refusal {refusal.type.value}" role="note"><h3>{title}</h3>'
        f"<p>{_lines(refusal.message)}</p>{_choices(refusal, language)}{_nearest(refusal, language)}</div>"
    )


def _choices(refusal: Refusal, language: Language) -> str:
    return f"<h4>{CHOICES_TITLE[language]}</h4>{choices(refusal.choices)}" if refusal.choices else ""


def _nearest(refusal: Refusal, language: Language) -> str:
    if not refusal.nearest:
        return ""
    passages = "".join(near(passage) for passage in refusal.nearest)
    return f'<details class="nearest"><summary>{NEAREST_TITLE[language]}</summary>{passages}</details>'


def _notes(answer: Answer) -> str:
    notes = "".join(f"<li>{escape(note)}</li>" for note in answer.notes)
    return f'<div class="notes"><h3>{texts.NOTES}</h3><ul>{notes}</ul></div>' if notes else ""


def _foot(answer: Answer) -> str:
    return f'<div class="foot"><p>{" ".join(_remarks(answer))}</p>{_copy(answer)}</div>'


def _remarks(answer: Answer) -> Iterator[str]:
    yield f'<span class="searched">{escape(texts.SEARCHED.format(searched=answer.query.searched))}</span>'
    if answer.searched_in not in _ONLY_MAIN:
        yield f'<span class="collections">{escape(texts_documents.searched_in(answer))}</span>'
    if answer.query.is_follow_up:
        yield f'<button type="button" class="fix">{texts.FIX}</button>'
    if answer.statements and not answer.is_written:
        yield f'<span class="verbatim">{texts.VERBATIM_ALL}</span>'


def _copy(answer: Answer) -> str:
    if not answer.statements:
        return ""
    data = f'data-copy="{escape(with_references(answer))}" data-done="{texts.COPIED}"'
    return f'<button type="button" class="copy" {data}>{texts.COPY}</button>'


def _lines(text: str) -> str:
    """Escaped, with line breaks, and no break before a French question or exclamation mark."""
    return _HIGH.sub("\N{NO-BREAK SPACE}", escape(text.strip())).replace("\n", "<br>")
