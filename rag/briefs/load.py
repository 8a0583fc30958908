"""Reading templates: those shipped under prompts/briefs, and a network's own in the folder `briefs` of the data.

One of its own replaces the shipped one of that name. A template that is wrong is refused with file, line and reason,
and the others stay usable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from rag.briefs.check import problems
from rag.briefs.errors import BrokenTemplate, UnknownBrief
from rag.briefs.template import Template
from rag.settings import Settings

SHIPPED = Path(str(files("prompts") / "briefs"))
OWN = "briefs"
LARGEST = 500_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_REASONS = {
    "missing": "il manque « {name} »",
    "extra_forbidden": "la clé « {name} » est inconnue",
    "string_type": "« {name} » doit être un texte",
    "string_too_short": "« {name} » est vide",
    "string_too_long": "« {name} » est trop long",
    "string_pattern_mismatch": "« {name} » a une forme impossible (lettres minuscules sans accent, chiffres, tirets)",
    "int_type": "« {name} » doit être un nombre entier",
    "int_parsing": "« {name} » doit être un nombre entier",
    "bool_type": "« {name} » doit être « true » ou « false »",
    "bool_parsing": "« {name} » doit être « true » ou « false »",
    "list_type": "« {name} » doit être une liste",
    "dict_type": "« {name} » doit être une suite de clés et de valeurs",
    "model_type": "« {name} » doit être une suite de clés et de valeurs",
    "too_short": "« {name} » est vide",
    "too_long": "« {name} » a trop d'éléments",
    "enum": "« {name} » a une valeur inconnue",
    "greater_than_equal": "« {name} » est trop petit",
    "less_than_equal": "« {name} » est trop grand",
}


@dataclass(frozen=True)
class Templates:
    """The templates that can be used, by name, and what is wrong with the others."""

    usable: Mapping[str, Template]
    broken: tuple[BrokenTemplate, ...] = ()

    def get(self, name: str) -> Template:
        """The template of that name; `UnknownBrief` when there is none."""
        if name not in self.usable:
            raise UnknownBrief(name, self.usable)
        return self.usable[name]


def load_templates(settings: Settings) -> Templates:
    """Every template, the shipped ones first."""
    usable: dict[str, Template] = {}
    broken: list[BrokenTemplate] = []
    for folder in (SHIPPED, settings.data_dir / OWN):
        for path in sorted(folder.glob("*.yaml")):
            try:
                usable[path.stem] = _unchanged(path, *_stamp(path))
            except BrokenTemplate as error:
                broken.append(error)
    return Templates(usable, tuple(broken))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        known = path.stat()
    except OSError:  # a link to nowhere: reading it says so
        return 0, 0
    return known.st_mtime_ns, known.st_size


@lru_cache(maxsize=64)
def _unchanged(path: Path, modified: int, size: int) -> Template:
    """The template in a file, read again when the file has changed."""
    return load_template(path)


def load_template(path: Path) -> Template:
    """The template in a file; `BrokenTemplate` when it cannot be one."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenTemplate(path.name, 1, "le fichier ne peut pas être lu en UTF-8") from error
    if len(text) > LARGEST:
        raise BrokenTemplate(path.name, 1, f"le fichier dépasse {LARGEST} caractères")
    node = _compose(path, text)
    data = yaml.load(text, Loader=_LOADER)  # nosec B506 - the safe loader
    if not isinstance(node, yaml.MappingNode) or not isinstance(data, dict):
        raise BrokenTemplate(path.name, 1, "il faut une suite de clés et de valeurs")
    try:
        template = Template.model_validate(data | {"name": path.stem})
    except ValidationError as error:
        where, reason = _first(error)
        raise BrokenTemplate(path.name, _line(node, where), reason) from error
    for where, reason in problems(template):
        raise BrokenTemplate(path.name, _line(node, where), reason)
    return template


def _compose(path: Path, text: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
        for twice in _twice(node):
            raise BrokenTemplate(path.name, twice.start_mark.line + 1, f"la clé « {twice.value} » est donnée deux fois")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BrokenTemplate(path.name, mark.line + 1 if mark else 1, "ce n'est pas du YAML") from error
    return node


def _twice(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """Keys that stand twice in one mapping, which YAML would pass over; and values that refer to others."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key
            seen.add(str(key.value))
            yield from _twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _twice(value)


def _first(error: ValidationError) -> tuple[Sequence[str | int], str]:
    """Where something is wrong, and why.

    A key that is unknown is told before one that is missing, for it is most often that one misspelt; of what is said
    of one value taken in several ways, what looks deepest is told.
    """
    found: list[Any] = error.errors()
    unknown = [each for each in found if each["type"] == "extra_forbidden"]
    alike = [each for each in found if each["loc"][:1] == found[0]["loc"][:1]]
    first = (unknown or [max(reversed(alike), key=lambda each: len(each["loc"]))])[0]
    where = [step for step in first["loc"] if isinstance(step, int) or not step.startswith(("list[", "str", "constr"))]
    name = next((step for step in reversed(where) if isinstance(step, str)), "")
    if first["type"] == "value_error":
        return where, str(first["ctx"]["error"])
    return where, _REASONS.get(first["type"], "« {name} » est impossible").format(name=name)


def _line(node: yaml.Node, where: Sequence[str | int]) -> int:
    """The line, from 1, of what stands at `where`, or of the nearest thing around it that is written."""
    line = int(node.start_mark.line)
    for step in where:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = (node.value[step], node.value[step])
        else:
            found = None
        if found is None:
            break
        line, node = int(found[0].start_mark.line), found[1]
    return line + 1
