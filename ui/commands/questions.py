"""The command by which a language model writes the questions that added documents answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import SettingsError
from rag.settings import Settings, read_settings
from ui.commands.french import FrenchCommand
from ui.texts import questions as texts

if TYPE_CHECKING:
    from rag.embed import Embedder
    from rag.llm.generate import Plan


def add_to(app: typer.Typer) -> None:
    """Adds the command to `ptce`."""
    app.command("questions", cls=FrenchCommand, help=texts.HELP)(questions)


def questions(
    collection: Annotated[list[str] | None, typer.Option(help=texts.COLLECTION)] = None,
    yes: Annotated[bool, typer.Option("--yes", help=texts.YES)] = False,
    forget: Annotated[bool, typer.Option("--forget", help=texts.FORGET)] = False,
) -> None:
    """Has questions written, or removes them."""
    from rag.embed import open_embedder
    from rag.llm import generate

    settings = read_settings()
    if not settings.llm and not forget:
        raise SettingsError(texts.NO_MODEL)
    embedder = open_embedder(settings)
    if forget:
        generate.forget(settings, embedder, collection or ())
        typer.echo(texts.FORGOTTEN)
        return
    plans = generate.plans(settings, embedder, collection or ())
    waiting = [plan for plan in plans if plan.waiting]
    if not waiting:
        for plan in plans:  # a run that was killed may have left questions that are not indexed
            generate.publish(settings, plan.folder, embedder)
        typer.echo(texts.NOTHING if plans else texts.NO_DOCUMENT)
    elif yes or _agreed(settings, waiting):
        _write(settings, waiting, embedder)
    else:
        typer.echo(texts.DECLINED)


def _agreed(settings: Settings, plans: list[Plan]) -> bool:
    """Whether the user wants what `plans` will cost."""
    from rag.llm.generate import Cost

    for plan in plans:
        typer.echo(texts.plan(plan), err=True)
    typer.echo(texts.cost(Cost.of(plans, settings), settings.llm), err=True)
    if not settings.llm.startswith("local:"):
        typer.echo(texts.LEAVES, err=True)
    said: str = typer.prompt(texts.CONFIRM, default="", show_default=False, prompt_suffix=" ", err=True)
    return said.strip().lower() in texts.YESES


def _write(settings: Settings, plans: list[Plan], embedder: Embedder) -> None:
    """Runs `plans` one after the other; leaves with 1 when something is still to be done."""
    from rag.llm import generate
    from rag.llm.models import open_chat
    from ui.commands.progress import bar

    chat, by = open_chat(settings), generate.writer_name(settings)
    left = 0
    for plan in plans:
        with bar(texts.WRITING) as progress:
            outcome = generate.run(plan, chat, embedder, by, progress)
        generate.publish(settings, plan.folder, embedder)
        typer.echo(texts.done(plan.name, outcome))
        left += len(plan.waiting) - outcome.done
        if outcome.problem:
            typer.echo(texts.PROBLEM.format(problem=outcome.problem), err=True)
            raise typer.Exit(1)
    if left:
        typer.echo(texts.WAITING.format(count=left), err=True)
        raise typer.Exit(1)
