"""One worker process: it opens the guide, answers what comes through a socket, one by one, and ends with it.

What travels is pickled, between two processes of ours over a socket that nobody else can open. A document is sent once:
afterwards its digest stands for it, so that an answer weighs what is cited and not the whole of its sources.
"""

from __future__ import annotations

import io
import logging
import pickle  # nosec B403 - see above: never what came from outside
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from corpus.types import Source
from rag.errors import GuideError
from rag.guide import Guide
from rag.service.logs import configure
from rag.settings import Settings

_FIRST = ("Qu'est-ce qu'un PTCE ?", "Quelle est la météo ?")  # one that is answered, one that is refused
METHODS = frozenset({"extracts", "search"})
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """A call of one of `METHODS` of the guide."""

    method: str
    arguments: tuple[object, ...]


@dataclass(frozen=True)
class Reply:
    """What the call returned, packed, or the error it raised: the name of its class and its message.

    `sources` are the documents that the receiver does not know yet; `renewed` tells it to forget the others.
    """

    packed: bytes = b""
    sources: tuple[Source, ...] = ()
    renewed: bool = False
    error: tuple[str, str] | None = None


@dataclass
class Packer:
    """Packs values, and remembers which documents were sent, `most` of them."""

    most: int = 1000
    sent: set[str] = field(default_factory=set)

    def pack(self, value: object) -> Reply:
        """The reply that carries `value`."""
        renewed = len(self.sent) > self.most
        if renewed:
            self.sent = set()
        buffer, new = io.BytesIO(), dict[str, Source]()
        pickler = _Pickler(buffer, pickle.HIGHEST_PROTOCOL)
        pickler.met = new
        pickler.dump(value)
        sources = tuple(source for digest, source in new.items() if digest not in self.sent)
        self.sent |= new.keys()
        return Reply(buffer.getvalue(), sources, renewed)


class _Pickler(pickle.Pickler):
    met: dict[str, Source]

    def persistent_id(self, obj: Any) -> str | None:  # noqa: ANN401 - as pickle has it
        if not isinstance(obj, Source):
            return None
        self.met[obj.digest] = obj
        return obj.digest


class _Unpickler(pickle.Unpickler):
    known: Mapping[str, Source]

    def persistent_load(self, pid: Any) -> Source:  # noqa: ANN401 - as pickle has it
        return self.known[pid]


def unpack(packed: bytes, known: Mapping[str, Source]) -> Any:  # noqa: ANN401 - whatever was packed
    """The value that was packed; `known` holds its documents by digest."""
    unpickler = _Unpickler(io.BytesIO(packed))
    unpickler.known = known
    return unpickler.load()


def serve(guide: Guide, receive: Callable[[], Request], send: Callable[[Reply], None]) -> None:
    """Answers until the other end is closed."""
    packer = Packer()
    while True:
        try:
            request = receive()
            send(_reply(guide, request, packer))
        except (EOFError, ConnectionError):
            return


def _reply(guide: Guide, request: Request, packer: Packer) -> Reply:
    if request.method not in METHODS:
        raise ValueError(request.method)
    try:
        return packer.pack(getattr(guide, request.method)(*request.arguments))
    except GuideError as error:
        return Reply(error=(type(error).__name__, str(error)))
    except Exception as error:  # noqa: BLE001 - one question must not cost the process, and with it the next ones
        _log.exception("question failed")
        return Reply(error=("", type(error).__name__))


def main() -> None:
    """Entry point: the number of the socket is the only argument, the settings are the first thing it says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group: the server says when to end
    connection = Connection(int(sys.argv[1]))
    settings: Settings = connection.recv()
    configure(settings)
    guide = Guide.open(settings)
    for question in _FIRST:  # what is computed once is computed before anybody waits for it
        guide.ask(question)
    with suppress(ConnectionError):  # the server was stopped meanwhile
        connection.send(None)
    serve(guide, connection.recv, connection.send)
