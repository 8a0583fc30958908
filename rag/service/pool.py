"""Worker processes that answer in turn, over one index; one that dies is replaced and its question asked again."""

from __future__ import annotations

import logging
import os
import socket
import subprocess  # nosec B404 - starts this interpreter, on our own module
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from threading import Condition, Event, Thread
from time import monotonic
from typing import Any

from corpus.types import Source
from rag import errors
from rag.errors import GuideError, WorkerLost
from rag.service.worker import Reply, Request, unpack
from rag.settings import Settings

OPENING_SECONDS = 120
ANSWER_SECONDS = 600
_TRIES = 3
_WORKER = "from rag.service.worker import main; main()"  # not `-m`: what it sends would then belong to `__main__`
_LONGEST_PAUSE = 60.0
_log = logging.getLogger(__name__)


class NoWorker(Exception):
    """No worker is open: they are starting, or cannot."""


class Worker:
    """A running worker process, as its owner sees it. Not to be shared between threads."""

    def __init__(self, settings: Settings) -> None:
        """Starts the process; `ready` tells when it has opened the guide."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-c", _WORKER, str(theirs.fileno())]
        with theirs:
            # its own copy of the environment: the C library moves the common one while another thread changes it
            self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=dict(os.environ))  # nosec B603
        self._connection = Connection(ours.detach())
        self._known: dict[str, Source] = {}
        with suppress(OSError):  # a process that has ended already: `ready` says so
            self._connection.send(settings)

    def ready(self) -> None:
        """Waits until the guide is open there; `EOFError` or `OSError` when the process did not get that far."""
        self._receive(OPENING_SECONDS)

    def call(self, method: str, *arguments: object) -> Any:  # noqa: ANN401 - what the method returns
        """What the guide's `method` returns or raises; `EOFError` or `OSError` when the process is lost."""
        self._connection.send(Request(method, arguments))
        reply: Reply = self._receive(ANSWER_SECONDS)
        if reply.error:
            raise _error(*reply.error)
        if reply.renewed:
            self._known = {}
        self._known |= {source.digest: source for source in reply.sources}
        return unpack(reply.packed, self._known)

    def end(self) -> None:
        """Ends the process, at once; who waits for its answer is told by the end of the connection.

        The connection closes with the last who holds this worker: were it closed here, its number would be given to the
        next worker's, and a thread that is about to wait on it would wait for ever for what another one gets.
        """
        self.process.kill()
        self.process.wait()

    def _receive(self, seconds: float) -> Any:  # noqa: ANN401 - whatever the worker sent
        if not self._connection.poll(seconds):
            raise TimeoutError(f"no word from worker {self.process.pid} for {seconds} s")
        return self._connection.recv()


class Pool:
    """`size` workers; safe to share between threads. Whoever calls while all are busy waits for his turn."""

    def __init__(self, settings: Settings, size: int) -> None:
        """Starts the workers in the background: until the first is ready, `call` finds nobody."""
        share = max(1, settings.threads // size)
        self._settings = settings.model_copy(update={"threads": share, "workers": 1, "llm": ""})
        self._changed = Condition()
        self._idle: list[Worker] = []
        self._alive: set[Worker] = set()
        self._closed = Event()
        self.size = size
        self.waiting = 0
        self.lost = 0
        for _ in range(size):
            self._start_soon()

    @property
    def alive(self) -> int:
        """How many workers are open."""
        return len(self._alive)

    @property
    def processes(self) -> tuple[int, ...]:
        """The process ids of the open workers."""
        with self._changed:
            return tuple(worker.process.pid for worker in self._alive)

    def call(self, method: str, *arguments: object) -> Any:  # noqa: ANN401 - what the method returns
        """What the guide's `method` returns in a worker.

        Raises `NoWorker` when none is open, `WorkerLost` when the question has cost three of them their life,
        and what the method raises.
        """
        for attempt in range(_TRIES):
            worker = self._take(patient=attempt > 0)
            try:
                return worker.call(method, *arguments)
            except (EOFError, OSError) as error:
                _log.warning("worker lost", extra={"worker": worker.process.pid, "cause": type(error).__name__})
                self._replace(worker)
            finally:
                self._give_back(worker)
        raise WorkerLost()

    def close(self) -> None:
        """Ends every worker."""
        self._closed.set()
        with self._changed:
            workers, self._alive, self._idle = self._alive, set(), []
            self._changed.notify_all()
        for worker in workers:
            worker.end()

    def _take(self, *, patient: bool) -> Worker:
        """The next idle worker; who is patient waits for one to start: his question must not end this process."""
        with self._changed:
            self.waiting += 1
            try:
                while not self._idle:
                    if self._closed.is_set() or not (self._alive or patient):
                        raise NoWorker()
                    if not self._changed.wait(OPENING_SECONDS) and not self._alive:
                        raise WorkerLost()
                return self._idle.pop()
            finally:
                self.waiting -= 1

    def _give_back(self, worker: Worker) -> None:
        """Lets the next one have `worker`, unless it was replaced."""
        with self._changed:
            if worker in self._alive:
                self._idle.append(worker)
                self._changed.notify()

    def _replace(self, worker: Worker) -> None:
        with self._changed:
            if worker not in self._alive:
                return
            self._alive.discard(worker)
            self._idle = [each for each in self._idle if each is not worker]
            self.lost += 1
            self._changed.notify_all()
        worker.end()
        self._start_soon()

    def _start_soon(self) -> None:
        Thread(target=self._start, name="worker-starter", daemon=True).start()

    def _start(self) -> None:
        """Until one opens: whatever is missing for a while must not leave the server without workers for good."""
        pause = 1.0
        while not self._closed.is_set():
            began = monotonic()
            if worker := self._opened():
                self._welcome(worker)
                return
            _log.warning("worker did not open", extra={"seconds": round(monotonic() - began, 1)})
            self._closed.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _opened(self) -> Worker | None:
        """A worker that is ready; nothing while the disk is full, an index is mended, or no process can be started."""
        try:
            worker = Worker(self._settings)
        except OSError:
            return None
        try:
            worker.ready()
        except (EOFError, OSError):
            worker.end()
            return None
        return worker

    def _welcome(self, worker: Worker) -> None:
        with self._changed:
            if not self._closed.is_set():
                self._alive.add(worker)
                self._idle.append(worker)
                self._changed.notify()
                Thread(target=self._watch, args=(worker,), name="worker-watch", daemon=True).start()
                return
        worker.end()

    def _watch(self, worker: Worker) -> None:
        """One that ends while nobody asks is replaced as well."""
        code = worker.process.wait()
        if not self._closed.is_set():
            _log.warning("worker ended", extra={"worker": worker.process.pid, "code": code})
            self._replace(worker)


def _error(kind: str, message: str) -> Exception:
    """The error that a worker met, as one of our own family where it is."""
    known = getattr(errors, kind, None) if kind else None
    if not (isinstance(known, type) and issubclass(known, GuideError)):
        return RuntimeError(f"a worker met {message}") if not kind else GuideError(message)
    error = known.__new__(known)
    error.args = (message,)
    return error
