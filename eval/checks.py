"""What is tried on a run besides its questions, kept in its folder: shortcuts, falsified answers, labelled pairs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from eval.baselines import Table, compared
from eval.calibration import Calibration, calibrate, labelled
from eval.case import World
from eval.folder import Run
from eval.mutations import Attack, attacks

FILE = "checks.json"


@dataclass(frozen=True)
class Checks:
    """The shortcuts' table, the attacks on the support check, and its agreement with a reader."""

    table: Table | None = None
    attacks: tuple[Attack, ...] = ()
    calibration: Calibration | None = None


_CHECKS = TypeAdapter(Checks)


def make_checks(run: Run, world: World) -> Checks:
    """Tries every shortcut and falsification on the questions as they were written, and the check on labelled pairs."""
    found = tuple(attacks(run.canonical, world))
    return Checks(compared(run.canonical, world), found, calibrate(labelled(), world.lexicon))


def keep_checks(checks: Checks, folder: Path) -> None:
    """Writes the checks beside the run."""
    (folder / FILE).write_bytes(_CHECKS.dump_json(checks, indent=1))


def load_checks(folder: Path) -> Checks:
    """The checks of a run, empty when they were not made."""
    path = folder / FILE
    return _CHECKS.validate_json(path.read_bytes()) if path.exists() else Checks()
