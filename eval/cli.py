"""`ptce eval`: validates question files, runs them, compares, judges and reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.cli_trials import register
from eval.console import FELL, OK, UNUSABLE, Questions, RunName, bar, kinds_of, refuse_faults, show
from eval.folder import Run
from eval.places import questions_file, run_folder, runs_folder
from rag.errors import GuideError
from rag.guide import Guide
from rag.settings import read_settings

app = typer.Typer(
    name="eval",
    help="Mesurer le guide : essais, comparaisons, seuils.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(help="Vérifier des fichiers de questions contre le corpus : fichier, ligne, raison.")
def validate(
    files: Annotated[list[str] | None, typer.Argument(help="Fichiers, ou `dev` et `test` (défaut : les deux).")] = None,
    vectors: Annotated[bool, typer.Option("--vecteurs", help="Comparer aussi les sens (plus long).")] = False,
    review: Annotated[bool, typer.Option("--a-relire", help="Montrer aussi ce qu'une personne doit relire.")] = False,
) -> None:
    """Leaves with 2 when something must be mended."""
    from eval.checking import check_files

    settings = read_settings()
    paths = [questions_file(one, settings) for one in files or ("dev", "test")]
    items, problems = check_files(paths, settings, vectors)
    faults = [one for one in problems if not one.review]
    for one in problems if review else faults:
        typer.echo(str(one))
    typer.echo(f"{len(items)} questions, {len(faults)} fautes, {len(problems) - len(faults)} remarques à relire.")
    raise typer.Exit(UNUSABLE if faults else OK)


@app.command(help="Poser toutes les questions d'un fichier et garder les réponses ; reprend une passe interrompue.")
def run(
    questions: Questions = "dev",
    name: Annotated[str, typer.Option("--nom", help="Nom de la passe (défaut : celui du fichier).")] = "",
    variants: Annotated[
        str, typer.Option("--formulations", help="`toutes`, `aucune`, ou une liste à virgules.")
    ] = "aucune",
    seed: Annotated[int, typer.Option("--graine", help="Graine des fautes de frappe.")] = 7,
    fresh: Annotated[bool, typer.Option("--recommencer", help="Effacer la passe de ce nom d'abord.")] = False,
    quick: Annotated[bool, typer.Option("--sans-controles", help="Sans témoins absurdes ni falsifications.")] = False,
) -> None:
    """Runs, then prints the essentials."""
    from eval.checks import keep_checks, make_checks
    from eval.cost import spent
    from eval.manifest import Plan
    from eval.run import make_run, world_of

    settings = read_settings()
    path = questions_file(questions, settings)
    refuse_faults(path, settings)
    folder = runs_folder(settings) / (name or path.stem)
    with bar("Ouverture") as progress:
        guide = Guide.open(settings, progress)
    with bar("Questions") as progress:
        done = make_run(guide, Plan(path, kinds_of(variants), seed), folder, progress, fresh)
    if not quick:
        keep_checks(make_checks(done, world_of(guide)), folder)
    show(folder, "essentiel", "garanties", "refus", "echecs", "robustesse")
    typer.echo(spent(done))
    typer.echo(f"Passe gardée dans {folder}. Rapport : ptce eval report {folder.name}")


@app.command(help="Écrire le rapport d'une passe : HTML, Markdown, JSON, CSV, JUnit, TREC.")
def report(
    run: RunName = "dev",
    out: Annotated[Path | None, typer.Option("--dans", help="Dossier où écrire (défaut : celui de la passe).")] = None,
    items: Annotated[bool, typer.Option("--questions", help="Montrer les questions d'un jeu `test`.")] = False,
) -> None:
    """Writes every format."""
    from eval.checking import sources_of
    from eval.writing import write_all

    settings = read_settings()
    folder = run_folder(run, settings)
    for path in write_all(folder, out or folder, sources_of(settings), items):
        typer.echo(str(path))


@app.command(help="Comparer deux passes : écarts appariés, intervalles, questions qui basculent.")
def compare(
    a: RunName,
    b: RunName,
    out: Annotated[Path | None, typer.Option("--dans", help="Fichier Markdown ou HTML à écrire.")] = None,
    items: Annotated[bool, typer.Option("--questions", help="Montrer les questions d'un jeu `test`.")] = False,
) -> None:
    """Prints the comparison, or writes it."""
    from eval.writing import write_comparison

    settings = read_settings()
    typer.echo(write_comparison(run_folder(a, settings), run_folder(b, settings), out, items))


@app.command(help="Refuser un recul : garanties, planchers et référence (0 : tient, 1 : recul, 2 : inutilisable).")
def gate(
    questions: Questions = "dev",
    update: Annotated[bool, typer.Option("--update-baseline", help="Faire de cette passe la référence.")] = False,
    reference: Annotated[Path | None, typer.Option(help="Fichier de référence (défaut : celui du dépôt).")] = None,
    who: Annotated[str, typer.Option("--who", help="Qui accepte la nouvelle référence.")] = "",
    why: Annotated[str, typer.Option("--why", help="Pourquoi.")] = "",
) -> None:
    """Runs the questions anew and judges them."""
    from eval.gate import BASELINE, accept

    try:
        if update:
            require_reason(who, why)
            accept(fresh_run(questions), who, why, reference or BASELINE)
        code = OK if update else judged(questions, reference or BASELINE)
    except GuideError as error:
        typer.echo(str(error), err=True)
        code = UNUSABLE
    raise typer.Exit(code)


def require_reason(who: str, why: str) -> None:
    """Refuses a new baseline that nobody stands for."""
    from eval.gate import BaselineError

    if not (who.strip() and why.strip()):
        raise BaselineError("Pour changer la référence, dire --who et --why.")


def judged(questions: str, reference: Path) -> int:
    """Runs the questions anew, prints what the gate finds, and gives the exit code."""
    from eval.gate import findings, read_baseline

    baseline, done = read_baseline(reference), fresh_run(questions)
    found = findings(done, baseline)
    for one in found:
        typer.echo(f"{'attention' if one.warns else 'ÉCHEC'} : {one.reason}")
    fell = [one for one in found if not one.warns]
    typer.echo(f"{len(done.rows)} questions, {len(fell)} échecs, {len(found) - len(fell)} avertissements.")
    return FELL if fell else OK


def fresh_run(questions: str) -> Run:
    """A run of sound questions as they are written, kept nowhere."""
    from tempfile import TemporaryDirectory

    from eval.manifest import Plan
    from eval.run import make_run

    settings = read_settings()
    path = questions_file(questions, settings)
    refuse_faults(path, settings)
    guide = Guide.open(settings)
    with TemporaryDirectory() as folder, bar("Questions") as progress:
        return make_run(guide, Plan(path), Path(folder) / path.stem, progress)


register(app)
