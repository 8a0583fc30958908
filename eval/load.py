"""Many users at once: `python -m eval.load`, or `make load`. Everything is measured in one run, on one machine.

Two hundred users without a pause between their questions, for five minutes, against a real server with two workers.
Each answer is compared with the one that the same server gave when it was asked alone. Between the minutes, the
embedding of the same questions is measured alone, by as many processes as there are workers: it is what the throughput
is held against, whatever else the machine does. The last table says which conditions were met; the exit code, too.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated
from urllib.parse import quote

import typer

from eval.crowd import Call, Tally, alone, together
from eval.embedding import embedding
from eval.items import load, shipped
from eval.serving import Running, serving, with_workers
from rag.index.build import build
from rag.settings import Settings

LEAST_SHARE = 0.6
MOST_GROWTH = 0.05
_SEED = 7
_SEARCHES, _READINGS = 10, 5  # in a hundred requests; the others are questions


@dataclass(frozen=True)
class Plan:
    """How much load."""

    users: int = 200
    minutes: float = 5
    rounds: int = 5
    workers: int = 2

    @property
    def seconds(self) -> float:
        """The length of a round."""
        return self.minutes * 60 / self.rounds


@dataclass(frozen=True)
class Outcome:
    """What one run measured; memory in bytes at the end of each round, processor in seconds."""

    tally: Tally
    seconds: float
    embedding_rate: float
    embedding_cpu: float
    server_cpu: float
    memory: Sequence[int]

    @property
    def rate(self) -> float:
        """Questions a second that the server answered or searched for."""
        return self.tally.embedded / self.seconds

    @property
    def growth(self) -> float:
        """By how much the memory grew from the end of the first round to the end of the last."""
        return self.memory[-1] / self.memory[0] - 1

    @property
    def conditions(self) -> dict[str, bool]:
        """What must hold."""
        return {
            "aucune erreur": not self.tally.errors,
            "aucune réponse différente": not self.tally.different,
            f"débit d'au moins {LEAST_SHARE:.0%} de celui du vecteur seul": self.rate
            >= LEAST_SHARE * self.embedding_rate,
            f"mémoire stable (moins de {MOST_GROWTH:.0%})": self.growth < MOST_GROWTH,
        }


def calls(sources: Sequence[str]) -> list[Call]:
    """A hundred kinds of request in the proportions of a working day, drawn from the development questions."""
    asked = []
    for item in load(shipped("dev")).items:
        history = [{"role": turn.role, "content": turn.content} for turn in item.history]
        body = json.dumps({"question": item.question, "history": history}).encode()
        asked.append(Call("POST", "/api/ask", body))
    texts = [json.loads(call.body)["question"] for call in asked]
    searches = [Call("GET", f"/api/search?q={quote(text)}") for text in texts[:: max(1, len(texts) // _SEARCHES)]]
    readings = [Call("GET", f"/sources/{quote(id)}", embeds=False) for id in sources]
    chance = random.Random(_SEED)  # nosec B311 - a repeatable mixture, no secret
    return [
        chance.choice(searches if draw < _SEARCHES else readings if draw < _SEARCHES + _READINGS else asked)
        for draw in (chance.randrange(100) for _ in range(len(asked) * 3))
    ]


def run(server: Running, plan: Plan) -> Outcome:
    """Load and embedding, in turns; the server has its workers already."""
    sources = [source["id"] for source in server.get("/api/sources").json()["sources"]]
    mixture = calls(sources)
    expected = asyncio.run(alone(server.port, mixture))
    questions = [json.loads(call.body)["question"] for call in mixture if call.body]
    tally, memory, seconds, cpu = Tally(), list[int](), 0.0, 0.0
    counts: list[tuple[int, float]] = []
    pause = max(2.0, plan.seconds / 5)
    with embedding(plan.workers, questions) as reference:
        for number in range(plan.rounds):
            counts.append(reference.measure(pause))
            began, before = perf_counter(), server.cpu()
            asyncio.run(together(server.port, mixture, expected, plan.users, plan.seconds, tally))
            seconds += perf_counter() - began
            cpu += server.cpu() - before
            memory.append(server.memory())
            typer.echo(f"{number + 1}/{plan.rounds} : {len(tally.seconds)} réponses", err=True)
        counts.append(reference.measure(pause))
    done = sum(count for count, _ in counts)
    return Outcome(
        tally, seconds, done / (pause * len(counts)), sum(used for _, used in counts) / done,
        cpu / tally.embedded, memory,
    )  # fmt: skip


def report(outcome: Outcome, plan: Plan) -> None:
    """The tables."""
    tally = outcome.tally
    cuts = quantiles(tally.seconds, n=100)
    lines = {
        "utilisateurs à la fois, sans pause": f"{plan.users}",
        "processus de réponse": f"{plan.workers}",
        "durée": f"{outcome.seconds:.0f} s",
        "réponses": f"{len(tally.seconds)}, dont {tally.embedded} avec un vecteur à calculer",
        "erreurs, réponses différentes": f"{len(tally.errors)}, {len(tally.different)}",
        "débit": f"{outcome.rate:.1f} questions par seconde",
        "débit du vecteur seul, même machine, même moment": f"{outcome.embedding_rate:.1f} par seconde",
        "part atteinte": f"{outcome.rate / outcome.embedding_rate:.0%}",
        "processeur par question : serveur, vecteur seul": f"{outcome.server_cpu * 1000:.1f} ms, "
        f"{outcome.embedding_cpu * 1000:.1f} ms",
        "attente médiane, 95 %, 99 %": f"{cuts[49]:.2f} s, {cuts[94]:.2f} s, {cuts[98]:.2f} s",
        "mémoire à la fin de chaque tour": ", ".join(f"{size / 1e6:.0f}" for size in outcome.memory) + " Mo",
        "croissance de la mémoire": f"{outcome.growth:+.1%}",
    }
    typer.echo(f"Machine : {os.cpu_count()} cœurs, charge {os.getloadavg()[0]:.1f}.".replace(".", ",", 1))
    for name, value in lines.items():
        typer.echo(f"{name:<52}{value}")
    for name, met in outcome.conditions.items():
        typer.echo(f"{'✓' if met else '✗'} {name}")
    for each in [*tally.errors[:5], *tally.different[:5]]:
        typer.echo(f"  {each}")


def main(
    users: Annotated[int, typer.Option(help="Utilisateurs à la fois.")] = 200,
    minutes: Annotated[float, typer.Option(help="Durée totale de la charge.")] = 5,
    workers: Annotated[int, typer.Option(help="Processus de réponse.")] = 2,
    port: Annotated[int, typer.Option(help="Port du serveur (0 : un port libre).")] = 0,
) -> None:
    """Starts a server over the shipped corpus, puts it under load, and says what held."""
    plan = Plan(users, minutes, workers=workers)
    with TemporaryDirectory(prefix="ptce-load-") as name:
        folder = Path(name)
        build(Settings(data_dir=folder / "data"))
        with serving(folder / "data", folder, "--workers", str(workers), port=port) as server:
            if workers > 1:
                with_workers(server, workers)
            outcome = run(server, plan)
    report(outcome, plan)
    raise typer.Exit(0 if all(outcome.conditions.values()) else 1)


if __name__ == "__main__":
    typer.run(main)
