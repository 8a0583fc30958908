"""What must hold of question files before any run: every check returns reasons, in French, and never raises.

A reason that begins with `REVIEW` is for a person to judge; any other makes the file invalid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from corpus.cut import passages_of
from corpus.text import Level, folded, locate
from corpus.types import Source
from eval.items import Alternative, Answerable, Importance, Item, Loaded, Nugget, Problem, load
from eval.patterns import fault, fires, fires_any
from eval.similar import Indexed, jaccard

REVIEW = "(à relire) "
TOO_WIDE = 0.1
ALIKE = 0.8


@dataclass(frozen=True)
class Corpus:
    """The sources that the gold refers to, folded once."""

    sources: Mapping[str, Source]

    @cached_property
    def passages(self) -> list[tuple[str, str]]:
        """(document, folded text) of every passage."""
        return [(id, folded(one.text)) for id, source in self.sources.items() for one in passages_of(source)]

    @cached_property
    def texts(self) -> dict[str, str]:
        """The folded text of every document."""
        return {id: folded(source.text) for id, source in self.sources.items()}


def validate(
    paths: Sequence[Path], sources: Mapping[str, Source], indexed: Indexed | None = None
) -> tuple[list[Item], list[Problem]]:
    """The items of all files together, and every problem found in them or between them."""
    files = [load(path) for path in paths]
    corpus = Corpus(sources)
    problems = [problem for file in files for problem in file.problems]
    problems += [_problem(*place, reason) for place in _places(files) for reason in _reasons(place[2], corpus)]
    problems += _between(list(_places(files)))
    if indexed:
        problems += _known_questions(list(_places(files)), indexed)
    return [item for file in files for item in file.items], sorted(problems, key=lambda one: (one.file, one.line))


_Place = tuple[str, int, Item]


def _places(files: Iterable[Loaded]) -> Iterator[_Place]:
    for file in files:
        yield from ((file.file, line, item) for line, item in zip(file.lines, file.items, strict=True))


def _problem(file: str, line: int, item: Item, reason: str) -> Problem:
    review = reason.startswith(REVIEW)
    return Problem(file, line, item.id, reason.removeprefix(REVIEW), review)


def _reasons(item: Item, corpus: Corpus) -> Iterator[str]:
    for check in CHECKS:
        yield from check(item, corpus)


def _form(item: Item, _: Corpus) -> Iterator[str]:
    for name in ("id", "family", "question"):
        if not getattr(item, name).strip():
            yield f"« {name} » est vide"
    if item.history and not item.standalone.strip():
        yield "une question de suite doit donner « standalone »"
    for kind, ids in (
        ("evidence", [one.id for one in item.evidence]),
        ("nuggets", [one.id for one in item.nuggets]),
    ):
        if len(ids) != len(set(ids)):
            yield f"deux « {kind} » portent le même id"


def _answerability(item: Item, _: Corpus) -> Iterator[str]:
    if item.is_answerable:
        for name, entries in (("preuve", item.evidence), ("fait", item.nuggets)):
            if not any(one.importance is Importance.VITAL for one in entries):
                yield f"question répondue par les sources, mais aucun élément vital ({name})"
    elif any(one.importance is Importance.VITAL for one in item.evidence):
        yield f"« answerable » vaut {item.answerable.value}, mais des preuves vitales sont données"
    if item.answerable is not Answerable.FULL and not item.unanswerable_type:
        yield "« unanswerable_type » manque"
    if item.answerable is Answerable.NONE and not item.search.strip():
        yield "question sans réponse, mais la recherche faite (« search ») n'est pas notée"


def _quotes(item: Item, corpus: Corpus) -> Iterator[str]:
    for group in item.evidence:
        if not group.any_of:
            yield f"{group.id} n'a aucune citation"
        for alternative in group.any_of:
            yield from (_prefixed(group.id, reason) for reason in _quote_reasons(alternative, corpus))


def _quote_reasons(alternative: Alternative, corpus: Corpus) -> Iterator[str]:
    if alternative.doc not in corpus.sources:
        yield f"le document {alternative.doc!r} n'est pas dans le corpus"
        return
    text = corpus.sources[alternative.doc].text
    for quote in alternative.quotes:
        count = len(locate(quote, text, Level.V1))
        if count < max(alternative.occurrence, 1):
            yield f"citation introuvable dans {alternative.doc!r} : {quote[:60]!r}"
        elif count > 1 and not alternative.occurrence:
            yield f"citation trouvée {count} fois, donner « occurrence » : {quote[:60]!r}"


def _patterns(item: Item, corpus: Corpus) -> Iterator[str]:
    rows = [row for nugget in item.nuggets for row in (*nugget.match, *nugget.partial)]
    patterns = [*(pattern for row in rows for pattern in row), *item.must_not_say, *item.must_say]
    faults = [reason for pattern in patterns if (reason := fault(pattern))]
    yield from faults
    if faults:
        return
    for pattern in item.must_not_say:
        yield from (
            f"« must_not_say » se déclenche dans {doc!r} : {pattern!r}"
            for doc, text in corpus.texts.items()
            if fires(pattern, text)
        )
    for nugget in item.nuggets:
        yield from (_prefixed(nugget.id, reason) for reason in _nugget_reasons(nugget, item, corpus))


def _prefixed(part: str, reason: str) -> str:
    mark = REVIEW if reason.startswith(REVIEW) else ""
    return f"{mark}{part} : {reason.removeprefix(REVIEW)}"


def _nugget_reasons(nugget: Nugget, item: Item, corpus: Corpus) -> Iterator[str]:
    groups = [group for group in item.evidence if group.id in nugget.evidence]
    if len(groups) < len(set(nugget.evidence)):
        yield f"preuve inconnue dans {nugget.evidence}"
        return
    own = folded("\n".join(quote for group in groups for one in group.any_of for quote in one.quotes))
    if groups and not fires_any(nugget.match, own):
        yield "aucun motif ne se déclenche sur sa propre preuve"
    documents = {one.doc for group in item.evidence for one in group.any_of}
    unrelated = [text for doc, text in corpus.passages if doc not in documents]
    fired = sum(fires_any(nugget.match, text) for text in unrelated)
    if fired:
        mark = "" if fired > TOO_WIDE * len(unrelated) else REVIEW
        yield f"{mark}motif large : se déclenche dans {fired} passage(s) de documents sans rapport"


CHECKS: tuple[Callable[[Item, Corpus], Iterator[str]], ...] = (_form, _answerability, _quotes, _patterns)


def _between(places: Sequence[_Place]) -> list[Problem]:
    """Ids used twice, families cut in two, near-duplicates in different families."""
    problems: list[Problem] = []
    for number, (file, line, item) in enumerate(places):
        for _, _, other in places[:number]:
            problems += [_problem(file, line, item, reason) for reason in _against(item, other)]
    return problems


def _against(item: Item, other: Item) -> Iterator[str]:
    if item.id == other.id:
        yield "cet id est déjà pris"
    elif item.family == other.family:
        if item.split != other.split:
            yield f"la famille {item.family!r} est aussi dans {other.split!r} ({other.id})"
    elif jaccard(item, other) > ALIKE:
        mark = REVIEW if item.split == other.split else ""
        yield f"{mark}presque la même question que {other.id} (famille {other.family}, {other.split})"


def _known_questions(places: Sequence[_Place], indexed: Indexed) -> list[Problem]:
    return [
        _problem(file, line, item, f"{REVIEW}presque une question de l'index : {near!r}")
        for file, line, item in places
        if (near := indexed.near(item))
    ]
