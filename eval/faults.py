"""What goes wrong in service, done on purpose to a real server: `python -m eval.faults`, or `make faults`.

While each fault lasts, somebody asks questions without a pause, and every answer is compared with the one that was
given before: the service must continue, or say why it cannot.
"""

from __future__ import annotations

import os
import signal
import subprocess  # nosec B404 - our own command, and mount where it is allowed
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Annotated
from urllib.error import URLError

import typer

from eval.crowd import comparable
from eval.hostile import big_bodies, half_requests, slow_bodies, slow_heads, slow_readers
from eval.outages import chroma_restarts, killed_while_it_takes, model_is_cut
from eval.serving import COMMAND, Running, children, serving, wait, with_workers
from rag.index.build import build
from rag.settings import Settings

QUESTIONS = ("Faut-il créer une SCIC ?", "Qui paie la coordination ?", "Quel temps fera-t-il demain ?")
WORKERS = 2
_DISK_MB = 400


class NotTried(Exception):
    """This machine does not allow the fault; the message says why."""


@dataclass
class Steady:
    """Somebody who asks all the while."""

    asked: int = 0
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def __str__(self) -> str:
        return f"{self.asked} questions pendant ce temps, la plus lente {self.slowest:.1f} s"


@contextmanager
def steady(server: Running, expected: Mapping[str, object]) -> Iterator[Steady]:
    """Asks the questions in turn, in a thread, and compares; at least one of them before and one after the fault."""
    seen, over = Steady(), Event()

    def ask() -> None:
        while not over.is_set() or not seen.asked:
            question = QUESTIONS[seen.asked % len(QUESTIONS)]
            began = time.monotonic()
            try:
                response = server.post("/api/ask", {"question": question})
                if response.status != 200 or comparable(response.body) != expected[question]:
                    seen.failures.append(f"{response.status} {response.body[:200]!r}")
            except (URLError, OSError) as error:
                seen.failures.append(type(error).__name__)
            seen.slowest = max(seen.slowest, time.monotonic() - began)
            seen.asked += 1

    thread = Thread(target=ask)
    thread.start()
    try:
        yield seen
    finally:
        asked = seen.asked
        wait(lambda: seen.asked > asked)
        over.set()
        thread.join()


def answers(server: Running) -> dict[str, object]:
    """What the server says when all is well."""
    return {question: comparable(server.post("/api/ask", {"question": question}).body) for question in QUESTIONS}


def kill_a_worker(server: Running) -> str:
    """SIGKILL to one worker; another takes its place."""
    os.kill(children(server.process.pid)[0], signal.SIGKILL)
    wait(lambda: server.figures()["ptce_workers_lost_total"] >= 1)
    with_workers(server, WORKERS)
    return "remplacé"


def kill_all_workers(server: Running) -> str:
    """SIGKILL to all workers at once."""
    lost = server.figures()["ptce_workers_lost_total"]
    for process in children(server.process.pid):
        os.kill(process, signal.SIGKILL)
    wait(lambda: server.figures()["ptce_workers_lost_total"] >= lost + WORKERS)
    with_workers(server, WORKERS)
    return "tous remplacés"


def index_again(server: Running) -> str:
    """Another process makes the index anew; the server takes it up."""
    generation = server.figures()["ptce_index_generation"]
    ptce(server, "index", "--rebuild")
    wait(lambda: server.figures()["ptce_index_generation"] > generation)
    return "nouvel index pris en service"


def save_and_put_back(server: Running) -> str:
    """A backup, then its restoration over the directory that is served."""
    archive = server.journal.with_suffix(".tar.gz")
    ptce(server, "backup", str(archive))
    ptce(server, "restore", str(archive))
    return "sauvegardé puis remis en place"


def ptce(server: Running, *arguments: str, fails: bool = False) -> str:
    """A command over the server's data directory; what it says. `AssertionError` when it ends otherwise."""
    environ = os.environ | {"PTCE_DATA_DIR": str(server.data_dir)}
    done = subprocess.run([*COMMAND, *arguments], env=environ, capture_output=True, text=True)  # nosec B603
    if fails != bool(done.returncode):
        raise AssertionError(f"ptce {' '.join(arguments)} : {done.returncode} {done.stderr}")
    return done.stderr if fails else done.stdout


FAULTS: dict[str, Callable[[Running], str]] = {
    "un processus de réponse tué": kill_a_worker,
    "tous les processus de réponse tués": kill_all_workers,
    "demandes coupées au milieu": half_requests,
    "en-têtes au compte-gouttes": slow_heads,
    "corps au compte-gouttes": slow_bodies,
    "lecteurs qui ne lisent pas": slow_readers,
    "corps de 10 Mo": big_bodies,
    "index refait pendant le service": index_again,
    "sauvegarde et restauration pendant le service": save_and_put_back,
}


def suffer(server: Running, fault: Callable[[Running], str]) -> str:
    """Does `fault` to the server; what happened, or `AssertionError` when a question was answered otherwise or not."""
    expected = answers(server)
    with steady(server, expected) as seen:
        happened = fault(server)
    if seen.failures:
        raise AssertionError(f"{len(seen.failures)} questions sans leur réponse : {seen.failures[0]}")
    return f"{happened} ; {seen}"


def stopped_in_the_middle(data_dir: Path, folder: Path) -> str:
    """SIGTERM while many ask: each gets the whole answer or no connection; started again, it says the same."""
    with serving(data_dir, folder, "--workers", str(WORKERS)) as server:
        expected = answers(server)
        ends: list[str] = []

        def ask(question: str) -> None:
            try:
                response = server.post("/api/ask", {"question": question})
                ends.append("entière" if comparable(response.body) == expected[question] else "perdue")
            except (URLError, ConnectionError):
                ends.append("refusée")  # no byte of an answer came: nothing was acknowledged
            except OSError:
                ends.append("perdue")

        threads = [Thread(target=ask, args=(QUESTIONS[number % 3],)) for number in range(24)]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        began = time.monotonic()
        server.stop()
        seconds = time.monotonic() - began
        for thread in threads:
            thread.join()
    if "perdue" in ends or "entière" not in ends:
        raise AssertionError(f"réponses à l'arrêt : {ends}")
    with serving(data_dir, folder, "--workers", str(WORKERS)) as server:
        if answers(server) != expected:
            raise AssertionError("réponses différentes après le redémarrage")
    return f"arrêt en {seconds:.1f} s ; {ends.count('entière')} réponses entières, {ends.count('refusée')} refusées"


@contextmanager
def tiny_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own, small; `NotTried` where nobody may mount one."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={_DISK_MB}m", "tmpfs", str(folder)]
    mounted = subprocess.run(["mount", *options], capture_output=True, text=True)  # nosec B603 B607
    if mounted.returncode:
        raise NotTried("il faut le droit de monter un système de fichiers")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # nosec B603 B607


def full_disk(folder: Path) -> str:
    """No byte is left: questions are answered, indexing and saving say why not; with room again, they succeed."""
    with tiny_disk(folder / "disk") as disk:
        build(Settings(data_dir=disk / "data"))
        with serving(disk / "data", folder, "--workers", str(WORKERS)) as server:
            with_workers(server, WORKERS)
            expected, filling = answers(server), disk / "filling"
            fill(filling)
            with steady(server, expected) as seen:
                told = [ptce(server, "index", "--rebuild", fails=True)]
                told.append(ptce(server, "backup", str(disk / "saved.tar.gz"), fails=True))
                filling.unlink()
                index_again(server)
            clear = all("space left" in line and line.count("\n") == 1 for line in told)
            if seen.failures or not clear or (disk / "saved.tar.gz").exists():
                raise AssertionError(f"disque plein : {seen.failures[:1]} {told}")
    return f"« {told[0].strip()} » ; {seen}"


def fill(path: Path) -> None:
    """Takes every byte that is left."""
    with path.open("wb", buffering=0) as file:
        for size in (2**20, 2**12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue


def main(port: Annotated[int, typer.Option(help="Port du serveur (0 : un port libre).")] = 0) -> None:
    """Does everything, one after the other, and says what happened."""
    wrong = 0

    def tell(name: str, happen: Callable[[], str]) -> None:
        nonlocal wrong
        try:
            typer.echo(f"✓ {name} : {happen()}")
        except NotTried as error:
            typer.echo(f"– {name} : non essayé, {error}")
        except (AssertionError, TimeoutError, OSError) as error:
            wrong += 1
            typer.echo(f"✗ {name} : {error}")

    with TemporaryDirectory(prefix="ptce-faults-") as name:
        folder = Path(name)
        data_dir = folder / "var" / "data"
        build(Settings(data_dir=data_dir))
        with serving(data_dir, folder, "--workers", str(WORKERS), port=port) as server:
            with_workers(server, WORKERS)
            for title, fault in FAULTS.items():
                tell(title, partial(suffer, server, fault))
        tell("arrêt au milieu des réponses, puis redémarrage", lambda: stopped_in_the_middle(data_dir, folder))
        tell("serveur tué pendant qu'il reçoit des avis", lambda: killed_while_it_takes(data_dir, folder))
        tell("modèle de langue coupé au milieu d'une réponse", lambda: model_is_cut(data_dir, folder))
        tell("serveur Chroma arrêté puis relancé", lambda: chroma_restarts(folder))
        tell("disque plein", lambda: full_disk(folder))
    raise typer.Exit(1 if wrong else 0)


if __name__ == "__main__":
    typer.run(main)
