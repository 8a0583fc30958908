"""A prompt for a chat model: a file with its version, what the model is told once, and what it is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from string import Template

_FILE = re.compile(r"---\nversion: (\d+)\n---\n+# Consigne\n+(.+?)\n+# Demande\n+(.+?)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prompt:
    """`rules` are the same for every request, `request` has `$places` to fill; `version` grows with each change."""

    name: str
    version: int
    rules: str
    request: str

    def __post_init__(self) -> None:
        if not Template(self.request).is_valid() or "$" in self.rules:
            raise ValueError(f"prompt {self.name!r}: a $ that begins no place")

    @property
    def places(self) -> frozenset[str]:
        """The names of what `fill` takes."""
        return frozenset(Template(self.request).get_identifiers())

    def fill(self, **values: str) -> list[tuple[str, str]]:
        """The messages for a chat model as (role, text); `ValueError` for a value that is missing or has no place.

        What is filled in is not read again: a `$place` inside a value stays as it is.
        """
        if values.keys() != self.places:
            raise ValueError(f"prompt {self.name!r} takes {sorted(self.places)}, got {sorted(values)}")
        return [("system", self.rules), ("human", Template(self.request).substitute(values))]


@lru_cache
def load(name: str) -> Prompt:
    """The prompt of the file `prompts/<name>.md`; `ValueError` when it is not written as a prompt is."""
    found = _FILE.fullmatch((files("prompts") / f"{name}.md").read_text(encoding="utf-8"))
    if not found:
        raise ValueError(f"prompt {name!r}: version, « # Consigne » and « # Demande » are expected")
    return Prompt(name, int(found[1]), found[2], found[3])
