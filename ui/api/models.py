"""What goes in and out of the HTTP API. `ui.record` builds the values; these describe and check them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

_QUOTE = "Le portage associatif reste le plus fréquent."


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TurnIn(_In):
    """Un message de la conversation qui précède."""

    role: Literal["user", "assistant"] = Field(examples=["user"])
    content: str = Field(examples=["Faut-il créer une SCIC ?"])


class AskIn(_In):
    """Une question, avec ce qui a été dit avant ; `searched` remplace ce que le guide aurait cherché."""

    question: str = Field(examples=["Comment financer la coordination ?"])
    history: list[TurnIn] = Field(default=[], max_length=200)
    searched: str = Field(default="", examples=[""])
    collections: list[str] = Field(default=[], max_length=50, examples=[["guide"]])


class SpeakerOut(BaseModel):
    """Qui parle, et de quel côté du transfert de savoir-faire."""

    name: str
    function: str
    role: Literal["beneficiary", "companion"] | None


class SpanOut(BaseModel):
    """Un passage d'un document : `text` en est la copie exacte, de `start` à `end`."""

    source: str = Field(examples=["institut-godin-recurrences"])
    text: str = Field(examples=[_QUOTE])
    start: int
    end: int
    section: str
    page: int | None
    speaker: SpeakerOut | None


class HitOut(SpanOut):
    """Un passage trouvé ; les scores d'une même recherche se comparent."""

    score: float


class CitationOut(BaseModel):
    """La citation exacte sur laquelle repose une phrase, avec sa date et sa voix."""

    marker: int = Field(examples=[1])
    source: str = Field(examples=["institut-godin-recurrences"])
    quote: str = Field(examples=[_QUOTE])
    start: int
    end: int
    section: str
    page: int | None
    speaker: SpeakerOut | None
    title: str
    year: int | None
    kind: str
    collection: str


class StatementOut(BaseModel):
    """Une phrase de la réponse, et les marques des citations sur lesquelles elle repose."""

    text: str = Field(examples=[_QUOTE])
    markers: list[int] = Field(examples=[[1]])
    role: Literal["lead", "complement", "caution", "divergence"]
    support: Literal["verbatim", "rephrased"]


class RefusalOut(BaseModel):
    """Pourquoi il n'y a pas de réponse ; `nearest` ne répond pas à la question."""

    type: Literal["out_of_scope", "not_covered", "too_vague", "personal_advice"]
    message: str
    nearest: list[SpanOut]
    choices: list[str]


class CollectionsOut(BaseModel):
    """Les collections cherchées, et celles que la réponse cite."""

    searched: list[str] = Field(examples=[["guide"]])
    used: list[str] = Field(examples=[["guide"]])


class AskOut(BaseModel):
    """Une réponse : ses phrases et leurs citations, ou un refus, ou les deux (réponse partielle)."""

    status: Literal["answered", "partial", "refused"]
    refusal: RefusalOut | None
    abstained: bool
    answer: str = Field(examples=[f"{_QUOTE} [1]"])
    statements: list[StatementOut]
    citations: list[CitationOut]
    passages: list[HitOut]
    notes: list[str]
    searched: str
    follow_up: bool
    language: Literal["fr", "en"]
    confidence: float = Field(ge=0, le=1)
    collections: CollectionsOut
    latency_ms: float


class SearchOut(BaseModel):
    """Les passages les plus proches, le meilleur d'abord."""

    passages: list[HitOut]


class SourceOut(BaseModel):
    """Un document du corpus."""

    id: str = Field(examples=["institut-godin-recurrences"])
    title: str
    kind: str
    publisher: str
    authors: list[str]
    published: str
    year: int | None
    address: str
    language: str
    rights: str
    collection: str
    characters: int


class SourceTextOut(SourceOut):
    """Un document avec son texte : les citations en sont des extraits `text[start:end]`."""

    text: str


class SourcesOut(BaseModel):
    """Les documents du corpus."""

    sources: list[SourceOut]


class StateOut(BaseModel):
    """L'état du serveur."""

    status: Literal["ok", "ready"]
    sources: int = 0
