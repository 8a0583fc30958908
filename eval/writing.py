"""Writes reports and comparisons to files, in every format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eval import exports
from eval.checks import load_checks
from eval.compare import compare
from eval.folder import Run, load_run
from eval.html import bare_page, page
from eval.report import make_report, markdown
from eval.scoring import Row
from eval.sections import Section, as_markdown
from eval.trec import QRELS, trec_run


def write_all(run: Path, out: Path, with_test_items: bool = False) -> list[Path]:
    """Writes the report of a run to the folder `out`; the questions of a test split only when asked for."""
    made = make_report(load_run(run), load_checks(run))
    with_items = with_test_items or not is_test(made.rows)
    out.mkdir(parents=True, exist_ok=True)
    texts = {
        "report.html": page(made, with_items),
        "report.md": markdown(made),
        "figures.json": exports.as_json(made),
        "junit.xml": exports.as_junit(made.run.rows),
        "items.csv": exports.as_csv(made.run.rows),
        "run.trec": trec_run(made.rows),
        QRELS: (run / QRELS).read_text(encoding="utf-8"),
    }
    return [_written(out / name, text) for name, text in texts.items()]


def write_comparison(a: Path, b: Path, out: Path | None, with_test_items: bool = False) -> str:
    """The comparison as Markdown, or the name of the file that it was written to."""
    runs = load_run(a), load_run(b)
    sections = _shown(compare(*runs), runs, with_test_items)
    title = f"Comparaison : {runs[0].manifest.name} et {runs[1].manifest.name}"
    if out is None:
        return as_markdown(title, sections)
    text = bare_page(title, sections) if out.suffix == ".html" else as_markdown(title, sections)
    return str(_written(out, text))


def _shown(sections: Sequence[Section], runs: tuple[Run, Run], with_test_items: bool) -> list[Section]:
    hidden = not with_test_items and any(is_test(run.canonical) for run in runs)
    return [one for one in sections if not (hidden and one.id == "bascules")]


def is_test(rows: Sequence[Row]) -> bool:
    """Whether the rows hold questions that nobody should tune on."""
    return any(row.item.split == "test" for row in rows)


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
