"""The templates of briefs as they are written: strict, so that a typing error is refused instead of being passed over.

A list of lines can be written out, or named: « @nom » takes the list `nom` of the option in hand (inside `each`), and
« @champ.nom » that of whatever option was chosen for `champ`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from corpus.types import Kind, Role

ID = r"^[a-z][a-z0-9-]{0,39}$"
THEME = "theme"
PLACE = re.compile(r"\{([^{}]*)\}")
NAMED_LIST = re.compile(r"^@(?:([a-z][a-z0-9-]*)\.)?([a-z][a-z0-9-]*)$")

Id = Annotated[str, StringConstraints(pattern=ID)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Lines = Line | Annotated[list[Line], Field(min_length=1, max_length=40)]
When = dict[Id, list[str]]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldKind(StrEnum):
    """How a field of the form is filled in."""

    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"


class Option(_Strict):
    """What can be chosen: `points` count in a reading, `why` and `lists` are the template's own words and questions."""

    value: Id
    label: Line
    points: int = 0
    why: str = ""
    lists: dict[Id, Lines] = {}


class FormField(_Strict):
    """A field of the form. `blank` stands for it in sentences when it is left empty; `free` gives the lists of a choice
    written in the user's own words.
    """

    id: Id
    label: Line
    help: str = ""
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    blank: str = ""
    options: list[Option] = []
    free: Option | None = None
    most: int = Field(1, ge=1, le=1000)
    example: str = ""

    @model_validator(mode="after")
    def _whole(self) -> FormField:
        if bool(self.options) != (self.kind in (FieldKind.CHOICE, FieldKind.CHOICES)):
            raise ValueError("des « options », et elles seules, vont avec un choix")
        if len({option.value for option in self.options}) != len(self.options):
            raise ValueError("deux options ont la même valeur")
        return self

    @property
    def everything(self) -> list[Option]:
        """The options, and the one that the user may write."""
        return [*self.options, *filter(None, [self.free])]


class Band(_Strict):
    """A reading: what a total of at most `upto` points means."""

    upto: int
    value: Id
    label: Line


class Reading(_Strict):
    """A total of the points chosen in `fields`, read through `bands`; it can be used like a field."""

    id: Id
    fields: Annotated[list[Id], Field(min_length=1)]
    bands: Annotated[list[Band], Field(min_length=1)]


class Slot(_Strict):
    """A stretch of a day; with `theme`, it is given to one of the themes."""

    minutes: int = Field(ge=5, le=600)
    what: Line
    who: str = ""
    theme: bool = False


class Agenda(_Strict):
    """Days by their place: the first, the last, those between, and the only one."""

    days: Id
    themes: Id
    start: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    first: list[Slot]
    between: list[Slot]
    last: list[Slot]
    only: list[Slot]

    @property
    def slots(self) -> list[Slot]:
        """Every slot of every day."""
        return [*self.first, *self.between, *self.last, *self.only]


class Table(_Strict):
    """A table of the template's own words; an empty cell is room to write."""

    header: Annotated[list[str], Field(min_length=1)]
    rows: Annotated[list[list[str]], Field(min_length=1)]

    @model_validator(mode="after")
    def _square(self) -> Table:
        if any(len(row) != len(self.header) for row in self.rows):
            raise ValueError("une ligne n'a pas autant de cases que l'en-tête")
        return self


class Scope(_Strict):
    """Which sources are asked: kinds of source, documents by name, sides of a visit; `spoken` keeps what people say."""

    kinds: list[Kind] = []
    documents: list[str] = []
    sides: list[Role] = []
    spoken: bool = False


CONTENTS = ("text", "points", "checklist", "ask", "unsaid", "compare", "table", "echo", "presence", "agenda")


class Part(_Strict):
    """One thing in a section: exactly one of `CONTENTS`, shown `when` fields have these values.

    ask: questions, at most `keep` statements each, about `words` words; unsaid: questions that the sources are expected
    to leave open; compare: a question put to each source; echo: what the form says; presence: who is there, who is not.
    """

    text: Line | None = None
    points: Lines | None = None
    checklist: Lines | None = None
    ask: Lines | None = None
    unsaid: Lines | None = None
    compare: Lines | None = None
    table: Table | None = None
    echo: list[Id] | None = None
    presence: Id | None = None
    agenda: Agenda | None = None
    about: str = ""
    words: int = Field(90, ge=10, le=400)
    keep: int = Field(3, ge=1, le=20)
    of: Scope = Scope()
    when: When = {}

    @model_validator(mode="after")
    def _one(self) -> Part:
        given = [name for name in CONTENTS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"il faut une seule de ces clés : {', '.join(CONTENTS)}")
        return self


class SectionTemplate(_Strict):
    """A section; with `each`, its parts are repeated for every choice of that field, under the choice's name."""

    id: Id
    title: Line
    each: Id | None = None
    when: When = {}
    parts: Annotated[list[Part], Field(min_length=1)]


class Template(_Strict):
    """A whole template. `name` is that of its file."""

    name: Id
    title: Line
    about: Line
    intro: Line
    form: list[FormField] = []
    readings: list[Reading] = []
    sections: Annotated[list[SectionTemplate], Field(min_length=1)]

    def field(self, id: str) -> FormField | None:
        """The field of that name."""
        return next((field for field in self.form if field.id == id), None)

    @property
    def names(self) -> set[str]:
        """What can stand between braces, and be asked by `when`."""
        return {field.id for field in self.form} | {reading.id for reading in self.readings}


def as_lines(lines: Lines) -> tuple[str, ...]:
    """One line, or several, as several."""
    return (lines,) if isinstance(lines, str) else tuple(lines)


def placed(line: str, values: Mapping[str, str]) -> str:
    """`line` with `{name}` replaced; what the values hold is never read again."""
    return PLACE.sub(lambda place: values[place[1]], line)


def list_name(lines: Lines) -> tuple[str, str] | None:
    """The field ("" for the choice in hand) and the list that « @champ.nom » names; `None` for lines written out."""
    named = NAMED_LIST.match(lines) if isinstance(lines, str) else None
    return (named[1] or "", named[2]) if named else None
