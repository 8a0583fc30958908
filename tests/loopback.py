"""A small HTTP server on loopback, in a thread: a provider of language models that a test scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from eval.serving import on_loopback


class Scripted(BaseHTTPRequestHandler):
    """A handler that answers each request with what `say` sends, and writes no log."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.say()

    def say(self) -> None:
        """Answers, by `reply`."""
        raise AssertionError("a provider says something")

    def reply(self, status: int, media_type: str, body: bytes) -> None:
        """Sends a whole answer."""
        self.send_response(status)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def listening(handler: type[Scripted]) -> Iterator[str]:
    """The address under which `handler` answers as an OpenAI-compatible provider, until the block ends."""
    with on_loopback(handler) as origin:
        yield f"{origin}/v1"
