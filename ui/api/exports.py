"""Documents with footnotes over HTTP: questions asked and answered, or citations that one has chosen."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from rag.guide import Guide
from rag.types import Citation
from ui.api.attachment import attachment
from ui.api.models_exports import CitationIn, ExportIn
from ui.api.problems import documented
from ui.exports.answers import Kept, basket, conversation
from ui.exports.files import MEDIA_TYPES, BadExport, Format, export
from ui.exports.manuscript import Manuscript
from ui.exports.masking import Masking
from ui.html.answers import Exchange
from ui.steps.chat import history
from ui.store.revive import StaleError, cite
from ui.texts import exports as texts

_DOCUMENTS: dict[str, object] = {"content": {media_type.partition(";")[0]: {} for media_type in MEDIA_TYPES.values()}}


def exports(guide: Guide) -> APIRouter:
    """`/api/exports`."""
    router = APIRouter(prefix="/api", tags=["Exports"])

    @router.post(
        "/exports",
        summary=texts.API_SUMMARY,
        response_class=Response,
        responses={200: _DOCUMENTS, **documented(400, 404, 413, 422, 500, 503)},
    )
    def make(asked: ExportIn) -> Response:
        """Un document docx, odt, Markdown ou HTML dont chaque citation a sa note de bas de page."""
        made = _manuscript(guide, asked)
        return attachment(export(made, Format(asked.format), Masking(asked.mask), guide.sources))

    return router


def _manuscript(guide: Guide, asked: ExportIn) -> Manuscript:
    if bool(asked.questions) == bool(asked.citations):
        raise BadExport(texts.NOTHING_TO_EXPORT)
    if asked.questions:
        return conversation(_answered(guide, asked), date.today(), asked.title)
    return basket([Kept(_citation(guide, each), each.note) for each in asked.citations], date.today(), asked.title)


def _answered(guide: Guide, asked: ExportIn) -> list[Exchange]:
    """Each question answered in the thread of those before it."""
    exchanges: list[Exchange] = []
    for question in asked.questions:
        answer = guide.ask(question, history(exchanges), collections=asked.collections)
        exchanges.append(Exchange(question, answer))
    return exchanges


def _citation(guide: Guide, asked: CitationIn) -> Citation:
    try:
        return cite(guide.source(asked.source), asked.start, asked.end)
    except StaleError as error:
        raise BadExport(texts.NO_SUCH_CITATION.format(source=asked.source, start=asked.start, end=asked.end)) from error
