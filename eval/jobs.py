"""One evaluation at a time beside a running guide: it can be watched and stopped, and taken up again later."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock

from eval.run import Progress
from rag.errors import GuideError

Work = Callable[[Progress], None]


class BusyError(GuideError):
    """An evaluation is running already."""

    code = "busy"

    def __init__(self, name: str) -> None:
        super().__init__(f"La passe « {name} » est en cours : attendez sa fin ou arrêtez-la.")


class _StopRequested(Exception):
    """Raised between two questions of a run that is to stop."""


@dataclass
class Job:
    """A run under way: how many questions of how many are done, and whether it is to stop."""

    name: str
    done: int = 0
    total: int = 0
    _stop: Event = field(default_factory=Event)
    _future: Future[None] = field(default_factory=Future)

    def tell(self, done: int, total: int) -> None:
        """Notes the progress; stops the run here when that was asked for."""
        self.done, self.total = done, total
        if self._stop.is_set():
            raise _StopRequested

    def stop(self) -> None:
        """Asks the run to stop after the question it is at; what it has is kept."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> None:
        """Waits until the run has ended in whatever way."""
        self._future.exception(seconds)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return not self._future.done()

    @property
    def was_stopped(self) -> bool:
        """Whether it ended because somebody stopped it."""
        return not self.is_running and isinstance(self._future.exception(), _StopRequested)

    @property
    def error(self) -> BaseException | None:
        """What it failed with, `None` when it runs, finished or was stopped."""
        return None if self.is_running or self.was_stopped else self._future.exception()


class Jobs:
    """The evaluations of a server, one at a time."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "evaluation")
        self._lock = Lock()
        self.last: Job | None = None

    def start(self, name: str, work: Work) -> Job:
        """Begins `work` in the background; `BusyError` when another one runs."""
        with self._lock:
            if self.last and self.last.is_running:
                raise BusyError(self.last.name)
            job = Job(name)
            job._future = self._pool.submit(work, job.tell)
            self.last = job
            return job
