"""What an exported file says, read back by pandoc: its plain text, its footnotes, and the quote in each."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pypandoc

from ui.exports.files import File

READERS = {"docx": "docx", "odt": "odt", "md": "markdown-smart", "html": "html"}
SPACES = {"Space": " ", "SoftBreak": " ", "LineBreak": " "}


def read(file: File, reader: str = "") -> dict[str, Any]:
    """Pandoc's tree of the file."""
    ending = file.name.rpartition(".")[2]
    command = [pypandoc.get_pandoc_path(), "--sandbox", f"--from={reader or READERS[ending]}", "--to=json"]
    done = subprocess.run(command, input=file.content, capture_output=True, check=True)
    tree: dict[str, Any] = json.loads(done.stdout)
    return tree


def words(node: object) -> str:
    """All words below a node, footnotes left out; runs of spaces of any kind are one space."""
    return " ".join("".join(_pieces(node)).split())


def notes(file: File, reader: str = "") -> list[str]:
    """The text of each footnote, in order."""
    return [words(content) for content in _notes(read(file, reader)["blocks"])]


def quotes(file: File) -> list[str]:
    """The exact quote in each footnote that has one."""
    return [note.split(" : « ", 1)[1].rpartition(" »")[0] for note in notes(file) if " : « " in note]


def _pieces(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _pieces(child)
    elif isinstance(node, dict) and node.get("t") == "Str":
        yield node["c"]
    elif isinstance(node, dict) and node.get("t") in SPACES:
        yield SPACES[node["t"]]
    elif isinstance(node, dict) and node.get("t") == "Code":
        yield node["c"][1]
    elif isinstance(node, dict) and node.get("t") == "Quoted":
        marks = "''" if node["c"][0]["t"] == "SingleQuote" else '""'
        yield from (marks[0], *_pieces(node["c"][1]), marks[1])
    elif isinstance(node, dict) and node.get("t") != "Note":
        yield from _pieces(node.get("c", []))
        yield " " if node.get("t") in ("Para", "Plain", "Header") else ""


def _notes(node: object) -> Iterator[Any]:
    if isinstance(node, list):
        for child in node:
            yield from _notes(child)
    elif isinstance(node, dict):
        if node.get("t") == "Note":
            yield node["c"]
        else:
            yield from _notes(node.get("c", []))
