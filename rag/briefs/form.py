"""What a user filled in, checked against the fields of a template; everything that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.words import fold
from rag.answer.conversation import clean
from rag.briefs import wording
from rag.briefs.errors import BadForm
from rag.briefs.template import FieldKind, FormField, Option, Template

LONGEST = 300
FREE = "autre"
SHOWN = 40


@dataclass(frozen=True)
class Form:
    """The fields filled in: a text or a number as text, choices as options (one in the user's own words is an option
    that bears them). `totals` are the readings, by name.
    """

    template: Template
    texts: Mapping[str, str]
    chosen: Mapping[str, tuple[Option, ...]]
    totals: Mapping[str, tuple[str, str]]

    def words(self, id: str) -> str:
        """What stands for a field in a sentence."""
        if id in self.totals:
            return self.totals[id][1]
        field = self.template.field(id)
        said = self.said(id)
        return said or (field.blank if field else "")

    def said(self, id: str) -> str:
        """What was filled in, "" when nothing was."""
        options = self.chosen.get(id, ())
        return ", ".join(option.label for option in options) if options else self.texts.get(id, "")

    def matches(self, when: Mapping[str, Sequence[str]]) -> bool:
        """Whether every field has one of the values asked for."""
        return all(self._values(id) & set(values) for id, values in when.items())

    def _values(self, id: str) -> set[str]:
        if id in self.totals:
            return {self.totals[id][0]}
        return {option.value for option in self.chosen.get(id, ())}

    @property
    def record(self) -> dict[str, str | list[str]]:
        """What was filled in, as it can be given again."""
        data: dict[str, str | list[str]] = {id: text for id, text in self.texts.items() if text}
        for id, options in self.chosen.items():
            field = self.template.field(id)
            known = {option.value for option in field.options} if field else set()
            values = [o.value if o.value in known else f"{FREE} : {o.label}" for o in options]
            if values:
                data[id] = values if field and field.kind is FieldKind.CHOICES else values[0]
        return data


def read_form(template: Template, given: Mapping[str, object]) -> Form:
    """`given` checked; `BadForm` with a sentence for every field that is to be mended."""
    problems: dict[str, str] = {}
    texts: dict[str, str] = {}
    chosen: dict[str, tuple[Option, ...]] = {}
    for name in sorted(given.keys() - {field.id for field in template.form}):
        problems[name] = wording.UNKNOWN_FIELD.format(name=clean(str(name))[:SHOWN])
    for field in template.form:
        try:
            if field.options:
                chosen[field.id] = tuple(_options(field, given.get(field.id)))
            else:
                texts[field.id] = _text(field, given.get(field.id))
        except ValueError as error:
            problems[field.id] = str(error)
    if problems:
        raise BadForm(problems)
    return Form(template, texts, chosen, _totals(template, chosen))


def _text(field: FormField, value: object) -> str:
    if value is None or value == "":
        _need(field)
        return ""
    if field.kind is FieldKind.NUMBER:
        return _number(field, value)
    if not isinstance(value, str):
        raise ValueError(wording.NOT_TEXT.format(label=field.label))
    text = clean(value)
    if not text:
        _need(field)
    if len(text) > LONGEST:
        raise ValueError(wording.TOO_LONG.format(label=field.label, length=len(text), most=LONGEST))
    return text


def _number(field: FormField, value: object) -> str:
    whole = isinstance(value, float) and value.is_integer()
    text = str(int(value)) if whole and isinstance(value, float) else str(value).strip()
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= field.most:
        raise ValueError(wording.NOT_NUMBER.format(label=field.label, most=field.most))
    return str(int(text))


def _options(field: FormField, value: object) -> Iterator[Option]:
    values = [value] if isinstance(value, str) else value
    if values is None or values in ([], [""]):
        _need(field)
        return
    if not isinstance(values, list | tuple) or not all(isinstance(each, str) for each in values):
        raise ValueError(wording.NOT_CHOICE.format(label=field.label))
    distinct = list(dict.fromkeys(clean(each) for each in values if clean(each)))
    most = field.most if field.kind is FieldKind.CHOICES else 1
    if len(distinct) > most:
        raise ValueError(wording.TOO_MANY.format(label=field.label, count=len(distinct), most=most))
    yield from (_option(field, each) for each in distinct)


def _option(field: FormField, text: str) -> Option:
    """The option of that value or label, or one in the user's own words where the field allows it."""
    head, colon, words = text.partition(":")
    if field.free and colon and fold(head.strip()) == FREE and words.strip():
        if len(words.strip()) > LONGEST:
            raise ValueError(wording.TOO_LONG.format(label=field.label, length=len(words.strip()), most=LONGEST))
        return field.free.model_copy(update={"label": words.strip()})
    for option in field.options:
        if fold(text) in (option.value, fold(option.label)):
            return option
    known = ", ".join(option.value for option in field.options)
    hint = wording.FREE_HINT if field.free else ""
    raise ValueError(wording.UNKNOWN_CHOICE.format(label=field.label, value=text[:SHOWN], known=known) + hint)


def _need(field: FormField) -> None:
    if field.required:
        raise ValueError(wording.NEEDED.format(label=field.label))


def _totals(template: Template, chosen: Mapping[str, tuple[Option, ...]]) -> dict[str, tuple[str, str]]:
    """For each reading whose fields were filled in, its value and its words."""
    totals = {}
    for reading in template.readings:
        options = [option for id in reading.fields for option in chosen.get(id, ())]
        if len(options) == len(reading.fields):
            points = sum(option.points for option in options)
            band = next((band for band in reading.bands if points <= band.upto), reading.bands[-1])
            totals[reading.id] = (band.value, band.label)
    return totals
