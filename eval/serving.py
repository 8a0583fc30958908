"""Servers for measures and for tests: a real `ptce serve` in a process of its own, small ones of ours in a thread."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess  # nosec B404 - starts our own command
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseRequestHandler
from threading import Thread
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

COMMAND = (sys.executable, "-P", "-c", "from ui.cli import main; main()")
PATIENCE = 120.0
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def on_loopback(handler: Callable[..., BaseRequestHandler]) -> Iterator[str]:
    """The origin of a small HTTP server of our own, in a thread, until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Response:
    """What came back over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - whatever the server sent
        """The body, decoded."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Running:
    """A server that runs. Times and memory are those of the server and its workers together."""

    process: subprocess.Popen[bytes]
    data_dir: Path
    port: int
    journal: Path

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, timeout: float = PATIENCE) -> Response:
        """What a GET brings."""
        return _fetch(Request(self.address + path), timeout)

    def post(self, path: str, body: object, timeout: float = PATIENCE) -> Response:
        """What a POST of `body` as JSON brings."""
        headers = {"Content-Type": "application/json"}
        return _fetch(Request(self.address + path, json.dumps(body).encode(), headers), timeout)

    def ask(self, question: str) -> Any:  # noqa: ANN401 - the API's record
        """The answer of the API; `OSError` when there is none."""
        response = self.post("/api/ask", {"question": question})
        if response.status != 200:
            raise OSError(response.body.decode("utf-8", "replace"))
        return response.json()

    def figures(self) -> dict[str, float]:
        """What `/metrics` says, by name and labels."""
        lines = self.get("/metrics").body.decode().splitlines()
        pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
        return {name: float(value) for name, _, value in pairs}

    def processes(self) -> list[int]:
        """The process ids of the server and its workers."""
        return [self.process.pid, *children(self.process.pid)]

    def memory(self) -> int:
        """Resident bytes."""
        return sum(int(_proc(process, "statm").split()[1] or 0) * _PAGE for process in self.processes())

    def cpu(self) -> float:
        """Seconds of processor used so far."""
        ticks = (_proc(process, "stat").rpartition(")")[2].split()[11:13] for process in self.processes())
        return sum(sum(map(int, pair)) for pair in ticks) / _TICKS

    def events(self) -> list[dict[str, Any]]:
        """What the journal says, line by line, where it was written as JSON."""
        lines = self.journal.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def stop(self) -> int:
        """Asks it to stop (SIGTERM), and returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def _fetch(request: Request, timeout: float) -> Response:
    try:
        with urlopen(request, timeout=timeout) as answer:  # nosec B310 - always our own address
            return Response(answer.status, dict(answer.headers), answer.read())
    except HTTPError as error:
        return Response(error.code, dict(error.headers), error.read())


def children(process: int) -> list[int]:
    """The process ids whose parent is `process`, but for those that have ended."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        state, parent, *_ = _proc(int(folder.name), "stat").rpartition(")")[2].split()[:2] or ("Z", "0")
        if int(parent) == process and state != "Z":
            found.append(int(folder.name))
    return found


def _proc(process: int, name: str) -> str:
    """A file of /proc; empty fields when the process is gone."""
    try:
        return Path(f"/proc/{process}/{name}").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ") Z" + " 0" * 50 if name == "stat" else "0 0"


def wait(happened: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Until `happened()` is true; a server that does not answer yet is waited for. `TimeoutError` when it is not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if happened():
                return
        except (URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.1)
    raise TimeoutError("it did not happen in time")


@contextmanager
def serving(data_dir: Path, folder: Path, *arguments: str, port: int = 0, **environ: str) -> Iterator[Running]:
    """`ptce serve` over `data_dir`, ready, with all its workers; its journal is written below `folder`."""
    port = port or free_port()
    journal = folder / f"journal-{port}-{time.monotonic_ns()}"
    command = [*COMMAND, "serve", "--port", str(port), *arguments]
    settings = {"PTCE_DATA_DIR": str(data_dir), "PTCE_LOG": "json", **environ}
    with journal.open("wb") as log:
        process = subprocess.Popen(command, env=os.environ | settings, stderr=log, stdout=log)  # nosec B603
    server = Running(process, data_dir, port, journal)
    try:
        wait(lambda: process.poll() is not None or server.get("/readyz").status == 200)
        if process.poll() is not None:
            raise OSError(journal.read_text(encoding="utf-8"))
        yield server
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)


def with_workers(server: Running, count: int) -> None:
    """Waits until `count` workers are open."""
    wait(lambda: server.figures().get("ptce_workers") == count)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port
