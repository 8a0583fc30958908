"""A real `ptce serve` in a process of its own, and raw connections to it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import ROOT


@dataclass
class Running:
    """A server that runs."""

    process: subprocess.Popen[bytes]
    port: int
    journal: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, question: str, timeout: float = 60) -> dict[str, Any]:
        """The answer of the API."""
        response = httpx.post(f"{self.address}/api/ask", json={"question": question}, timeout=timeout)
        assert response.status_code == 200, response.text
        data: dict[str, Any] = response.json()
        return data

    def figures(self) -> dict[str, float]:
        """What `/metrics` says."""
        lines = httpx.get(f"{self.address}/metrics", timeout=30).text.splitlines()
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}

    def workers(self) -> list[int]:
        """The process ids of its workers."""
        return children(self.process.pid)

    def wait_for_workers(self, count: int) -> None:
        """Until that many are open."""
        wait(lambda: self.figures().get("ptce_workers") == count)

    def events(self) -> list[dict[str, Any]]:
        """The journal."""
        lines = self.journal.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def stop(self) -> int:
        """Asks it to stop, and returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def children(process: int) -> list[int]:
    """The process ids whose parent is `process`."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def wait(happened: Any, seconds: float = 90) -> None:  # noqa: ANN401 - a function without arguments
    """Until `happened()` is true; a server that does not answer yet is waited for too."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if happened():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


@contextmanager
def running(data_dir: Path, folder: Path, *arguments: str, **environ: str) -> Iterator[Running]:
    """`ptce serve` over `data_dir`, ready; ended afterwards, with its workers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    journal = folder / f"journal-{port}"
    command = [sys.executable, "-c", "from ui.cli import main; main()", "serve", "--port", str(port), *arguments]
    settings = {"PTCE_DATA_DIR": str(data_dir), "PTCE_LOG": "json", **environ}
    with journal.open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stderr=log, stdout=log)
    try:
        server = Running(process, port, journal)
        wait(lambda: process.poll() is not None or httpx.get(f"{server.address}/readyz").status_code == 200)
        assert process.poll() is None, journal.read_text(encoding="utf-8")
        yield server
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)


def header(response: bytes, name: str) -> str:
    """One header of a raw response."""
    found = re.search(rf"(?im)^{name}: (.*?)\r?$", response.decode("latin-1"))
    return found[1] if found else ""
