"""What goes in and out of the HTTP API. `ui.record` builds the values; these describe and check them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from rag.types import Turn

LONGEST = 20_000
NOT_BLANK = r"[^\s\x1c-\x1f]"
CollectionName = Annotated[str, Field(max_length=200)]
_QUOTE = "Le portage associatif reste le plus fréquent."


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]
"""A number without decimals; JSON writes one as 40 or as 40.0."""


class Exact(BaseModel):
    """What may come in: each value has the type that the document says (`true` is no number, "5" neither)."""

    model_config = ConfigDict(strict=True)


class Strict(Exact):
    """What only comes in: a field that is not known is refused too."""

    model_config = ConfigDict(extra="forbid")


class TurnIn(Strict):
    """Un message de la conversation qui précède."""

    role: Literal["user", "assistant"] = Field(examples=["user"])
    content: str = Field(max_length=LONGEST, examples=["Faut-il créer une SCIC ?"])

    @property
    def turn(self) -> Turn:
        """The message as the guide takes it."""
        return Turn(self.role, self.content)


class AskIn(Strict):
    """Une question, avec ce qui a été dit avant ; `searched` remplace ce que le guide aurait cherché."""

    question: str = Field(max_length=LONGEST, pattern=NOT_BLANK, examples=["Comment financer la coordination ?"])
    history: list[TurnIn] = Field(default=[], max_length=200)
    searched: str = Field(default="", max_length=LONGEST, examples=[""])
    collections: list[CollectionName] = Field(default=[], max_length=50, examples=[["guide"]])

    @property
    def turns(self) -> list[Turn]:
        """The history as the guide takes it."""
        return [turn.turn for turn in self.history]


class SearchIn(Strict):
    """Une recherche : `k` passages après les `offset` premiers."""

    q: str = Field(max_length=LONGEST, pattern=NOT_BLANK, examples=["financer la coordination"])
    k: Whole = Field(default=10, ge=1, le=50)
    offset: Whole = Field(default=0, ge=0, le=200)
    collections: list[CollectionName] = Field(default=[], max_length=50, examples=[["guide"]])


class SpeakerOut(Exact):
    """Qui parle, et de quel côté du transfert de savoir-faire."""

    name: str
    function: str
    role: Literal["beneficiary", "companion"] | None


class SpanOut(Exact):
    """Un passage d'un document : `text` en est la copie exacte, de `start` à `end`."""

    source: str = Field(examples=["institut-godin-recurrences"])
    text: str = Field(examples=[_QUOTE])
    start: Whole
    end: Whole
    section: str
    page: Whole | None
    speaker: SpeakerOut | None


class HitOut(SpanOut):
    """Un passage trouvé ; les scores d'une même recherche se comparent."""

    score: float


class CitationOut(Exact):
    """La citation exacte sur laquelle repose une phrase, avec sa date et sa voix."""

    marker: Whole = Field(examples=[1])
    source: str = Field(examples=["institut-godin-recurrences"])
    quote: str = Field(examples=[_QUOTE])
    start: Whole
    end: Whole
    section: str
    page: Whole | None
    speaker: SpeakerOut | None
    title: str
    year: Whole | None
    kind: str
    collection: str


class StatementOut(Exact):
    """Une phrase de la réponse, et les marques des citations sur lesquelles elle repose."""

    text: str = Field(examples=[_QUOTE])
    markers: list[Whole] = Field(examples=[[1]])
    role: Literal["lead", "complement", "caution", "divergence"]
    support: Literal["verbatim", "rephrased"]


class RefusalOut(Exact):
    """Pourquoi il n'y a pas de réponse ; `nearest` ne répond pas à la question."""

    type: Literal["out_of_scope", "not_covered", "too_vague", "personal_advice"]
    message: str
    nearest: list[SpanOut]
    choices: list[str]


class TermOut(Exact):
    """Un mot du métier : ce que disent ses lettres, et ce qu'il veut dire (une source citée, ou le guide)."""

    term: str = Field(examples=["SCIC"])
    expansion: str = Field(examples=["Société coopérative d'intérêt collectif"])
    definition: str = Field(description="Explication du guide, qui ne vient d'aucune source ; vide si une est citée.")
    quoted: SpanOut | None


class ReasonOut(Exact):
    """Ce qui a fait trouver le passage d'une citation ; `rank` vaut 0 pour celui qui en accompagne un autre."""

    marker: Whole = Field(examples=[1])
    rank: Whole = Field(examples=[1])
    found: Whole = Field(examples=[10])
    because: list[Literal["meaning", "words", "questions"]]
    shared: list[str] = Field(examples=[["coordination"]])
    related: list[str]
    question: str = Field(description="La question écrite d'avance qui y mène : une aide à la recherche, pas un fait.")


class CollectionsOut(Exact):
    """Les collections cherchées, et celles que la réponse cite."""

    searched: list[str] = Field(examples=[["guide"]])
    used: list[str] = Field(examples=[["guide"]])


class AskOut(Exact):
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
    terms: list[TermOut]
    reasons: list[ReasonOut]
    latency_ms: float


class SearchOut(BaseModel):
    """Les passages les plus proches, le meilleur d'abord."""

    passages: list[HitOut]
    next: int | None = Field(description="`offset` de la suite, s'il y en a une.", examples=[10])


class HighlightOut(SpanOut):
    """L'extrait demandé, et l'adresse où le lire surligné dans son document."""

    url: str = Field(examples=["/sources/institut-godin-recurrences?start=0&end=9#passage"])


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
    highlight: HighlightOut | None


class SourcesOut(BaseModel):
    """Une page de la liste des documents du corpus."""

    sources: list[SourceOut]
    total: int = Field(examples=[5])
    next: int | None = Field(description="`offset` de la suite, s'il y en a une.", examples=[None])


class StateOut(BaseModel):
    """L'état du serveur."""

    status: Literal["ok", "ready"]
    sources: int = 0


def event_schema(*names: str) -> dict[str, object]:
    """What each server-sent event of a stream is; `data` is JSON. Events of OpenAI's interface have no name."""
    event: dict[str, object] = {"event": {"type": "string", "enum": list(names)}} if names else {}
    return {"type": "object", "required": ["data", *event], "properties": {"data": {"type": "string"}} | event}


STREAM: dict[str, object] = {
    "description": "Événements `passages`, `statement` (un par phrase), puis `done` ou `problem`.",
    "content": {
        "text/event-stream": {
            "itemSchema": event_schema("passages", "statement", "done", "problem"),
            "example": 'event: statement\ndata: {"text": "…", "markers": [1], "citations": [{"quote": "…"}]}\n\n'
            'event: done\ndata: {"status": "answered", "answer": "… [1]"}\n\n',
        }
    },
}
