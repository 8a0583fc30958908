"""The answer's own words: does it say what it should, briefly, and nothing that its citations do not hold."""

from __future__ import annotations

from functools import lru_cache
from statistics import fmean

from corpus.text import folded
from eval.case import Case
from eval.items import Importance
from eval.measures.citations import groups_cited
from eval.measures.score import Score
from eval.patterns import credit, said
from rag.verify.support import Verdict, facts, support


def credits(case: Case) -> dict[str, float]:
    """For each nugget, how far the answer states it; nothing is stated by a refusal."""
    return {nugget.id: credit(nugget, case.reply.text) for nugget in case.item.nuggets}


def vital_nuggets(case: Case) -> Score | None:
    """The share of vital facts that the answer states entirely; 0 for a refusal."""
    got = _vital_credits(case)
    missing = [id for id, value in got.items() if value < 1]
    reason = f"manque {', '.join(missing)}" if missing else ""
    return Score("vital_nuggets", fmean(value == 1 for value in got.values()), reason) if got else None


def vital_nuggets_partial(case: Case) -> Score | None:
    """The same, a fact stated in part counting half."""
    got = _vital_credits(case)
    return Score("vital_nuggets_partial", fmean(got.values())) if got else None


def all_nuggets(case: Case) -> Score | None:
    """The share of all facts, vital or not, that the answer states entirely."""
    got = credits(case)
    return Score("all_nuggets", fmean(value == 1 for value in got.values())) if _vital_credits(case) else None


def shown_nuggets(case: Case) -> Score | None:
    """The share of vital facts of which some gold evidence is cited: what a reader of the quotes can find."""
    cited = groups_cited(case)
    vital = [one for one in case.item.nuggets if one.importance is Importance.VITAL and one.evidence]
    return Score("shown_nuggets", fmean(bool(cited & set(one.evidence)) for one in vital)) if vital else None


def _vital_credits(case: Case) -> dict[str, float]:
    vital = {one.id for one in case.item.nuggets if one.importance is Importance.VITAL}
    return {id: value for id, value in credits(case).items() if id in vital} if case.item.is_answerable else {}


def density(case: Case) -> Score | None:
    """Vital facts stated for every hundred words of the answer."""
    got = _vital_credits(case)
    if not got or not case.words:
        return None
    return Score("nugget_density", 100 * sum(value == 1 for value in got.values()) / case.words)


def length(case: Case) -> Score | None:
    """Words of the answer."""
    return Score("words", float(case.words)) if case.answered else None


def within_length(case: Case) -> Score | None:
    """Whether the answer keeps to the length that the item allows."""
    most = case.item.expect.max_words
    return Score("within_length", float(case.words <= most), f"{case.words} / {most}") if case.answered else None


def unsupported(case: Case) -> Score | None:
    """The share of sentences that nothing retrieved or cited supports."""
    verdicts = [_in_context(case, text, verdict) for text, verdict in _judged(case)]
    red = [text[:50] for text, green in verdicts if not green]
    return Score("unsupported", len(red) / len(verdicts), repr(red[0]) if red else "") if verdicts else None


def _judged(case: Case) -> list[tuple[str, Verdict]]:
    return [(claim.text, verdict) for claim, verdict in zip(case.claims, case.verdicts, strict=True)]


def _in_context(case: Case, sentence: str, verdict: Verdict) -> tuple[str, bool]:
    if verdict:
        return sentence, True
    context = [case.world.text(stretch) for stretch in (*case.found.ranked, *case.cited)]
    return sentence, bool(support(sentence, context, case.world.lexicon))


def uncited(case: Case) -> Score | None:
    """The share of sentences without any citation."""
    return Score("uncited", fmean(not claim.cited for claim in case.claims)) if case.claims else None


def fidelity(case: Case) -> Score | None:
    """The share of numbers and names of the answer that stand in what their sentence cites."""
    lexicon, missing, count = case.world.lexicon, [], 0
    for claim in case.claims:
        there = folded(" ".join(case.world.text(one.stretch) for one in claim.cited))
        held = {*facts(there, lexicon), *_words(there)}
        stated = facts(claim.text, lexicon)
        count += len(stated)
        missing += [fact for fact in stated if fact not in held]
    if not count:
        return None
    return Score("fidelity", 1 - len(missing) / count, f"absent : {', '.join(missing)}" if missing else "")


@lru_cache(maxsize=2048)
def _words(text: str) -> tuple[str, ...]:
    return tuple("".join(character if character.isalnum() else " " for character in text).split())


def must_not_say(case: Case) -> Score | None:
    """1 when the answer says something that only a wrong answer says."""
    if not case.item.must_not_say:
        return None
    wrong = said(case.item.must_not_say, "\n".join((case.reply.text, *case.reply.notes)))
    return Score("must_not_say", float(bool(wrong)), ", ".join(wrong))


def must_say(case: Case) -> Score | None:
    """The share of required words shown: in the answer, the guide's notes, or the years of what is cited."""
    if not case.item.must_say or not case.answered:
        return None
    docs = {stretch.doc for stretch in case.cited} & case.world.sources.keys()
    years = (case.world.sources[doc].metadata.published for doc in docs)
    present = said(case.item.must_say, "\n".join((case.reply.text, *case.reply.notes, *years)))
    return Score("must_say", len(present) / len(case.item.must_say))


def eligible(case: Case) -> Score | None:
    """Whether the answer responds at all: it states a vital fact, at least in part (FACTS, phase 1)."""
    got = _vital_credits(case)
    return Score("eligible", float(any(got.values()))) if got else None
