"""Reading files in a process of their own, which is ended when it hangs and replaced when it breaks."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any

from corpus.formats.base import Limits, Unreadable
from corpus.plain import source_from_plain
from corpus.types import Source

TOO_SLOW = "sa lecture dépasse {seconds} s (PTCE_READ_SECONDS)"
BROKE = "son lecteur s'est arrêté : le fichier est endommagé ou demande trop de mémoire (PTCE_READ_MEMORY)"
_PIECE = 1 << 16


class IsolatedReader:
    """Reads one file after the other; a context manager, which ends the process at last."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> IsolatedReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, path: Path, name: str = "") -> tuple[Source, str]:
        """The document in `path`, which the user calls `name`, and a remark on what could not be read of it.

        Raises `Unreadable` with the reason.
        """
        process = self._started()
        try:
            answer = self._ask(process, [str(path), name or path.name])
        except (OSError, ValueError, TimeoutError) as error:
            self._end()
            hung = isinstance(error, TimeoutError)
            raise Unreadable(TOO_SLOW.format(seconds=self._limits.seconds) if hung else BROKE) from error
        if "error" in answer:
            raise Unreadable(str(answer["error"]))
        return source_from_plain(answer["source"]), str(answer["remark"])

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "corpus.formats.worker", json.dumps(astuple(self._limits))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        return self._process

    def _ask(self, process: subprocess.Popen[bytes], request: list[str]) -> dict[str, Any]:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
        deadline = monotonic() + self._limits.seconds + 1
        pieces: list[bytes] = []
        while not pieces or not pieces[-1].endswith(b"\n"):
            if not select.select([process.stdout], [], [], max(0.0, deadline - monotonic()))[0]:
                raise TimeoutError
            piece = os.read(process.stdout.fileno(), _PIECE)
            if not piece:
                raise BrokenPipeError
            pieces.append(piece)
        answer: dict[str, Any] = json.loads(b"".join(pieces))
        return answer

    def _end(self) -> None:
        """Ends the process and whatever it started."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close() if pipe else None
        self._process = None
