"""What a visitor downloads from the page: the notebook is the one of the browser's cookie."""

from __future__ import annotations

import json
from datetime import date
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from rag.guide import Guide
from ui.api.attachment import attachment
from ui.exports.answers import basket, conversation
from ui.exports.files import File, Format, export
from ui.exports.manuscript import Manuscript
from ui.exports.masking import Masking
from ui.store.keeping import kept_quotes, shown_again
from ui.store.notebook import Notebook, Notebooks
from ui.store.shelf import NotKept
from ui.store.visitors import visitor_of

Mask = Literal["none", "contacts", "people"]


def notebook(guide: Guide, notebooks: Notebooks) -> APIRouter:
    """`/carnet/…`: answers, conversations and the basket as documents, everything as JSON."""
    router = APIRouter(prefix="/carnet", include_in_schema=False)

    def document(manuscript: Manuscript, format: Format, mask: Mask) -> Response:
        return attachment(export(manuscript, format, Masking(mask), guide.sources))

    @router.get("/reponses/{id}/{format}")
    def answer(request: Request, id: str, format: Format, masque: Mask = "contacts") -> Response:
        stored = _of(notebooks, request).conversations.exchange(id)
        return document(conversation(shown_again(guide, [stored]), date.today()), format, masque)

    @router.get("/fils/{id}/{format}")
    def talk(request: Request, id: str, format: Format, masque: Mask = "contacts") -> Response:
        stored = _of(notebooks, request).conversations.around(id)
        return document(conversation(shown_again(guide, stored), date.today()), format, masque)

    @router.get("/panier/{format}")
    def chosen(request: Request, format: Format, masque: Mask = "contacts") -> Response:
        quotes = _of(notebooks, request).basket.quotes()
        if not quotes:
            raise NotKept
        return document(basket(kept_quotes(guide, quotes), date.today()), format, masque)

    @router.get("/donnees.json")
    def everything(request: Request) -> Response:
        data = json.dumps(_of(notebooks, request).everything(), ensure_ascii=False, indent=1)
        return attachment(File(f"carnet-ptce-{date.today()}.json", "application/json", data.encode()))

    return router


def _of(notebooks: Notebooks, request: Request) -> Notebook:
    visitor = visitor_of(request.cookies)
    if not visitor:
        raise NotKept
    return notebooks.of_visitor(visitor)
