"""What can go wrong with briefs, of the family of `rag.errors`."""

from __future__ import annotations

from collections.abc import Iterable

from rag.errors import GuideError


class BrokenTemplate(GuideError):
    """A template cannot be used: where, and why."""

    code = "broken_template"

    def __init__(self, file: object, line: int, reason: str) -> None:
        super().__init__(f"Le modèle {str(file)!r} est refusé, ligne {line} : {reason}.")


class UnknownBrief(GuideError):
    """No template has that name."""

    code = "unknown_brief"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"Le modèle {name!r} n'existe pas : choisissez parmi {', '.join(sorted(known))}.")


class BadForm(GuideError):
    """What was filled in cannot be used; `problems` holds a sentence for each field that is to be mended."""

    code = "bad_form"

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems
