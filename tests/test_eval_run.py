"""A run asks what was not asked yet, keeps what it was made of, and is read back as it was written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from corpus.types import Passage, Source
from eval.checks import Checks, keep_checks, load_checks, make_checks
from eval.folder import NoRunError, Run, RunMismatchError, load_run
from eval.manifest import Plan
from eval.reply import from_json, reply_of, to_json
from eval.run import make_run
from rag.errors import BadQuestion
from rag.settings import Settings
from rag.types import Answer, Citation, Hit, Query, Refusal, RefusalType, Statement, Turn
from tests.test_eval_builders import SOURCES, WORLD, entry, unanswerable


@dataclass
class ParrotGuide:
    """Answers with the first passage, refuses what holds « salaire », and counts what it is asked."""

    settings: Settings = field(default_factory=Settings)
    asked: list[str] = field(default_factory=list)
    breaks_after: int = 99

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(SOURCES.values())

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        self.asked.append(question)
        if len(self.asked) > self.breaks_after:
            raise KeyboardInterrupt
        if question == "?":
            raise BadQuestion("La question est vide.")
        return answer_to(question)


def answer_to(question: str) -> Answer:
    from corpus.cut import passages_of

    passage: Passage = passages_of(SOURCES["rapport"])[0]
    hits = (Hit(passage, 1.0),)
    if "salaire" in question:
        refusal = Refusal(RefusalType.NOT_COVERED, "Les sources ne le disent pas.", (passage,))
        return Answer(Query(question, question), (), refusal, hits, 0.1, seconds={"embed": 0.01})
    first = passage.evidence[0]
    said = Statement(first.text, (Citation.of(1, first),))
    return Answer(Query(question, question), (said,), None, hits, 0.9, seconds={"embed": 0.01})


def plan(folder: Path, *entries: dict[str, Any], kinds: tuple[str, ...] = ()) -> Plan:
    path = folder / "essai.jsonl"
    path.write_text("\n".join(map(json.dumps, entries or (entry(), unanswerable()))), encoding="utf-8")
    return Plan(path, kinds)


def made(folder: Path, kinds: tuple[str, ...] = ()) -> Run:
    return make_run(ParrotGuide(), plan(folder, kinds=kinds), folder / "passe")


def test_every_question_and_variant_is_asked_once(tmp_path: Path) -> None:
    guide, seen = ParrotGuide(), []
    run = make_run(
        guide,
        plan(tmp_path, kinds=("typo25",)),
        tmp_path / "passe",
        lambda done, total: seen.append((done, total)),
    )
    assert [row.reply.key for row in run.rows] == [
        ("F-001", "canonical"), ("F-001", "typo25"), ("F-002", "canonical"), ("F-002", "typo25"),
    ]  # fmt: skip
    assert len(guide.asked) == 4
    assert seen[-1] == (4, 4)


def test_a_run_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    run = made(tmp_path, kinds=("noaccent",))
    assert load_run(tmp_path / "passe") == run


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        make_run(ParrotGuide(breaks_after=1), plan(tmp_path), tmp_path / "passe")
    with (tmp_path / "passe" / "answers.jsonl").open("a", encoding="utf-8") as answers:
        answers.write('{"item": "F-002", "que')
    guide = ParrotGuide()
    run = make_run(guide, plan(tmp_path), tmp_path / "passe")
    assert guide.asked == ["Quel est le salaire du maire ?"]
    assert len(run.rows) == 2


def test_an_unfinished_run_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        make_run(ParrotGuide(breaks_after=1), plan(tmp_path), tmp_path / "passe")
    with pytest.raises(NoRunError, match="Aucune passe terminée"):
        load_run(tmp_path / "passe")


def test_runs_of_different_making_are_not_mixed(tmp_path: Path) -> None:
    made(tmp_path)
    other = plan(tmp_path, entry(question="Qui prête un local ?"))
    with pytest.raises(RunMismatchError, match="questions"):
        make_run(ParrotGuide(), other, tmp_path / "passe")
    assert len(make_run(ParrotGuide(), other, tmp_path / "passe", fresh=True).rows) == 1


def test_the_manifest_says_what_made_the_run(tmp_path: Path) -> None:
    manifest = made(tmp_path).manifest
    assert manifest.made.settings["max_words"] == "180"
    assert "data_dir" not in manifest.made.settings
    assert manifest.made.versions["python"]
    assert manifest.cost.keys() == {"ask", "score", "embed", "peak_mb"}


def test_two_runs_give_the_same_answers(tmp_path: Path) -> None:
    for name in ("a", "b"):
        make_run(ParrotGuide(), plan(tmp_path), tmp_path / name)
    texts = [(tmp_path / name / "answers.jsonl").read_bytes() for name in ("a", "b")]
    assert texts[0] == texts[1]


def test_a_question_that_the_guide_cannot_take_is_kept_with_its_error(tmp_path: Path) -> None:
    run = make_run(ParrotGuide(), plan(tmp_path, entry(question="?")), tmp_path / "passe")
    assert run.rows[0].reply.error == "La question est vide."
    assert run.rows[0].scores["vital_nuggets"] == 0


def test_an_answer_keeps_all_that_was_shown() -> None:
    reply = reply_of(answer_to("Qui prête ?"), "F-001", "typo10")
    assert from_json(to_json(reply)) == reply
    assert reply.citations[0].quote == reply.text
    refused = reply_of(answer_to("salaire"), "F-002")
    assert (refused.refusal, refused.nearest, refused.text) == ("not_covered", 1, "")


def test_relevant_passages_are_written_for_trec(tmp_path: Path) -> None:
    made(tmp_path)
    lines = (tmp_path / "passe" / "qrels.trec").read_text(encoding="utf-8").splitlines()
    assert [line.split()[0] for line in lines] == ["F-001"]
    assert lines[0].endswith(" 2")


def test_checks_are_kept_beside_the_run(tmp_path: Path) -> None:
    run = made(tmp_path)
    assert load_checks(tmp_path / "passe") == Checks()
    checks = make_checks(run, WORLD)
    keep_checks(checks, tmp_path / "passe")
    assert load_checks(tmp_path / "passe") == checks
