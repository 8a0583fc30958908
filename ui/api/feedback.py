"""Opinions over HTTP: readers give them, evaluators read them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from rag.guide import Guide
from rag.settings import Settings
from ui.access.roles import Role, requires
from ui.api import models
from ui.api.problems import documented
from ui.opinions import LONGEST_REASON, Opinion, Opinions, Verdict, check_citations
from ui.record import Record
from ui.texts import clients as texts


class FeedbackIn(BaseModel):
    """Un avis ; `answer` est la réponse de `/api/v1/ask`, renvoyée telle quelle."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(max_length=models.LONGEST, examples=["Faut-il créer une SCIC ?"])
    history: list[models.TurnIn] = Field(default=[], max_length=200)
    answer: models.AskOut
    right: Verdict = Field(description="La réponse est-elle juste ?", examples=["yes"])
    sources: Verdict | None = Field(
        default=None, description="Les passages cités sont-ils les bons ? Rien si la réponse n'en cite pas."
    )
    reason: str = Field(default="", max_length=LONGEST_REASON, examples=["Il manque l'association."])

    @property
    def opinion(self) -> Opinion:
        """The opinion, checked."""
        turns = tuple(turn.turn for turn in self.history)
        return Opinion(self.question, self.answer.model_dump(), self.right, self.sources, self.reason, turns)


class StoredOut(BaseModel):
    """L'avis est enregistré."""

    status: str = Field(default="stored", examples=["stored"])


class OpinionOut(FeedbackIn):
    """Un avis, et quand il a été donné."""

    model_config = ConfigDict(extra="ignore")

    at: str = Field(examples=["2026-11-22T10:00:00+00:00"])


class OpinionsOut(BaseModel):
    """Une page des avis, les plus anciens d'abord."""

    opinions: list[OpinionOut]
    total: int
    next: int | None


def feedback(guide: Guide, settings: Settings) -> APIRouter:
    """`/api/feedback`."""
    router = APIRouter(prefix="/api/feedback", tags=["Avis"])
    opinions = Opinions(settings.data_dir)

    @router.post(
        "",
        status_code=201,
        summary=texts.FEEDBACK_SUMMARIES["send"],
        response_model=StoredOut,
        responses=documented(400, 404, 413, 422, 503),
    )
    def send(given: FeedbackIn) -> StoredOut:
        """Garde un avis avec la réponse entière, une fois ses citations vérifiées."""
        opinion = given.opinion
        check_citations(guide, opinion.answer)
        opinions.add(opinion)
        return StoredOut()

    @router.get(
        "",
        summary=texts.FEEDBACK_SUMMARIES["list"],
        response_model=OpinionsOut,
        responses=documented(422, 503),
        dependencies=[requires(Role.EVALUATOR)],
    )
    def read(
        limit: Annotated[int, Query(ge=1, le=200, description="Nombre d'avis.")] = 50,
        offset: Annotated[int, Query(ge=0, le=1_000_000, description="Nombre d'avis à sauter.")] = 0,
    ) -> Record:
        """Les avis reçus ; il faut le rôle « evaluator »."""
        entries = opinions.entries()
        following = offset + limit if offset + limit < len(entries) else None
        return {"opinions": entries[offset : offset + limit], "total": len(entries), "next": following}

    return router
