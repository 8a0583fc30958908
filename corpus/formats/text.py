"""Plain text in any usual encoding, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from corpus.formats.base import Unreadable

_ENDS_SENTENCE = re.compile(r"[.!?…:;,»)]\s*$")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#+!|&~$])")
_ITEM = re.compile(r"^\s*[-•–*·▪◦‣➢✓]\s+(?=\S)")
_BYTE_ORDER_MARKS = ((b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_MOSTLY = 0.3
_WRAPPED = range(45, 101)  # characters in the lines of a text that was wrapped by hand or by an e-mail program


def decode(data: bytes) -> str:
    """Text from bytes: by its byte order mark, as UTF-16 without one, as UTF-8, else as Windows-1252.

    `Unreadable` for binary data.
    """
    text = _decoded(data)
    if text.count("\x00") or sum(character < " " and character not in "\t\n\r\f\v" for character in text[:4000]) > 40:
        raise Unreadable("ce n'est pas du texte")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    zeros = [data[start:4000:2].count(0) / max(1, len(data[start:4000:2])) for start in (0, 1)]
    if max(zeros) > _MOSTLY:  # one byte in two is zero: Western text in UTF-16 without a mark
        return data.decode("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def text_markdown(text: str) -> str:
    """Plain text as Markdown: a paragraph a line, dashes as list items, short lines before a paragraph as headings.

    Where lines were wrapped to one width, a paragraph goes on to the next empty line.
    """
    lines = [line.strip() for line in text.split("\n")]
    return "\n\n".join(_text_lines([line for line in _unwrapped(lines) if line]))


def _unwrapped(lines: list[str]) -> list[str]:
    """`lines` with those of one paragraph joined, if the text was wrapped."""
    inner = sorted(len(line) for line, following in pairwise(lines) if line and following)
    wrapped = len(inner) > 5 and inner[len(inner) // 2] in _WRAPPED and inner[-1] < 2 * inner[len(inner) // 2]
    if not wrapped:
        return lines
    paragraphs: list[list[str]] = []
    for before, line in pairwise(["", *lines]):
        if before and line and not is_item(line) and len(before) > inner[len(inner) // 2] * 0.7:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return [" ".join(paragraph) for paragraph in paragraphs]


def _text_lines(lines: list[str]) -> Iterator[str]:
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if item := _ITEM.match(line):
            yield "- " + escape(line[item.end() :])
        elif _is_heading(line, following):
            yield "## " + escape(line)
        else:
            yield escape(line)


def _is_heading(line: str, following: str) -> bool:
    return len(line) < 90 and not _ENDS_SENTENCE.search(line) and len(following) > len(line)


def is_item(line: str) -> bool:
    """Whether `line` begins with the mark of a list item."""
    return bool(_ITEM.match(line))


def without_mark(line: str) -> str:
    """`line` without the mark of a list item."""
    return _ITEM.sub("", line, count=1)


def escape(line: str) -> str:
    """`line` as Markdown that means just these characters."""
    escaped = _SPECIAL.sub(r"\\\1", line)
    return re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", re.sub(r"^([-=])", r"\\\1", escaped))
