"""What the commands of `ptce eval` share: their arguments, exit codes, progress bar and printed sections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from eval.run import Progress
from eval.sections import Section
from eval.variants import KINDS
from rag.settings import Settings

Questions = Annotated[str, typer.Argument(help="Fichier de questions (.jsonl), ou son nom : `dev`, `test`, le vôtre.")]
RunName = Annotated[str, typer.Argument(help="Nom d'une passe, ou son dossier.")]
OK, FELL, UNUSABLE = 0, 1, 2


def show(folder: Path, *wanted: str) -> None:
    """Prints sections of the report of a run."""
    from eval.checks import load_checks
    from eval.folder import load_run
    from eval.report import make_report

    made = make_report(load_run(folder), load_checks(folder))
    tell([one for one in made.sections if one.id in wanted])


def tell(sections: list[Section]) -> None:
    """Prints sections as Markdown."""
    from eval.sections import section_markdown

    for section in sections:
        typer.echo(section_markdown(section) + "\n")


def refuse_faults(path: Path, settings: Settings) -> None:
    """Prints what is wrong with a question file and leaves with 2, if anything is."""
    from eval.checking import check_files

    _, problems = check_files([path], settings, False)
    faults = [str(one) for one in problems if not one.review]
    if faults:
        typer.echo("\n".join(faults), err=True)
        raise typer.Exit(UNUSABLE)


def kinds_of(variants: str) -> tuple[str, ...]:
    """The kinds of variants that are meant."""
    if variants in ("aucune", "toutes"):
        return KINDS if variants == "toutes" else ()
    kinds = tuple(filter(None, (kind.strip() for kind in variants.split(","))))
    if unknown := set(kinds) - set(KINDS):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))} (connues : {', '.join(KINDS)})")
    return kinds


@contextmanager
def bar(title: str) -> Iterator[Progress]:
    """A progress bar on stderr, shown from its first call."""
    console = Console(stderr=True)
    with Bar(console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(title, total=None, visible=False)
        yield lambda done, total: shown.update(task, completed=done, total=total, visible=True)
