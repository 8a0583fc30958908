"""An `Answer` as plain data: the batch contract, and what the HTTP API adds to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from corpus.types import Metadata, Passage, Source, Span, Speaker
from rag.types import Answer, Citation, Explanation, Hit, Reason, Refusal, Statement, Status
from rag.wording import answer_text

Record = dict[str, Any]


def record(answer: Answer) -> Record:
    """The answer as the batch contract has it."""
    return {
        "status": answer.status.value,
        "refusal": answer.refusal.type.value if answer.refusal else None,
        "abstained": answer.status is Status.REFUSED,
        "answer": answer_text(answer),
        "citations": [citation_record(citation) for citation in answer.citations],
        "passages": hit_records(answer.hits),
        "latency_ms": round(sum(answer.seconds.values()) * 1000, 1),
    }


def full_record(answer: Answer) -> Record:
    """The batch record with statements, the refusal in full, notes, what was searched, the confidence, and what helps
    to read it: words of the field, and what made each citation found.
    """
    return record(answer) | {
        "refusal": _refusal(answer.refusal) if answer.refusal else None,
        "statements": [statement_record(statement) for statement in answer.statements],
        "notes": list(answer.notes),
        "searched": answer.query.searched,
        "follow_up": answer.query.is_follow_up,
        "language": answer.query.language.value,
        "confidence": round(answer.confidence, 4),
        "collections": {"searched": list(answer.searched_in), "used": list(answer.used)},
        "terms": [_term(term) for term in answer.terms],
        "reasons": [_reason(reason) for reason in answer.reasons],
    }


def citation_record(citation: Citation) -> Record:
    """A citation: its marker, the exact quote and where it stands, who says it and when."""
    metadata = citation.source.metadata
    return {
        "marker": citation.marker,
        "source": citation.source.id,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "section": " > ".join(citation.section),
        "page": citation.page,
        "speaker": _speaker(citation.speaker),
        "title": metadata.title,
        "year": metadata.year,
        "kind": metadata.kind.value,
        "collection": metadata.collection,
    }


def hit_records(hits: Iterable[Hit]) -> list[Record]:
    """What was retrieved, best first."""
    return [span_record(hit.passage) | {"score": round(hit.score, 6)} for hit in hits]


def source_record(source: Source, *, text: bool = False) -> Record:
    """A document's metadata, with its whole text when asked for."""
    data = _metadata(source.metadata) | {"characters": len(source.text)}
    return data | {"text": source.text} if text else data


def span_record(span: Span) -> Record:
    """A stretch of a source: its exact text, where it stands, who speaks."""
    return {
        "source": span.source.id,
        "text": span.text,
        "start": span.start,
        "end": span.end,
        "section": " > ".join(span.section),
        "page": span.page,
        "speaker": _speaker(span.speaker),
    }


def _speaker(speaker: Speaker | None) -> Record | None:
    if not speaker:
        return None
    return {
        "name": speaker.name,
        "function": speaker.function,
        "role": speaker.role.value if speaker.role else None,
    }


def statement_record(statement: Statement) -> Record:
    """One thing that the answer says, the markers of what it rests on, and whether it is verbatim or rephrased."""
    return {
        "text": statement.text,
        "markers": [citation.marker for citation in statement.citations],
        "role": statement.role.value,
        "support": statement.support.value,
    }


def _term(term: Explanation) -> Record:
    return {
        "term": term.term,
        "expansion": term.expansion,
        "definition": term.definition,
        "quoted": span_record(term.quoted) if term.quoted else None,
    }


def _reason(reason: Reason) -> Record:
    return {
        "marker": reason.marker,
        "rank": reason.rank,
        "found": reason.found,
        "because": [each.value for each in reason.because],
        "shared": list(reason.shared),
        "related": list(reason.related),
        "question": reason.question,
    }


def _refusal(refusal: Refusal) -> Record:
    nearest: tuple[Passage, ...] = refusal.nearest
    return {
        "type": refusal.type.value,
        "message": refusal.message,
        "nearest": [span_record(passage) for passage in nearest],
        "choices": list(refusal.choices),
    }


def _metadata(metadata: Metadata) -> Record:
    return {
        "id": metadata.id,
        "title": metadata.title,
        "kind": metadata.kind.value,
        "publisher": metadata.publisher,
        "authors": list(metadata.authors),
        "published": metadata.published,
        "year": metadata.year,
        "address": metadata.address,
        "language": metadata.language,
        "rights": metadata.rights,
        "collection": metadata.collection,
    }
