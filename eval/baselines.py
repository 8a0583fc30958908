"""Shortcuts that must not win: what a measure gives to answers that nobody would want, and to an oracle.

A measure that ranks a shortcut above the guide is called broken in the report: it cannot be read by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from corpus.sentences import sentence_spans
from eval.case import Case, World
from eval.figures import figure
from eval.labels import HEADLINE, Better, label
from eval.reply import Cited, Ranked, Reply, Said
from eval.scoring import Row, scored
from eval.spans import Stretch, size
from eval.stats import SEED
from rag.types import Status

ORACLE = "oracle"
GUIDE = "guide"
Shortcut = Callable[[Case], Reply]


def quoting(case: Case, stretches: Sequence[Stretch]) -> Reply:
    """A reply that quotes the stretches, each as a statement; a refusal when there is none."""
    cited = [_cited(marker, one, case.world) for marker, one in enumerate(stretches, 1)]
    status = Status.ANSWERED if cited else Status.REFUSED
    said = tuple(Said(one.quote, (one.marker,)) for one in cited)
    return replace(case.reply, status=status, statements=said, citations=tuple(cited), notes=())


def _cited(marker: int, stretch: Stretch, world: World) -> Cited:
    return Cited(marker, stretch.doc, stretch.start, stretch.end, world.text(stretch), world.speaker(stretch))


def random_passages(case: Case) -> Reply:
    """Five passages drawn by lot, found and quoted."""
    drawn = Random(f"{case.item.id}/{SEED}").sample(case.world.index, min(10, len(case.world.index)))
    hits = tuple(Ranked(one.doc, one.start, one.end) for one in drawn)
    return replace(quoting(case, drawn[:5]), hits=hits)


def first_sentences(case: Case) -> Reply:
    """The first two sentences of the best passage."""
    top = case.found.ranked[:1]
    spans = [(one, span) for one in top for span in sentence_spans(case.world.text(one))[:2]]
    return quoting(case, [Stretch(one.doc, one.start + start, one.start + end) for one, (start, end) in spans])


def top_passage(case: Case) -> Reply:
    """The best passage as it is."""
    return quoting(case, case.found.ranked[:1])


def dump_all(case: Case) -> Reply:
    """Everything that was found, up to ten passages."""
    return quoting(case, case.found.ranked[:10])


def always_refuse(case: Case) -> Reply:
    """A refusal of everything."""
    return quoting(case, ())


def never_refuse(case: Case) -> Reply:
    """The guide's answer, the best passage where it refused."""
    if case.reply.status is Status.REFUSED:
        return top_passage(case)
    return replace(case.reply, status=Status.ANSWERED)


def oracle(case: Case) -> Reply:
    """The shortest gold, found and quoted; a refusal where one is due. What extraction could reach."""
    if not case.item.is_answerable:
        return quoting(case, ())
    ordered = sorted(case.gold, key=lambda gold: -gold.importance.weight)
    best = [one for gold in ordered for one in min(gold.alternatives, key=size)]
    hits = tuple(Ranked(one.doc, one.start, one.end) for one in best)
    reply = replace(quoting(case, best), hits=hits)
    return replace(reply, status=Status.PARTIAL) if case.item.answerable == "partial" else reply


SHORTCUTS: dict[str, Shortcut] = {
    "hasard": random_passages,
    "deux premières phrases": first_sentences,
    "premier passage": top_passage,
    "tout ce qui est trouvé": dump_all,
    "toujours refuser": always_refuse,
    "ne jamais refuser": never_refuse,
    ORACLE: oracle,
}


@dataclass(frozen=True)
class Table:
    """What each measure gives to the guide and to each shortcut: `values[who][measure]`."""

    values: dict[str, dict[str, float]]

    def beaten(self, name: str) -> list[str]:
        """The shortcuts (never the oracle) to which the measure gives more than to the guide."""
        sign = -1 if label(name).better is Better.LOW else 1
        guide = self.values[GUIDE].get(name)
        others = {who: got[name] for who, got in self.values.items() if who not in (GUIDE, ORACLE) and name in got}
        return [who for who, got in others.items() if guide is not None and sign * (got - guide) > 1e-9]


def compared(rows: Sequence[Row], world: World, names: Sequence[str] = (*HEADLINE, "words", "passed")) -> Table:
    """The guide's rows beside what every shortcut would have got on the same items."""
    cases = [Case.of(row.item, row.reply, world) for row in rows]
    made = {who: [scored(replace(case, reply=make(case))) for case in cases] for who, make in SHORTCUTS.items()}
    return Table({who: _values(scored_rows, names) for who, scored_rows in {GUIDE: list(rows), **made}.items()})


def _values(rows: Sequence[Row], names: Sequence[str]) -> dict[str, float]:
    found = {name: figure(name, rows, resamples=1) for name in names}
    return {name: one.value for name, one in found.items() if one}
