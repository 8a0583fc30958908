"""An optional judge: a chat model's verdict on every sentence, in a column of its own. It never gates.

The model is any callable from a prompt to a text, so that whatever chat model is configured can be given, and none is
needed: without one this column is empty. Its verdicts are kept beside the run, one for each prompt, so that a judgement
that was interrupted goes on and the same prompt is never paid for twice.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from string import Template

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass as checked

from corpus.text import folded
from eval.annotations import Agreement, Annotation, Human
from eval.calibration import Pair
from eval.case import Case
from eval.run import Progress
from rag.errors import GuideError

Chat = Callable[[str], str]
FILE = "judge.jsonl"
_WORDS = {
    "soutenu": Human.SUPPORTED,
    "partiel": Human.PARTLY,
    "contredit": Human.CONTRADICTED,
    "absent": Human.UNSUPPORTED,
}
_PROMPT = Template(files("prompts").joinpath("judge_support.md").read_text(encoding="utf-8"))


class JudgeError(GuideError):
    """The judge that was named cannot be had."""

    code = "judge"

    def __init__(self, name: str) -> None:
        super().__init__(f"Aucun juge {name!r} : donnez « module:fonction », une fonction d'un texte vers un texte.")


@checked(frozen=True, config=ConfigDict(extra="forbid"))
class Opinion:
    """The verdict on one sentence, `None` where the model answered something else; `prompt` is a digest."""

    item: str
    kind: str
    sentence: str
    prompt: str
    verdict: Human | None


@dataclass(frozen=True)
class Judgement:
    """All opinions of a model on a run, and how far the model agrees with the labelled pairs."""

    model: str
    opinions: tuple[Opinion, ...]
    with_labels: Agreement
    unreadable: int

    @property
    def shares(self) -> Mapping[Human, float]:
        """How often each verdict was given, among readable ones."""
        counts = Counter(one.verdict for one in self.opinions if one.verdict)
        return {verdict: counts[verdict] / counts.total() for verdict in Human if counts[verdict]}


_OPINION, _JUDGEMENT = TypeAdapter(Opinion), TypeAdapter(Judgement)


def chat_named(name: str) -> Chat:
    """The callable `module:function`; `JudgeError` when there is none."""
    module, _, function = name.partition(":")
    try:
        found = getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise JudgeError(name) from error
    if not callable(found):
        raise JudgeError(name)
    chat: Chat = found
    return chat


def prompt_for(sentence: str, evidence: Sequence[str]) -> str:
    """What the model is asked of one sentence."""
    return _PROMPT.substitute(sentence=sentence, evidence="\n\n".join(evidence) or "(aucun extrait)")


def verdict_in(reply: str) -> Human | None:
    """The verdict that a model's reply begins with, `None` when it begins with something else."""
    words = re.findall(r"[a-z]+", folded(reply))
    return _WORDS.get(words[0]) if words else None


def judge(model: str, chat: Chat, cases: Iterable[Case], folder: Path, progress: Progress | None = None) -> Judgement:
    """Asks `chat` about every sentence of the answers that it was not asked about; keeps and returns all opinions."""
    asked = [(case, claim) for case in cases for claim in case.claims]
    known = {(one.item, one.kind, one.prompt): one for one in _kept(folder / f"{_harmless(model)}-{FILE}")}
    opinions = []
    with (folder / f"{_harmless(model)}-{FILE}").open("ab") as file:
        for done, (case, claim) in enumerate(asked, 1):
            prompt = prompt_for(claim.text, [case.world.text(one.stretch) for one in claim.cited])
            key = (case.item.id, case.reply.kind, _digest(prompt))
            if key not in known:
                known[key] = Opinion(*key[:2], claim.text, key[2], verdict_in(chat(prompt)))
                file.write(_OPINION.dump_json(known[key]) + b"\n")
            opinions.append(known[key])
            if progress:
                progress(done, len(asked))
    return Judgement(model, tuple(opinions), Agreement(0, None, None), sum(one.verdict is None for one in opinions))


def on_labels(chat: Chat, pairs: Sequence[Pair]) -> Agreement:
    """How far the model agrees with the reader of the labelled pairs, on three grades; unreadable replies disagree."""
    said = [(verdict_in(chat(prompt_for(one.sentence, one.evidence))), one.verdict) for one in pairs]
    return Agreement.of([(mine or _other_than(theirs), theirs) for mine, theirs in said])


def _other_than(verdict: Human) -> Human:
    return Human.UNSUPPORTED if verdict is Human.SUPPORTED else Human.SUPPORTED


def with_people(judgement: Judgement, annotations: Iterable[Annotation]) -> Agreement:
    """How far the model agrees with people on the sentences of the run that they judged."""
    mine = {(one.item, one.kind, one.sentence): one.verdict for one in judgement.opinions}
    pairs = [(mine.get(one.place[1:]), one.verdict) for one in annotations]
    return Agreement.of([(one, other) for one, other in pairs if one])


def keep_judgement(judgement: Judgement, folder: Path, with_labels: Agreement | None = None) -> None:
    """Writes what the report shows of the judge, its agreement with the labelled pairs included when it is known."""
    kept = replace(judgement, with_labels=with_labels or judgement.with_labels)
    (folder / "judge.json").write_bytes(_JUDGEMENT.dump_json(kept))


def load_judgement(folder: Path) -> Judgement | None:
    """The judgement of a run, `None` when no model was asked."""
    path = folder / "judge.json"
    return _JUDGEMENT.validate_json(path.read_bytes()) if path.exists() else None


def _kept(path: Path) -> list[Opinion]:
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    return [_OPINION.validate_json(line) for line in lines if line.endswith(b"\n")]


def _digest(prompt: str) -> str:
    return hashlib.sha256(prompt.encode()).hexdigest()[:16]


def _harmless(model: str) -> str:
    return re.sub(r"[^\w.-]+", "-", model)
