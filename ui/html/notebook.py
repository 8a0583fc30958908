"""The notebook as HTML: the basket, past conversations, and what is done with the data; all is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape

from rag.types import Citation
from ui.exports.answers import Kept
from ui.exports.typography import french_date, unbroken
from ui.html.cards import source_link
from ui.html.downloads import download_basket
from ui.html.excerpt import Window, excerpt
from ui.html.plain import speaker_line, year_line
from ui.store.basket import NOTE_LENGTH
from ui.store.values import StoredKit, StoredQuote, Talk
from ui.texts import notebook as texts
from ui.texts import page as page_texts


def basket_html(stored: Sequence[StoredQuote], kept: Sequence[Kept], undo: str = "") -> str:
    """The citations with their notes and buttons; `undo` is the id of one that was removed and can be taken back."""
    items = "".join(
        _item(each, quote, number, len(stored))
        for number, (each, quote) in enumerate(zip(stored, kept, strict=True), 1)
    )
    body = f"<ol>{items}</ol>{download_basket()}" if items else f'<p class="empty">{unbroken(texts.BASKET_EMPTY)}</p>'
    return _part("basket", texts.BASKET, _undo("undo-quote", undo, texts.DROPPED) + body)


def talks_html(talks: Sequence[Talk], undo: str = "") -> str:
    """Past conversations, the latest first; `undo` is the id of one that was removed and can be taken back."""
    items = "".join(_talk(talk) for talk in talks)
    body = f"<ul>{items}</ul>" if items else f'<p class="empty">{texts.TALKS_EMPTY}</p>'
    return _part("talks", texts.TALKS, _undo("undo-talk", undo, texts.REMOVED) + body)


def kits_html(kits: Sequence[StoredKit], undo: str = "") -> str:
    """Session kits, the latest first; `undo` is the id of one that was removed and can be taken back."""
    items = "".join(_line(kit.title, _day(kit.updated), ("resume-kit", "remove-kit"), kit.id) for kit in kits)
    body = f"<ul>{items}</ul>" if items else f'<p class="empty">{unbroken(texts.KITS_EMPTY)}</p>'
    return _part("talks kits", texts.KITS, _undo("undo-kit", undo, texts.KIT_REMOVED) + body)


def data_html(keep_days: int) -> str:
    """Where the data are, how to take them away, and how to erase them, in two steps."""
    take = f'<a class="take" href="/carnet/donnees.json" download>{texts.DATA_DOWNLOAD}</a>'
    now = f'<button type="button" data-act="erase">{texts.ERASE_NOW}</button>'
    erase = f'<details class="erase"><summary>{texts.ERASE}</summary><p>{texts.ERASE_WARNING}</p>{now}</details>'
    return _part("data", texts.DATA, f"<p>{texts.DATA_INTRO.format(days=keep_days)}</p>{take}{erase}")


def problem_html(sentence: str) -> str:
    """What is shown in place of a notebook that cannot be read."""
    return f'<p class="problem" role="alert">{escape(sentence)}</p>'


def _part(name: str, title: str, body: str) -> str:
    return f'<section class="{name}"><h2 tabindex="-1">{title}</h2>{body}</section>'


def _undo(act: str, id: str, sentence: str) -> str:
    return f'<p class="undo">{sentence} {_button(act, id, texts.UNDO)}</p>' if id else ""


def _item(stored: StoredQuote, kept: Kept, number: int, count: int) -> str:
    place = texts.NUMBER.format(number=number, count=count)
    quote = _quote(kept.citation) if kept.citation else f'<p>{escape(stored.quote)}</p><p class="lost">{texts.LOST}</p>'
    note = (
        f'<label><span>{texts.NOTE_LABEL}</span><textarea rows="2" maxlength="{NOTE_LENGTH}" '
        f'data-id="{stored.id}">{escape(stored.note)}</textarea></label>'
    )
    buttons = (
        _button("up", stored.id, texts.UP, place, off=number == 1)
        + _button("down", stored.id, texts.DOWN, place, off=number == count)
        + _button("drop", stored.id, texts.DROP, place)
    )
    return f'<li aria-label="{place}">{quote}{note}<footer>{buttons}</footer></li>'


def _quote(citation: Citation) -> str:
    metadata = citation.source.metadata
    link = escape(source_link(citation.source.id, citation.start, citation.end))
    voice = f'<p class="speaker">{escape(speaker_line(citation.speaker))}</p>' if citation.speaker else ""
    words = excerpt(Window(citation.source, citation.start, citation.end, cuts=False))
    return (
        f'{voice}<blockquote lang="{escape(metadata.language)}">{words}</blockquote><p class="origin">'
        f'<span class="kind">{page_texts.KINDS[metadata.kind]}</span> {escape(metadata.title)}, '
        f'{escape(year_line(metadata))}</p><a class="open" href="{link}" target="_blank" rel="noopener">'
        f"{page_texts.IN_DOCUMENT}"
        f'<span class="hidden"> ({page_texts.NEW_TAB})</span></a>'
    )


def _talk(talk: Talk) -> str:
    line = texts.TALK.format(day=_day(talk.updated), count=talk.count, s="s" if talk.count > 1 else "")
    return _line(talk.title, line, ("resume", "remove"), talk.id)


def _day(time: float) -> str:
    return french_date(datetime.fromtimestamp(time).date())


def _line(title: str, line: str, acts: tuple[str, str], id: str) -> str:
    """One thing that can be taken up again or removed."""
    buttons = _button(acts[0], id, texts.RESUME, title) + _button(acts[1], id, texts.REMOVE, title)
    named = f'<p class="title">{escape(unbroken(title))}</p><p class="origin">{line}</p>'
    return f"<li><div>{named}</div><footer>{buttons}</footer></li>"


def _button(act: str, id: str, label: str, of: str = "", *, off: bool = False) -> str:
    """A button; what it acts on is said to those who do not see where it stands."""
    said = f'<span class="hidden"> : {escape(of)}</span>' if of else ""
    disabled = " disabled" if off else ""
    return f'<button type="button" data-act="{act}" data-id="{escape(id)}"{disabled}>{label}{said}</button>'
