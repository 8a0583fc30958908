"""The process that reads files: one request a line, `[path, name, limits]`, one answer a line.

It may write no file at all, and has a bound on its memory and on the seconds for each file: what a document does to its
reader ends here. `corpus.isolated` starts and ends it.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from pathlib import Path

from corpus.formats.base import MEGABYTE, Limits, Unreadable
from corpus.plain import source_to_plain
from corpus.read import read_document

_GRACE = 5


def main() -> None:
    """Reads until its standard input is closed."""
    sys.dont_write_bytecode = True
    limits = Limits(*json.loads(sys.argv[1]))
    confine(limits)
    for line in sys.stdin:
        path, name = json.loads(line)
        signal.alarm(limits.seconds + _GRACE)  # should the parent be gone when this one hangs
        sys.stdout.write(json.dumps(_answer(Path(path), name, limits)) + "\n")
        sys.stdout.flush()
        signal.alarm(0)


def confine(limits: Limits) -> None:
    """Bounds the memory of this process and forbids it to write files, where the system can."""
    for what, bound in ((resource.RLIMIT_AS, limits.memory * MEGABYTE), (resource.RLIMIT_FSIZE, 0)):
        try:
            resource.setrlimit(what, (bound, bound))
        except (ValueError, OSError):  # macOS does not bound address space
            continue


def _answer(path: Path, name: str, limits: Limits) -> dict[str, object]:
    try:
        source, remark = read_document(path, name, limits)
    except Unreadable as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"sa lecture demande plus de {limits.memory} Mo de mémoire (PTCE_READ_MEMORY)"}
    except RecursionError:
        return {"error": "sa structure est trop profonde"}
    return {"source": source_to_plain(source), "remark": remark}


if __name__ == "__main__":
    main()
