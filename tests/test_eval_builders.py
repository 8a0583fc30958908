"""What the tests of the evaluation are made of: two short documents, items, replies and cases by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from corpus.markdown import read_markdown
from corpus.text import locate
from corpus.types import Metadata, Source
from eval.case import Case, World
from eval.items import Item
from eval.reply import Cited, Ranked, Reply, Said
from eval.spans import Stretch
from rag.types import Status

REPORT = """---
id: rapport
title: Rapport
published: "2021-03"
---
## Local

La mairie prête un local au pôle. Elle siège au comité de pilotage depuis 2019.

## Argent

Le poste de coordination coûte 42 000 € par an. Le pôle n'a pas de réserve.

## Statut

Le pôle choisit d'abord l'association. Une SCIC viendra peut-être plus tard.
"""
TALK = """---
id: entretien
title: Entretien
published: "2022"
speakers:
  - {name: Anne Martin, role: beneficiary}
  - {name: Paul Petit, role: companion}
---
## Visite

**Anne Martin :** La visite à Tarnos a duré deux jours. Nous avons écrit nos questions avant de partir.

**Paul Petit :** Recevoir nous a obligés à dire ce que nous faisions mal.
"""
LOCAL = "La mairie prête un local au pôle."
SEAT = "Elle siège au comité de pilotage depuis 2019."
COST = "Le poste de coordination coûte 42 000 € par an."
RESERVE = "Le pôle n'a pas de réserve."
VISIT = "La visite à Tarnos a duré deux jours."
MEASURED = Metadata("sans-nom", "Sans nom")
SOURCES: dict[str, Source] = {one.id: one for one in (read_markdown(text, MEASURED) for text in (REPORT, TALK))}
WORLD = World.of(SOURCES.values())
_ITEM = TypeAdapter(Item)


def where(quote: str) -> Stretch:
    """The stretch of a quote in whichever document holds it."""
    return next(Stretch(id, *found[0]) for id, source in SOURCES.items() if (found := locate(quote, source.text)))


def entry(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """An item as its line of JSON holds it: who lends rooms, answered by `LOCAL`."""
    base: dict[str, Any] = {
        "schema": "ptce-eval/1",
        "id": "F-001",
        "family": "F-001",
        "split": "dev",
        "persona": "fondateur",
        "language": "fr",
        "question": "Qui peut nous trouver des bureaux ?",
        "answerable": "full",
        "evidence": [group("E1", LOCAL)],
        "nuggets": [nugget("N1", "E1", ["mairie", "local"])],
        "tags": {"topic": "lieu"},
        "provenance": {"author": "A", "seen_source_before_writing": False, "date": "2026-11-22"},
    }
    return {**base, **changes}


def unanswerable(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """An item that the documents do not answer."""
    base = {
        "id": "F-002",
        "family": "F-002",
        "question": "Quel est le salaire du maire ?",
        "answerable": "none",
    }
    why = {"unanswerable_type": "near_miss", "search": "rien", "evidence": [], "nuggets": []}
    return entry(**{**base, **why, **changes})


def group(id: str, *quotes: str, importance: str = "vital") -> dict[str, Any]:
    """An evidence group whose alternatives are the quotes."""
    any_of = [{"doc": where(quote).doc if known(quote) else "rapport", "quote": quote} for quote in quotes]
    return {"id": id, "importance": importance, "any_of": any_of}


def known(quote: str) -> bool:
    """Whether a document holds the quote."""
    return any(locate(quote, source.text) for source in SOURCES.values())


def nugget(id: str, evidence: str, *rows: Sequence[str], importance: str = "vital") -> dict[str, Any]:
    """A fact recognised by the rows of patterns."""
    return {"id": id, "text": id, "importance": importance, "evidence": [evidence], "match": list(rows)}


def item(**changes: Any) -> Item:  # noqa: ANN401 - JSON
    """The item of `entry`."""
    return _ITEM.validate_python(entry(**changes))


def cite(quote: str, marker: int = 1, speaker: str | None = None) -> Cited:
    """A right citation of a quote; another speaker than the right one when it is given."""
    there = where(quote)
    exact = SOURCES[there.doc].text[there.start : there.end]
    voice = WORLD.speaker(there) if speaker is None else speaker
    return Cited(marker, there.doc, there.start, there.end, exact, voice)


def reply(*quotes: str, found: Sequence[str] = (), **changes: Any) -> Reply:  # noqa: ANN401 - any field
    """A reply that quotes the quotes, one statement each, and retrieved the passages `found`."""
    cited = tuple(cite(quote, marker) for marker, quote in enumerate(quotes, 1))
    base: dict[str, Any] = {
        "item": "F-001",
        "question": "Qui peut nous trouver des bureaux ?",
        "status": Status.ANSWERED if quotes else Status.REFUSED,
        "statements": tuple(Said(one.quote, (one.marker,)) for one in cited),
        "citations": cited,
        "hits": tuple(Ranked(one.doc, one.start, one.end) for one in map(where, found)),
    }
    return Reply(**{**base, **changes})


def case(answer: Reply, **changes: Any) -> Case:  # noqa: ANN401 - JSON
    """The case of an item and a reply."""
    return Case.of(item(**changes), answer, WORLD)


def test_the_quotes_stand_in_the_documents() -> None:
    assert all(known(quote) for quote in (LOCAL, SEAT, COST, RESERVE, VISIT))
