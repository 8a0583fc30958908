"""A server that runs: ids, journal, figures, limits, an orderly stop, and faults done on purpose."""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from eval import faults, hostile, outages
from eval.crowd import Tally, alone, together
from eval.load import calls
from eval.serving import Running, serving, wait, with_workers
from rag.settings import Settings
from tests.fakes import ScriptedGuide
from ui.app import server_of
from ui.service.limits import Patience, Turnstile
from ui.service.run import OrderlyServer, PatientProtocol, config


@pytest.fixture(scope="module")
def server(shipped_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`ptce serve --workers 2` over the shipped index."""
    with serving(shipped_data_dir, tmp_path_factory.mktemp("server"), "--workers", "2") as server:
        with_workers(server, 2)
        yield server


def copied(data_dir: Path, folder: Path) -> Path:
    """A data directory of one's own, to be written to."""
    return Path(shutil.copytree(data_dir, folder / "copy"))


# --- journal and figures ---


def test_each_response_has_an_id_which_the_caller_may_choose_if_it_is_sound() -> None:
    client = TestClient(server_of(ScriptedGuide(), Settings()))
    chosen = client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"]
    forged = client.get("/healthz", headers={"X-Request-ID": "a b\tc"}).headers["x-request-id"]
    assert chosen == "abc-1" and len(forged) == 16


def test_the_journal_tells_how_a_question_ended_and_not_what_it_was(server: Running) -> None:
    server.ask("Comment financer la coordination du xylophone ?")
    server.get("/api/search?q=xylophone")
    wait(lambda: [event for event in server.events() if event.get("route") == "/api/search"])
    text = server.journal.read_text(encoding="utf-8")
    answer = next(event for event in server.events() if event["event"] == "answer")
    requests = [event for event in server.events() if event["event"] == "request"]
    assert answer["status"] in ("answered", "partial", "refused") and answer["embed_ms"] > 0
    assert {request["route"] for request in requests} >= {"/api/ask", "/api/search"}
    assert answer["request"] in {request["request"] for request in requests}
    assert "xylophone" not in text


def test_the_figures_tell_stages_answers_refusals_index_and_workers(server: Running) -> None:
    before = server.figures()
    server.ask("Quel temps fera-t-il demain ?")
    after = server.figures()
    refused = 'ptce_answers_total{refusal="out_of_scope",status="refused"}'
    assert after[refused] == before.get(refused, 0) + 1
    assert after['ptce_stage_seconds_count{stage="embed"}'] >= 1
    assert (after["ptce_index_documents"], after["ptce_workers"]) == (5, 2)
    assert after["ptce_index_passages"] > 50 and after["ptce_workers_memory_bytes"] > 2**20


# --- the load, small ---


def test_many_users_at_once_get_the_answers_they_would_get_alone(server: Running) -> None:
    mixture = calls([source["id"] for source in server.get("/api/sources").json()["sources"]])[:24]
    tally = Tally()
    expected = asyncio.run(alone(server.port, mixture))
    asyncio.run(together(server.port, mixture, expected, users=40, seconds=2, tally=tally))
    assert tally.errors == [] and tally.different == [] and len(tally.seconds) >= 40


# --- faults, small ---


def test_a_worker_that_is_killed_costs_nobody_an_answer(server: Running) -> None:
    assert "remplacé" in faults.suffer(server, faults.kill_a_worker)


def test_connections_cut_in_the_middle_cost_nobody_an_answer(server: Running) -> None:
    assert faults.suffer(server, lambda server: hostile.half_requests(server, 40))


def test_bodies_of_ten_megabytes_are_refused_announced_or_not(server: Running) -> None:
    assert faults.suffer(server, lambda server: hostile.big_bodies(server, 4))


def test_readers_that_do_not_read_cost_nobody_an_answer(server: Running) -> None:
    assert faults.suffer(server, lambda server: hostile.slow_readers(server, 20))


def test_opinions_that_were_acknowledged_survive_the_death_of_the_server(
    shipped_data_dir: Path, tmp_path: Path
) -> None:
    assert "tous gardés" in outages.killed_while_it_takes(copied(shipped_data_dir, tmp_path), tmp_path)


def test_a_model_that_is_cut_in_the_middle_of_an_answer_costs_its_prose_and_not_the_answer(
    shipped_data_dir: Path, tmp_path: Path
) -> None:
    assert "va à son terme" in outages.model_is_cut(shipped_data_dir, tmp_path)


def test_a_chroma_server_that_restarts_while_questions_come_costs_nobody_a_wrong_answer(
    tmp_path: Path, small_corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outages, "AWAY", 1.0)
    monkeypatch.setattr(outages, "QUESTION", "Qui prête un local au pôle ?")
    assert "absent" in outages.chroma_restarts(tmp_path, small_corpus)


# --- limits ---


@contextmanager
def served(app: ASGIApp, protocol: type[PatientProtocol] = PatientProtocol, patience: int = 5) -> Iterator[int]:
    """The port of `app`, served as `ptce serve` does; it has `patience` seconds to stop, and ten in any case."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings = config(app, Settings(stop_seconds=patience))
        settings.http = protocol
        server = OrderlyServer(settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(10)
            assert not thread.is_alive()


class Impatient(PatientProtocol):
    """Waits half a second for the head of a request, and takes a thousand bytes of it."""

    seconds = 0.5
    most = 1000


def ends(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    connection.settimeout(10)
    pieces = []
    while piece := connection.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


@pytest.mark.parametrize("head", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "], ids=len)
def test_the_head_of_a_request_is_not_waited_for_for_ever(head: bytes) -> None:
    with served(PlainTextResponse("x"), Impatient) as port, socket.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(head)
        assert ends(slow) == b""


def test_a_second_request_on_the_same_connection_is_not_waited_for_either() -> None:
    with served(PlainTextResponse("x"), Impatient) as port, socket.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT")
        assert ends(slow).count(b"HTTP/1.1 200") == 1


def test_a_head_of_any_size_is_not_taken() -> None:
    with (
        served(PlainTextResponse("x"), Impatient) as port,
        socket.create_connection(("127.0.0.1", port)) as big,
        pytest.raises(OSError),  # the server closes while it is being sent
    ):
        big.sendall(b"GET / HTTP/1.1\r\n")
        for _ in range(500):
            big.sendall(b"X: " + b"y" * 4000 + b"\r\n")
            time.sleep(0.002)


def test_a_whole_request_is_answered_however_long_the_answer_takes() -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(1)
        await PlainTextResponse("enfin")(scope, receive, send)

    with served(slow, Impatient) as port, socket.create_connection(("127.0.0.1", port)) as patient:
        patient.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"enfin" in ends(patient)


def test_a_server_that_is_stopped_finishes_what_it_began() -> None:
    begun = threading.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        begun.set()
        await asyncio.sleep(1)
        await PlainTextResponse("enfin")(scope, receive, send)

    with socket.socket() as patient:
        with served(slow) as port:
            patient.connect(("127.0.0.1", port))
            patient.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert begun.wait(10)
        assert b"enfin" in ends(patient)


def test_a_body_that_comes_slowly_has_more_time_than_one_that_does_not() -> None:
    async def whole(scope: Scope, receive: Receive, send: Send) -> None:
        size, more = 0, True
        while more:
            message = await receive()
            size, more = size + len(message.get("body", b"")), message.get("more_body", False)
        await PlainTextResponse(str(size))(scope, receive, send)

    with served(Patience(whole, body=0.3)) as port, socket.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 300000\r\n\r\n")
        for _ in range(3):
            slow.sendall(b"x" * 100_000)
            time.sleep(0.3)
        assert ends(slow).endswith(b"300000")


def test_a_body_that_does_not_come_is_given_up() -> None:
    app = Patience(server_of(ScriptedGuide(), Settings()), body=0.5)
    with served(app) as port, socket.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(hostile._HEAD + b"Content-Length: 90\r\n\r\n{")
        answer = ends(slow)
    assert answer.startswith(b"HTTP/1.1 408") and "trop lentement" in answer.decode()


def test_too_many_questions_at_once_are_told_to_come_back() -> None:
    release = asyncio.Event()

    async def stuck(scope: Scope, receive: Receive, send: Send) -> None:
        await release.wait()
        await PlainTextResponse("fait")(scope, receive, send)

    async def crowd() -> list[int]:
        turnstile, statuses = Turnstile(stuck, at_once=1, waiting=1), list[int]()

        async def send(message: object) -> None:
            if isinstance(message, dict) and message["type"] == "http.response.start":
                statuses.append(message["status"])

        async def receive() -> dict[str, object]:
            return {"type": "http.request"}

        scope = {"type": "http", "path": "/api/ask", "method": "POST", "headers": []}
        tasks = []
        for _ in range(3):
            tasks.append(asyncio.create_task(turnstile(scope, receive, send)))
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        before = list(statuses)
        release.set()
        await asyncio.gather(*tasks)
        return [*before, *statuses[len(before) :]]

    assert asyncio.run(crowd()) == [503, 200, 200]


def test_an_open_page_does_not_hold_the_server_back_when_it_stops() -> None:
    with served(server_of(ScriptedGuide(), Settings()), patience=60) as port:
        open_page = socket.create_connection(("127.0.0.1", port))
        open_page.sendall(b"GET /gradio_api/heartbeat/abc HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"ALIVE" in open_page.recv(4096) + open_page.recv(4096)
    open_page.close()


def test_what_goes_wrong_inside_has_strict_headers_and_an_id_too() -> None:
    client = TestClient(server_of(ScriptedGuide(), Settings()), raise_server_exceptions=False)
    response = client.post("/api/ask", json={"question": "panne"})
    assert response.status_code == 500 and response.headers["x-request-id"]
    assert response.headers["x-content-type-options"] == "nosniff"
