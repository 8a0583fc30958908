"""The commands for those who open the guide to others: tokens, opinions, the MCP server."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from rag.errors import GuideError
from rag.settings import read_settings
from ui.access.roles import Role
from ui.commands.french import FrenchCommand, FrenchGroup
from ui.texts import access as texts_access
from ui.texts import clients as texts_clients

tokens = typer.Typer(help=texts_access.TOKENS_HELP, cls=FrenchGroup, no_args_is_help=True)
feedback = typer.Typer(help=texts_clients.FEEDBACK_HELP, cls=FrenchGroup, no_args_is_help=True)


YEAR, LONGEST_LIFE = 365, 3650  # days


class BadNameError(GuideError):
    """A token cannot have this name."""

    code = "bad_name"


def add_to(app: typer.Typer) -> None:
    """Adds the commands to `ptce`."""
    app.add_typer(tokens, name="token")
    app.add_typer(feedback, name="feedback")
    app.command("mcp", cls=FrenchCommand, help=texts_clients.MCP_HELP)(serve_mcp)


@tokens.callback()
def _tokens() -> None:
    """Keeps `ptce token` a group of commands."""


@tokens.command(cls=FrenchCommand, help=texts_access.TOKENS_CREATE)
def create(
    role: Annotated[list[Role], typer.Option(help=texts_access.TOKENS_ROLE)],
    name: Annotated[str, typer.Option(help=texts_access.TOKENS_NAME)] = "",
    days: Annotated[int, typer.Option(help=texts_access.TOKENS_DAYS, min=0, max=LONGEST_LIFE)] = YEAR,
) -> None:
    """Prints a new token once, and what the server must know of it."""
    from ui.access.tokens import create as create_token
    from ui.access.tokens import is_name

    if name and not is_name(name):
        raise BadNameError(texts_access.TOKENS_BAD_NAME.format(name=name))
    token, grant = create_token(role, name, days)
    typer.echo(texts_access.TOKENS_GIVEN, err=True)
    typer.echo(token)
    typer.echo(texts_access.TOKENS_SETTING, err=True)
    typer.echo(grant.setting)


@feedback.callback()
def _feedback() -> None:
    """Keeps `ptce feedback` a group of commands."""


@feedback.command(cls=FrenchCommand, help=texts_clients.FEEDBACK_EXPORT)
def export(out: Annotated[Path, typer.Argument(metavar="OUT", help=texts_clients.FEEDBACK_OUT)]) -> None:
    """Writes the opinions as evaluation items."""
    from ui.opinion_items import export as export_opinions

    report = export_opinions(read_settings().data_dir, out)
    typer.echo(texts_clients.FEEDBACK_DONE.format(**asdict(report), path=str(out)))


def serve_mcp() -> None:
    """Serves MCP on stdin and stdout."""
    from ui.commands.opening import open_guide
    from ui.mcp.server import run_stdio

    run_stdio(open_guide(read_settings()))
