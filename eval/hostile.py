"""Clients that mean ill, or cannot do better: cut off, slow, far too big."""

from __future__ import annotations

import socket
import struct
import time
from contextlib import ExitStack

from eval.serving import Running

TOO_BIG = 10 * 2**20
_HEAD = b"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


def half_requests(server: Running, count: int = 200) -> str:
    """Connections that are cut in the middle of a head or of a body."""
    for number in range(count):
        with socket.create_connection(("127.0.0.1", server.port)) as cut:
            cut.sendall(_HEAD[: 10 + number % 60] if number % 2 else _HEAD + b'Content-Length: 90\r\n\r\n{"question"')
            cut.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return f"{count} connexions coupées"


def slow_heads(server: Running, count: int = 300, seconds: float = 30) -> str:
    """Slowloris: heads of requests that come byte by byte and never end; the server closes them."""
    return _dripping(server, count, seconds, _HEAD[:30])


def slow_bodies(server: Running, count: int = 20, seconds: float = 45) -> str:
    """Bodies that are announced and come byte by byte; the server gives up."""
    return _dripping(server, count, seconds, _HEAD + b"Content-Length: 900\r\n\r\n")


def _dripping(server: Running, count: int, seconds: float, start: bytes) -> str:
    with ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(count)]
        for each in slow:
            each.sendall(start)
        began, opened = time.monotonic(), set(slow)
        while opened and time.monotonic() - began < seconds:
            time.sleep(1)
            opened = {each for each in opened if _drip(each)}
        if opened:
            raise AssertionError(f"{len(opened)} connexions lentes encore ouvertes après {seconds:.0f} s")
        return f"{count} connexions lentes, toutes fermées en {time.monotonic() - began:.0f} s"


def _drip(connection: socket.socket) -> bool:
    """Sends one byte; whether the server still waits for more."""
    try:
        connection.sendall(b"x")
        connection.settimeout(0.001)
        return connection.recv(4096) != b"" and _drip(connection)
    except TimeoutError:
        return True
    except OSError:
        return False


def slow_readers(server: Running, count: int = 50) -> str:
    """Readers that ask for everything and take nothing."""
    with ExitStack() as stack:
        for _ in range(count):
            reader = stack.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            reader.connect(("127.0.0.1", server.port))
            reader.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 5)
        time.sleep(3)
    return f"{count} lecteurs qui ne lisent pas"


def big_bodies(server: Running, count: int = 10) -> str:
    """Bodies of 10 MB, announced and not; each is refused with a problem that says so."""
    piece = b"x" * 65536
    for number in range(count):
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as sender:
            announced = number % 2 == 0
            sender.sendall(_HEAD + (b"Content-Length: %d\r\n\r\n" % TOO_BIG if announced else _CHUNKED))
            try:
                for _ in range(TOO_BIG // len(piece)):
                    sender.sendall(piece if announced else b"%x\r\n%s\r\n" % (len(piece), piece))
            except OSError:
                pass  # the server has answered and closed before it was all sent
            status = _status(sender)
            if status not in (413, 0):  # 0: the system threw the answer away with what was still to be read
                raise AssertionError(f"corps de 10 Mo : {status}")
    return f"{count} corps de 10 Mo refusés"


def _status(connection: socket.socket) -> int:
    try:
        first = connection.recv(4096).split(b" ", 2)
    except OSError:
        return 0
    return int(first[1]) if len(first) > 1 else 0
