"""The commands `ptce brief` and `ptce compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.settings import read_settings
from ui.commands.french import FrenchCommand
from ui.texts import briefs as texts

if TYPE_CHECKING:
    from rag.briefs.types import Brief
    from rag.guide import Guide

Output = Annotated[Path | None, typer.Option(help=texts.CLI_OUTPUT)]
Mask = Annotated[str, typer.Option(help=texts.CLI_MASK)]


def add_to(app: typer.Typer) -> None:
    """Adds the commands to the program."""
    app.command(cls=FrenchCommand, help=texts.CLI_BRIEF)(brief)
    app.command(cls=FrenchCommand, help=texts.CLI_COMPARE)(compare)


def brief(
    name: Annotated[str | None, typer.Argument(help=texts.CLI_NAME)] = None,
    input: Annotated[Path | None, typer.Option(help=texts.CLI_INPUT)] = None,
    output: Output = None,
    mask: Mask = "contacts",
) -> None:
    """Makes a sheet or a kit; lists the templates without a name."""
    from rag.briefs.load import load_templates
    from rag.briefs.make import Briefs
    from rag.briefs.plan import read_request
    from ui.commands.brief_files import check_output, listed, read_toml
    from ui.commands.opening import open_guide
    from ui.commands.progress import bar

    settings = read_settings()
    templates = load_templates(settings)
    if name is None:
        typer.echo(listed(templates))
        return
    check_output(output, mask)
    for error in templates.broken:
        typer.echo(str(error), err=True)
    request = read_request(templates.get(name), read_toml(input) if input else {})
    guide = open_guide(settings)
    with bar(texts.MAKING) as progress:
        made = Briefs(guide).answer(request, progress)
    _hand_over(guide, made, output, mask)


def compare(
    question: Annotated[str, typer.Argument(help=texts.CLI_QUESTION)],
    output: Output = None,
    mask: Mask = "contacts",
) -> None:
    """Puts one question to each document."""
    from rag.briefs.make import Briefs
    from ui.commands.brief_files import check_output
    from ui.commands.opening import open_guide

    check_output(output, mask)
    guide = open_guide(read_settings())
    _hand_over(guide, Briefs(guide).compare(question), output, mask)


def _hand_over(guide: Guide, made: Brief, output: Path | None, mask: str) -> None:
    from ui.commands.brief_files import write
    from ui.html.briefs import counted

    text = write(guide, made, output, mask)
    if output:
        line = texts.WRITTEN.format(title=made.title, citations=counted(made), path=str(output))
        typer.echo(line, err=True)
    else:
        typer.echo(text)
