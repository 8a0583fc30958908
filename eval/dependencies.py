"""What the server leans on, made to fail on purpose: a Chroma server that restarts, a language model that is cut."""

from __future__ import annotations

import json
import re
import socket
import struct
import subprocess  # nosec B404 - starts Chroma's own command
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.request import urlopen

from eval.serving import free_port, on_loopback, wait

CHROMA = Path(sys.executable).with_name("chroma")
_PASSAGE = re.compile(r'<passage id="P1"[^>]*>\n(.*?)\n</passage>', re.DOTALL)
_RESET = struct.pack("ii", 1, 0)


class ChromaServer:
    """`chroma run` over `folder` on a port of loopback, which can be ended and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Returns when it answers; `TimeoutError` when it does not."""
        command = [str(CHROMA), "run", "--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # nosec B603
        wait(self._beats)

    def stop(self) -> None:
        """Ends it at once, as a power cut would."""
        self._process.kill()
        self._process.wait()

    def _beats(self) -> bool:
        with urlopen(f"{self.url}/api/v2/heartbeat", timeout=1) as answer:  # nosec B310 - always our own address
            return bool(answer.status == 200)


class _Cut(BaseHTTPRequestHandler):
    """An OpenAI-compatible model that quotes the first sentence it is given, begins another, and is cut off."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for piece in (f"{first_sentence(asked['messages'][-1]['content'])} [P1] ", "Et puis les"):
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": asked["model"]}
            choice = {"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}
            self.wfile.write(f"data: {json.dumps(chunk | {'choices': [choice]})}\n\n".encode())
            self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.connection.close()

    def finish(self) -> None:
        """Nothing is left to be said on a connection that was cut."""

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def first_sentence(prompt: str) -> str:
    """The first sentence of the first passage that a model is given."""
    passage = _PASSAGE.search(prompt)
    return re.split(r"(?<=[.!?])\s", passage[1])[0] if passage else ""


@contextmanager
def cut_model() -> Iterator[str]:
    """The address of a model that is cut off in the middle of every answer."""
    with on_loopback(_Cut) as origin:
        yield f"{origin}/v1"
