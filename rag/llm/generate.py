"""Having a language model write the questions that added documents answer, passage by passage.

What is written is on the disk before the next passage is begun, and is taken into the index at the end, or when the
model fails; a run that is killed is gone on with by the next one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus.types import GUIDE, Passage
from corpus.words import stems
from rag.answer.retrieve import WEIGHTS_WITHOUT_QUESTIONS, fuse, signals
from rag.embed import Embedder
from rag.errors import ModelProblem, Refused, UnknownCollection
from rag.index import intake
from rag.index.added import renew_added
from rag.index.build import kept, put, renew
from rag.index.intake import SHIPPED_ORIGIN, Progress, silent
from rag.index.precomputed import Precomputed
from rag.index.searchable import Index
from rag.index.store import Store, writing
from rag.index.written import Written, WrittenQuestions
from rag.llm.asking import COUNT, judged, messages, prompt
from rag.llm.models import Chat
from rag.llm.texts import Failure
from rag.settings import Settings

TOKENS_PER_WORD = 2  # of French, with room to spare: large models need some 1.5, small ones up to 3
WORDS_PER_QUESTION = 15
# on the shipped questions: kept of their own passages 76 %, of others of the same corpus 28 %
CLOSE = 0.5
SHARED = 2
IN_A_ROW = 3
_LASTING = frozenset({Failure.DOWN, Failure.KEY, Failure.UNKNOWN, Failure.QUOTA})


@dataclass(frozen=True, eq=False)
class Plan:
    """What is to be done for one collection: the positions in `index` of the passages that wait for questions."""

    folder: Path
    index: Index
    waiting: tuple[int, ...]

    @property
    def name(self) -> str:
        """The collection."""
        return self.index.name

    @property
    def passages(self) -> list[Passage]:
        """The passages that wait."""
        return [self.index.passages[position] for position in self.waiting]


@dataclass(frozen=True)
class Cost:
    """What a run is expected to take: calls of the model, and tokens that it reads and writes, roughly."""

    calls: int
    read: int
    written: int

    @classmethod
    def of(cls, plans: Sequence[Plan], settings: Settings) -> Cost:
        """The cost of `plans`; a model writes no more than `settings.llm_tokens` a call."""
        shown = [messages(passage) for plan in plans for passage in plan.passages]
        words = sum(len(text.split()) for each in shown for _, text in each)
        longest = min(settings.llm_tokens, TOKENS_PER_WORD * COUNT * WORDS_PER_QUESTION)
        return cls(len(shown), TOKENS_PER_WORD * words, longest * len(shown))


@dataclass
class Outcome:
    """What a run did: passages done, questions kept, lines dropped by reason, passages that the model failed at.

    `problem` is what ended the run before its end.
    """

    done: int = 0
    questions: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    problem: ModelProblem | None = None

    def add(self, written: Written) -> None:
        """Counts what was written of one more passage."""
        self.done += 1
        self.questions += len(written.questions)
        self.dropped.update(written.dropped)


def writer_name(settings: Settings) -> str:
    """Who writes the questions: the model and the version of the prompt."""
    return f"{settings.llm} {prompt().version}"


def plans(settings: Settings, embedder: Embedder, names: Collection[str] = ()) -> list[Plan]:
    """What is to be done in the collections of these names, in all but the shipped one when there are none.

    A passage waits when nothing was written of it, or when nothing was kept of what another model, or another prompt,
    wrote. The indexes are brought up to date first. Raises `UnknownCollection`; `Refused` for the shipped texts.
    """
    renew(settings, silent, embedder)
    renew_added(settings, silent, embedder)
    folders = _folders(settings, names)
    return [_plan(settings, folder) for name, folder in folders.items() if not names or name in names]


def forget(settings: Settings, embedder: Embedder, names: Collection[str] = ()) -> None:
    """Removes the questions that models wrote from these collections, or all, and from their indexes."""
    for name, folder in _folders(settings, names).items():
        if not names or name in names:
            WrittenQuestions(Store(folder)).forget(())
            publish(settings, folder, embedder)


def run(plan: Plan, chat: Chat, embedder: Embedder, by: str, progress: Progress = silent) -> Outcome:
    """Has the model write of each passage that waits; a passage at which it fails goes on waiting.

    Ends early when the model is out of reach, refuses, or fails at three passages in a row.
    """
    outcome, in_a_row = Outcome(), 0
    store = Store(plan.folder)
    for position in plan.waiting:
        passage = plan.index.passages[position]
        if not store.holds(passage.source.digest):  # removed meanwhile
            continue
        try:
            written = _written(plan.index, position, chat, embedder, by)
        except ModelProblem as problem:
            outcome.failed += 1
            in_a_row += 1
            if problem.failure in _LASTING or in_a_row == IN_A_ROW:
                outcome.problem = problem
                break
            continue
        in_a_row = 0
        WrittenQuestions(store).put(passage, written)
        outcome.add(written)
        progress(outcome.done + outcome.failed, len(plan.waiting))
    return outcome


def publish(settings: Settings, folder: Path, embedder: Embedder, progress: Progress = silent) -> None:
    """Takes what was written into the index below `folder`, when it is not there yet."""
    store = Store(folder)
    with writing(settings.data_dir):
        manifest = store.manifest()
        if manifest is None:
            return
        served = {entry.id for entry in _open(settings, folder).asked if entry.written}
        sources = map(store.load, manifest.documents.values())
        if served != {entry.id for entry in WrittenQuestions(store).asked(sources)}:
            put(settings, store, kept(manifest), manifest, progress, Precomputed(embedder))


def _open(settings: Settings, folder: Path) -> Index:
    return Index.open(settings.model_copy(update={"data_dir": folder}))


def _folders(settings: Settings, names: Collection[str]) -> dict[str, Path]:
    """The data directories of the collections that models may write questions for, by name."""
    main = Store(settings.data_dir).manifest()
    folders = {main.name: settings.data_dir} if main and main.origin != SHIPPED_ORIGIN else {}
    folders |= {manifest.name: folder for folder, manifest in intake.added_manifests(settings).items()}
    for name in names:
        if name == GUIDE:
            raise Refused("Les textes livrés ont déjà leurs questions, écrites à la main.")
        if name not in folders:
            raise UnknownCollection(name, sorted(folders))
    return folders


def _plan(settings: Settings, folder: Path) -> Plan:
    index = _open(settings, folder)
    written, by = WrittenQuestions(Store(folder)), writer_name(settings)
    waiting = (position for position, passage in enumerate(index.passages) if _waits(written.get(passage), by))
    return Plan(folder, index, tuple(waiting))


def _waits(written: Written | None, by: str) -> bool:
    return written is None or (not written.questions and written.by != by)


def _written(index: Index, position: int, chat: Chat, embedder: Embedder, by: str) -> Written:
    """What the model writes of one passage, checked."""
    passage = index.passages[position]
    lines = list(judged(chat.complete(messages(passage)), _leads_back(index, position, embedder)))
    dropped = Counter(line.dropped.value for line in lines if line.dropped)
    return Written(tuple(line.text for line in lines if not line.dropped), by, dict(dropped))


def _leads_back(index: Index, position: int, embedder: Embedder) -> Callable[[str], bool]:
    """Whether a question shares words with its passage; or some with the collection, and is nearer to its passage than
    to most others.
    """
    own = set(stems(index.passages[position].text))

    def leads_back(question: str) -> bool:
        words = stems(question)
        if len(own.intersection(words)) >= SHARED:
            return True
        found = signals(index, question, embedder.question(question))
        weights = {name: weight for name, weight in WEIGHTS_WITHOUT_QUESTIONS.items() if name in found.scores}
        near = float(fuse(found, weights)[0][position]) >= CLOSE
        return near and any(map(index.text_words.knows, words))

    return leads_back
