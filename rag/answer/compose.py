"""Composing without a language model: the best evidence, whole, in a readable order, each with its citation."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, pairwise
from math import log

from corpus.types import Evidence, Span
from corpus.words import fold, stems
from rag.answer.evidence import Scored, score_evidence
from rag.answer.forms import form_of, holds
from rag.answer.leaning import leans, takes_back
from rag.answer.retrieve import Signals
from rag.index.searchable import Index
from rag.types import Citation, Hit, Role, Statement

PASSAGES = 6
LEAST = 0.4  # of the best passage's score: what is far behind it is beside the question
OTHER_LEAST = 0.37  # and for a passage of another source, when all those are of one
MARGIN = 2.8
OTHER_MARGIN = 4.5
LENGTH = 0.5  # what a sentence that takes e times the usual words must be better
USUAL, SHORT = 25, 8  # words
SAME = 0.8  # of their words
DISPUTED = 1.0  # what the sources do not all say alike takes room for two: it must answer the question
CHAIN = 4
_CAUTION = re.compile(r"(?:points? de )?(?:vigilance|attention)\b|(?:des )?defis\b")
_RISKS = re.compile(
    r"\b(?:risques?|faiblesses?|inconvenients?|dangers?|limites?|soucis|pieges?|ecueils?|fragilites?|vigilance|"
    r"risks?|drawbacks?|weakness(?:es)?|pitfalls?|downsides?)\b"
)


@dataclass(frozen=True, eq=False)
class _Run:
    """Evidence chosen together because it stands together: one statement, one quote."""

    units: tuple[Evidence, ...]

    @property
    def span(self) -> Span:
        first, last = self.units[0], self.units[-1]
        return Span(first.source, first.start, last.end, first.section, first.page, first.speaker)

    @property
    def words(self) -> int:
        return self.span.words


def compose(index: Index, found: Signals, hits: Sequence[Hit], max_words: int) -> tuple[Statement, ...]:
    """Statements from `hits`, about `max_words` at most, in the order in which an answer is read."""
    scored = score_evidence(index, found, _near(hits))
    chosen = _with_another_source(index, scored, _choose(index, scored, max_words), max_words)
    runs = _runs(index, chosen)
    best = scored[0].unit.source.id
    against = {other.id for place, unit in enumerate(chosen) for other in _said_against(index, unit, chosen[place:])}
    asked = bool(_RISKS.search(fold(found.text)))
    roles = _led([(_role(run, best, against, cautions=not asked), run) for run in runs])
    order = {role: rank for rank, role in enumerate(Role)}
    place = {one.unit.id: position for position, one in enumerate(scored)}
    best_place = {role: min(_place(run, place) for one, run in roles if one is role) for role, _ in roles}
    rank = {hit.passage.source.id: position for position, hit in reversed(list(enumerate(hits)))}
    form = form_of(found.text)
    roles.sort(
        key=lambda pair: (
            order[pair[0]],
            not holds(form, pair[1].span.text),  # a figure first, when one is asked for
            _place(pair[1], place) > best_place[pair[0]],  # then what answers best
            rank.get(pair[1].span.source.id, len(rank)),  # none was found of what only disagrees
            pair[1].span.start,
        )
    )
    return tuple(
        Statement(run.span.text, (Citation.of(marker, run.span),), role) for marker, (role, run) in enumerate(roles, 1)
    )


def _near(hits: Sequence[Hit]) -> list[Hit]:
    """The first of `hits`, without those far behind; when all are of one source, the next one of another."""
    good = [hit for hit in hits if hit.score >= LEAST * hits[0].score] or list(hits[:1])
    near, sources = good[:PASSAGES], {hit.passage.source.id for hit in good[:PASSAGES]}
    others = (hit for hit in hits if hit.passage.source.id not in sources and hit.score >= OTHER_LEAST * hits[0].score)
    return [*near, *islice(others, 1)] if len(sources) == 1 else near


def _place(run: _Run, place: Mapping[str, int]) -> int:
    """The place of the best unit of `run` among those scored."""
    return min(place.get(unit.id, len(place)) for unit in run.units)


def _choose(index: Index, scored: Sequence[Scored], max_words: int) -> list[list[Evidence]]:
    """The best units, each with the sentence it leans on, while they are good enough and there is room."""
    groups: list[list[Evidence]] = []
    words = 0
    others = sorted(scored[1:], key=lambda candidate: -_worth(index, candidate))
    for candidate in [scored[0], *others]:
        behind = scored[0].score - _worth(index, candidate) if groups else 0.0
        opposed = index.opposed.get(candidate.unit.id, ())
        if behind > MARGIN:
            break
        chosen = list(chain.from_iterable(groups))
        added = [unit for unit in (*_in_context(index, candidate.unit), *opposed) if unit not in chosen]
        length = sum(unit.words for unit in added)
        beside = (opposed and behind > DISPUTED) or _repeats(candidate.unit, chosen)
        unfit = (words + length > max_words or _is_title(index, candidate.unit)) if chosen else _is_open(candidate.unit)
        if not added or beside or unfit:
            continue
        groups.append(added)
        words += length
    return groups or [[scored[0].unit]]


def _worth(index: Index, candidate: Scored) -> float:
    """Its score, less what it takes to read it with what it leans on."""
    words = sum(unit.words for unit in _in_context(index, candidate.unit))
    return candidate.score - LENGTH * log(max(words, SHORT) / USUAL)


def _repeats(unit: Evidence, chosen: Sequence[Evidence]) -> bool:
    """Whether another unit says the same in nearly the same words: two documents that present one thing."""
    words = _content(unit.text)
    others = (_content(other.text) for other in chosen if other is not unit)
    return any(len(words & each) >= SAME * len(words | each) for each in others)


@lru_cache(maxsize=10_000)
def _content(text: str) -> frozenset[str]:
    return frozenset(stems(text))


def _is_title(index: Index, unit: Evidence) -> bool:
    """Whether a document begins with it: its title, author and date, which answer when nothing answers better."""
    position = index.evidence_position[unit.id]
    return not position or index.evidence[position - 1].source is not unit.source


def _is_open(unit: Evidence) -> bool:
    """Whether it asks: what a source leaves open is no answer, but may stand after one."""
    return unit.text.rstrip().endswith("?")


def _with_another_source(
    index: Index, scored: Sequence[Scored], groups: Sequence[Sequence[Evidence]], max_words: int
) -> list[Evidence]:
    """What was chosen, and when it all comes from one source the best unit of another, if that is not far behind; what
    a source leaves open makes room for it, or what was chosen last.
    """
    chosen, fewer = list(chain.from_iterable(groups)), list(chain.from_iterable(groups[:-1]))
    sources = {unit.source.id for unit in chosen}
    said = [unit for unit in chosen if not _is_open(unit)]
    for candidate in scored if len(sources) == 1 else ():
        added = _in_context(index, candidate.unit)
        behind = scored[0].score - candidate.score
        for kept, far in ((chosen, OTHER_MARGIN), (said, OTHER_MARGIN), (fewer, MARGIN)):
            fits = sum(unit.words for unit in [*kept, *added]) <= max_words
            if added and behind <= far and fits and kept and candidate.unit.source.id not in sources:
                return [*kept, *added]
    return chosen


def _in_context(index: Index, unit: Evidence) -> list[Evidence]:
    """`unit`, after the sentences it leans on when it points back, and before the one that takes it back; none if they
    are many.
    """
    units = [unit]
    while leans(units[0].text):
        position = index.evidence_position[units[0].id]
        before = index.evidence[position - 1] if position else None
        if before is None or not _follows(before, units[0]):
            break
        units.insert(0, before)
    after = index.evidence[index.evidence_position[unit.id] + 1 :][:1]
    units += [one for one in after if takes_back(one.text) and _follows(unit, one)]
    return units if len(units) <= CHAIN else []


def _follows(before: Evidence, unit: Evidence) -> bool:
    """Whether nothing but blanks stands between the two, and one voice speaks in one section."""
    same = before.source is unit.source and before.headings == unit.headings and before.speaker == unit.speaker
    return same and not unit.source.text[before.end : unit.start].strip()


def _runs(index: Index, chosen: Sequence[Evidence]) -> list[_Run]:
    """Chosen units that follow each other in their paragraph, read as one."""
    ordered = sorted(chosen, key=lambda unit: index.evidence_position[unit.id])
    runs: list[list[Evidence]] = [[unit] for unit in ordered[:1]]
    for before, unit in pairwise(ordered):
        apart = (before.is_list or unit.is_list) and not leans(unit.text)
        apart |= _is_open(before) is not _is_open(unit)
        if _follows(before, unit) and before.section == unit.section and not apart:
            runs[-1].append(unit)
        else:
            runs.append([unit])
    return [_Run(tuple(run)) for run in runs]


def _led(roles: list[tuple[Role, _Run]]) -> list[tuple[Role, _Run]]:
    """`roles`; what would only complete leads when nothing else does."""
    if any(role is Role.LEAD for role, _ in roles):
        return roles
    return [(Role.LEAD if role is Role.COMPLEMENT else role, run) for role, run in roles]


def _said_against(index: Index, unit: Evidence, later: Sequence[Evidence]) -> list[Evidence]:
    """What was chosen after `unit` and does not say the same."""
    return [other for other in index.opposed.get(unit.id, ()) if other in later]


def _role(run: _Run, best: str, against: Collection[str], *, cautions: bool) -> Role:
    """What a run does in the answer; `cautions` are set apart unless they are what is asked for."""
    if any(unit.id in against for unit in run.units):
        return Role.DIVERGENCE
    if cautions and any(_CAUTION.match(fold(part)) for part in run.span.section):
        return Role.CAUTION
    if _is_open(run.units[0]):
        return Role.DIVERGENCE
    return Role.LEAD if run.span.source.id == best else Role.COMPLEMENT
