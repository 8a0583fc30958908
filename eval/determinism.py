"""Whether two indexes of one corpus answer alike: both are built anew, and every answer compared whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.items import load
from eval.manifest import Plan
from eval.reply import Reply
from eval.run import Asking, Progress, ask, askings
from rag.guide import Guide
from rag.index.build import build
from rag.settings import Settings


@dataclass(frozen=True)
class Difference:
    """A question of which two indexes gave different replies, times apart."""

    item: str
    kind: str


def compared(plan: Plan, settings: Settings, progress: Progress | None = None) -> tuple[int, list[Difference]]:
    """How many questions were asked of two indexes of the shipped corpus, and those answered differently."""
    wanted = askings(load(plan.questions).items, plan)
    with TemporaryDirectory(prefix="ptce-twice-") as folder:
        first, second = (_replies(wanted, _built(settings, Path(folder) / name), progress) for name in ("a", "b"))
    pairs = zip(wanted, first, second, strict=True)
    return len(wanted), [Difference(asking.item.id, asking.kind) for asking, one, other in pairs if one != other]


def _built(settings: Settings, folder: Path) -> Guide:
    own = settings.model_copy(update={"data_dir": folder})
    build(own)
    return Guide.open(own)


def _replies(wanted: Sequence[Asking], guide: Guide, progress: Progress | None) -> list[Reply]:
    replies = []
    for done, asking in enumerate(wanted, 1):
        replies.append(replace(ask(guide, asking), seconds={}))
        if progress:
            progress(done, len(wanted))
    return replies
