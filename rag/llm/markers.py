"""From a stream of text to sentences with the labels that they cite, however the model wrote them.

Known forms: [P3], [P1, P2], [1,2], [P1][P2], 【1】, 【P3†source】, (P3). A label that was not given is dropped, and
so is what is left of a malformed one: a reader sees the guide's own numbers alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.sentences import sentence_spans

_LIST = r"(?:passages?|sources?)?\s*P?\s*\d{1,3}(?:\s*(?:[,;&–-]|et|and)?\s*P?\s*\d{1,3})*"
_MARK = rf"(?:[\[【]\s*{_LIST}\s*(?:†[^\]】]*)?[\]】]|\(\s*(?=(?:passages?|sources?)?\s*P){_LIST}\s*\))"
_MARKS = re.compile(rf"\s*{_MARK}", re.IGNORECASE)
_HEAD = re.compile(rf"(?:{_MARK}\s*)+", re.IGNORECASE)
_BREAK = re.compile(rf"((?:{_MARK}\s*)+[.!?…]?)\s+(?=[A-ZÀ-ÖØ-Þ])")
_RUIN = re.compile(r"[\[【(]\s*P\s*\w{0,3}\s*[\]】)]|[\[【]\s*P?\d*\s*$|[【】]")
_BULLET = re.compile(r"^\s*(?:[-–—•*]+|\d{1,2}[.)])\s+")
_HEADING = re.compile(r"^\s*#|^[^.!?]{0,120}:\s*$|^\s*\W*\s*$")
_LABEL = re.compile(r"^(?:réponse|answer)[^:.]{0,40}:\s*", re.IGNORECASE)
_PENDING = 40


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence that the model wrote, without markers, and the labels (from 1) that it cites."""

    text: str
    labels: tuple[int, ...] = ()


class Sentences:
    """Takes the model's text piece by piece and gives it back sentence by sentence; `count` labels were given."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._waiting = ""

    def feed(self, text: str) -> Iterator[Written]:
        """The sentences that `text` completes: one is complete when the next has begun, or its line has ended."""
        *lines, last = (self._waiting + text).split("\n")
        self._waiting = last
        for line in lines:
            yield from self._written(_sentences(line))
        parts = _sentences(last)
        if len(parts) > 1 and _has_begun(parts[-1]):
            self._waiting = parts[-1] + last[len(last.rstrip()) :]
            yield from self._written(parts[:-1])

    def close(self) -> Iterator[Written]:
        """The sentence that was being written."""
        rest, self._waiting = self._waiting, ""
        yield from self._written(_sentences(rest))

    def _written(self, parts: list[str]) -> Iterator[Written]:
        for part in parts:
            text = cleaned(part)
            if not _HEADING.match(text):
                yield Written(text, self._labels(part))

    def _labels(self, text: str) -> tuple[int, ...]:
        numbers = [int(number) for mark in _MARKS.findall(text) for number in re.findall(r"\d+", mark.split("†")[0])]
        return tuple(dict.fromkeys(number for number in numbers if 1 <= number <= self._count))


def cleaned(text: str) -> str:
    """`text` without markers, list marks and emphasis."""
    plain = _RUIN.sub("", _MARKS.sub("", text))
    plain = _LABEL.sub("", _BULLET.sub("", plain).replace("*", "").replace("`", ""))
    return " ".join(re.sub(r"\s+([.,])", r"\1", plain).split())


def _sentences(line: str) -> list[str]:
    """The sentences of one line; markers that follow a full stop belong to the sentence before them."""
    parts: list[str] = []
    for piece in _BREAK.sub(r"\1\n", line).split("\n"):
        for start, end in sentence_spans(piece):
            part = piece[start:end]
            head = _HEAD.match(part)
            if head and parts:
                parts[-1] += f" {head[0].strip()}"
                part = part[head.end() :]
            if part.strip():
                parts.append(part)
    return parts


def _has_begun(part: str) -> bool:
    """Whether a sentence has begun for good: what might still become a marker has not."""
    return part.lstrip()[:1] not in "[【(" or len(part) > _PENDING
