"""The command line `ptce`. A command imports what it needs: one that shows no page never loads Gradio."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from corpus.types import MINE
from rag.settings import Settings, read_settings
from ui.commands import briefs as cli_briefs
from ui.commands import clients as cli_clients
from ui.commands import coverage as cli_coverage
from ui.commands import questions as cli_questions
from ui.commands.french import FrenchCommand, FrenchGroup
from ui.texts import cli as texts
from ui.texts import documents as texts_documents
from ui.texts import questions as texts_questions
from ui.texts import service

app = typer.Typer(
    name="ptce", help=texts.APP, cls=FrenchGroup, add_completion=False, no_args_is_help=True,
    rich_markup_mode=None, pretty_exceptions_enable=False,
)  # fmt: skip
cli_clients.add_to(app)
cli_questions.add_to(app)


def main() -> None:
    """The entry point of the installed command."""
    app(prog_name="ptce")


@app.callback()
def options() -> None:
    """Keeps `ptce` a group of commands."""


@app.command(cls=FrenchCommand, help=texts.ASK)
def ask(
    question: Annotated[str, typer.Argument(help=texts.ASK_QUESTION)],
    as_json: Annotated[bool, typer.Option("--json", help=texts.ASK_JSON)] = False,
    history: Annotated[Path | None, typer.Option(help=texts.ASK_HISTORY)] = None,
    collection: Annotated[list[str] | None, typer.Option(help=texts_documents.ASK_COLLECTION)] = None,
    output: Annotated[Path | None, typer.Option(help=texts.ASK_OUTPUT)] = None,
    mask: Annotated[str, typer.Option(help=texts.ASK_MASK)] = "contacts",
) -> None:
    """Answers one question."""
    from ui.commands.opening import open_guide, read_history
    from ui.commands.output import Output
    from ui.html.plain import with_references
    from ui.record import full_record

    settings = read_settings()
    turns = read_history(history) if history else ()
    chosen = Output.of(output, mask) if output else None
    guide = open_guide(settings)
    answer = guide.ask(question, turns, collections=collection or ())
    if chosen:
        chosen.write(guide, question, answer)
        typer.echo(texts.WRITTEN.format(path=str(output)), err=True)
        return
    typer.echo(json.dumps(full_record(answer), ensure_ascii=False) if as_json else with_references(answer))


@app.command(cls=FrenchCommand, help=texts.INDEX)
def index(
    sources: Annotated[Path | None, typer.Option(help=texts.INDEX_SOURCES)] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help=texts.INDEX_REBUILD)] = False,
) -> None:
    """Indexes the shipped corpus, or a folder."""
    from rag.index.added import rebuild_added
    from rag.index.build import build
    from ui.commands.progress import bar

    settings = read_settings()
    with bar(texts.INDEXING) as progress:
        report = build(settings, sources, progress=progress, rebuild=rebuild)
        if rebuild:
            rebuild_added(settings, progress)
    for problem in report.problems:
        typer.echo(problem, err=True)
    counts = {name: len(getattr(report, name)) for name in ("added", "unchanged", "removed")}
    typer.echo(texts.INDEXED.format(**counts))


@app.command(cls=FrenchCommand, help=texts_documents.ADD)
def add(
    files: Annotated[list[Path], typer.Argument(help=texts_documents.ADD_FILES)],
    collection: Annotated[str, typer.Option(help=texts_documents.ADD_COLLECTION)] = MINE,
) -> None:
    """Adds files to a collection of one's own."""
    from ui.commands.progress import bar
    from ui.steps.documents import add_files

    settings = read_settings()
    with bar(texts.INDEXING) as progress:
        report = add_files(settings, files, collection, progress)
    for problem in report.problems:
        typer.echo(problem, err=True)
    typer.echo(texts_documents.added(report))
    if settings.llm and report.added:
        typer.echo(texts_questions.HINT, err=True)
    raise typer.Exit(1 if report.problems else 0)


@app.command(cls=FrenchCommand, help=texts_documents.REMOVE)
def remove(ids: Annotated[list[str], typer.Argument(metavar="ID", help=texts_documents.REMOVE_IDS)]) -> None:
    """Removes documents that were added."""
    from rag.index.added import remove as removed

    typer.echo(texts_documents.REMOVED.format(ids=", ".join(removed(read_settings(), ids).removed)))


@app.command(cls=FrenchCommand, help=texts_documents.LIST)
def documents() -> None:
    """Lists what is indexed."""
    from rag.index.added import listing

    for listed in listing(read_settings()):
        typer.echo(texts_documents.line(listed))


@app.command(cls=FrenchCommand, help=texts.SERVE)
def serve(
    host: Annotated[str | None, typer.Option(help=texts.SERVE_HOST)] = None,
    port: Annotated[int | None, typer.Option(help=texts.SERVE_PORT, min=1, max=65535)] = None,
    workers: Annotated[int | None, typer.Option(help=service.SERVE_WORKERS, min=1, max=64)] = None,
) -> None:
    """Serves the page and the API."""
    from ui.access.policy import check
    from ui.commands.opening import check_address, run_server

    settings = _with(read_settings(), host=host, port=port, workers=workers)
    check(settings)
    check_address(settings.host, settings.port)
    run_server(settings)


@app.command(cls=FrenchCommand, help=texts.BATCH)
def batch(
    questions: Annotated[Path, typer.Argument(metavar="IN", help=texts.BATCH_IN)],
    answers: Annotated[Path, typer.Argument(metavar="OUT", help=texts.BATCH_OUT)],
    collection: Annotated[list[str] | None, typer.Option(help=texts_documents.ASK_COLLECTION)] = None,
) -> None:
    """Answers a file of questions."""
    from ui.commands.batch import read_lines, run
    from ui.commands.opening import open_guide
    from ui.commands.progress import bar

    lines = read_lines(questions)
    guide = open_guide(read_settings())
    with bar(texts.ANSWERING) as progress:
        report = run(guide, lines, answers, progress, collection or ())
    typer.echo(texts.BATCH_DONE.format(done=report.done, errors=report.errors, path=str(answers)), err=True)


cli_briefs.add_to(app)
cli_coverage.add_to(app)


@app.command(
    "eval", cls=FrenchCommand, help=texts.EVAL, add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False},
)  # fmt: skip
def evaluate(context: typer.Context) -> None:
    """Hands over to the evaluation, which is loaded only when it is asked for."""
    from eval.cli import app as evaluation

    evaluation(context.args, prog_name="ptce eval")


@app.command(cls=FrenchCommand, help=texts.DOCTOR)
def doctor() -> None:
    """Checks the installation."""
    from ui.commands.doctor import Mark, examine

    checks = list(examine())
    for check in checks:
        typer.echo(check.line)
    wrong = sum(check.mark is Mark.WRONG for check in checks)
    typer.echo(texts.DOCTOR_WRONG.format(count=wrong) if wrong else texts.DOCTOR_FINE)
    raise typer.Exit(1 if wrong else 0)


@app.command(cls=FrenchCommand, help=service.BACKUP)
def backup(file: Annotated[Path, typer.Argument(metavar="ARCHIVE", help=service.BACKUP_FILE)]) -> None:
    """Saves the data directory."""
    from rag.service.backup import backup as save

    kept = save(read_settings(), file)
    megabytes = f"{file.stat().st_size / 1e6:.1f}".replace(".", ",")
    typer.echo(service.BACKED_UP.format(files=len(kept), megabytes=megabytes, path=str(file)))


@app.command(cls=FrenchCommand, help=service.RESTORE)
def restore(file: Annotated[Path, typer.Argument(metavar="ARCHIVE", help=service.RESTORE_FILE)]) -> None:
    """Puts a saved data directory back."""
    from rag.service.backup import restore as put_back

    settings = read_settings()
    kept, former = put_back(settings, file)
    typer.echo(service.RESTORED.format(files=len(kept), path=str(settings.data_dir)))
    if former:
        typer.echo(service.RESTORED_BESIDE.format(path=str(former)))


def _with(settings: Settings, **given: object) -> Settings:
    return settings.model_copy(update={name: value for name, value in given.items() if value is not None})
