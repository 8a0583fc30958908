"""One's own documents over HTTP: listed, added, changed, removed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from corpus.types import MINE, Kind
from rag.errors import UnknownSource
from rag.guide import Guide
from rag.index.added import Listed, Preview, add, edit, listing, original, remove
from rag.settings import Settings
from ui.access.roles import Identity, Role, requires
from ui.api.headers import UPLOADS
from ui.api.problems import documented
from ui.record import Record
from ui.steps.documents import acting, previews, received
from ui.texts import documents as texts

_ROOM = 1_000_000
Editor = Annotated[Identity, requires(Role.EDITOR)]
_AT_ONCE = 20


class DocumentOut(BaseModel):
    """Un document indexé. `removable` : il a été ajouté, et peut être corrigé ou retiré."""

    id: str = Field(examples=["institut-godin-recurrences"])
    title: str
    kind: str
    published: str
    year: int | None
    authors: list[str]
    publisher: str
    collection: str = Field(examples=["mes-documents"])
    file: str
    size: int
    added: str
    remark: str
    state: Literal["indexed"]
    removable: bool


class DocumentsOut(BaseModel):
    """Une page de la liste des documents indexés."""

    documents: list[DocumentOut]
    total: int = Field(examples=[5])
    next: int | None = Field(description="`offset` de la suite, s'il y en a une.", examples=[None])


class AddedOut(BaseModel):
    """Ce qu'un ajout a fait ; `problems` a une phrase pour chaque fichier illisible."""

    added: list[str]
    unchanged: list[str]
    problems: list[str]


class PreviewOut(BaseModel):
    """Ce qui serait compris d'un fichier ; rien n'en est gardé."""

    title: str
    authors: list[str]
    published: str
    kind: str
    words: int
    pages: int
    sections: list[str]
    begins: str
    remarks: list[str]


class PreviewsOut(BaseModel):
    """Pour chaque fichier, ce qui serait compris, ou la raison de son refus."""

    previews: list[PreviewOut | str]


class DocumentIn(BaseModel):
    """Ce qui change ; ce qui n'est pas donné reste."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(default=None, min_length=1, max_length=300)
    authors: list[str] | None = Field(default=None, max_length=50)
    published: str | None = Field(default=None, max_length=10, examples=["2024-05"])
    kind: Kind | None = None
    publisher: str | None = Field(default=None, max_length=300)


def upload_limit(settings: Settings) -> int:
    """How many bytes a request that brings documents may have: one file of the largest size, or several smaller."""
    return settings.max_file * 1_000_000 + _ROOM


def own_documents(guide: Guide, settings: Settings) -> APIRouter:
    """`/api/documents`."""
    router = APIRouter(prefix=UPLOADS, tags=["Documents"])
    _reading(router, settings)
    _changing(router, guide, settings)
    return router


def _reading(router: APIRouter, settings: Settings) -> None:
    @router.get(
        "", summary=texts.API_SUMMARIES["list"], response_model=DocumentsOut, responses=documented(403, 422, 503)
    )
    def every(
        limit: Annotated[int, Query(ge=1, le=1000, description="Nombre de documents.")] = 200,
        offset: Annotated[int, Query(ge=0, le=1_000_000, description="Nombre de documents à sauter.")] = 0,
    ) -> Record:
        """Les documents indexés, ceux du guide d'abord."""
        found = listing(settings)
        shown = [document_record(listed) for listed in found[offset : offset + limit]]
        return {
            "documents": shown,
            "total": len(found),
            "next": offset + limit if offset + limit < len(found) else None,
        }

    @router.get(
        "/{id}/file",
        summary=texts.API_SUMMARIES["file"],
        response_class=FileResponse,
        responses=documented(403, 404, 422, 503),
    )
    def file(id: str) -> FileResponse:
        """Le fichier tel qu'il a été ajouté, à enregistrer."""
        path, filed = original(settings, id)
        if not path.is_file():
            raise UnknownSource(id)
        return FileResponse(path, media_type="application/octet-stream", filename=filed.name)


def _changing(router: APIRouter, guide: Guide, settings: Settings) -> None:
    @router.post(
        "",
        status_code=201,
        summary=texts.API_SUMMARIES["add"],
        response_model=AddedOut | PreviewsOut,
        responses=documented(400, 403, 409, 413, 422, 503, 507),
    )
    def receive(
        who: Editor,
        files: Annotated[list[UploadFile], File(description="Un ou plusieurs fichiers.", max_length=_AT_ONCE)],
        collection: Annotated[str, Form(max_length=100)] = MINE,
        preview: Annotated[bool, Form(description="Ne rien garder : dire seulement ce qui est compris.")] = False,
    ) -> Record:
        """Ajoute des fichiers à une collection ; un fichier déjà là ne coûte rien, un du même nom remplace le sien."""
        with received(settings, [(file.filename or "", file.file) for file in files]) as incoming:
            if preview:
                return {"previews": [_preview(seen) for seen in previews(settings, incoming, collection)]}
            report = acting(who, lambda: add(settings, incoming, collection, embedder=guide.embedder))
        return {"added": report.added, "unchanged": report.unchanged, "problems": report.problems}

    @router.patch(
        "/{id}",
        summary=texts.API_SUMMARIES["edit"],
        response_model=DocumentOut,
        responses=documented(400, 403, 404, 409, 413, 422, 503, 507),
    )
    def change(id: str, said: DocumentIn, who: Editor) -> Record:
        """Corrige le titre, les auteurs, la date, la nature ou l'éditeur d'un document ajouté."""
        changes = said.model_dump(exclude_none=True, mode="json")
        acting(who, lambda: edit(settings, id, changes, guide.embedder))
        return next(document_record(listed) for listed in listing(settings) if listed.metadata.id == id)

    @router.delete(
        "/{id}",
        status_code=204,
        summary=texts.API_SUMMARIES["remove"],
        responses=documented(403, 404, 409, 422, 503, 507),
    )
    def forget(id: str, who: Editor) -> None:
        """Retire un document ajouté : son fichier, son texte et son index."""
        acting(who, lambda: remove(settings, [id], guide.embedder))


def document_record(listed: Listed) -> Record:
    """A document of the list as plain data."""
    metadata, file = listed.metadata, listed.file
    return {
        "id": metadata.id,
        "title": metadata.title,
        "kind": metadata.kind.value,
        "published": metadata.published,
        "year": metadata.year,
        "authors": list(metadata.authors),
        "publisher": metadata.publisher,
        "collection": metadata.collection,
        "file": file.name if file else "",
        "size": file.size if file else 0,
        "added": file.added if file else "",
        "remark": file.remark if file else "",
        "state": "indexed",
        "removable": listed.removable,
    }


def _preview(seen: Preview | str) -> Any:  # noqa: ANN401
    if isinstance(seen, str):
        return seen
    metadata = seen.source.metadata
    return {
        "title": metadata.title,
        "authors": list(metadata.authors),
        "published": metadata.published,
        "kind": metadata.kind.value,
        "words": seen.words,
        "pages": seen.pages,
        "sections": list(seen.sections),
        "begins": seen.begins,
        "remarks": texts.remarks(seen),
    }
