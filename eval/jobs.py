"""One evaluation at a time beside a running guide: it can be watched and stopped, and taken up again later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event, Lock, Thread

from eval.run import Progress
from rag.errors import GuideError

Work = Callable[[Progress], None]


class BusyError(GuideError):
    """An evaluation is running already."""

    code = "busy"

    def __init__(self, name: str) -> None:
        super().__init__(f"La passe « {name} » est en cours : attendez sa fin ou arrêtez-la.")


class State(StrEnum):
    """How a run stands; `BROKEN` is one that a bug ended, whose trace is in the log."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    REFUSED = "refused"
    BROKEN = "broken"


class _StopRequested(Exception):
    """Raised between two questions of a run that is to stop."""


@dataclass
class Job:
    """A run under way: how many questions of how many are done, and how it ended; `error` says why it was refused."""

    name: str
    done: int = 0
    total: int = 0
    error: str = ""
    _end: State = State.BROKEN
    _stop: Event = field(default_factory=Event)
    _ended: Event = field(default_factory=Event)

    def tell(self, done: int, total: int) -> None:
        """Notes the progress; stops the run here when that was asked for."""
        self.done, self.total = done, total
        if self._stop.is_set():
            raise _StopRequested

    def stop(self) -> None:
        """Asks the run to stop after the question it is at; what it has is kept."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Waits until the run has ended in whatever way; whether it has."""
        return self._ended.wait(seconds)

    @property
    def state(self) -> State:
        """How the run stands."""
        return self._end if self._ended.is_set() else State.RUNNING

    def carry_out(self, work: Work) -> None:
        """Does the work, and notes how it ended."""
        try:
            work(self.tell)
            self._end = State.FINISHED
        except _StopRequested:
            self._end = State.STOPPED
        except GuideError as error:
            self.error, self._end = str(error), State.REFUSED
        finally:
            self._ended.set()


class Jobs:
    """The evaluations of a server, one at a time, in threads that do not keep it from stopping."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.last: Job | None = None

    def start(self, name: str, work: Work) -> Job:
        """Begins `work` in the background; `BusyError` when another one runs."""
        with self._lock:
            if self.last and self.last.state is State.RUNNING:
                raise BusyError(self.last.name)
            self.last = job = Job(name)
        Thread(target=job.carry_out, args=(work,), name="evaluation", daemon=True).start()
        return job
