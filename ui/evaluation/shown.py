"""What the tab « Évaluation » does, without Gradio: choose, check, run, read, annotate, compare."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from html import escape
from pathlib import Path

from corpus.types import Source
from eval import html as report_html
from eval import local
from eval.annotations import Annotation, Human, load
from eval.case import Case
from eval.checking import check_files
from eval.checks import keep_checks, make_checks
from eval.folder import load_run
from eval.item_html import item_html, verdict_of
from eval.items import Item, Problem
from eval.jobs import Jobs, State
from eval.labels import PERSONAS
from eval.manifest import Plan
from eval.places import finished_runs, questions_file, run_folder, runs_folder
from eval.readers import ANNOTATIONS, agreement, annotate, cases_of, read_file, write_file
from eval.run import Progress, make_run, world_of
from eval.scoring import Row
from eval.writing import Opened, comparison, open_run, write_all
from rag.errors import GuideError
from rag.guide import Guide
from rag.settings import Settings
from ui.texts import evaluation as texts

_RUN_NAME = re.compile(r"[\w.-]{1,60}")
_OPENED = 4


class RunNameError(GuideError):
    """A run cannot bear this name."""

    code = "run_name"

    def __init__(self) -> None:
        super().__init__(texts.BAD_NAME)


@dataclass(frozen=True)
class Order:
    """What a run is to do: questions, kinds of wordings, name, and settings that differ from the guide's."""

    questions: str
    kinds: tuple[str, ...]
    name: str
    max_words: int
    passages: int
    fresh: bool = False


@dataclass(frozen=True)
class ToJudge:
    """One sentence of a run that waits for a reader, and what it cites."""

    item: str
    kind: str
    sentence: str
    question: str
    evidence: tuple[str, ...]


class Desk:
    """The evaluations of one open guide. Safe to share between threads."""

    def __init__(self, guide: Guide, settings: Settings) -> None:
        self.guide = guide
        self.settings = settings
        self.jobs = Jobs()
        self._opened: dict[tuple[str, float], Opened] = {}

    @property
    def sources(self) -> dict[str, Source]:
        """The documents of the guide by their names."""
        return {source.id: source for source in self.guide.sources}

    def files(self) -> list[str]:
        """The names of the question files: the shipped ones, then one's own."""
        return list(local.question_files(self.settings))

    def runs(self) -> list[str]:
        """The names of the finished runs, the latest first."""
        return finished_runs(self.settings)

    def take(self, uploaded: str) -> str:
        """Keeps an uploaded question file; returns its name."""
        return local.keep(Path(uploaded), self.settings).stem

    def check(self, name: str) -> tuple[list[Item], list[Problem]]:
        """The questions of a file and what is wrong with them."""
        return check_files([questions_file(name, self.settings)], self.settings, False)

    def start(self, order: Order) -> None:
        """Starts a run in the background; `GuideError` when the questions have faults or another run is under way."""
        if not _RUN_NAME.fullmatch(order.name) or not order.name.strip("."):
            raise RunNameError
        _, problems = self.check(order.questions)
        if faults := [str(one) for one in problems if not one.review]:
            raise local.QuestionFileError(faults[0])
        self.jobs.start(order.name, lambda progress: self._run(order, progress))

    def _run(self, order: Order, progress: Progress) -> None:
        guide = copy(self.guide)
        guide.settings = self.settings.model_copy(update={"max_words": order.max_words, "passages": order.passages})
        plan = Plan(questions_file(order.questions, self.settings), order.kinds)
        folder = runs_folder(self.settings) / order.name
        run = make_run(guide, plan, folder, progress, order.fresh)
        keep_checks(make_checks(run, world_of(guide)), folder)

    def progress(self) -> str:
        """How the last run stands, in one sentence."""
        job = self.jobs.last
        if job is None:
            return texts.NOTHING_RUNS
        told = texts.STATES[job.state]
        return told.format(name=job.name, done=job.done, total=job.total or "…", error=job.error)

    @property
    def is_running(self) -> bool:
        """Whether a run is under way."""
        return bool(self.jobs.last and self.jobs.last.state is State.RUNNING)

    def stop(self) -> str:
        """Stops the run under way; says so."""
        if not self.jobs.last or not self.is_running:
            return self.progress()
        self.jobs.last.stop()
        return texts.STOPPING.format(name=self.jobs.last.name)

    def folder(self, run: str) -> Path:
        """The folder of a run."""
        return run_folder(run, self.settings)

    def open(self, run: str) -> Opened:
        """A run with its report, remembered while its files do not change."""
        folder = self.folder(run)
        changed = [path.stat().st_mtime for path in sorted(folder.glob("*.json*"))]
        key = run, max(changed, default=0.0)
        if key not in self._opened:
            opened = open_run(folder, self.sources)
            self._opened = dict([*self._opened.items(), (key, opened)][-_OPENED:])
        return self._opened[key]

    def rows(self, run: str, ending: str = texts.ALL, asker: str = texts.ANYONE) -> list[Row]:
        """The questions of a run that may be shown one by one, as filtered."""
        opened = self.open(run)
        rows = [] if opened.hides_items else opened.report.rows
        wanted = {texts.ALL: (True, False), texts.FAILED: (False,), texts.PASSED: (True,)}[ending]
        return [
            row
            for row in rows
            if (row.failure is None) in wanted and asker in (texts.ANYONE, PERSONAS[row.item.persona])
        ]

    def write(self, run: str) -> list[str]:
        """Writes the report of a run in every format; returns the files."""
        folder = self.folder(run)
        return [str(path) for path in write_all(folder, folder, self.sources)]

    def to_judge(self, run: str, who: str) -> list[ToJudge]:
        """The sentences of a run on which the reader has said nothing yet; none of a hidden run."""
        if self.open(run).hides_items:
            return []
        made = load(self.folder(run) / ANNOTATIONS)
        done = {one.place[1:] for one in made if one.annotator == who.strip()}
        cases = cases_of(self.folder(run), self.sources)
        return [one for case in cases for one in _sentences(case) if (one.item, one.kind, one.sentence) not in done]

    def judge(self, run: str, one: ToJudge, verdict: Human, who: str) -> None:
        """Keeps a reader's verdict on a sentence."""
        annotate(Annotation(run, one.item, one.kind, one.sentence, verdict, who.strip()), self.folder(run))

    def sheet(self, run: str) -> str:
        """Writes the sheet of a run; returns the file."""
        path = self.folder(run) / "feuille.csv"
        write_file(self.folder(run), self.sources, path)
        return str(path)

    def take_sheet(self, run: str, path: str, who: str) -> int:
        """Keeps the verdicts of a filled-in sheet; returns how many."""
        return read_file(self.folder(run), self.sources, Path(path), who)

    def agreement(self, run: str) -> str:
        """How far people and the automatic check agree, as HTML."""
        return in_report(report_html.tables([agreement(self.folder(run), self.sources)]))

    def compare(self, a: str, b: str) -> str:
        """The comparison of two runs, as HTML."""
        return in_report(report_html.tables(comparison(load_run(self.folder(a)), load_run(self.folder(b)))))


def _sentences(case: Case) -> list[ToJudge]:
    return [
        ToJudge(
            case.item.id,
            case.reply.kind,
            claim.text,
            case.reply.question,
            tuple(case.world.text(one.stretch) for one in claim.cited),
        )
        for claim in case.claims
    ]


def in_report(inside: str) -> str:
    """HTML in the style of the report."""
    return f'<div class="report">{inside}</div>'


def sentence(text: str) -> str:
    """A sentence that screen readers say when it appears."""
    return f'<p role="status" class="told">{escape(text)}</p>'


def problems_html(items: list[Item], problems: list[Problem]) -> str:
    """What is wrong with a question file, line by line."""
    faults, remarks = ([str(one) for one in problems if one.review is review] for review in (False, True))
    told = texts.FAULTS.format(count=len(items), faults=len(faults)) if faults else texts.SOUND.format(count=len(items))
    head = f"<summary>{escape(texts.REMARKS.format(count=len(remarks)))}</summary>"
    more = f"<details>{head}{_list(remarks)}</details>" if remarks else ""
    return sentence(told) + _list(faults) + more


def _list(lines: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>" if lines else ""


def row_label(row: Row) -> str:
    """A question in a list of questions."""
    return f"{row.item.id} · {verdict_of(row)} · {row.item.question}"


def row_html(opened: Opened, row: Row) -> str:
    """Everything about one question of a run."""
    note = "" if opened.world else f"<p>{escape(texts.CHANGED)}</p>"
    return in_report(note + item_html(row, opened.case(row)))


def report_of(opened: Opened) -> str:
    """The report of a run, without its questions."""
    hidden = f"<p>{escape(texts.HIDDEN)}</p>" if opened.hides_items else ""
    return in_report(hidden + report_html.body(opened.report))
