"""The verified sentences of a model, followed by the extracts that they do not restate: no fact is lost to brevity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from corpus.types import Evidence, Span
from corpus.words import stems
from rag.answer.leaning import leans
from rag.llm.verify import without_title
from rag.types import Citation, Hit, Role, Statement

_Place = tuple[str, int, int]


class Numbering:
    """Gives citations their markers in the order in which they come; the same quote keeps its number."""

    def __init__(self) -> None:
        self._given: dict[_Place, Citation] = {}

    def cite(self, span: Span) -> Citation:
        """The citation of `span`."""
        place = (span.source.id, span.start, span.end)
        return self._given.setdefault(place, Citation.of(len(self._given) + 1, span))


def merged(prose: Sequence[Statement], extracts: Sequence[Statement], hits: Iterable[Hit]) -> tuple[Statement, ...]:
    """`prose`, then what the extracts say beyond it, in their roles and with markers that go on.

    Evidence is left out when the sentences that cite it hold all its content words.
    """
    if not prose:
        return tuple(extracts)
    numbering = Numbering()
    first = [replace(one, citations=tuple(numbering.cite(_span(each)) for each in one.citations)) for one in prose]
    units = {unit.id: unit for hit in hits for unit in hit.passage.evidence}
    rest = [
        Statement(span.text, (numbering.cite(span),), Role.COMPLEMENT if one.role is Role.LEAD else one.role)
        for one in extracts
        for span in _left(_span(one.citations[0]), units, prose)
    ]
    order = list(Role)
    return (*first, *sorted(rest, key=lambda one: order.index(one.role)))


def _left(span: Span, units: Mapping[str, Evidence], prose: Sequence[Statement]) -> Iterator[Span]:
    """The stretches of `span` that the prose does not restate: its neighbouring units of evidence together."""
    inside = [unit for unit in units.values() if unit.source is span.source and _within(unit, span)]
    inside.sort(key=lambda unit: unit.start)
    if not inside or (inside[0].start, inside[-1].end) != (span.start, span.end):
        inside = []
    kept = [not _restated(unit, prose) for unit in inside]
    for place, unit in enumerate(inside[1:], 1):
        if kept[place] and leans(unit.text):
            kept[place - 1] = True  # a sentence that points back is not shown without what it points to
    if all(kept):
        yield span
        return
    for is_kept, group in groupby(zip(kept, inside, strict=True), key=lambda pair: pair[0]):
        if is_kept:
            stretch = [unit for _, unit in group]
            first = stretch[0]
            yield Span(first.source, first.start, stretch[-1].end, span.section, first.page, first.speaker)


def _within(unit: Span, span: Span) -> bool:
    return span.start <= unit.start and unit.end <= span.end


def _restated(unit: Span, prose: Sequence[Statement]) -> bool:
    said = {
        stem
        for statement in prose
        for cited in statement.citations
        if cited.source is unit.source and cited.start < unit.end and unit.start < cited.end
        for stem in stems(statement.text)
    }
    return set(stems(without_title(unit).text)) <= said


def _span(citation: Citation) -> Span:
    place = (citation.source, citation.start, citation.end)
    return Span(*place, citation.section, citation.page, citation.speaker)
