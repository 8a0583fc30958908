"""Stand-ins of the real shape, with rules that one can compute by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.cut import passages_of
from corpus.markdown import read_markdown
from corpus.types import Evidence, Metadata, Passage, Source
from rag.covered import CoverageMap
from rag.errors import BadQuestion, UnknownSource
from rag.guide import Guide
from rag.settings import Settings
from rag.steps import Stage, Step
from rag.types import Answer, Citation, Hit, Query, Refusal, RefusalType, Role, Statement, Turn

TALK = """---
id: entretien
title: Deux pôles <se parlent>
publisher: Avise
published: "2022-05-17"
kind: testimony
rights: "© Avise"
address: https://example.org/entretien
speakers:
  - {name: Maud Carrichon, role: companion, function: coordinatrice, aliases: []}
  - {name: Charles Granier, role: beneficiary, function: chargé de mission, aliases: []}
---

## Pourquoi un TSF ?

**Charles Granier, chargé de mission :** Nous voulions voir un pôle en marche. La SCIC nous faisait peur.

**Maud Carrichon :** La SCIC n'est pas une obligation. Commencez par une association & un projet.
"""
STUDY = """---
id: etude
title: "Étude des pôles"
publisher: Institut
published: "2017"
kind: research_report
---

## Statuts

<!-- page 16 -->

**Le choix :** Le choix du statut dépend de plusieurs conditions :

- le nombre de membres ;
  - les fondateurs ;
  - les usagers ;
- la place des collectivités.

Points de vigilance : la SCIC demande du temps. Le texte dit `${1+1}` et {{value}} et <b>gras</b>.
"""


def small_sources() -> tuple[Source, ...]:
    """A study with a nested list and an interview with two voices."""
    return tuple(read_markdown(text, Metadata("sans-nom", "Sans nom")) for text in (STUDY, TALK))


class ScriptedGuide(Guide):
    """Answers with every sentence that shares a word of four letters or more with the question.

    The first is the lead, one that says « vigilance » a caution, the others complete; with none it refuses. A
    question after others is a follow-up: the last one is searched with it.
    """

    def __init__(self, sources: Sequence[Source] | None = None) -> None:
        self.settings = Settings()
        self._sources = {source.id: source for source in (small_sources() if sources is None else sources)}
        self.asked: list[tuple[str, tuple[Turn, ...], str]] = []

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(self._sources.values())

    def source(self, id: str) -> Source:
        if id not in self._sources:
            raise UnknownSource(id)
        return self._sources[id]

    @property
    def collections(self) -> tuple[str, ...]:
        return ("guide",)

    def stream(
        self, question: str, history: Sequence[Turn] = (), searched: str = "", collections: Sequence[str] = ()
    ) -> Iterator[Step]:
        yield Step(Stage.DONE, self.helped(self._answer(question, history, searched)))

    def _answer(self, question: str, history: Sequence[Turn], searched: str) -> Answer:
        self.asked.append((question, tuple(history), searched))
        if not question.strip():
            raise BadQuestion("La question est vide : écrivez-la.")
        if question == "panne":
            raise RuntimeError("a bug")
        before = [turn.content for turn in history if turn.role == "user"]
        text = searched or " ".join([*before[-1:], question])
        query = Query(question, text, history=tuple(history), is_follow_up=text != question)
        hits = self.search(query.searched)
        found = self._found(query.searched)
        if not found:
            nearest = tuple(hit.passage for hit in hits[:2])
            refusal = Refusal(RefusalType.NOT_COVERED, "Rien <ici>.", nearest, ("Que dit-on de la SCIC ?",))
            return Answer(query, (), refusal, hits, 0.1, seconds={"all": 0.002})
        statements = tuple(_statement(marker, unit) for marker, unit in enumerate(found, 1))
        return Answer(query, statements, None, hits, 0.9, ("Ces sources datent.",), {"all": 0.002})

    def coverage(self) -> CoverageMap:
        return CoverageMap((), ())

    def search(self, question: str, k: int = 10, collections: Sequence[str] = ()) -> tuple[Hit, ...]:
        passages = [passage for source in self.sources for passage in passages_of(source)]
        ranked = sorted(passages, key=lambda passage: -len(_words(question) & _words(passage.text)))
        return tuple(Hit(passage, 1 / rank) for rank, passage in enumerate(ranked[:k], 1))

    def _found(self, question: str) -> list[Evidence]:
        units = [unit for passage in _passages(self.sources) for unit in passage.evidence]
        return [unit for unit in units if _words(question) & _words(unit.text)]


def _passages(sources: Sequence[Source]) -> list[Passage]:
    return [passage for source in sources for passage in passages_of(source)]


def _words(text: str) -> set[str]:
    return {word for raw in text.lower().split() if len(word := raw.strip("«»?.,;:!’'\"")) >= 4}


def _statement(marker: int, unit: Evidence) -> Statement:
    caution = "vigilance" in unit.text.lower()
    role = Role.CAUTION if caution else Role.LEAD if marker == 1 else Role.COMPLEMENT
    return Statement(unit.text, (Citation.of(marker, unit),), role)
