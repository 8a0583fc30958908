"""A small HTTP server on loopback, in a thread: a provider of language models that a test scripts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


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
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
