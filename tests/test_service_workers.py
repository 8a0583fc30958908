"""Several worker processes over one index: the same answers, whatever happens to a worker."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.types import MINE
from eval.serving import wait
from rag.errors import BadQuestion, UnknownCollection, WorkerLost
from rag.guide import Guide
from rag.index.added import Incoming, add
from rag.service.pool import Pool, Worker
from rag.service.served import ServedGuide
from rag.service.worker import Packer, unpack
from rag.settings import Settings
from ui.record import full_record

QUESTIONS = ["Faut-il créer une SCIC ?", "Qui paie la coordination ?", "Quel temps fera-t-il demain ?"]


@pytest.fixture(scope="module")
def served(shipped_data_dir: Path) -> Iterator[ServedGuide]:
    """A guide with two workers, both open."""
    guide = ServedGuide.open(Settings(data_dir=shipped_data_dir, workers=2))
    wait(lambda: guide.pool and guide.pool.alive == 2)
    yield guide
    guide.close()


def pool_of(guide: ServedGuide) -> Pool:
    assert guide.pool
    return guide.pool


def same(answer: object, other: object) -> bool:
    """But for the time they took."""
    return {**full_record(answer), "latency_ms": 0} == {**full_record(other), "latency_ms": 0}  # type: ignore[arg-type]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_worker_answers_as_the_guide_does(served: ServedGuide, guide: Guide, question: str) -> None:
    assert same(served.ask(question), guide.ask(question))
    assert [hit.passage.id for hit in served.search(question)] == [hit.passage.id for hit in guide.search(question)]


def test_questions_asked_at_once_get_their_own_answers(served: ServedGuide, guide: Guide) -> None:
    answers: dict[int, Any] = {}
    threads = [
        threading.Thread(target=lambda number=number: answers.update({number: served.ask(QUESTIONS[number % 3])}))
        for number in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(same(answers[number], guide.ask(QUESTIONS[number % 3])) for number in range(12))


def test_a_document_travels_once(guide: Guide) -> None:
    packer, answer = Packer(), guide.ask(QUESTIONS[0])
    first, second = packer.pack(answer), packer.pack(answer)
    cited = {hit.passage.source.digest for hit in answer.hits}
    assert {source.digest for source in first.sources} >= cited and second.sources == () and not second.renewed
    assert same(unpack(second.packed, {source.digest: source for source in first.sources}), answer)


def test_an_error_of_the_guide_comes_back_as_it_is(served: ServedGuide) -> None:
    with pytest.raises(BadQuestion) as here:
        Guide.ask(served, "")
    with pytest.raises(BadQuestion) as there:
        served.ask("")
    assert str(there.value) == str(here.value) and there.value.code == "bad_question"


def test_a_document_that_is_added_answers_through_the_workers(shipped_data_dir: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=Path(shutil.copytree(shipped_data_dir, tmp_path / "data")), workers=2)
    guide = ServedGuide.open(settings)
    try:
        wait(lambda: pool_of(guide).alive == 2)
        text = tmp_path / "zebres.txt"
        text.write_text("Les zèbres de la savane broutent l'herbe jaune.", encoding="utf-8")
        add(settings, [Incoming(text, text.name)], embedder=guide.embedder)
        for _ in range(2):
            assert "zèbres" in guide.search("Que broutent les zèbres ?", 1, [MINE])[0].passage.text
        assert guide.ask("Que broutent les zèbres ?", collections=[MINE]).searched_in == (MINE,)
        with pytest.raises(UnknownCollection, match="ailleurs"):
            guide.ask("Que broutent les zèbres ?", collections=["ailleurs"])
    finally:
        guide.close()


def test_documents_that_were_sent_are_forgotten_when_there_are_many(guide: Guide) -> None:
    packer, answer = Packer(most=0), guide.ask(QUESTIONS[0])
    first, second = packer.pack(answer), packer.pack(answer)
    assert not first.renewed and second.renewed and second.sources == first.sources


def test_every_answer_is_told_to_the_listeners(served: ServedGuide) -> None:
    told: list[object] = []
    served.listeners.append(told.append)
    answer = served.ask(QUESTIONS[0])
    served.listeners.remove(told.append)
    assert told == [answer]


def test_a_worker_that_is_killed_costs_no_question(served: ServedGuide, guide: Guide) -> None:
    pool = pool_of(served)
    lost = pool.lost
    for process in pool.processes:
        os.kill(process, signal.SIGKILL)
    assert same(served.ask(QUESTIONS[1]), guide.ask(QUESTIONS[1]))
    wait(lambda: [served.ask(QUESTIONS[0]), pool.alive == 2 and pool.lost == lost + 2][1])


def test_without_any_worker_the_server_answers_itself(shipped_data_dir: Path, guide: Guide) -> None:
    served = ServedGuide.open(Settings(data_dir=shipped_data_dir, workers=2))
    served.close()
    assert same(served.ask(QUESTIONS[0]), guide.ask(QUESTIONS[0]))


def test_a_question_that_ends_every_worker_is_given_up_and_the_workers_come_back(served: ServedGuide) -> None:
    pool = pool_of(served)
    with pytest.raises(WorkerLost):
        pool.call("what no worker knows")
    wait(lambda: pool.alive == 2)
    assert served.ask(QUESTIONS[0]).citations


def test_the_line_to_a_worker_that_is_ended_is_not_given_to_the_next_one(shipped_data_dir: Path) -> None:
    """Who was about to wait on it must meet its end, and not wait for what another worker says on the same number."""
    worker = Worker(Settings(data_dir=shipped_data_dir))
    worker.end()
    with socket.socket(), socket.socket(), pytest.raises((EOFError, ConnectionError)):
        worker.ready()


def test_ending_the_pool_ends_its_processes(shipped_data_dir: Path) -> None:
    pool = Pool(Settings(data_dir=shipped_data_dir, workers=2), 2)
    wait(lambda: pool.alive == 2)
    processes = pool.processes
    pool.close()
    assert len(processes) == 2 and not any(Path(f"/proc/{process}").exists() for process in processes)


def test_a_process_that_could_not_be_started_is_started_later(
    shipped_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures, start = [OSError(errno.EAGAIN, "no more processes"), OSError(errno.EFAULT, "moved")], subprocess.Popen

    def refused(command: list[str], **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401 - as it was given
        assert options["env"] == dict(os.environ) and options["env"] is not os.environ
        if failures:
            raise failures.pop()
        return start(command, **options)

    monkeypatch.setattr(subprocess, "Popen", refused)
    pool = Pool(Settings(data_dir=shipped_data_dir, workers=2), 2)
    wait(lambda: pool.alive == 2)
    pool.close()
    assert not failures
