"""A template for one filled form: what stands in each section, and which questions are to be asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.answer.conversation import clean
from rag.briefs import agenda, wording
from rag.briefs.asking import Wanted
from rag.briefs.errors import BadForm
from rag.briefs.form import LONGEST, Form, read_form
from rag.briefs.template import (
    THEME,
    Lines,
    Option,
    Part,
    SectionTemplate,
    Template,
    as_lines,
    list_name,
    placed,
)
from rag.briefs.types import Block, Grid, Own, Points, Subtitle, Voice

MOST_EXTRA = 30
MOST_ROWS = 80

Row = tuple[str, str, str, str]


@dataclass(frozen=True)
class Ask:
    """Questions whose answers stand together. `term` are words of the form that the sources must use at all.

    With `each`, every source is asked; with `apart`, each question is shown with its own answer.
    """

    wanted: tuple[Wanted, ...]
    about: str = ""
    term: str = ""
    each: bool = False
    apart: bool = False


Step = Block | Ask


@dataclass(frozen=True)
class Planned:
    """A section before it is filled."""

    id: str
    title: str
    steps: tuple[Step, ...]

    @property
    def questions(self) -> list[str]:
        """What will be asked."""
        return [wanted.question for step in self.steps if isinstance(step, Ask) for wanted in step.wanted]


@dataclass(frozen=True)
class Request:
    """A template with a form, questions added by the user for sections, and the agenda when the user changed it."""

    form: Form
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    agenda: tuple[Row, ...] = ()

    @property
    def template(self) -> Template:
        """The form's template."""
        return self.form.template

    @property
    def record(self) -> dict[str, object]:
        """What `read_request` takes."""
        extra = {id: list(questions) for id, questions in self.extra.items()}
        return {"form": self.form.record, "extra": extra, "agenda": [list(row) for row in self.agenda]}


def read_request(
    template: Template,
    given: Mapping[str, object],
    extra: Mapping[str, Sequence[str]] | None = None,
    rows: Sequence[Sequence[str]] = (),
) -> Request:
    """A request checked; `BadForm` says all that is to be mended."""
    form = read_form(template, given)
    added = {id: tuple(text for each in texts if (text := clean(each))) for id, texts in (extra or {}).items()}
    problems = dict(_extra_problems(template, added))
    if len(rows) > MOST_ROWS or any(len(row) > len(wording.AGENDA) for row in rows):
        problems["agenda"] = wording.BAD_AGENDA.format(columns=len(wording.AGENDA), most=MOST_ROWS)
    if problems:
        raise BadForm(problems)
    return Request(form, {id: texts for id, texts in added.items() if texts}, tuple(_rows(rows)))


def _extra_problems(template: Template, added: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    known = {section.id for section in template.sections}
    count = sum(map(len, added.values()))
    if count > MOST_EXTRA:
        yield "extra", wording.TOO_MANY_EXTRA.format(count=count, most=MOST_EXTRA)
    for id, texts in added.items():
        if id not in known:
            yield id, wording.BAD_EXTRA.format(section=clean(id)[:40])
        for text in texts:
            if len(text) > LONGEST:
                yield id, wording.TOO_LONG.format(label=text[:40], length=len(text), most=LONGEST)


def _rows(rows: Sequence[Sequence[str]]) -> Iterator[Row]:
    for row in rows:
        day, time, what, who = [clean(str(cell))[:LONGEST] for cell in [*row, "", "", "", ""][:4]]
        if day or time or what or who:
            yield day, time, what, who


def plan(request: Request) -> tuple[Planned, ...]:
    """The sections of a request that its form calls for, in order."""
    return tuple(
        _section(request, section) for section in request.template.sections if request.form.matches(section.when)
    )


def _section(request: Request, section: SectionTemplate) -> Planned:
    form = request.form
    values = {name: form.words(name) for name in request.template.names}
    steps: list[Step] = []
    for option in form.chosen.get(section.each, ()) if section.each else (None,):
        writer = _Writer(request, values, option)
        steps += [Subtitle(option.label)] if option else []
        steps += [step for part in section.parts if form.matches(part.when) for step in writer.steps(part)]
    for question in request.extra.get(section.id, ()):
        steps += [Own(question, Voice.FORM), Ask((Wanted(question),))]
    return Planned(section.id, placed(section.title, values), tuple(steps))


@dataclass(frozen=True)
class _Writer:
    """Fills in the parts of a section, for one choice of its `each` or for none."""

    request: Request
    values: Mapping[str, str]
    option: Option | None

    def steps(self, part: Part) -> Iterator[Step]:
        """What a part becomes: nothing when the list that it names is empty."""
        if part.text:
            yield Own(self._placed(part.text))
        if part.points and (lines := self._lines(part.points)):
            yield Points(lines)
        if part.checklist and (lines := self._lines(part.checklist)):
            yield Points(lines, ticks=True)
        if part.table:
            yield Grid(tuple(part.table.header), tuple(map(tuple, part.table.rows)))
        if part.echo:
            yield from self._echo(part.echo)
        if part.presence:
            yield self._presence(part.presence)
        if part.agenda:
            yield self._agenda(part)
        yield from self._asked(part)

    def _asked(self, part: Part) -> Iterator[Ask]:
        for lines, each, apart in ((part.ask, False, False), (part.unsaid, False, True), (part.compare, True, True)):
            wanted = tuple(
                Wanted(line, part.of, part.words, part.keep) for line in (self._lines(lines) if lines else ())
            )
            if wanted:
                yield Ask(wanted, self._placed(part.about), self._term(), each, apart)

    def _term(self) -> str:
        """The choice in the user's own words, "" when it is one of the template's."""
        field = next((f for f in self.request.template.form if self.option and f.free), None)
        free = self.option and field and field.free and self.option.value == field.free.value
        return self.option.label if self.option and free else ""

    def _lines(self, lines: Lines) -> tuple[str, ...]:
        named = list_name(lines)
        if named is None:
            return tuple(self._placed(line) for line in as_lines(lines))
        id, name = named
        options = self.request.form.chosen.get(id, ()) if id else (self.option,) if self.option else ()
        found = [(option, line) for option in options for line in as_lines(option.lists[name])]
        return tuple(dict.fromkeys(replace(self, option=option)._placed(line) for option, line in found))

    def _placed(self, line: str) -> str:
        theme = {THEME: self.option.label} if self.option else {}
        return placed(line, {**self.values, **theme})

    def _echo(self, fields: Sequence[str]) -> Iterator[Block]:
        form = self.request.form
        named = [(form.template.field(id), form.said(id)) for id in fields]
        rows = tuple((field.label, said) for field, said in named if field and said)
        if rows:
            yield Grid(wording.FILLED, rows, voice=Voice.FORM)

    def _presence(self, id: str) -> Grid:
        field = self.request.template.field(id)
        there = {option.value for option in self.request.form.chosen.get(id, ())}
        options = field.options if field else []
        free = [option for option in self.request.form.chosen.get(id, ()) if option not in options]
        rows = [
            (o.label, self._placed(o.why), wording.PRESENT if o.value in there else wording.ABSENT) for o in options
        ]
        rows += [(option.label, "", wording.PRESENT) for option in free]
        return Grid(wording.PRESENCE, tuple(rows))

    def _agenda(self, part: Part) -> Grid:
        if self.request.agenda:
            return Grid(wording.AGENDA, self.request.agenda, id="agenda", voice=Voice.FORM)
        assert part.agenda
        form = self.request.form
        days = int(form.texts.get(part.agenda.days) or 1)
        themes = [option.label for option in form.chosen.get(part.agenda.themes, ())]
        return Grid(wording.AGENDA, agenda.rows(part.agenda, days, themes), id="agenda")
