"""First answer and memory at rest, beside a plain LangChain and Chroma script: `python -m eval.cold`.

Both stores are made before; what is measured is a process that starts, answers its first question, and then rests.
"""

from __future__ import annotations

import subprocess  # nosec B404 - starts our own modules
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import typer

from corpus.read import SHIPPED
from eval.serving import Running, serving
from rag.index.build import build
from rag.settings import Settings

TIMES = 3
QUESTION = "Faut-il créer une SCIC ?"
_REST = 2.0


def server(data_dir: Path, folder: Path, workers: int = 1) -> tuple[float, int]:
    """Seconds to the first answer of `ptce serve`, page included, and its resident bytes at rest."""
    began = perf_counter()
    with serving(data_dir, folder, "--workers", str(workers)) as running:
        running.ask(QUESTION)
        seconds = perf_counter() - began
        sleep(_REST)
        return seconds, running.memory()


def plain(store: Path, folder: Path) -> tuple[float, int]:
    """The same of the plain script, which serves nobody."""
    command = [sys.executable, "-m", "eval.plain", str(SHIPPED), str(store), QUESTION]
    began = perf_counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # nosec B603
        while process.stdout and process.stdout.readline() not in ("prêt\n".encode(), b""):
            pass
        seconds = perf_counter() - began
        sleep(_REST)
        memory = Running(process, store, 0, folder).memory()
        process.communicate()
    return seconds, memory


def main() -> None:
    """Prints the table: medians of runs in turns."""
    with TemporaryDirectory(prefix="ptce-cold-") as name:
        folder = Path(name)
        build(Settings(data_dir=folder / "data"))
        plain(folder / "plain", folder)
        runs = [
            (server(folder / "data", folder), plain(folder / "plain", folder), server(folder / "data", folder, 2))
            for _ in range(TIMES)
        ]
    names = ("ptce serve (page, API, figures)", "script LangChain + Chroma, sans serveur", "ptce serve --workers 2")
    typer.echo(f"{'':<44}{'première réponse':>18}{'mémoire au repos':>18}")
    for name, measured in zip(names, zip(*runs, strict=True), strict=True):
        seconds, memory = (median(values) for values in zip(*measured, strict=True))
        typer.echo(f"{name:<44}{f'{seconds:.1f} s'.replace('.', ','):>18}{f'{memory / 1e6:.0f} Mo':>18}")


if __name__ == "__main__":
    typer.run(main)
