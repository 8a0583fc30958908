"""The commands of `ptce eval` that try the measures themselves: shortcuts, attacks, labels, readers, judge, cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from eval.console import FELL, OK, Questions, RunName, bar, refuse_faults, show, tell
from eval.places import questions_file, run_folder
from rag.guide import Guide
from rag.settings import read_settings


def baselines(run: RunName = "dev") -> None:
    """Prints the shortcuts' table of a run."""
    show(run_folder(run, read_settings()), "temoins")


def mutations(run: RunName = "dev") -> None:
    """Prints the attacks on the support check."""
    show(run_folder(run, read_settings()), "attaques")


def ablation(questions: Questions = "dev") -> None:
    """Prints retrieval measures without each signal, and with each alone."""
    from eval.ablation import ablation as ablate
    from eval.items import load

    settings = read_settings()
    path = questions_file(questions, settings)
    refuse_faults(path, settings)
    tell([ablate(Guide.open(settings), load(path).items)])


def calibrate() -> None:
    """Prints how far the support check agrees with the labelled pairs, at every θ."""
    from eval.agreements import calibrated
    from eval.calibration import calibrate as against
    from eval.calibration import labelled
    from eval.checking import sources_of
    from rag.verify.support import Lexicon

    tell([calibrated(against(labelled(), Lexicon.of(sources_of(read_settings()).values())))])


def determinism(questions: Questions = "dev") -> None:
    """Builds two indexes, asks both everything, names what differs; leaves with 1 when something does."""
    from eval.determinism import compared
    from eval.manifest import Plan

    settings = read_settings()
    with bar("Questions") as progress:
        count, found = compared(Plan(questions_file(questions, settings)), settings, progress)
    for one in found:
        typer.echo(f"réponse différente : {one.item} ({one.kind})")
    typer.echo(f"Deux index, {count} questions : {len(found)} réponses différentes.")
    raise typer.Exit(FELL if found else OK)


def cost(
    count: Annotated[int, typer.Option("--questions", min=1, help="Combien de questions du jeu `dev`.")] = 150,
) -> None:
    """Prints what a run with all variants costs beside the embedding of its questions."""
    from eval.cost import measured

    with bar("Questions") as progress:
        typer.echo("\n".join(measured(Guide.open(read_settings()), count, progress)))


def sheet(
    run: RunName = "dev",
    out: Annotated[Path, typer.Option("--dans", help="Feuille à écrire.")] = Path("feuille.csv"),
    read: Annotated[Path | None, typer.Option("--lire", help="Feuille remplie à reprendre.")] = None,
    who: Annotated[str, typer.Option("--qui", help="Qui l'a remplie.")] = "",
) -> None:
    """Writes the sheet of a run, or takes a filled-in one and prints the agreement."""
    from eval.checking import sources_of
    from eval.readers import agreement, read_file, write_file

    settings = read_settings()
    folder, sources = run_folder(run, settings), sources_of(settings)
    if read is None:
        typer.echo(f"{write_file(folder, sources, out)} phrases dans {out}.")
        return
    typer.echo(f"{read_file(folder, sources, read, who)} verdicts repris.")
    tell([agreement(folder, sources)])


def judge(
    run: RunName = "dev",
    by: Annotated[str, typer.Option("--par", help="Le modèle : `module:fonction`, d'un texte vers un texte.")] = "",
    labels: Annotated[bool, typer.Option("--etiquettes", help="Lui donner aussi les paires étiquetées.")] = True,
) -> None:
    """Has a model judge every sentence of a run; kept in a column of its own."""
    from eval.checking import sources_of
    from eval.judge import chat_named
    from eval.readers import judge_run

    settings = read_settings()
    with bar("Phrases") as progress:
        section = judge_run(run_folder(run, settings), sources_of(settings), (by, chat_named(by)), labels, progress)
    tell([section])


_HELP: dict[Callable[..., None], str] = {
    baselines: "Ce que les mesures donnent à des réponses absurdes, sur les questions d'une passe.",
    mutations: "Les réponses d'une passe falsifiées : le contrôle d'appui le voit-il ?",
    ablation: "Ce qu'apporte chaque signal de la recherche.",
    calibrate: "Le contrôle d'appui face aux paires étiquetées, selon le seuil θ.",
    determinism: "Deux index du même corpus répondent-ils pareil ? (1 : non)",
    cost: "Ce que coûte une passe avec toutes les formulations, rapporté au calcul de ses vecteurs.",
    sheet: "La feuille où des personnes jugent les phrases d'une passe : l'écrire, ou la reprendre remplie.",
    judge: "Faire juger les phrases d'une passe par un modèle (facultatif, n'arrête jamais rien).",
}


def register(app: typer.Typer) -> None:
    """Adds these commands to `ptce eval`."""
    for command, help in _HELP.items():
        app.command(help=help)(command)
