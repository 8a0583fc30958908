"""What changes when the same need is worded or spelled otherwise: a variant against its canonical one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.measures.score import mean
from eval.spans import Stretch


@dataclass(frozen=True)
class Outcome:
    """One reply to one wording: whether it answered, the groups it cited, what was retrieved, its scores."""

    item: str
    family: str
    kind: str
    answered: bool
    cited: frozenset[str] = frozenset()
    ranked: tuple[Stretch, ...] = ()
    scores: Mapping[str, float] | None = None
    passed: bool = False

    def score(self, name: str) -> float | None:
        """The value of a measure, `None` where it does not apply."""
        return (self.scores or {}).get(name)


@dataclass(frozen=True)
class Pair:
    """The canonical wording and a variant of the same item."""

    canonical: Outcome
    variant: Outcome

    def change(self, name: str) -> float | None:
        """How much a measure gains by the variant."""
        before, after = self.canonical.score(name), self.variant.score(name)
        return None if before is None or after is None else after - before

    @property
    def flipped(self) -> bool:
        """Whether the decision to answer changed."""
        return self.canonical.answered != self.variant.answered

    @property
    def same_evidence(self) -> float | None:
        """Jaccard similarity of the evidence groups cited, `None` when neither cited any."""
        either = self.canonical.cited | self.variant.cited
        return len(self.canonical.cited & self.variant.cited) / len(either) if either else None


def pairs(outcomes: Iterable[Outcome], kind: str, canonical: str = "canonical") -> list[Pair]:
    """The variants of one kind beside their canonical outcomes."""
    listed = list(outcomes)
    base = {one.item: one for one in listed if one.kind == canonical}
    return [Pair(base[one.item], one) for one in listed if one.kind == kind and one.item in base]


def flip_rate(paired: Sequence[Pair]) -> float | None:
    """The share of variants that changed the decision."""
    return mean(float(pair.flipped) for pair in paired)


def mean_change(paired: Sequence[Pair], name: str) -> float | None:
    """The mean change of a measure over the pairs to which it applies."""
    return mean(pair.change(name) for pair in paired)


def rbo(one: Sequence[Stretch], other: Sequence[Stretch], p: float = 0.9) -> float:
    """Rank-biased overlap (Webber et al. 2010) to the longer depth, scaled so that equal lists give 1."""
    depth = max(len(one), len(other))
    if not depth:
        return 1.0
    weights = [p ** (k - 1) for k in range(1, depth + 1)]
    agreement = [len(set(one[:k]) & set(other[:k])) / k for k in range(1, depth + 1)]
    return sum(w * a for w, a in zip(weights, agreement, strict=True)) / sum(weights)


def worst_of_family(outcomes: Iterable[Outcome], name: str) -> float | None:
    """The mean over families of the worst value that any wording got."""
    worst: dict[str, float] = {}
    for one in outcomes:
        if (value := one.score(name)) is not None:
            worst[one.family] = min(worst.get(one.family, value), value)
    return mean(worst.values())


def all_pass(outcomes: Iterable[Outcome]) -> float | None:
    """The share of families of which every wording passed."""
    passed: dict[str, bool] = {}
    for one in outcomes:
        passed[one.family] = passed.get(one.family, True) and one.passed
    return mean(map(float, passed.values()))
