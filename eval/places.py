"""Where question files and runs are, by name."""

from __future__ import annotations

from pathlib import Path

from eval.items import NoQuestionsError
from eval.local import question_files
from rag.settings import Settings


def questions_file(name: str, settings: Settings) -> Path:
    """The path of a question file: shipped or local by its name, or any path; `NoQuestionsError` otherwise."""
    path = question_files(settings).get(name, Path(name))
    if not path.is_file():
        raise NoQuestionsError(name)
    return path


def runs_folder(settings: Settings) -> Path:
    """Where runs are kept."""
    return settings.data_dir / "eval"


def run_folder(name: str, settings: Settings) -> Path:
    """The folder of a run, by name or path."""
    path = Path(name)
    return path if (path / "manifest.json").exists() else runs_folder(settings) / name


def finished_runs(settings: Settings) -> list[str]:
    """The names of the runs that can be read, the latest first."""
    found = [path.parent for path in runs_folder(settings).glob("*/scores.jsonl")]
    return [path.name for path in sorted(found, key=lambda path: (path / "scores.jsonl").stat().st_mtime, reverse=True)]
