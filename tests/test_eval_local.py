"""Question files of one's own: an exchange becomes an item, an upload is kept, a run goes on in the background."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event

import pytest

from corpus.markdown import read_markdown
from corpus.types import Metadata
from eval.items import load
from eval.jobs import BusyError, Job, Jobs, State
from eval.local import (
    EXCHANGES,
    Exchange,
    Judged,
    NothingChosenError,
    QuestionFileError,
    add,
    folder,
    keep,
    question_files,
)
from eval.validate import validate
from rag.errors import GuideError
from rag.settings import Settings
from rag.types import Turn
from tests.fakes import ScriptedGuide


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data directory of its own."""
    return Settings(data_dir=tmp_path / "var")


def exchange(question: str = "Une obligation ?", history: tuple[Turn, ...] = ()) -> Exchange:
    return Exchange(question, ScriptedGuide().ask(question, history), history)


def test_an_exchange_becomes_an_item_that_validates(settings: Settings) -> None:
    guide = ScriptedGuide()
    turns = (Turn("user", "La SCIC ?"), Turn("assistant", "Oui."))
    first = add(exchange(), Judged("Ana", "fondateur", (1,)), settings)
    second = add(exchange("Et sa place ?", turns), Judged("", "elu", (1, 2)), settings)
    third = add(exchange("Le budget exact ?"), Judged("Bob", "elu", (), "budget : rien"), settings)
    path = folder(settings) / f"{EXCHANGES}.jsonl"
    items, problems = validate([path], {source.id: source for source in guide.sources})
    assert [str(one) for one in problems if not one.review] == []
    assert [one.id for one in items] == [first.id, second.id, third.id] == ["X-001", "X-002", "X-003"]
    assert items[0].vital and items[0].provenance.author == "Ana"
    assert items[1].standalone == "La SCIC ? Et sa place ?" and items[1].provenance.author == "sans nom"
    assert items[2].answerable == "none" and items[2].search == "budget : rien"


def test_an_exchange_without_a_verdict_is_refused(settings: Settings) -> None:
    with pytest.raises(NothingChosenError):
        add(exchange(), Judged("Ana", "fondateur", ()), settings)
    assert not (folder(settings) / f"{EXCHANGES}.jsonl").exists()


def test_a_quote_that_stands_twice_is_told_apart(settings: Settings) -> None:
    twice = "## Avant\n\nLa vigilance compte.\n\n## Après\n\nLa vigilance compte.\n"
    source = read_markdown(twice, Metadata("deux", "Deux fois"))
    asked = Exchange("vigilance", ScriptedGuide([source]).ask("vigilance"))
    item = add(asked, Judged("Ana", "fondateur", (2,)), settings)
    assert item.evidence[0].any_of[0].occurrence == 2


def test_an_uploaded_file_is_kept_under_a_harmless_name(settings: Settings, tmp_path: Path) -> None:
    sent = tmp_path / "mes questions (1).jsonl"
    sent.write_text(json.dumps({"id": "x"}) + "\n", encoding="utf-8")
    kept = keep(sent, settings)
    assert kept.name == "mes-questions-1.jsonl" and kept.parent == folder(settings)
    assert list(question_files(settings)) == ["dev", "test", "mes-questions-1"]
    assert load(kept).problems
    assert keep(sent, settings, "../../x.jsonl").parent == folder(settings)


@pytest.mark.parametrize("name", ["dev.jsonl", "test.jsonl", "echanges.jsonl"])
def test_the_guides_own_names_are_not_taken(settings: Settings, tmp_path: Path, name: str) -> None:
    sent = tmp_path / name
    sent.write_text("{}", encoding="utf-8")
    with pytest.raises(QuestionFileError, match="renommez"):
        keep(sent, settings)


def test_a_run_in_the_background_is_watched_and_stopped() -> None:
    jobs, reached, go_on = Jobs(), Event(), Event()

    def work(tell: object) -> None:
        assert callable(tell)
        tell(1, 3)
        reached.set()
        go_on.wait(10)
        tell(2, 3)
        raise AssertionError("it should have stopped")

    job = jobs.start("passe", work)
    assert reached.wait(10) and job.state is State.RUNNING and (job.done, job.total) == (1, 3)
    with pytest.raises(BusyError, match="passe"):
        jobs.start("autre", work)
    job.stop()
    go_on.set()
    assert job.wait(10) and jobs.last and jobs.last.state is State.STOPPED and (job.done, job.total) == (2, 3)


def test_a_run_that_fails_keeps_its_error_and_makes_room_for_the_next() -> None:
    jobs = Jobs()

    def broken(tell: object) -> None:
        raise GuideError("corpus parti")

    job = jobs.start("passe", broken)
    assert job.wait(10) and job.state is State.REFUSED and job.error == "corpus parti"
    done = jobs.start("autre", lambda tell: tell(1, 1))
    assert done.wait(10) and done.state is State.FINISHED


def test_what_a_bug_ends_is_not_called_finished() -> None:
    job = Job("passe")
    with pytest.raises(ZeroDivisionError):
        job.carry_out(lambda tell: tell(1 // 0, 1))
    assert job.state is State.BROKEN
