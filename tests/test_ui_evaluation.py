"""What the tab « Évaluation » does, over the shipped guide and without a browser."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

import pytest

from eval.annotations import Human
from eval.blind import Pick
from eval.items import NoQuestionsError, shipped
from eval.jobs import BusyError
from eval.local import QuestionFileError
from rag.guide import Guide
from rag.settings import Settings
from ui.evaluation.duels import NoDuelsError, Table, duel_html
from ui.evaluation.sentences import to_judge_html
from ui.evaluation.shown import Desk, Order, RunNameError, problems_html, report_of, row_html, row_label, sentence
from ui.steps.chat import answered, asked
from ui.steps.exchanges import citation_labels, last_exchange
from ui.texts import evaluation as texts

FEW = 8


@pytest.fixture(scope="module")
def desk(guide: Guide, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk with a file of its own, and two runs of it that differ in the length of answers."""
    desk = Desk(guide, Settings(data_dir=tmp_path_factory.mktemp("var")))
    sent = tmp_path_factory.mktemp("sent") / "peu.jsonl"
    lines = shipped("dev").read_text(encoding="utf-8").splitlines()[::26]
    sent.write_text("\n".join(lines[:FEW]), encoding="utf-8")
    assert desk.take(str(sent)) == "peu"
    for name, words in (("long", 180), ("court", 40)):
        run(desk, Order("peu", (), name, words, 10))
    return desk


def run(desk: Desk, order: Order) -> None:
    desk.start(order)
    assert desk.jobs.last
    desk.jobs.last.wait(120)


def test_a_run_in_the_background_is_told_and_kept(desk: Desk) -> None:
    assert desk.progress() == texts.FINISHED.format(name="court")
    assert desk.runs() == ["court", "long"] and desk.files() == ["dev", "test", "peu"]
    settings = {name: desk.open(name).run.manifest.made.settings["max_words"] for name in desk.runs()}
    assert settings == {"court": "40", "long": "180"}
    assert desk.guide.settings.max_words == 180, "the guide that answers users has not changed"


def test_questions_with_faults_are_refused_with_line_and_reason(desk: Desk, tmp_path: Path) -> None:
    first = json.loads(shipped("dev").read_text(encoding="utf-8").splitlines()[0])
    broken = tmp_path / "casse.jsonl"
    gone = {**first, "evidence": [{**first["evidence"][0], "any_of": [{"doc": "parti", "quote": "x"}]}], "<b>": 1}
    broken.write_text(f"{json.dumps(gone)}\n{{\n{json.dumps({**first, 'id': 'E-999'})}\n", encoding="utf-8")
    name = desk.take(str(broken))
    shown = problems_html(*desk.check(name))
    assert "1 questions lisibles, 2 fautes" in shown
    assert "casse.jsonl:1" in shown and "clé inconnue" in shown and "casse.jsonl:2" in shown and "<b>" not in shown
    with pytest.raises(QuestionFileError, match="casse.jsonl:1"):
        desk.start(Order(name, (), "jamais", 180, 10))
    desk.settings.data_dir.joinpath("questions", f"{name}.jsonl").unlink()


@pytest.mark.parametrize("name", ["", "..", "a/b", "x" * 61])
def test_a_run_cannot_leave_its_folder(desk: Desk, name: str) -> None:
    with pytest.raises(RunNameError):
        desk.start(Order("peu", (), name, 180, 10))


def test_a_file_that_is_not_there_is_said(desk: Desk) -> None:
    with pytest.raises(NoQuestionsError, match="absent"):
        desk.start(Order("absent", (), "x", 180, 10))


def test_a_second_run_waits_for_the_first_which_can_be_stopped(desk: Desk) -> None:
    desk.start(Order("dev", (), "longue", 180, 10))
    with pytest.raises(BusyError, match="longue"):
        desk.start(Order("peu", (), "autre", 180, 10))
    assert desk.is_running and "longue" in desk.stop()
    assert desk.jobs.last
    desk.jobs.last.wait(60)
    assert "arrêtée" in desk.progress() and "longue" not in desk.runs()


def test_the_report_is_shown_with_its_charts_and_limits(desk: Desk) -> None:
    shown = report_of(desk.open("long"))
    assert shown.startswith('<div class="report">') and shown.count("<svg") >= 5
    assert "Ce que cette passe ne dit pas" in shown and "sans second lecteur humain" in shown
    assert {Path(path).suffix for path in desk.write("long")} == {".html", ".md", ".json", ".xml", ".csv", ".trec"}


def test_one_question_is_shown_with_why_and_with_the_source_text(desk: Desk) -> None:
    rows = desk.rows("long")
    assert len(rows) == FEW
    failed, passed = (desk.rows("long", ending) for ending in (texts.FAILED, texts.PASSED))
    assert len(failed) + len(passed) == FEW
    row = next(row for row in rows if row.item.vital and row.reply.statements)
    shown = row_html(desk.open("long"), row)
    assert "Attendu" in shown and "Appui de chaque phrase" in shown and "à redire" in shown
    assert '<mark class="' in shown and "<sup>" in shown, "marks beside colours"
    assert row.item.id in row_label(row)
    assert desk.rows("long", asker="élus") == [row for row in rows if row.item.persona == "elu"]


def test_a_test_split_is_shown_as_a_whole_only(desk: Desk, tmp_path: Path) -> None:
    line = json.loads(shipped("dev").read_text(encoding="utf-8").splitlines()[3])
    sent = tmp_path / "caches.jsonl"
    sent.write_text(json.dumps({**line, "split": "test", "id": "C-1", "family": "C-1"}), encoding="utf-8")
    run(desk, Order(desk.take(str(sent)), (), "caches", 180, 10))
    assert desk.rows("caches") == [] and desk.to_judge("caches", "Ana") == []
    assert line["question"] not in report_of(desk.open("caches")) and texts.HIDDEN[:20] in report_of(
        desk.open("caches")
    )
    assert {Path(path).name for path in desk.write("caches")}.isdisjoint({"items.csv", "junit.xml"})
    assert "bascules" not in desk.compare("caches", "caches")
    with pytest.raises(NoDuelsError):
        Table(desk, "caches", "long", "Ana")


def test_a_reader_judges_sentence_after_sentence(desk: Desk) -> None:
    before = desk.to_judge("long", "Ana")
    assert "Phrase à juger" in to_judge_html(before[0])
    desk.judge("long", before[0], Human.PARTLY, " Ana ")
    assert desk.to_judge("long", "Ana") == before[1:]
    assert desk.to_judge("long", "Bob") == before
    assert "et Ana<" in desk.agreement("long")
    assert "Verdicts : 1 ; lecteurs : 1" in report_of(desk.open("long"))
    assert Path(desk.sheet("long")).read_text(encoding="utf-8").count(before[0].item) >= 1


def test_two_runs_are_compared(desk: Desk) -> None:
    shown = desk.compare("long", "court")
    assert "Écarts appariés" in shown and "max_words (180 → 40)" in shown


def test_two_runs_are_judged_blind(desk: Desk) -> None:
    table = Table(desk, "long", "court", "Ana")
    first = table.left[0]
    assert escape(first.question.split()[0]) in duel_html(first) and "Passe" not in duel_html(first)
    before = len(table.left)
    table.pick(first.item, Pick.EQUAL)
    assert len(table.left) == before - 1 and "pour A" not in table.result(), "the total would tell whose it was"
    for duel in table.left:
        table.pick(duel.item, Pick.LEFT)
    assert "1 égales" in table.result() and "Parmi les questions départagées" in table.result()
    assert len(Table(desk, "long", "court", "Bob").left) == before
    for pair in (("long", "long", "Ana"), ("long", "court", " ")):
        with pytest.raises(NoDuelsError):
            Table(desk, *pair)


def test_the_last_exchange_is_offered_with_its_citations(guide: Guide) -> None:
    assert last_exchange(()) is None
    conversation = answered(guide, asked((), "Faut-il créer une SCIC ?"))
    found = last_exchange(conversation)
    assert found and [marker for _, marker in citation_labels(found)] == [one.marker for one in found.answer.citations]
    assert found.history == ()


def test_what_is_told_is_escaped() -> None:
    assert "<b>" not in sentence("<b>")
