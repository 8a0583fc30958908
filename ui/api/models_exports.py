"""What `/api/exports` takes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ui.api.models import Strict, Whole


class CitationIn(Strict):
    """Une citation choisie : `text[start:end]` du document, et la note que l'on y met."""

    source: str = Field(examples=["institut-godin-recurrences"])
    start: Whole = Field(ge=0, le=2**31, examples=[23467])
    end: Whole = Field(ge=1, le=2**31, examples=[23704])
    note: str = Field(default="", max_length=4000)


class ExportIn(Strict):
    """Ou bien des questions, posées dans l'ordre comme une conversation, ou bien des citations choisies.

    `collections` : où chercher les questions (toutes sinon).
    """

    questions: list[str] = Field(default=[], max_length=20, examples=[["Comment financer la coordination ?"]])
    collections: list[str] = Field(default=[], max_length=50, examples=[[]])
    citations: list[CitationIn] = Field(default=[], max_length=500, examples=[[]])
    format: Literal["docx", "odt", "md", "html"] = "docx"
    mask: Literal["none", "contacts", "people"] = "contacts"
    title: str = Field(default="", max_length=200)
