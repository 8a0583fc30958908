"""The map of coverage over HTTP."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from rag.guide import Guide
from ui.api.problems import documented
from ui.coverage import coverage_record
from ui.record import Record
from ui.texts import coverage as texts


class MappedSourceOut(BaseModel):
    """Une colonne de la carte : une source et son année."""

    id: str = Field(examples=["institut-godin-recurrences"])
    title: str
    publisher: str
    year: int | None


class CellOut(BaseModel):
    """Un thème dans une source : combien de ses passages en traitent."""

    source: str = Field(examples=["institut-godin-recurrences"])
    known: Literal["known", "partly", "not"]
    passages: int


class MissingOut(BaseModel):
    """Combien de questions d'une sorte restent sans réponse."""

    kind: str = Field(examples=["montants et nombres"])
    questions: int


class ThemeOut(BaseModel):
    """Un thème : ses sources, les questions écrites d'avance qui ont une réponse ou non, et des exemples."""

    id: str
    name: str
    cells: list[CellOut]
    answered: int
    unanswered: int
    missing: list[MissingOut]
    examples: list[str]


class CoverageOut(BaseModel):
    """Ce que les sources savent et ne savent pas, compté des questions écrites d'avance."""

    sources: list[MappedSourceOut]
    themes: list[ThemeOut]
    outside: int = Field(description="Questions sans réponse qui ne sont d'aucun thème.")
    unmapped: list[MappedSourceOut]


def coverage(guide: Guide) -> APIRouter:
    """`/api/coverage`."""
    router = APIRouter(tags=["Documents"])

    @router.get(
        "/api/coverage", summary=texts.API_SUMMARY, response_model=CoverageOut, responses=documented(503),
    )  # fmt: skip
    def read() -> Record:
        """La carte : thèmes, sources et années ; « connu » veut dire au moins trois passages, pas tout."""
        return coverage_record(guide.coverage())

    return router
