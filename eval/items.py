"""The items of a question file (schema ptce-eval/1) and their strict loading: one JSON object a line.

A line that cannot be an item becomes a `Problem` that names file, line and reason; the others are loaded all
the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from rag.errors import GuideError

SCHEMA: Literal["ptce-eval/1"] = "ptce-eval/1"
_STRICT = ConfigDict(extra="forbid")

Patterns = tuple[str, ...]
Persona = Literal["fondateur", "facilitateur_tsf", "evaluateur", "elu"]


class Answerable(StrEnum):
    """What the sources hold for a question."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"
    CLARIFY = "clarify"


class Why(StrEnum):
    """Why a question, or its premise, is not answered by the sources."""

    OUT_OF_CORPUS = "out_of_corpus"
    NEAR_MISS = "near_miss"
    NEIGHBOUR_SCHEME = "neighbour_scheme"
    FALSE_PREMISE = "false_premise"
    NUMBER_SWAP = "number_swap"
    ENTITY_SWAP = "entity_swap"
    NEGATION = "negation"
    OUTDATED = "outdated"
    UNDERSPECIFIED = "underspecified"
    MODALITY = "modality"
    PERSONAL_ADVICE = "personal_advice"
    UNSAFE = "unsafe"
    INJECTION = "injection"


class Importance(StrEnum):
    """Whether an answer may leave a piece out."""

    VITAL = "vital"
    OKAY = "okay"

    @property
    def weight(self) -> int:
        """Vital counts two, okay one."""
        return 2 if self is Importance.VITAL else 1


@checked(frozen=True, config=_STRICT)
class Alternative:
    """A quote that answers, whole or in parts; `occurrence`, from 1, says which one it is."""

    doc: str
    quote: str = ""
    parts: tuple[str, ...] = ()
    occurrence: int = 0

    def __post_init__(self) -> None:
        if bool(self.quote.strip()) == bool(self.parts):
            raise ValueError("il faut « quote » ou « parts », et pas les deux")

    @property
    def quotes(self) -> tuple[str, ...]:
        """The parts, or the whole quote as the only one."""
        return self.parts or (self.quote,)


@checked(frozen=True, config=_STRICT)
class Group:
    """A piece of evidence that the answer needs; any of its alternatives will do."""

    id: str
    importance: Importance
    any_of: tuple[Alternative, ...]


@checked(frozen=True, config=_STRICT)
class Nugget:
    """A fact that the answer should state: a row of `match` fires entirely (of `partial`: half a mark)."""

    id: str
    text: str
    importance: Importance
    match: tuple[Patterns, ...]
    evidence: tuple[str, ...] = ()
    partial: tuple[Patterns, ...] = ()


@checked(frozen=True, config=_STRICT)
class Message:
    """One message of the conversation before the question."""

    role: Literal["user", "assistant"]
    content: str


@checked(frozen=True, config=_STRICT)
class Variant:
    """The same need in other words or spelling."""

    kind: str
    text: str
    seed: int | None = None


@checked(frozen=True, config=_STRICT)
class Expect:
    """What the answer's form should be; `conflict` describes a contradiction between or within sources."""

    max_words: int = 180
    min_docs: int = 1
    conflict: str = ""


@checked(frozen=True, config=_STRICT)
class Tags:
    """How the item is sliced in reports."""

    topic: str
    hops: int = 1


@checked(frozen=True, config=_STRICT)
class Provenance:
    """Who wrote the item, when, and whether the source had been seen before."""

    author: str
    seen_source_before_writing: bool
    date: str
    draft: str = ""
    reviewed_by: tuple[str, ...] = ()


@checked(frozen=True, config=_STRICT)
class Item:
    """One question with all that is needed to judge an answer to it."""

    schema: Literal["ptce-eval/1"]
    id: str
    family: str
    split: Literal["dev", "test", "canary"]
    persona: Persona
    language: Literal["fr", "en"]
    question: str
    answerable: Answerable
    tags: Tags
    provenance: Provenance
    history: tuple[Message, ...] = ()
    standalone: str = ""
    unanswerable_type: Why | None = None
    search: str = ""
    evidence: tuple[Group, ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    must_not_say: Patterns = ()
    must_say: Patterns = ()
    expect: Expect = Expect()
    variants: tuple[Variant, ...] = ()

    @property
    def is_answerable(self) -> bool:
        """Whether the sources answer it, at least in part."""
        return self.answerable in (Answerable.FULL, Answerable.PARTIAL)

    @property
    def vital(self) -> tuple[Group, ...]:
        """The evidence that an answer cannot do without."""
        return tuple(group for group in self.evidence if group.importance is Importance.VITAL)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a question file: where, and why, in French. `review`: a person must judge."""

    file: str
    line: int
    item: str
    reason: str
    review: bool = False

    def __str__(self) -> str:
        mark = "à relire : " if self.review else ""
        return f"{self.file}:{self.line}: {self.item or '?'} : {mark}{self.reason}"


@dataclass(frozen=True)
class Loaded:
    """A question file: its items in order, the line of each, and what could not be loaded."""

    file: str
    items: tuple[Item, ...]
    lines: tuple[int, ...]
    problems: tuple[Problem, ...] = ()


class NoQuestionsError(GuideError):
    """There is no such question file."""

    code = "no_questions"

    def __init__(self, name: str) -> None:
        super().__init__(f"Aucun fichier de questions {name!r} : donnez un fichier .jsonl, ou « dev », ou « test ».")


_ITEM = TypeAdapter(Item)
_REASONS = {
    "json_invalid": "JSON illisible",
    "missing": "clé manquante",
    "unexpected_keyword_argument": "clé inconnue",
    "extra_forbidden": "clé inconnue",
    "enum": "valeur inconnue",
    "literal_error": "valeur inconnue",
}


def shipped(name: str) -> Path:
    """The path of a question file that comes with the guide: `dev` or `test`."""
    with as_file(files("eval").joinpath(f"questions/{name}.jsonl")) as path:
        return path


def load(path: Path) -> Loaded:
    """The items of `path`, and a problem for every line that is not one."""
    items: list[Item] = []
    lines: list[int] = []
    problems: list[Problem] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            items.append(_ITEM.validate_json(line, strict=True))
            lines.append(number)
        except ValidationError as error:
            problems += [Problem(path.name, number, _id_of(line), reason) for reason in _reasons(error)]
    return Loaded(path.name, tuple(items), tuple(lines), tuple(problems))


def _reasons(error: ValidationError) -> list[str]:
    return [
        " : ".join(filter(None, (".".join(map(str, detail["loc"])), _reason(detail["type"], detail["msg"]))))
        for detail in error.errors(include_url=False)
    ]


def _reason(type: str, message: str) -> str:
    if type == "value_error":
        return message.removeprefix("Value error, ")
    return _REASONS.get(type, f"valeur de mauvais type ({message})")


def _id_of(line: bytes) -> str:
    """The id of a line that may be broken."""
    _, _, rest = line.decode("utf-8", errors="replace").partition('"id"')
    parts = rest.split('"')
    return parts[1] if len(parts) > 2 and parts[0].strip() == ":" else ""
