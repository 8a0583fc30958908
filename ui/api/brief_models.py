"""What goes in and out of `/api/briefs` and `/api/compare`: descriptions of what `ui.commands.brief_record` builds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from corpus.types import Kind
from ui.api.models import LONGEST, CitationOut, StatementOut

_FORM = {"beneficiaire": "SCIC de réemploi", "themes": ["modele-economique"], "jours": 2}


class MakeIn(BaseModel):
    """Les réponses au formulaire, les questions ajoutées à une partie, le déroulé quand il a été modifié."""

    model_config = ConfigDict(extra="forbid")

    form: dict[str, str | int | list[str]] = Field(default={}, max_length=100, examples=[_FORM])
    extra: dict[str, list[str]] = Field(default={}, max_length=100, examples=[{}])
    agenda: list[list[str]] = Field(default=[], max_length=200, examples=[[]])


class CompareIn(BaseModel):
    """Une question à chaque document, ou à ceux de certaines sortes."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(max_length=LONGEST, examples=["Comment préparer un TSF ?"])
    kinds: list[Kind] = Field(default=[], max_length=len(Kind))


class OwnOut(BaseModel):
    """Ce que dit le modèle de la fiche, ou l'usager (`voice`) : jamais une source."""

    type: Literal["own"]
    text: str
    voice: Literal["template", "form"]


class SubtitleOut(BaseModel):
    """Un titre dans une partie."""

    type: Literal["subtitle"]
    text: str


class ListOut(BaseModel):
    """Une liste du modèle, à cocher ou non."""

    type: Literal["list", "checklist"]
    items: list[str]


class QuotedOut(BaseModel):
    """Ce que disent les sources ; `again` renvoie à des citations faites plus haut."""

    type: Literal["quoted"]
    about: str
    statements: list[StatementOut]
    again: list[int]


class SilentOut(BaseModel):
    """Une question à laquelle les sources ne répondent pas."""

    type: Literal["silent"]
    question: str
    reason: str


CellOut = Annotated[OwnOut | QuotedOut | SilentOut, Field(discriminator="type")]


class TableOut(BaseModel):
    """Un tableau ; celui qui a un `id` peut être modifié."""

    type: Literal["table"]
    id: str
    voice: Literal["template", "form"]
    header: list[str]
    rows: list[list[CellOut]]


BlockOut = Annotated[OwnOut | SubtitleOut | ListOut | QuotedOut | SilentOut | TableOut, Field(discriminator="type")]


class SectionOut(BaseModel):
    """Une partie."""

    id: str
    title: str
    blocks: list[BlockOut]


class BriefOut(BaseModel):
    """Une fiche ou un kit : les marques des phrases renvoient aux citations."""

    name: str
    title: str
    intro: str
    made: str = Field(examples=["2026-11-22"])
    sections: list[SectionOut]
    citations: list[CitationOut]


class OptionOut(BaseModel):
    """Un choix possible."""

    value: str
    label: str


class FieldOut(BaseModel):
    """Un champ du formulaire ; `free` : un choix de plus s'écrit « autre : … »."""

    id: str
    label: str
    help: str
    kind: Literal["text", "choice", "choices", "number"]
    required: bool
    most: int
    free: bool
    options: list[OptionOut]


class PartOut(BaseModel):
    """Une partie du modèle."""

    id: str
    title: str


class TemplateOut(BaseModel):
    """Un modèle et son formulaire."""

    name: str = Field(examples=["tsf"])
    title: str
    about: str
    form: list[FieldOut]
    sections: list[PartOut]


class TemplatesOut(BaseModel):
    """Les modèles, et ceux qui ont été refusés avec leur raison."""

    briefs: list[TemplateOut]
    broken: list[str]
