"""What helps to read an answer: the words of the field that it uses, and what made each of its passages found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice

from corpus.glossary import Term, explained, meant
from corpus.questions import NoAnchor, anchor
from corpus.types import Source, Span
from corpus.words import shared, stems
from rag.errors import UnknownSource
from rag.types import Answer, Because, Citation, Explanation, Hit, Query, Reason

MOST_TERMS = 12
GROUPS: Mapping[Because, tuple[str, ...]] = {
    Because.MEANING: ("passage", "evidence", "learned"),
    Because.WORDS: ("words", "document", "all_words"),
    Because.QUESTIONS: ("questions", "spelling"),
}
Find = Callable[[str], Source]
"""The document of that name; `UnknownSource` when there is none."""
Meanings = Sequence[Sequence[tuple[str, set[str]]]]
"""The names, each with its stems, of every term that a question means without saying them."""


def helped(answer: Answer, find: Find) -> Answer:
    """`answer` with the words to explain and the reasons of its citations; those it has stay when it has no hits."""
    reasons = tuple(_reasons(answer)) if answer.hits else answer.reasons
    return replace(answer, terms=_terms(answer, find), reasons=reasons)


def corrections(query: Query) -> tuple[tuple[str, str], ...]:
    """The words of the question that were searched in another spelling, as (typed, searched)."""
    typed, searched = query.question.split(), query.searched.split()
    if query.is_follow_up or len(typed) != len(searched):
        return ()
    return tuple((before, after) for before, after in zip(typed, searched, strict=True) if before != after)


def _terms(answer: Answer, find: Find) -> tuple[Explanation, ...]:
    """The words of the field in the question and in what is said, acronyms first; `MOST_TERMS` at most.

    What the answer itself quotes is not said twice.
    """
    said = " ".join([answer.query.question, *(statement.text for statement in answer.statements)])
    terms = sorted(explained(said), key=lambda term: not term.expansion)
    find_once = cache(find)
    explanations = (_explanation(term, find_once, answer.citations) for term in terms)
    return tuple(each for each in explanations if each.expansion or each.quoted or each.definition)[:MOST_TERMS]


def _explanation(term: Term, find: Find, cited: Sequence[Citation]) -> Explanation:
    quoted = _quoted(term, find)
    if quoted is None:
        return Explanation(term.term, term.expansion, term.definition)
    known = any(each.source is quoted.source and each.start < quoted.end and quoted.start < each.end for each in cited)
    return Explanation(term.term, term.expansion, quoted=None if known else quoted)


def _quoted(term: Term, find: Find) -> Span | None:
    """What a source says of `term`; `None` when none does, or when it is not there or says it no more."""
    if not term.source:
        return None
    try:
        source = find(term.source)
        start, end = anchor(term.quote, source)
    except (UnknownSource, NoAnchor):
        return None
    block = next(block for block in source.blocks if start < block.end)
    return Span(source, start, end, block.section, block.page, block.speaker)


def _reasons(answer: Answer) -> Iterator[Reason]:
    meanings = _meanings(answer.query.searched)
    for citation in answer.citations:
        ranked = (pair for pair in enumerate(answer.hits, 1) if _holds(pair[1], citation))
        rank, hit = next(ranked, (0, None))
        yield _reason(answer, meanings, citation, rank, hit) if hit else Reason(citation.marker, 0, len(answer.hits))


def _holds(hit: Hit, citation: Citation) -> bool:
    passage = hit.passage
    return passage.source.id == citation.source.id and passage.start < citation.end and citation.start < passage.end


def _reason(answer: Answer, meanings: Meanings, citation: Citation, rank: int, hit: Hit) -> Reason:
    weights = {
        because: sum(max(0.0, hit.signals.get(name, 0.0)) for name in names) for because, names in GROUPS.items()
    }
    strongest = sorted((because for because in weights if weights[because] > 0), key=lambda each: -weights[each])
    question, passage = answer.query.searched, f"{hit.passage.context} {hit.passage.text}"
    return Reason(
        citation.marker, rank, len(answer.hits), tuple(strongest), shared(question, passage),
        tuple(_related(meanings, passage)), hit.question,
    )  # fmt: skip


def _meanings(question: str) -> Meanings:
    asked = set(stems(question))
    named = [[(name, set(stems(name))) for name in (term.expansion, term.term) if name] for term in meant(question)]
    return [[(name, own) for name, own in names if not own <= asked] for names in named]


def _related(meanings: Meanings, passage: str) -> Iterator[str]:
    """The names of what the question says in other words, as far as the passage holds them."""
    held = set(stems(passage))
    for names in meanings:
        yield from islice((name for name, own in names if own <= held), 1)
