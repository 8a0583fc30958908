"""What the tabs of briefs do, without Gradio: from what a form holds to the steps of a page that is being filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rag.briefs.errors import BadForm
from rag.briefs.form import FREE
from rag.briefs.make import Briefs, assemble
from rag.briefs.plan import Request, plan, read_request
from rag.briefs.template import FieldKind, FormField, Template
from rag.briefs.types import Section
from rag.errors import GuideError
from ui.html.briefs import FileAsked, Shown, brief_html, problems_html, ready
from ui.texts import briefs as texts

# the numbers under which briefs are shown, apart from those of exchanges
KIT, SHEET, COMPARISON = 1001, 1002, 1003
# what a component holds before anybody has filled it
NOTHING: tuple[object, ...] = (None, "", [])


@dataclass(frozen=True)
class Draft:
    """What a browser keeps of a form and of what was made of it: nothing that a source says.

    `id` is its name among the kits of the visitor's notebook, empty while it is not kept there.
    """

    form: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    agenda: tuple[tuple[str, ...], ...] = ()
    made: bool = False
    id: str = ""

    @property
    def record(self) -> dict[str, Any]:
        """As it is kept."""
        extra = {id: list(questions) for id, questions in self.extra.items()}
        return {
            "form": dict(self.form),
            "extra": extra,
            "agenda": [list(row) for row in self.agenda],
            "made": self.made,
            "id": self.id,
        }

    @classmethod
    def read(cls, kept: object) -> Draft:
        """A draft from what the browser kept; an empty one when that is of another kind."""
        if not isinstance(kept, dict) or not isinstance(kept.get("form"), dict):
            return cls()
        extra, agenda, made = _questions(kept.get("extra")), rows_of(kept.get("agenda")), kept.get("made") is True
        return cls(kept["form"], extra, agenda, made, str(kept.get("id") or ""))

    def with_question(self, section: str, question: str) -> Draft:
        """With one question more for a section; an empty one, or the same again, adds nothing."""
        asked = self.extra.get(section, ())
        if not question.strip() or question.strip() in asked:
            return self
        return replace(self, extra={**self.extra, section: (*asked, question.strip())})

    def without_question(self, section: str, question: str) -> Draft:
        """Without that question."""
        return replace(
            self, extra={**self.extra, section: tuple(q for q in self.extra.get(section, ()) if q != question)}
        )


@dataclass(frozen=True)
class Step:
    """What the page shows: the brief so far, what is to be mended, and a sentence for those who hear the page."""

    html: str = ""
    problems: str = ""
    told: str = ""
    sections: tuple[Section, ...] = ()


def given(fields: Sequence[FormField], values: Sequence[Any]) -> dict[str, Any]:
    """The form that the page's components hold: one value a field, then one for each choice in the user's own words."""
    form = {field.id: value for field, value in zip(fields, values, strict=False) if value not in NOTHING}
    free = [field for field in fields if field.free]
    for field_, words in zip(free, values[len(fields) :], strict=True):
        if words and str(words).strip():
            form[field_.id] = [*form.get(field_.id, []), f"{FREE} : {str(words).strip()}"]
    return form


def shown(fields: Sequence[FormField], form: Mapping[str, Any]) -> list[Any]:
    """The components' values for a form that was kept; the other way round from `given`."""
    return [_value(field, form.get(field.id)) for field in fields] + [
        _free(form.get(field.id)) for field in fields if field.free
    ]


def titled(template: Template, form: Mapping[str, Any]) -> str:
    """What a kit is called in the notebook: its template, and the first words of its form."""
    words = (str(form.get(field.id) or "").strip() for field in template.form if field.kind is FieldKind.TEXT)
    first = next(filter(None, words), "")
    return f"{template.title} : {first}" if first else template.title


def fill(briefs: Briefs, template: Template, draft: Draft, number: int, *, editable: bool) -> Iterator[Step]:
    """The steps of filling a brief: after each section the brief so far; or what is to be mended."""
    try:
        request = _request(template, draft)
        planned = plan(request)
        sections: list[Section] = []
        for done, total, section in briefs.fill_all(planned):
            sections.append(section)
            waiting = tuple(one.title for one in planned[done:])
            told = texts.PROGRESS.format(done=done, total=total, title=section.title)
            yield _step(request, sections, Shown(number, FileAsked.of(request), editable, waiting), told)
    except BadForm as error:
        yield Step(problems=problems_html(*error.problems.values()), told=texts.TO_MEND)
    except GuideError as error:
        yield Step(problems=problems_html(str(error)), told=str(error))


def again(briefs: Briefs, template: Template, draft: Draft, former: Sequence[Section], id: str) -> Step:
    """One section filled again alone, the others as they were."""
    try:
        request = _request(template, draft)
        kept = {section.id: section for section in former}
        planned = plan(request)
        sections = [briefs.fill(one) if one.id == id or one.id not in kept else kept[one.id] for one in planned]
    except BadForm as error:
        return Step(problems=problems_html(*error.problems.values()), told=texts.TO_MEND)
    except GuideError as error:
        return Step(problems=problems_html(str(error)), told=str(error))
    return _step(request, sections, Shown(KIT, FileAsked.of(request), editable=True))


def compare(briefs: Briefs, question: str) -> Step:
    """One question put to each document."""
    try:
        brief = briefs.compare(question)
    except GuideError as error:
        return Step(problems=problems_html(str(error)), told=str(error))
    return Step(brief_html(brief, Shown(COMPARISON, FileAsked.comparing(question))), told=ready(brief))


def _step(request: Request, sections: Sequence[Section], shown: Shown, told: str = "") -> Step:
    brief = assemble(request, sections)
    return Step(brief_html(brief, shown), told=ready(brief) if not shown.waiting else told, sections=tuple(sections))


def _request(template: Template, draft: Draft) -> Request:
    return read_request(template, draft.form, draft.extra, draft.agenda)


def rows_of(kept: object) -> tuple[tuple[str, ...], ...]:
    """The rows of an agenda that came from a browser."""
    rows = kept if isinstance(kept, list) else []
    return tuple(tuple(str(cell) for cell in row) for row in rows if isinstance(row, list))


def _questions(kept: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(kept, dict):
        return {}
    return {str(id): tuple(map(str, asked)) for id, asked in kept.items() if isinstance(asked, list)}


def _value(field: FormField, kept: Any) -> Any:  # noqa: ANN401 - what a component holds
    if field.kind is FieldKind.CHOICES:
        known = {option.value for option in field.options}
        return [value for value in kept if value in known] if isinstance(kept, list) else []
    if field.kind is FieldKind.CHOICE:
        return kept if kept in {option.value for option in field.options} else None
    return str(kept) if kept is not None else ("" if field.kind is FieldKind.TEXT else None)


def _free(kept: Any) -> str:  # noqa: ANN401 - what a component holds
    words = [value for value in kept if isinstance(value, str)] if isinstance(kept, list) else []
    return next((value.partition(":")[2].strip() for value in words if value.startswith(f"{FREE} :")), "")
