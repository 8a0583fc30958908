"""The sheet on which people judge sentences: written as CSV for any spreadsheet, and read back."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO

from eval.annotations import Annotation, BadAnnotationsError, Human
from eval.case import Case
from eval.exports import harmless

HEADER = ("question n°", "formulation", "question", "phrase", "ce qu'elle cite", "verdict")
VERDICTS = ", ".join(verdict.value for verdict in Human)


def sheet(cases: Iterable[Case]) -> str:
    """One line a sentence, the last column left to fill in; the automatic verdict is not shown, so as not to sway."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for case in cases:
        for claim in case.claims:
            quotes = "\n".join(case.world.text(one.stretch) for one in claim.cited)
            cells = (case.item.id, case.reply.kind, case.reply.question, claim.text, quotes)
            writer.writerow([*map(harmless, cells), ""])
    return "\ufeff" + out.getvalue()


def read_sheet(text: str, run: str, annotator: str, known: Iterable[tuple[str, str, str, str]]) -> list[Annotation]:
    """The verdicts of a filled-in sheet; `BadAnnotationsError` names the first line that cannot be read.

    `known` are the sentences of the run (`Annotation.place`); separators may be commas or semicolons.
    """
    if not annotator.strip():
        raise BadAnnotationsError("Dites qui a rempli la feuille.")
    places = set(known)
    lines = _lines(text.removeprefix("\ufeff"))
    return [one for number, line in lines if (one := _annotation(number, line, (run, annotator.strip()), places))]


def _lines(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    missing = [name for name in HEADER if name not in (reader.fieldnames or [])]
    if missing:
        raise BadAnnotationsError(f"Colonnes manquantes dans la feuille : {', '.join(missing)}.")
    for line in reader:
        yield reader.line_num, {name: value or "" for name, value in line.items() if name}


def _annotation(
    number: int, line: dict[str, str], who: tuple[str, str], places: set[tuple[str, str, str, str]]
) -> Annotation | None:
    verdict = line["verdict"].strip().lower()
    if not verdict:
        return None
    if verdict not in list(Human):
        raise BadAnnotationsError(f"Ligne {number} : verdict inconnu {verdict!r} (attendus : {VERDICTS}).")
    run, annotator = who
    item, kind, sentence = (line[name].removeprefix("'") for name in (HEADER[0], HEADER[1], HEADER[3]))
    if (run, item, kind, sentence) not in places:
        raise BadAnnotationsError(f"Ligne {number} : cette phrase n'est pas dans la passe {run!r}.")
    today = datetime.now(UTC).date().isoformat()
    return Annotation(run, item, kind, sentence, Human(verdict), annotator, today)
