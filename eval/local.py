"""Question files of one's own, kept in the data directory: uploaded ones, and one made of exchanges with the guide."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock
from pydantic import TypeAdapter

from corpus.text import Level, folded, locate
from corpus.words import stems
from eval.items import SCHEMA, Item, Persona, shipped
from rag.errors import GuideError
from rag.settings import Settings
from rag.types import Answer, Citation, Status, Turn

SHIPPED = ("dev", "test")
EXCHANGES = "echanges"
LARGEST = 5_000_000
_NAME = re.compile(r"[^\w.-]+")
_WORD = re.compile(r"[^\W\d_]{4,}|\d+")
_ITEM = TypeAdapter(Item)


class QuestionFileError(GuideError):
    """A question file cannot be taken."""

    code = "question_file"


class NothingChosenError(GuideError):
    """An exchange is to become an item, but no citation was said to answer it."""

    code = "nothing_chosen"

    def __init__(self) -> None:
        super().__init__("Cochez au moins une citation qui répond, ou dites que les sources ne répondent pas.")


@dataclass(frozen=True)
class Exchange:
    """A question that was asked, what was said before it, and the guide's answer."""

    question: str
    answer: Answer
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True)
class Judged:
    """What a person says of an exchange: who they are, for whom they ask, and which citations answer.

    No citation at all and `searched` filled in means: the sources do not answer, and this is what was searched.
    """

    author: str
    persona: Persona
    markers: tuple[int, ...]
    searched: str = ""


def folder(settings: Settings) -> Path:
    """Where question files of one's own are kept."""
    return settings.data_dir / "questions"


def question_files(settings: Settings) -> dict[str, Path]:
    """Every question file by its name: the shipped ones first."""
    own = sorted(folder(settings).glob("*.jsonl"))
    return {**{name: shipped(name) for name in SHIPPED}, **{path.stem: path for path in own}}


def keep(uploaded: Path, settings: Settings, name: str = "") -> Path:
    """Copies an uploaded file under a harmless name; `QuestionFileError` when it is too big or the name taken."""
    stem = _NAME.sub("-", Path(name or uploaded.name).stem).strip("-.") or "questions"
    if stem in (*SHIPPED, EXCHANGES):
        raise QuestionFileError(f"« {stem} » est le nom d'un jeu du guide : renommez votre fichier.")
    if uploaded.stat().st_size > LARGEST:
        raise QuestionFileError(
            f"Un fichier de questions ne dépasse pas {LARGEST // 1_000_000} Mo : coupez-le en deux."
        )
    path = folder(settings) / f"{stem}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(uploaded.read_bytes())
    return path


def add(exchange: Exchange, judged: Judged, settings: Settings) -> Item:
    """Adds an exchange to the local file as an item with an id of its own; returns it."""
    path = folder(settings) / f"{EXCHANGES}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock"):
        taken = sum(1 for line in path.read_bytes().splitlines() if line.strip()) if path.exists() else 0
        entry = entry_of(exchange, judged, f"X-{taken + 1:03d}")
        item = _ITEM.validate_python(entry)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
    return item


def entry_of(exchange: Exchange, judged: Judged, id: str) -> dict[str, object]:
    """The line of JSON that an exchange makes; `NothingChosenError` when nothing says what a right answer is."""
    chosen = [one for one in exchange.answer.citations if one.marker in judged.markers]
    if not chosen and not judged.searched.strip():
        raise NothingChosenError
    entry: dict[str, object] = {
        "schema": SCHEMA,
        "id": id,
        "family": id,
        "split": "dev",
        "persona": judged.persona,
        "language": exchange.answer.query.language.value,
        "question": exchange.question,
        **_answer(chosen, exchange, judged.searched.strip()),
        "tags": {"topic": "échange"},
        "provenance": {
            "author": judged.author.strip() or "sans nom",
            "seen_source_before_writing": False,
            "date": datetime.now(UTC).date().isoformat(),
            "draft": "échange : les preuves ont été choisies parmi ce que le guide citait",
        },
    }
    if exchange.history:
        entry["history"] = [{"role": turn.role, "content": turn.content} for turn in exchange.history]
        entry["standalone"] = exchange.answer.query.searched
    return entry


def _answer(chosen: Sequence[Citation], exchange: Exchange, searched: str) -> dict[str, object]:
    if not chosen:
        return {"answerable": "none", "unanswerable_type": "near_miss", "search": searched}
    partly = exchange.answer.status is Status.PARTIAL
    return {
        "answerable": "partial" if partly else "full",
        **({"unanswerable_type": "near_miss"} if partly else {}),
        "evidence": [_group(number, one) for number, one in enumerate(chosen, 1)],
        "nuggets": [_nugget(number, one) for number, one in enumerate(chosen, 1)],
    }


def _group(number: int, citation: Citation) -> dict[str, object]:
    alternative: dict[str, object] = {"doc": citation.source.id, "quote": citation.quote}
    found = locate(citation.quote, citation.source.text, Level.V1)
    if len(found) > 1:
        starts = [start for start, _ in found]
        alternative["occurrence"] = 1 + min(range(len(found)), key=lambda at: abs(starts[at] - citation.start))
    return {"id": f"E{number}", "importance": "vital", "any_of": [alternative]}


def _nugget(number: int, citation: Citation) -> dict[str, object]:
    quote = " ".join(citation.quote.split())
    return {
        "id": f"N{number}",
        "text": quote,
        "importance": "vital",
        "evidence": [f"E{number}"],
        "match": [_keywords(quote)],
    }


def _keywords(quote: str, count: int = 5) -> list[str]:
    """The longest words of a quote that mean something, folded, as patterns that must all occur."""
    words = dict.fromkeys(_WORD.findall(folded(quote)))
    full = [word for word in words if stems(word)] or [folded(quote)]
    chosen = set(sorted(full, key=len, reverse=True)[:count])
    return [word for word in full if word in chosen]
