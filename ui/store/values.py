"""What the notebook gives back: frozen values, without a trace of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class StoredExchange:
    """A question with the record of its answer (`ui.record.full_record`), or with the problem shown instead."""

    id: str
    question: str
    record: Mapping[str, Any] | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation in the list: its title, when it was last added to, how many questions it has."""

    id: str
    title: str
    updated: float
    count: int


@dataclass(frozen=True, slots=True)
class StoredQuote:
    """A citation of the basket as it was when it was kept."""

    id: str
    source: str
    start: int
    end: int
    quote: str
    note: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class StoredKit:
    """A session kit: the name of its definition, its title, and what its page needs to show it again."""

    id: str
    name: str
    title: str
    updated: float
    data: Mapping[str, Any] = field(default_factory=dict)
