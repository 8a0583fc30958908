"""People and models as readers of a run: their sheets, their verdicts, and how far they agree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from corpus.types import Source
from eval.agreements import judged, readers
from eval.annotations import Annotation, BadAnnotationsError, Human, add, automatic, load
from eval.calibration import labelled
from eval.case import Case, World
from eval.folder import load_run
from eval.judge import Chat, judge, keep_judgement, load_judgement, on_labels
from eval.manifest import corpus_digest
from eval.run import Progress
from eval.sections import Section
from eval.sheet import read_sheet, sheet

ANNOTATIONS = "annotations.jsonl"
LARGEST = 5_000_000
Sources = Mapping[str, Source]
Verdicts = dict[tuple[str, str, str, str], Human]


def cases_of(folder: Path, sources: Sources) -> list[Case]:
    """The cases of a run; `BadAnnotationsError` for a test split, or when the corpus of the run is gone."""
    run = load_run(folder)
    if run.hides_items:
        raise BadAnnotationsError("Une passe sur un jeu « test » ne se lit pas question par question.")
    if corpus_digest(sources.values()) != run.manifest.made.corpus:
        raise BadAnnotationsError(f"Le corpus a changé depuis la passe {folder.name!r} : refaites-la pour l'annoter.")
    world = World.of(sources.values())
    return [Case.of(row.item, row.reply, world) for row in run.canonical]


def write_file(folder: Path, sources: Sources, out: Path) -> int:
    """Writes the sheet of a run; returns how many sentences it has."""
    cases = cases_of(folder, sources)
    out.write_text(sheet(cases), encoding="utf-8")
    return sum(len(case.claims) for case in cases)


def read_file(folder: Path, sources: Sources, path: Path, annotator: str) -> int:
    """Keeps the verdicts of a filled-in sheet beside the run; returns how many there were."""
    if path.stat().st_size > LARGEST:
        raise BadAnnotationsError(f"Une feuille ne dépasse pas {LARGEST // 1_000_000} Mo.")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadAnnotationsError("La feuille n'est pas en UTF-8 : enregistrez-la en « CSV UTF-8 ».") from error
    made = read_sheet(text, folder.name, annotator, automatic(folder.name, cases_of(folder, sources)))
    for one in made:
        add(one, folder / ANNOTATIONS)
    return len(made)


def annotate(annotation: Annotation, folder: Path) -> None:
    """Keeps one verdict beside the run."""
    add(annotation, folder / ANNOTATIONS)


def agreement(folder: Path, sources: Sources) -> Section:
    """How far the automatic check agrees with the people who judged this run."""
    return readers(load(folder / ANNOTATIONS), automatic(folder.name, cases_of(folder, sources)))


def judge_run(
    folder: Path, sources: Sources, model: tuple[str, Chat], labels: bool, progress: Progress | None = None
) -> Section:
    """Has a model (name, callable) judge every sentence of a run, and the labelled pairs too when `labels`."""
    name, chat = model
    cases = cases_of(folder, sources)
    agrees = on_labels(chat, labelled()) if labels else None
    keep_judgement(judge(name, chat, cases, folder, progress), folder, agrees)
    return judged(load_judgement(folder), load(folder / ANNOTATIONS), automatic(folder.name, cases))
