"""Nothing leaves the machine: indexing, answering and importing the page, each in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

REFUSING = """
import sys
from tests.network import refuse_network
tried = refuse_network()
"""
INDEX_AND_ASK = """
from pathlib import Path
from rag.guide import Guide
from rag.index.build import build
from rag.settings import Settings
settings = Settings(data_dir=Path(sys.argv[2]))
build(settings, Path(sys.argv[1]))
guide = Guide.open(settings)
assert guide.search("Qui paie la coordination ?")[0].passage.source.id == "financement"
assert guide.ask("Qui paie la coordination ?").query.question
"""
IMPORT_THE_PAGE = """
import ui.page.page
import gradio
with gradio.Blocks(analytics_enabled=False):
    gradio.HTML("")
"""
# what a library sends in the background or when it is left is counted too
SETTLE = """
import atexit, os, time
finished = []
def judge():
    time.sleep(1)
    print(tried)
    sys.stdout.flush()
    os._exit(0 if finished and not tried else 1)
atexit.register(judge)
"""
IN_A_THREAD = """
import socket, threading
def hide():
    try: socket.socket().connect(("192.0.2.1", 1))
    except OSError: pass
threading.Thread(target=hide).start()
"""
FINISH = "\nfinished.append(True)"


def run(code: str, *arguments: object, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Runs `code` with every address outside this machine refused; fails when one was tried."""
    command = [*prefix, sys.executable, "-c", REFUSING + SETTLE + code + FINISH, *map(str, arguments)]
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("GRADIO_", "HF_", "ANONYMIZED"))
    }
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120)


def cut_off() -> tuple[str, ...]:
    """A command prefix that gives a process no network at all; skips where the system does not allow it."""
    prefix = ("unshare", "--map-root-user", "--net")
    if not shutil.which("unshare") or subprocess.run([*prefix, "true"], capture_output=True).returncode:
        pytest.skip("this system lets nobody make a network namespace")
    return prefix


def test_indexing_and_answering_try_no_connection(small_corpus: Path, tmp_path: Path) -> None:
    done = run(INDEX_AND_ASK, small_corpus, tmp_path / "data")
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def test_indexing_and_answering_need_no_network_at_all(small_corpus: Path, tmp_path: Path) -> None:
    done = run(INDEX_AND_ASK, small_corpus, tmp_path / "data", prefix=cut_off())
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def test_importing_the_page_tries_no_connection() -> None:
    done = run(IMPORT_THE_PAGE)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('192.0.2.1', 80), 1)",
        "import urllib.request; urllib.request.urlopen('https://example.org', timeout=1)",
        IN_A_THREAD,
        "import asyncio, socket\nasyncio.run(asyncio.open_connection('192.0.2.1', 80))",
    ],
    ids=["socket", "urllib", "a thread that hides it", "asyncio"],
)
def test_the_refusal_sees_what_it_must(attempt: str) -> None:
    done = run(attempt)
    assert done.returncode == 1
    assert "192.0.2.1" in done.stdout or "example.org" in done.stdout


def test_a_crash_is_not_silence() -> None:
    assert run("1 / 0").returncode == 1


def test_this_machine_can_be_reached() -> None:
    code = "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname())"
    done = run(code)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
