"""Reports: complete, self-contained, and honest about small numbers."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from eval.checks import make_checks
from eval.compare import compare, contributions, differences, flipped
from eval.decisions import decision_lines
from eval.exports import as_csv, as_json, as_junit
from eval.figures import figure, latencies, slices
from eval.folder import Run
from eval.gate import Baseline, BaselineError, accept, findings, read_baseline
from eval.html import page
from eval.manifest import Made, Manifest
from eval.reply import Reply
from eval.report import Report, make_report, markdown
from eval.scoring import Row, scored
from eval.trec import trec_run
from eval.writing import write_all
from tests.test_eval_builders import LOCAL, SEAT, SOURCES, WORLD, case, cite, reply, unanswerable
from tests.test_eval_run import made as made_run


def rows(*answers: Reply, **changes: object) -> list[Row]:
    """One row an answer, each of a family of its own."""
    made = [(f"F-{place:03d}", answer) for place, answer in enumerate(answers)]
    return [scored(case(Reply(**{**vars(answer), "item": id}), id=id, family=id, **changes)) for id, answer in made]


def run(*made: Row, name: str = "essai", questions: str = "q") -> Run:
    papers = Made(questions, "c", "k", {}, {}, (), 7)
    return Run(Manifest(name, papers, "2026-11-22"), tuple(made))


GOOD, BAD = reply(LOCAL, found=[LOCAL], confidence=0.9, seconds={"embed": 0.01}), reply(SEAT, found=[SEAT])
MIXED = run(*rows(GOOD, GOOD, BAD, reply()))


@pytest.fixture(scope="module")
def report() -> Report:
    return make_report(MIXED, make_checks(MIXED, WORLD))


def test_a_figure_has_its_count_and_interval() -> None:
    found = figure("recall@5", MIXED.rows)
    assert found and found.interval
    assert (found.value, found.n, found.families) == (0.5, 4, 4)
    assert found.interval.low < 0.5 < found.interval.high


def test_a_contradicted_premise_is_corrected_by_an_answer_with_a_vital_fact() -> None:
    lines = {
        name: value for name, value, _ in decision_lines(rows(GOOD, BAD, reply(), unanswerable_type="number_swap"))
    }
    assert lines["prémisses contredites et corrigées"] == "1 sur 3"
    assert lines["— dont les sources donnent toute la réponse"] == lines["refus à tort"] == "33,3\N{NO-BREAK SPACE}%"


def test_all_of_a_few_is_not_certain() -> None:
    found = figure("recall@5", rows(GOOD, GOOD, GOOD))
    assert found and found.interval
    assert (found.value, found.interval.high) == (1, 1)
    assert found.interval.low == pytest.approx(0.025 ** (1 / 3))


def test_a_measure_that_applies_nowhere_has_no_figure() -> None:
    assert figure("must_say", MIXED.rows) is None


def test_macro_f1_comes_from_counts_not_from_means() -> None:
    due = [scored(case(Reply(**{**vars(reply()), "item": "F-9"}), **unanswerable(id="F-9", family="F-9")))]
    found = figure("macro_f1", [*rows(GOOD, GOOD, reply()), *due])
    assert found and found.value == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_slices_leave_out_what_has_no_value() -> None:
    assert {name: len(group) for name, group in slices(MIXED.rows, "Source").items()} == {"rapport": 4}
    assert slices(MIXED.rows, "Type de piège") == {}


def test_the_first_answers_are_not_timed() -> None:
    timed = latencies(rows(*[GOOD] * 5), warm_up=3)
    assert [(one.stage, one.median) for one in timed] == [("embed", 10), ("total", 10)]


def test_the_report_says_what_it_cannot_say(report: Report) -> None:
    text = markdown(report)
    assert "Ce que cette passe ne dit pas" in text
    assert "4 questions de 4 familles, par 1 auteurs (A 4)" in text
    assert "2 sur 4" in text  # too few for a share


def test_failures_add_up(report: Report) -> None:
    section = next(one for one in report.sections if one.id == "echecs")
    shares = [float(row[2].rstrip("\u00a0%").replace(",", ".")) for row in section.rows]
    assert sum(shares) == pytest.approx(100, abs=0.2)
    assert section.text.startswith("2 questions manquées sur 4")


class _Loads(HTMLParser):
    """Every tag, and every attribute that would load something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loaded += [value or "" for name, value in attrs if name in ("src", "href", "data")]


def test_the_page_loads_nothing_and_runs_nothing(report: Report) -> None:
    text, loads = page(report), _Loads()
    loads.feed(text)
    assert all(link.startswith("#") for link in loads.loaded)
    assert not {"script", "link", "iframe", "img"} & set(loads.tags)
    assert "url(" not in text and "@import" not in text
    assert '<html lang="fr">' in text


def test_the_page_escapes_what_it_shows() -> None:
    made = run(*rows(GOOD, question="<script>alert(1)</script>"))
    assert "<script" not in page(make_report(made, make_checks(made, WORLD)))


def test_the_page_hides_questions_when_told_to(report: Report) -> None:
    assert "Question par question" not in page(report, with_items=False)


def test_figures_are_exported_with_their_intervals(report: Report) -> None:
    figures = json.loads(as_json(report))["figures"]
    assert figures["recall@5"]["value"] == 0.5
    assert figures["recall@5"]["interval"]["low"] < 0.5


def test_the_table_of_items_holds_no_formula() -> None:
    made = rows(Reply(**{**vars(GOOD), "question": "=1+1"}))
    lines = list(csv.DictReader(StringIO(as_csv(made))))
    assert lines[0]["question"] == "'=1+1"
    assert float(lines[0]["recall@5"]) == 1


def test_junit_counts_failures() -> None:
    suite = ElementTree.fromstring(as_junit(MIXED.rows))
    assert suite.get("failures") == "2"
    assert {one.get("classname") for one in suite} == {"fondateur.rapport"}


def test_a_broken_guarantee_fails_its_test_case() -> None:
    wrong = Reply(**{**vars(GOOD), "citations": (cite(LOCAL, speaker="Personne"),)})
    names = [
        one.get("name") for one in ElementTree.fromstring(as_junit(rows(wrong))) if one.find("failure") is not None
    ]
    assert names == ["F-000 canonical attribution"]


def test_the_trec_run_has_no_ties() -> None:
    lines = trec_run(rows(reply(LOCAL, found=[LOCAL, SEAT]))).splitlines()
    assert [line.split()[3:5] for line in lines] == [["1", "999"], ["2", "998"]]


def test_equal_runs_do_not_differ() -> None:
    found = differences(contributions(MIXED.rows), contributions(MIXED.rows))
    assert all((one.change, one.p, one.wins, one.losses) == (0, 1, 0, 0) for one in found)
    assert flipped(MIXED, MIXED) == []


def test_a_difference_is_paired_by_question() -> None:
    other = run(*rows(GOOD, GOOD, GOOD, GOOD)[::-1])
    found = {one.name: one for one in differences(contributions(MIXED.rows), contributions(other.rows))}
    assert (found["recall@5"].a, found["recall@5"].b) == (0.5, 1.0)
    assert (found["recall@5"].wins, found["recall@5"].losses) == (2, 0)
    assert len(flipped(MIXED, other)) == 2


def test_a_comparison_shows_both_answers_of_what_flips() -> None:
    sections = {one.id: one for one in compare(MIXED, run(*rows(GOOD, GOOD, GOOD, reply()), name="autre"))}
    assert [row[2:] for row in sections["bascules"].rows] == [(f"✗ {SEAT}", f"✓ {LOCAL}")]
    assert "ne voit pas" in sections["ecarts"].text


def baseline(folder: Path, made: Run) -> Baseline:
    accept(made, "A", "essai", folder / "baseline.json")
    return read_baseline(folder / "baseline.json")


def test_the_gate_holds_against_itself(tmp_path: Path) -> None:
    assert findings(MIXED, baseline(tmp_path, MIXED)) == []


def test_the_gate_sees_a_fall(tmp_path: Path) -> None:
    found = findings(MIXED, baseline(tmp_path, run(*rows(GOOD, GOOD, GOOD, GOOD))))
    assert any("Preuves trouvées (R@5) : −50,0\u00a0pt" in one.reason and not one.warns for one in found)


def test_the_gate_sees_a_broken_guarantee_and_a_missed_floor(tmp_path: Path) -> None:
    wrong = Reply(**{**vars(GOOD), "citations": (cite(LOCAL, speaker="Personne"),)})
    kept = baseline(tmp_path, run(*rows(GOOD)))
    strict = Baseline(**{**vars(kept), "floors": {"recall@5": 1.1, "unsupported": 0.0}})
    reasons = [one.reason for one in findings(run(*rows(wrong)), strict) if not one.warns]
    assert [reason.split(" :")[0] for reason in reasons] == ["Garantie rompue", "Plancher manqué"]


def test_changed_questions_are_a_warning(tmp_path: Path) -> None:
    (found,) = findings(run(*rows(GOOD), questions="autres"), baseline(tmp_path, run(*rows(GOOD))))
    assert found.warns


def test_a_missing_or_foreign_baseline_is_unusable(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="Aucune référence"):
        read_baseline(tmp_path / "baseline.json")
    (tmp_path / "baseline.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BaselineError, match="illisible"):
        read_baseline(tmp_path / "baseline.json")


def test_every_link_of_the_page_leads_somewhere(report: Report) -> None:
    text = page(report)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r'id="([^"]+)"', text))


def test_the_words_that_a_question_shares_with_its_gold_are_measured() -> None:
    assert rows(GOOD, question="Qui prête un local ?")[0].overlap == 1
    assert rows(GOOD, question="Qui prête un gymnase ?")[0].overlap == 0.5


def test_every_format_is_written(tmp_path: Path) -> None:
    made_run(tmp_path)
    written = write_all(tmp_path / "passe", tmp_path / "rapport", SOURCES)
    assert {path.suffix for path in written} == {".html", ".md", ".json", ".xml", ".csv", ".trec"}
    assert all(path.read_text(encoding="utf-8") for path in written)
