"""The parts that reports are made of, and how their cells are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.figures import Figure, figure
from eval.labels import label
from eval.measures.score import mean
from eval.scoring import Row


@dataclass(frozen=True)
class Section:
    """A part of the report: a heading, a few sentences, a table."""

    id: str
    title: str
    text: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def interval_of(one: Figure) -> str:
    """The interval of a figure, in words."""
    if not one.interval:
        return "–"
    return f"{label(one.name).show(one.interval.low)} à {label(one.name).show(one.interval.high)}"


def points(change: float | None) -> str:
    """A difference of shares, in points with its sign."""
    return "–" if change is None else f"{100 * change:+.1f}\u00a0pt".replace(".", ",").replace("-", "−")


def cell(name: str, rows: Sequence[Row]) -> str:
    """A share with its interval, or a count where there are too few questions for a share."""
    one = figure(name, rows)
    if one is None:
        return "–"
    if one.is_small:
        return f"{one.value * one.n:.1f} sur {one.n}".replace(".", ",").replace(",0 sur", " sur")
    return f"{label(name).show(one.value)} ({interval_of(one)})"


def macro(name: str, groups: Iterable[Sequence[Row]]) -> str:
    """The mean of the groups' means."""
    values = [one.value if (one := figure(name, rows, resamples=1)) else None for rows in groups]
    return label(name).show(mean(values))


def as_markdown(title: str, sections: Sequence[Section]) -> str:
    """Sections as a Markdown document."""
    return f"# {title}\n\n" + "\n\n".join(map(section_markdown, sections)) + "\n"


def section_markdown(section: Section) -> str:
    """One section as Markdown."""
    parts = [f"## {section.title}", section.text]
    if section.rows:
        lines = [section.header, tuple("---" for _ in section.header), *section.rows]
        parts.append("\n".join("| " + " | ".join(map(_escaped, line)) + " |" for line in lines))
    return "\n\n".join(filter(None, parts))


def _escaped(cell: str) -> str:
    return " ".join(cell.replace("|", "\\|").split())
