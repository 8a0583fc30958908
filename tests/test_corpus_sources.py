"""The corpus says what the received texts say: nothing is reworded, nothing is dropped in silence."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "corpus" / "sources"
RECEIVED = ROOT / "tests" / "data" / "received"
LEFT_OUT = ROOT / "tests" / "data" / "left_out"

REQUIRED = {"id", "title", "publisher", "authors", "published", "kind", "address", "language", "rights"}
OPTIONAL = {"updated", "published_note", "speakers"}
KINDS = {"testimony", "case_analysis", "event_report", "research_report"}
ROLES = {"beneficiary", "companion"}

PAGE = re.compile(r"<!-- page (\d+) -->")
DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
TELEPHONE = re.compile(r"(?<!\d)(?:\+33\s?|0)[1-9](?:[\s.-]?\d\d){4}(?!\d)")
FURNITURE = re.compile(r"SUITE|(?i:newsletter|en savoir plus)|@|https?://|www\.")
QUOTES = str.maketrans("‘’“”", "''\"\"")


@dataclass(frozen=True)
class SourceFile:
    """A Markdown file of the corpus: its front matter and its body."""

    id: str
    front: dict[str, Any]
    body: str

    @property
    def lines(self) -> list[str]:
        return [line for line in self.body.splitlines() if line.strip()]

    @property
    def headings(self) -> list[str]:
        return [line.lstrip("#").strip() for line in self.lines if line.startswith("#")]

    @property
    def running_text(self) -> list[str]:
        return [line for line in self.lines if not line.startswith("#") and not PAGE.fullmatch(line)]

    @property
    def labels(self) -> list[str]:
        """The bold labels that open a turn: « **Maud Carrichon :** … »."""
        return [label[1] for line in self.lines if (label := re.match(r"\*\*(.+?)\s:\*\*\s", line))]


def load(path: Path) -> SourceFile:
    """The source file at `path`, read with plain string work."""
    opening, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert opening == ""
    return SourceFile(path.stem, yaml.safe_load(front), body)


def lines_of(path: Path) -> list[str]:
    """The lines of a received text that are not blank."""
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def words(lines: list[str]) -> str:
    """The text of `lines` without list and bold marks, letter for letter."""
    bare = (re.sub(r"^(-|>>)(\s+|$)", "", line.strip().replace("*", "")).strip() for line in lines)
    return " ".join(line for line in bare if line)


def canonical(lines: list[str]) -> str:
    """The same in one kind of quote, with one blank between words."""
    return " ".join(unicodedata.normalize("NFKC", words(lines)).translate(QUOTES).split())


def without(lines: list[str], left_out: list[str]) -> list[str]:
    """`lines` less those of `left_out`, which must all be met, in the same order."""
    kept, waiting = [], list(left_out)
    for line in lines:
        if waiting and line == waiting[0]:
            waiting.pop(0)
        else:
            kept.append(line)
    assert not waiting, f"left out but never received, or out of order: {waiting[0]!r}"
    return kept


def kept_of(source: SourceFile) -> list[str]:
    """The received lines that the source must hold."""
    return without(lines_of(RECEIVED / f"{source.id}.txt"), lines_of(LEFT_OUT / f"{source.id}.txt"))


FILES = [load(path) for path in sorted(SOURCES.glob("*.md")) if path.name != "README.md"]
INTERVIEWS = [file for file in FILES if "speakers" in file.front]
each_source = pytest.mark.parametrize("source", FILES, ids=lambda source: source.id)
each_interview = pytest.mark.parametrize("source", INTERVIEWS, ids=lambda source: source.id)


def test_every_source_has_its_received_text_and_its_left_out_lines() -> None:
    ids = {file.id for file in FILES}
    assert len(ids) == 5
    assert {path.stem for path in RECEIVED.glob("*.txt")} == ids
    assert {path.stem for path in LEFT_OUT.glob("*.txt")} == ids


@each_source
def test_the_body_is_the_received_text_less_the_left_out_lines(source: SourceFile) -> None:
    assert canonical(source.running_text) == canonical(kept_of(source))


@each_source
def test_spelling_quotes_and_blanks_stay_as_received(source: SourceFile) -> None:
    assert words(source.running_text) == words(kept_of(source))


@each_source
def test_each_heading_stands_in_a_line_left_out_of_the_running_text(source: SourceFile) -> None:
    left_out = canonical(lines_of(LEFT_OUT / f"{source.id}.txt"))
    assert [heading for heading in source.headings if canonical([heading]) not in left_out] == []


@each_source
def test_headings_have_two_levels_and_no_title(source: SourceFile) -> None:
    assert {line.split()[0] for line in source.lines if line.startswith("#")} <= {"##", "###"}


@each_source
def test_bold_only_opens_a_paragraph(source: SourceFile) -> None:
    bold = [line for line in source.lines if "*" in line]
    assert [line for line in bold if not re.fullmatch(r"\*\*[^*]+\*\*(\s[^*]+)?", line)] == []


@each_source
def test_a_list_follows_a_sentence_that_introduces_it(source: SourceFile) -> None:
    blocks = [block for block in source.body.split("\n\n") if not PAGE.fullmatch(block.strip())]
    leads = [before for before, block in zip(blocks, blocks[1:], strict=False) if block.startswith("- ")]
    assert [lead for lead in leads if not re.search(r"\s:$", lead)] == []


@each_source
def test_no_body_holds_a_telephone_number_or_page_furniture(source: SourceFile) -> None:
    assert not TELEPHONE.search(source.body)
    assert not FURNITURE.search(source.body)


def test_telephone_numbers_are_masked_in_the_received_texts() -> None:
    texts = [*RECEIVED.glob("*.txt"), *LEFT_OUT.glob("*.txt")]
    assert [path for path in texts if TELEPHONE.search(path.read_text(encoding="utf-8"))] == []


def test_the_telephone_pattern_sees_what_it_must() -> None:
    assert TELEPHONE.search("Tél : 01 23 45 67 89")
    assert TELEPHONE.search("+33 1 23 45 67 89")
    assert not TELEPHONE.search("00 00 00 00 00, loi du 31 juillet 2014, 59 033 Lille")


@each_source
def test_the_front_matter_has_the_keys_and_values_agreed(source: SourceFile) -> None:
    front = source.front
    assert front.keys() >= REQUIRED and front.keys() <= REQUIRED | OPTIONAL
    assert front["id"] == source.id
    assert front["kind"] in KINDS and front["language"] == "fr"
    assert front["authors"] and all(isinstance(author, str) for author in front["authors"])
    assert all(DATE.fullmatch(front[key]) for key in ("published", "updated") if key in front)
    assert front["address"] == "" or re.match(r"https?://", front["address"])
    assert front["publisher"] in front["rights"]


@each_source
def test_testimonies_and_only_they_declare_speakers(source: SourceFile) -> None:
    assert ("speakers" in source.front) == (source.front["kind"] == "testimony")


@each_interview
def test_each_interview_has_a_beneficiary_and_a_companion(source: SourceFile) -> None:
    speakers = source.front["speakers"]
    assert all(speaker.keys() == {"name", "role", "function", "aliases"} for speaker in speakers)
    assert {speaker["role"] for speaker in speakers} == ROLES


@each_interview
def test_each_label_names_a_declared_speaker_and_each_speaker_speaks(source: SourceFile) -> None:
    names = {name for each in source.front["speakers"] for name in (each["name"], *each["aliases"])}
    assert {label.split(",")[0] for label in source.labels} == names


@each_source
def test_page_marks_rise(source: SourceFile) -> None:
    pages = [int(page) for page in PAGE.findall(source.body)]
    assert pages == (list(range(6, 29)) if source.id == "institut-godin-recurrences" else [])


def test_the_catalogue_names_every_source_with_its_title_publisher_and_address() -> None:
    catalogue = (SOURCES / "README.md").read_text(encoding="utf-8")
    for file in FILES:
        row = next(line for line in catalogue.splitlines() if line.startswith(f"| `{file.id}.md`"))
        assert all(file.front[key] in row for key in ("title", "publisher", "address", "kind"))
