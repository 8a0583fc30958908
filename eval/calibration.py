"""How far the support check agrees with a reader, at which θ, on labelled pairs of a sentence and what it cites.

θ is chosen on the pairs of all questions but one and judged on those of that one (leave-one-question-out), so that no
pair helps to choose the threshold that judges it. Chosen is the θ of the highest F0.5, in which precision weighs
double: an invention taken for supported costs more than a good sentence called doubtful. `labelled/README.md` says who
labelled, and how.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass as checked

from eval import stats
from eval.annotations import AUTOMATIC, Agreement, Human
from eval.stats import Interval
from rag.verify.support import THETA, Lexicon, Tier, support

THETAS = tuple(round(0.3 + 0.05 * step, 2) for step in range(15))
VERBATIM = "verbatim"


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Pair:
    """A sentence, the texts that it cites, how the pair was made, and what a reader says of it."""

    id: str
    item: str
    made: str
    sentence: str
    evidence: tuple[str, ...]
    verdict: Human
    note: str = ""

    @property
    def is_supported(self) -> bool:
        """Whether the reader says that all of the sentence is in what it cites."""
        return self.verdict is Human.SUPPORTED


@dataclass(frozen=True, slots=True)
class AtTheta:
    """What the check does at one θ, "supported" against the rest: shares in [0, 1]."""

    theta: float
    accuracy: float
    precision: float | None
    recall: float | None
    kappa: float | None


@dataclass(frozen=True)
class Calibration:
    """The check against the reader.

    `n` pairs, of which `supported` are; `curve` over θ; `crossed` the accuracy and κ of verdicts whose θ was chosen
    without their question, `chosen` these θ with how often; `reworded` the same accuracy without sentences that stand
    word for word in what they cite, which no θ decides; `graded` the agreement at the θ in force on three grades.
    """

    n: int
    supported: int
    curve: tuple[AtTheta, ...]
    crossed: Agreement
    interval: Interval
    chosen: dict[str, int]
    reworded: Agreement
    graded: Agreement
    false_greens: tuple[str, ...]
    false_reds: tuple[str, ...]

    @property
    def at(self) -> AtTheta:
        """The point of the θ in force."""
        return next(one for one in self.curve if one.theta == THETA)


_PAIR = TypeAdapter(Pair)


def labelled() -> tuple[Pair, ...]:
    """The pairs that come with the guide."""
    lines = files("eval").joinpath("labelled/support.jsonl").read_bytes().splitlines()
    return tuple(_PAIR.validate_json(line) for line in lines)


def calibrate(pairs: Sequence[Pair], lexicon: Lexicon) -> Calibration:
    """The check at every θ, cross-validated, and where it goes wrong at the θ in force."""
    greens = {theta: [bool(support(one.sentence, one.evidence, lexicon, theta)) for one in pairs] for theta in THETAS}
    tiers = [support(one.sentence, one.evidence, lexicon).tier for one in pairs]
    said = [one.is_supported for one in pairs]
    chosen = [best_theta(greens, said, [other.item != one.item for other in pairs]) for one in pairs]
    crossed = [greens[theta][place] for place, theta in enumerate(chosen)]
    reworded = [place for place, tier in enumerate(tiers) if tier is not Tier.VERBATIM]
    right = sum(a == b for a, b in zip(crossed, said, strict=True))
    return Calibration(
        n=len(pairs),
        supported=sum(said),
        curve=tuple(_at(theta, green, said) for theta, green in greens.items()),
        crossed=Agreement(len(pairs), stats.accuracy(crossed, said), stats.kappa(crossed, said)),
        interval=stats.wilson(right, len(pairs)),
        chosen={f"{theta:.2f}": chosen.count(theta) for theta in THETAS if theta in chosen},
        reworded=_binary([(crossed[place], said[place]) for place in reworded]),
        graded=Agreement.of([(AUTOMATIC[tier], one.verdict) for tier, one in zip(tiers, pairs, strict=True)]),
        false_greens=_ids(pairs, greens[THETA], said, green=True),
        false_reds=_ids(pairs, greens[THETA], said, green=False),
    )


def best_theta(greens: dict[float, list[bool]], said: Sequence[bool], kept: Sequence[bool]) -> float:
    """The θ of the highest F0.5 over the `kept` pairs; of equal ones the strictest."""

    def f_half(theta: float) -> float:
        shown = [(green, true) for green, true, keep in zip(greens[theta], said, kept, strict=True) if keep]
        both = sum(green and true for green, true in shown)
        weighed = 0.25 * sum(true for _, true in shown) + sum(green for green, _ in shown)
        return 1.25 * both / weighed if weighed else 0.0

    return max(greens, key=lambda theta: (f_half(theta), theta))


def _at(theta: float, greens: Sequence[bool], said: Sequence[bool]) -> AtTheta:
    both = sum(green and true for green, true in zip(greens, said, strict=True))
    precision = both / sum(greens) if any(greens) else None
    recall = both / sum(said) if any(said) else None
    agreement = _binary(list(zip(greens, said, strict=True)))
    return AtTheta(theta, agreement.accuracy or 0.0, precision, recall, agreement.kappa)


def _binary(pairs: Sequence[tuple[bool, bool]]) -> Agreement:
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    return Agreement(len(pairs), stats.accuracy(one, other), stats.kappa(one, other))


def _ids(pairs: Sequence[Pair], greens: Sequence[bool], said: Sequence[bool], green: bool) -> tuple[str, ...]:
    """The pairs on which check and reader part, where the check is `green`."""
    return tuple(
        one.id
        for one, is_green, true in zip(pairs, greens, said, strict=True)
        if is_green is green and true is not green
    )
