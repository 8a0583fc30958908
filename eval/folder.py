"""The folder of a run: `manifest.json`, `questions.jsonl` (a copy), `answers.jsonl` and `scores.jsonl`."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass as checked

from eval.items import Item, load
from eval.manifest import MANIFEST, Made, Manifest, Plan, commit, machine
from eval.measures.failures import Failure
from eval.reply import Reply, from_json
from eval.scoring import Row
from eval.variants import CANONICAL
from rag.errors import GuideError

ANSWERS = "answers.jsonl"
QUESTIONS = "questions.jsonl"


class RunMismatchError(GuideError):
    """A run is to be taken up again, but what made it has changed."""

    code = "run_mismatch"

    def __init__(self, folder: Path, changed: Sequence[str]) -> None:
        super().__init__(
            f"La passe {str(folder)!r} a été faite autrement ({', '.join(changed)} ont changé) : "
            "recommencez-la avec --recommencer ou donnez-lui un autre nom."
        )


class NoRunError(GuideError):
    """A folder does not hold a finished run."""

    code = "no_run"

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Aucune passe terminée dans {str(folder)!r} : lancez d'abord « ptce eval run ».")


@dataclass(frozen=True)
class Run:
    """A finished run: what made it, and a row for every reply."""

    manifest: Manifest
    rows: tuple[Row, ...]

    @property
    def canonical(self) -> tuple[Row, ...]:
        """The rows of the questions as they were written."""
        return tuple(row for row in self.rows if row.reply.kind == CANONICAL)

    @property
    def hides_items(self) -> bool:
        """Whether it holds questions of a test split, which are not shown one by one."""
        return any(row.item.split == "test" for row in self.rows)


def prepare(folder: Path, plan: Plan, made: Made, fresh: bool) -> None:
    """Makes the folder ready for a run; `RunMismatchError` when it holds one of another making."""
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    former = _manifest(folder)
    if former and (changed := [name for name in vars(made) if getattr(made, name) != getattr(former.made, name)]):
        raise RunMismatchError(folder, changed)
    folder.mkdir(parents=True, exist_ok=True)
    if not former:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        _write_manifest(folder, Manifest(folder.name, made, now, commit(), machine()))
        shutil.copyfile(plan.questions, folder / QUESTIONS)


def kept(path: Path) -> list[Reply]:
    """The replies of an interrupted run; a last line that was cut short is asked again."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
    return [from_json(line) for line in lines if line.endswith("\n")]


def finish(folder: Path, cost: dict[str, float]) -> Manifest:
    """Notes what the run cost, the time of earlier sittings included."""
    former = _manifest(folder)
    assert former
    spent = {**cost, "ask": cost["ask"] + former.cost.get("ask", 0.0)}
    manifest = replace(former, cost={name: round(value, 3) for name, value in spent.items()})
    _write_manifest(folder, manifest)
    return manifest


def load_run(folder: Path) -> Run:
    """A run from its folder; `NoRunError` when it is not there or not finished."""
    manifest, scores = _manifest(folder), folder / "scores.jsonl"
    if not manifest or not scores.exists():
        raise NoRunError(folder)
    items = {item.id: item for item in load(folder / QUESTIONS).items}
    replies = {reply.key: reply for reply in kept(folder / "answers.jsonl")}
    lines = scores.read_text(encoding="utf-8").splitlines()
    return Run(manifest, tuple(_row(line, items, replies) for line in lines))


@checked(frozen=True)
class _Scored:
    """One line of `scores.jsonl`."""

    item: str
    kind: str
    scores: Mapping[str, float]
    reasons: Mapping[str, str]
    failure: Failure | None
    cited: frozenset[str]
    overlap: float | None


_SCORED = TypeAdapter(_Scored)


def _row(line: str, items: dict[str, Item], replies: dict[tuple[str, str], Reply]) -> Row:
    one = _SCORED.validate_json(line)
    item, reply = items[one.item], replies[one.item, one.kind]
    return Row(item, reply, one.scores, one.reasons, one.failure, one.cited, one.overlap)


def row_json(row: Row) -> str:
    """The line of a row in `scores.jsonl`."""
    kept = (row.scores, row.reasons, row.failure, row.cited, row.overlap)
    return _SCORED.dump_json(_Scored(row.item.id, row.reply.kind, *kept)).decode()


def _manifest(folder: Path) -> Manifest | None:
    path = folder / "manifest.json"
    return MANIFEST.validate_json(path.read_bytes()) if path.exists() else None


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    (folder / "manifest.json").write_bytes(MANIFEST.dump_json(manifest, indent=2))


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Replaces the file in one step, so that an interruption leaves the former one."""
    written = path.with_suffix(".tmp")
    written.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    written.replace(path)
