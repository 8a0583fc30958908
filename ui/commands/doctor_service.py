"""What `ptce doctor` looks at before others use the guide: processes, memory, Chroma, backups, tokens."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

from rag.errors import GuideError
from rag.service.backup import verify
from rag.service.saved import last_saved
from rag.settings import Settings
from ui.access.policy import check, is_loopback
from ui.texts import doctor as texts

PROCESS_MB = 300
SOON = 30  # days
OLD_DAYS = 7
_ANSWER_SECONDS = 2
_MEMORY = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup/memory.max")


class Advice(GuideError):
    """Nothing is broken, and something could be done."""


def processes(settings: Settings) -> str:
    """The workers against the cores and the memory of this machine; a local model's file counts once."""
    count, cores, free = settings.workers, _cores(), free_megabytes()
    needed = PROCESS_MB * (count + 1 if count > 1 else 1) + _model_megabytes(settings)
    if free is not None and needed > free:
        raise GuideError(texts.MEMORY_LOW.format(free=free, needed=needed, count=count))
    if count > cores:
        raise Advice(texts.TOO_MANY_WORKERS.format(count=count, cores=cores))
    memory = texts.MEMORY_UNKNOWN if free is None else texts.MEMORY.format(free=free, needed=needed)
    return texts.WORKERS.format(count=count, cores=cores, memory=memory)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def free_megabytes(memory: Path = _MEMORY, group: Path = _GROUP) -> int | None:
    """What processes may still take, in megabytes; a container's limit counts. `None` where the system does not say."""
    try:
        lines = dict(line.split(":", 1) for line in memory.read_text(encoding="ascii").splitlines())
        free = int(lines["MemAvailable"].split()[0]) // 1024
    except (OSError, ValueError, KeyError):
        return None
    try:
        return min(free, int(group.read_text(encoding="ascii")) // 2**20)
    except (OSError, ValueError):
        return free


def _model_megabytes(settings: Settings) -> int:
    provider, _, path = settings.llm.partition(":")
    file = Path(path)
    return file.stat().st_size // 2**20 if provider == "local" and file.is_file() else 0


def chroma(settings: Settings) -> str:
    """Whether the Chroma server answers, when there is one."""
    if not settings.chroma_url:
        return texts.NO_CHROMA
    from rag.index.vectors import check_server

    check_server(settings)
    return texts.CHROMA.format(url=settings.chroma_url)


def backups(settings: Settings) -> str:
    """The age of the last backup, and whether it could be put back: it is read again as a whole."""
    saved = last_saved(settings.data_dir)
    if saved is None:
        raise Advice(texts.NEVER_SAVED)
    if not saved.archive.exists():
        raise Advice(texts.SAVED_ELSEWHERE.format(days=saved.days, path=str(saved.archive)))
    files = len(verify(saved.archive))
    if saved.days > OLD_DAYS:
        raise GuideError(texts.SAVED_LONG_AGO.format(days=saved.days, path=str(saved.archive)))
    return texts.SAVED.format(days=saved.days, files=files, path=str(saved.archive))


def access(settings: Settings) -> str:
    """Who can reach the guide, and what stands between them and it."""
    grants = check(settings)
    if not grants:
        return texts.LOCAL
    warnings = {
        texts.IN_CLEAR: not is_loopback(settings.host),
        texts.UNLIMITED: not settings.rate_limit,
        texts.OPEN_SITES: bool(settings.embed_origins),
    }
    found = [text for text, applies in warnings.items() if applies]
    for grant in (grant for grant in grants if grant.ends_within(SOON)):
        text = texts.ENDED if grant.has_ended else texts.ENDING
        found.append(text.format(name=grant.identity.name, day=grant.until))
    if found:
        raise Advice(f"{texts.TOKENS.format(count=len(grants))}. {' '.join(found)}")
    return texts.TOKENS.format(count=len(grants))


def serves_here(settings: Settings) -> bool:
    """Whether a guide answers at the port of the settings, on this machine."""
    address = f"http://127.0.0.1:{settings.port}/healthz"
    try:
        with urlopen(address, timeout=_ANSWER_SECONDS) as answer:  # nosec B310 - always our own address
            return bool(json.load(answer).get("status") == "ok")
    except (OSError, ValueError, AttributeError):
        return False


CHECKS: tuple[Callable[[Settings], str], ...] = (processes, access, chroma, backups)
