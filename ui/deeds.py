"""What each button of the notebook does, without Gradio."""

from __future__ import annotations

from dataclasses import dataclass

from rag.guide import Guide
from ui.chat import Conversation
from ui.html.notebook import basket_html, data_html, talks_html
from ui.keeping import kept_quotes, shown_again
from ui.store.database import ConversationRow, QuoteRow
from ui.store.notebook import Notebook
from ui.texts import notebook as texts


@dataclass(frozen=True)
class Deed:
    """What a button did: the sentence to say, what the notebook shows now, a conversation to show on the first tab.

    `shown` is `None` when the notebook looks as before; `conversation` is `None` when the first tab does.
    """

    told: str
    shown: str | None = None
    conversation: Conversation | None = None


@dataclass(frozen=True)
class Desk:
    """A visitor's notebook on the page."""

    guide: Guide
    notebook: Notebook
    keep_days: int

    def shown(self, undo_quote: str = "", undo_talk: str = "") -> str:
        """The whole notebook as HTML, with a way back for what was just removed."""
        quotes = self.notebook.basket.quotes()
        basket = basket_html(quotes, kept_quotes(self.guide, quotes), undo_quote)
        return basket + talks_html(self.notebook.conversations.talks(), undo_talk) + data_html(self.keep_days)

    def act(self, act: str, id: str, text: str = "") -> Deed:
        """Does what the button `act` of the thing `id` says; an unknown one does nothing."""
        match act:
            case "up" | "down":
                return self._moved(id, -1 if act == "up" else 1)
            case "note":
                self.notebook.basket.annotate(id, text)
                return Deed(texts.NOTE_SAVED)
            case "drop":
                self.notebook.basket.put_aside(QuoteRow, id)
                return Deed(texts.DROPPED, self.shown(undo_quote=id))
            case "undo-quote":
                self.notebook.basket.take_back(QuoteRow, id)
                return Deed(texts.UNDONE, self.shown())
            case "resume":
                conversation = shown_again(self.guide, self.notebook.conversations.resume(id))
                return Deed(texts.RESUMED, self.shown(), conversation)
            case "remove":
                self.notebook.conversations.put_aside(ConversationRow, id)
                return Deed(texts.REMOVED, self.shown(undo_talk=id))
            case "undo-talk":
                self.notebook.conversations.take_back(ConversationRow, id)
                return Deed(texts.UNDONE, self.shown())
            case "erase":
                self.notebook.erase()
                return Deed(texts.ERASED, self.shown(), ())
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
