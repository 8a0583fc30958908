"""A run for other tools: JSON, CSV, JUnit."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict
from io import StringIO
from xml.etree import ElementTree

from eval.labels import HARD
from eval.manifest import MANIFEST
from eval.report import Report
from eval.scoring import Row


def as_json(report: Report) -> str:
    """The manifest and every figure with its interval."""
    figures = {name: {**asdict(one), "name": name} for name, one in report.figures.items()}
    manifest = json.loads(MANIFEST.dump_json(report.run.manifest))
    return json.dumps({"manifest": manifest, "figures": figures}, ensure_ascii=False, indent=2) + "\n"


def as_csv(rows: Iterable[Row]) -> str:
    """One line a reply, one column a measure."""
    listed = list(rows)
    names = list(dict.fromkeys(name for row in listed for name in row.scores))
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["item", "formulation", "persona", "answerable", "status", "failure", "question", *names])
    for row in listed:
        item, reply = row.item, row.reply
        about = [item.id, reply.kind, item.persona, item.answerable, reply.status, row.failure or ""]
        writer.writerow([*about, harmless(reply.question), *(row.scores.get(name, "") for name in names)])
    return out.getvalue()


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t" else text


def as_junit(rows: Iterable[Row]) -> str:
    """A test case for every item and guarantee that applies to it, and one for whether the item passed."""
    suite = ElementTree.Element("testsuite", name="guide-ptce")
    for row in rows:
        _case(suite, row, "réussie", row.failure.value if row.failure else "")
        for name, wanted in HARD.items():
            if name in row.scores:
                broken = abs(row.scores[name] - wanted) > 1e-9
                _case(suite, row, name, (row.reasons.get(name) or "rompu") if broken else "")
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, row: Row, gate: str, fault: str) -> None:
    document = row.item.vital[0].any_of[0].doc if row.item.vital else "aucun"
    name = f"{row.item.id} {row.reply.kind} {gate}"
    case = ElementTree.SubElement(suite, "testcase", classname=f"{row.item.persona}.{document}", name=name)
    if fault:
        ElementTree.SubElement(case, "failure", message=_printable(fault))


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
