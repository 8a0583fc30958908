"""What the parts of a template ask of each other: fields that exist, lists that every choice has, names in braces."""

from __future__ import annotations

from collections.abc import Iterator

from rag.briefs.template import (
    NAMED_LIST,
    PLACE,
    THEME,
    FieldKind,
    FormField,
    Lines,
    Part,
    Template,
    When,
    as_lines,
)

Place = tuple[str | int, ...]
Found = Iterator[tuple[Place, str]]


def problems(template: Template) -> Found:
    """What is wrong between the parts of a template that is well formed: where, and why in French."""
    yield from _form(template)
    yield from _places(template.intro, template.names, ("intro",))
    ids = [section.id for section in template.sections]
    for n, section in enumerate(template.sections):
        where = ("sections", n)
        if ids.index(section.id) != n:
            yield (*where, "id"), f"deux parties s'appellent « {section.id} »"
        chosen = template.field(section.each) if section.each else None
        if section.each and (chosen is None or not chosen.options):
            yield (*where, "each"), f"« {section.each} » n'est pas un champ à choix"
        yield from _conditions(template, section.when, where)
        for p, part in enumerate(section.parts):
            yield from _conditions(template, part.when, (*where, "parts", p))
            yield from _part(template, chosen, part, (*where, "parts", p))


def _form(template: Template) -> Found:
    for n, field in enumerate(template.form):
        for option in field.everything:
            for line in (text for lines in option.lists.values() for text in as_lines(lines)):
                yield from _places(line, template.names | {THEME}, ("form", n))
    for n, reading in enumerate(template.readings):
        for id in reading.fields:
            if not (named := template.field(id)) or named.kind is not FieldKind.CHOICE:
                yield ("readings", n, "fields"), f"« {id} » n'est pas un champ à choix unique"


def _conditions(template: Template, when: When, where: Place) -> Found:
    for id, values in when.items():
        if unknown := sorted(set(values) - _values(template, id)):
            yield (*where, "when", id), f"« {id} » ne peut pas valoir {', '.join(unknown)}"


def _values(template: Template, id: str) -> set[str]:
    field = template.field(id)
    bands = [band for reading in template.readings if reading.id == id for band in reading.bands]
    return {option.value for option in field.options} if field else {band.value for band in bands}


def _part(template: Template, chosen: FormField | None, part: Part, where: Place) -> Found:
    """Names between braces, lists, and fields that do not exist."""
    fields = [*(part.echo or ()), *filter(None, [part.presence])]
    if part.agenda:
        fields += [part.agenda.days, part.agenda.themes]
    for id in fields:
        if template.field(id) is None:
            yield where, f"le champ « {id} » n'existe pas"
    known = template.names | ({THEME} if chosen else set())
    for line in _lines(part):
        yield from _places(line, known, where)
    if part.agenda:
        for slot in part.agenda.slots:
            yield from _places(slot.what, known | ({THEME} if slot.theme else set()), where)
    for reference in (lines for lines in _listed(part) if isinstance(lines, str)):
        if named := NAMED_LIST.match(reference):
            yield from ((where, reason) for reason in _missing(template, chosen, named[1], named[2]))
        elif reference.startswith("@"):
            yield where, f"« {reference} » ne nomme pas une liste"


def _places(line: str, known: set[str], where: Place) -> Found:
    for name in PLACE.findall(line):
        if name not in known:
            yield where, f"« {{{name}}} » n'est pas un champ de ce modèle"


def _missing(template: Template, chosen: FormField | None, id: str | None, name: str) -> Iterator[str]:
    field = template.field(id) if id else chosen
    if field is None:
        yield f"« @{name} » ne se comprend que dans une partie répétée (« each »)"
        return
    for option in field.everything:
        if name not in option.lists:
            yield f"l'option « {option.value} » de « {field.id} » n'a pas de liste « {name} »"


def _listed(part: Part) -> Iterator[Lines]:
    for lines in (part.points, part.checklist, part.ask, part.unsaid, part.compare):
        if lines is not None:
            yield lines


def _lines(part: Part) -> Iterator[str]:
    yield from filter(None, [part.text, part.about])
    for lines in _listed(part):
        yield from as_lines(lines)
