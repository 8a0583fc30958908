"""The command `ptce coverage`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from rag.settings import read_settings
from ui.commands.french import FrenchCommand
from ui.texts import coverage as texts


def add_to(app: typer.Typer) -> None:
    """Adds the command to `ptce`."""
    app.command("coverage", cls=FrenchCommand, help=texts.COMMAND)(coverage)


def coverage(as_json: Annotated[bool, typer.Option("--json", help=texts.COMMAND_JSON)] = False) -> None:
    """Prints the map of what the sources know."""
    from ui.commands.opening import open_guide
    from ui.coverage import coverage_lines, coverage_record

    map = open_guide(read_settings()).coverage()
    if as_json:
        typer.echo(json.dumps(coverage_record(map), ensure_ascii=False))
        return
    for line in coverage_lines(map):
        typer.echo(line)
