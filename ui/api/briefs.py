"""Sheets, session kits and comparisons over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from corpus.types import Kind
from rag.briefs.make import Briefs
from rag.briefs.plan import read_request
from rag.briefs.template import Scope
from rag.briefs.types import Brief
from rag.guide import Guide
from ui.api import brief_models as models
from ui.api.problems import documented
from ui.commands.brief_record import brief_record, templates_record
from ui.exports.briefs import manuscript
from ui.exports.files import MEDIA_TYPES, export, read_format
from ui.exports.masking import Masking
from ui.record import Record
from ui.texts import briefs as texts

FormatName = Literal["json", "docx", "odt", "md", "html"]
MaskName = Literal["none", "contacts", "people"]
Format = Annotated[FormatName, Query(description=texts.API_FORMAT)]
FILES: dict[int | str, dict[str, object]] = {
    200: {"content": {media: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA_TYPES.values()}}
}


def briefs(guide: Guide) -> APIRouter:
    """`/api/briefs`, `/api/briefs/{name}` and `/api/compare`."""
    router = APIRouter(prefix="/api", tags=["Fiches et kits"])
    maker = Briefs(guide)

    @router.get("/briefs", summary=texts.API_SUMMARIES["list"], response_model=models.TemplatesOut)
    def names() -> Record:
        """Les modèles que l'on peut remplir, avec leurs champs."""
        return templates_record(maker.templates)

    @router.get(
        "/briefs/{name}",
        summary=texts.API_SUMMARIES["get"],
        response_model=models.BriefOut,
        responses=FILES | documented(404, 422, 503),
    )
    def without_form(name: str, format: Format = "json", mask: MaskName = "contacts") -> Response:
        """La fiche, quand elle ne demande rien ; sinon, dit ce qu'il faut remplir."""
        return _reply(guide, maker.make(name, {}), format, mask)

    @router.post(
        "/briefs/{name}",
        summary=texts.API_SUMMARIES["make"],
        response_model=models.BriefOut,
        responses=FILES | documented(400, 404, 413, 422, 503),
    )
    def make(name: str, asked: models.MakeIn, format: Format = "json", mask: MaskName = "contacts") -> Response:
        """La fiche ou le kit : chaque phrase d'une source est citée, le reste est au modèle ou à l'usager."""
        request = read_request(maker.templates.get(name), asked.form, asked.extra, asked.agenda)
        return _reply(guide, maker.answer(request), format, mask)

    _add_comparisons(router, guide, maker)
    return router


def _add_comparisons(router: APIRouter, guide: Guide, maker: Briefs) -> None:
    @router.get(
        "/compare",
        summary=texts.API_SUMMARIES["compare"],
        response_model=models.BriefOut,
        responses=FILES | documented(422, 503),
    )
    def compare(
        q: Annotated[str, Query(description=texts.CLI_QUESTION, examples=["Comment préparer un TSF ?"])],
        kinds: Annotated[list[Kind], Query(description=texts.API_KINDS)] = [],  # noqa: B006 - FastAPI copies it
        format: Format = "json",
        mask: MaskName = "contacts",
    ) -> Response:
        """La même question à chaque document, côte à côte ; l'adresse porte la question."""
        return _reply(guide, maker.compare(q, Scope(kinds=kinds)), format, mask)

    @router.post(
        "/compare",
        summary=texts.API_SUMMARIES["compare_body"],
        response_model=models.BriefOut,
        responses=FILES | documented(400, 413, 422, 503),
    )
    def compare_body(asked: models.CompareIn, format: Format = "json", mask: MaskName = "contacts") -> Response:
        """La même comparaison, la question dans le corps : aucun journal d'adresses ne la garde."""
        return _reply(guide, maker.compare(asked.q, Scope(kinds=asked.kinds)), format, mask)


def _reply(guide: Guide, brief: Brief, format: FormatName, mask: MaskName) -> Response:
    """The brief as data, or as a file to keep."""
    if format == "json":
        return JSONResponse(brief_record(brief))
    file = export(manuscript(brief), read_format(format), Masking(mask), guide.sources)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)
