"""What each button of the notebook does, without Gradio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rag.guide import Guide
from ui.html.notebook import basket_html, data_html, kits_html, talks_html
from ui.steps.briefs import Draft
from ui.steps.chat import Conversation
from ui.store.database import ConversationRow, KitRow, Owned, QuoteRow
from ui.store.keeping import kept_quotes, shown_again
from ui.store.notebook import Notebook
from ui.texts import notebook as texts

_REMOVES: Mapping[str, tuple[type[Owned], str]] = {
    "drop": (QuoteRow, texts.DROPPED),
    "remove": (ConversationRow, texts.REMOVED),
    "remove-kit": (KitRow, texts.KIT_REMOVED),
}
_UNDOES: Mapping[str, type[Owned]] = {"undo-quote": QuoteRow, "undo-talk": ConversationRow, "undo-kit": KitRow}


@dataclass(frozen=True)
class Deed:
    """What a button did: the sentence to say, what the notebook shows now, a conversation to show on the first tab, a
    kit to show on its own.

    `shown` is `None` when the notebook looks as before; `conversation` and `kit` when these tabs do.
    """

    told: str
    shown: str | None = None
    conversation: Conversation | None = None
    kit: Draft | None = None


@dataclass(frozen=True)
class Desk:
    """A visitor's notebook on the page."""

    guide: Guide
    notebook: Notebook
    keep_days: int

    def shown(self) -> str:
        """The whole notebook as HTML, with a way back for what was removed last."""
        talks, book, kits = self.notebook.conversations, self.notebook.basket, self.notebook.kits
        quotes = book.quotes()
        basket = basket_html(quotes, kept_quotes(self.guide, quotes), book.aside(QuoteRow))
        past = talks_html(talks.talks(), talks.aside(ConversationRow))
        return basket + past + kits_html(kits.kits(), kits.aside(KitRow)) + data_html(self.keep_days)

    def act(self, act: str, id: str, text: str = "") -> Deed:
        """Does what the button `act` of the thing `id` says; an unknown one does nothing."""
        if act in _REMOVES:
            kind, told = _REMOVES[act]
            self.notebook.basket.put_aside(kind, id)
            return Deed(told, self.shown())
        if act in _UNDOES:
            self.notebook.basket.take_back(_UNDOES[act], id)
            return Deed(texts.UNDONE, self.shown())
        match act:
            case "up" | "down":
                return self._moved(id, -1 if act == "up" else 1)
            case "note":
                self.notebook.basket.annotate(id, text)
                return Deed(texts.NOTE_SAVED)
            case "resume":
                conversation = shown_again(self.guide, self.notebook.conversations.resume(id))
                return Deed(texts.RESUMED, self.shown(), conversation)
            case "resume-kit":
                stored = self.notebook.kits.kit(id)
                return Deed(texts.KIT_RESUMED, self.shown(), kit=replace(Draft.read(stored.data), id=stored.id))
            case "erase":
                self.notebook.erase()
                return Deed(texts.ERASED, self.shown(), (), Draft())
        return Deed("")

    def _moved(self, id: str, by: int) -> Deed:
        self.notebook.basket.move(id, by)
        ids = [quote.id for quote in self.notebook.basket.quotes()]
        place = ids.index(id) + 1 if id in ids else 0
        return Deed(texts.MOVED.format(number=place, count=len(ids)), self.shown())

    def keep(self, conversation: Conversation, mark: str) -> str:
        """Puts the citation of `mark` (`exchange-marker`) into the basket; returns the sentence to say."""
        number, _, marker = mark.partition("-")
        exchange = conversation[int(number) - 1] if number.isdigit() and 0 < int(number) <= len(conversation) else None
        citations = exchange.answer.citations if exchange and exchange.answer else ()
        citation = next((each for each in citations if str(each.marker) == marker), None)
        if exchange is None or citation is None:
            return texts.NOT_KEPT
        return texts.KEPT_TOLD if self.notebook.basket.add(citation, exchange.question) else texts.KEPT_BEFORE
