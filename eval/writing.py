"""Writes reports and comparisons to files, in every format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.types import Source
from eval import exports
from eval.agreements import judged, readers
from eval.annotations import Annotation, automatic
from eval.annotations import load as load_annotations
from eval.case import Case, World
from eval.checks import load_checks
from eval.compare import compare
from eval.folder import Run, load_run
from eval.html import bare_page, page
from eval.judge import Judgement, load_judgement
from eval.manifest import corpus_digest
from eval.readers import ANNOTATIONS, Verdicts
from eval.report import Report, make_report, markdown
from eval.scoring import Row
from eval.sections import Section, as_markdown
from eval.trec import QRELS, trec_run


@dataclass(frozen=True)
class Opened:
    """A run with its report, and the world it was made in while that is still indexed."""

    report: Report
    world: World | None

    @property
    def run(self) -> Run:
        """The run itself."""
        return self.report.run

    @property
    def hides_items(self) -> bool:
        """Whether it holds questions that nobody should tune on."""
        return self.run.hides_items

    def case(self, row: Row) -> Case | None:
        """The case of a row, `None` when the corpus has changed since."""
        return Case.of(row.item, row.reply, self.world) if self.world else None


def open_run(folder: Path, sources: Mapping[str, Source]) -> Opened:
    """A run with its report; what needs the texts is left out unless `sources` are those of the run."""
    run = load_run(folder)
    world = World.of(sources.values()) if corpus_digest(sources.values()) == run.manifest.made.corpus else None
    made, judgement = load_annotations(folder / ANNOTATIONS), load_judgement(folder)
    verdicts = _verdicts(run, world, made, judgement) if world else {}
    people = (readers(made, verdicts), judged(judgement, made, verdicts))
    return Opened(make_report(run, load_checks(folder), people), world)


def _verdicts(run: Run, world: World, made: Sequence[Annotation], judgement: Judgement | None) -> Verdicts:
    """The automatic verdicts on the answers that somebody judged."""
    judged_items = {(one.item, one.kind) for one in made}
    judged_items |= {(one.item, one.kind) for one in (judgement.opinions if judgement else ())}
    rows = [row for row in run.rows if row.reply.key in judged_items]
    return automatic(run.manifest.name, [Case.of(row.item, row.reply, world) for row in rows])


def write_all(folder: Path, out: Path, sources: Mapping[str, Source], with_test_items: bool = False) -> list[Path]:
    """Writes the report of a run to the folder `out`; the questions of a test split only when asked for."""
    opened = open_run(folder, sources)
    made = opened.report
    with_items = with_test_items or not opened.hides_items
    out.mkdir(parents=True, exist_ok=True)
    texts = {
        "report.html": page(made, opened.world, with_items),
        "report.md": markdown(made),
        "figures.json": exports.as_json(made),
        "run.trec": trec_run(made.rows),
        QRELS: (folder / QRELS).read_text(encoding="utf-8"),
    }
    one_by_one = {"junit.xml": exports.as_junit(made.run.rows), "items.csv": exports.as_csv(made.run.rows)}
    shown = texts | one_by_one if with_items else texts
    return [_written(out / name, text) for name, text in shown.items()]


def write_comparison(a: Path, b: Path, out: Path | None, with_test_items: bool = False) -> str:
    """The comparison as Markdown, or the name of the file that it was written to."""
    runs = load_run(a), load_run(b)
    sections = comparison(*runs, with_test_items)
    title = f"Comparaison : {runs[0].manifest.name} et {runs[1].manifest.name}"
    if out is None:
        return as_markdown(title, sections)
    text = bare_page(title, sections) if out.suffix == ".html" else as_markdown(title, sections)
    return str(_written(out, text))


def comparison(a: Run, b: Run, with_test_items: bool = False) -> list[Section]:
    """The sections of a comparison, without the questions of a test split unless they are asked for."""
    hidden = not with_test_items and (a.hides_items or b.hides_items)
    return [one for one in compare(a, b) if not (hidden and one.id == "bascules")]


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
