"""Faults that need a server of their own: Chroma restarts, the model is cut, the server itself is killed."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.error import URLError

from eval.dependencies import ChromaServer, cut_model
from eval.serving import Running, children, serving, wait, with_workers
from rag.index.build import build
from rag.settings import Settings

QUESTION = "Qui paie la coordination ?"
AWAY = 5.0
_WRITERS = 4


def chroma_restarts(folder: Path, sources: Path | None = None) -> str:
    """The Chroma server is killed while questions come, and comes back: each is answered the same, or says why not.

    The index is that of the shipped corpus, or of the documents below `sources`.
    """
    chroma = ChromaServer(folder / "chroma")
    try:
        build(Settings(data_dir=folder / "on-chroma", chroma_url=chroma.url), sources)
        with serving(folder / "on-chroma", folder, "--workers", "2", PTCE_CHROMA_URL=chroma.url) as server:
            with_workers(server, 2)
            return _without_chroma(server, chroma)
    finally:
        chroma.stop()


def _without_chroma(server: Running, chroma: ChromaServer) -> str:
    expected, ends = _quotes(server.ask(QUESTION)), list[str]()
    if not expected:
        raise AssertionError("la question d'essai n'a pas de réponse")

    def ask() -> None:
        response = server.post("/api/ask", {"question": QUESTION})
        same = response.status == 200 and _quotes(response.json()) == expected
        told = response.status == 503 and response.json().get("code") == "vector_server"
        ends.append("répondue" if same else "expliquée" if told else f"{response.status} {response.body[:200]!r}")

    chroma.stop()
    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    alive = server.get("/healthz").status
    time.sleep(AWAY)
    chroma.start()
    for thread in threads:
        thread.join()
    if alive != 200 or set(ends) > {"répondue", "expliquée"} or not ends or _quotes(server.ask(QUESTION)) != expected:
        raise AssertionError(f"sans serveur Chroma : {ends}")
    answered, told = ends.count("répondue"), ends.count("expliquée")
    return f"absent {AWAY:.0f} s : {answered} questions ont eu leur réponse, {told} ont eu une erreur qui le dit"


def model_is_cut(data_dir: Path, folder: Path) -> str:
    """The model's connection breaks in the middle of a sentence: what was verified and the extracts are given."""
    with (
        cut_model() as address,
        serving(data_dir, folder, "--workers", "2", PTCE_LLM="openai:coupe", PTCE_LLM_URL=address) as server,
    ):
        answer = server.ask(QUESTION)
        stream = server.post("/api/ask/stream", {"question": QUESTION}).body.decode()
    notes = [note for note in answer["notes"] if "modèle de langue" in note]
    if answer["status"] != "answered" or not answer["citations"] or not notes:
        raise AssertionError(f"modèle coupé : {answer}")
    if not stream.rstrip().rpartition("\n\n")[2].startswith("event: done"):
        raise AssertionError(f"flux coupé avec le modèle : {stream[-300:]}")
    return f"« {notes[0]} » ; {len(answer['citations'])} citations ; le flux va à son terme"


def killed_while_it_takes(data_dir: Path, folder: Path) -> str:
    """SIGKILL to the server while opinions come in: each that was acknowledged is there afterwards, once."""
    with serving(data_dir, folder, "--workers", "2") as server:
        with_workers(server, 2)
        answer, taken = server.ask(QUESTION), list[str]()
        workers, over = children(server.process.pid), Event()

        def give(writer: int) -> None:
            number = 0
            while not over.is_set():
                reason, number = f"{writer}-{number}", number + 1
                body = {"question": QUESTION, "answer": answer, "right": "no", "sources": "no", "reason": reason}
                try:
                    if server.post("/api/feedback", body).status == 201:
                        taken.append(reason)
                except (URLError, OSError):
                    return

        threads = [Thread(target=give, args=(number,)) for number in range(_WRITERS)]
        for thread in threads:
            thread.start()
        wait(lambda: len(taken) >= 3 * _WRITERS)
        os.kill(server.process.pid, signal.SIGKILL)
        over.set()
        for thread in threads:
            thread.join()
        wait(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
    with serving(data_dir, folder) as server:
        kept = [opinion["reason"] for opinion in _opinions(server)]
    lost = set(taken) - set(kept)
    if lost or len(kept) != len(set(kept)):
        raise AssertionError(f"avis perdus ou doublés : {sorted(lost)}")
    return f"{len(taken)} avis reçus avant l'arrêt, tous gardés ; les processus de réponse finissent avec le serveur"


def _opinions(server: Running) -> list[dict[str, Any]]:
    found, following = list[dict[str, Any]](), 0
    while following is not None:
        page = server.get(f"/api/feedback?limit=200&offset={following}").json()
        found, following = found + page["opinions"], page["next"]
    return found


def _quotes(answer: Any) -> list[str]:  # noqa: ANN401 - the API's record
    return [citation["quote"] for citation in answer["citations"]]
