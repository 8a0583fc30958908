"""Users that all ask at once over HTTP, and what their answers are compared with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request, and whether the server embeds a question for it."""

    method: str
    path: str
    body: bytes = b""
    embeds: bool = True


@dataclass
class Tally:
    """What came of the requests."""

    seconds: list[float] = field(default_factory=list)
    embedded: int = 0
    errors: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)


class Connection:
    """HTTP over one connection that is kept, with nothing that would weigh on the machine that is measured."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, call: Call) -> tuple[int, bytes]:
        """Status and body of the response."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        head = f"{call.method} {call.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(call.body)}\r\n"
        writer.write(f"{head}Content-Type: application/json\r\n\r\n".encode() + call.body)
        await writer.drain()
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        body = await reader.readexactly(int(headers["content-length"]))
        if headers.get("connection") == "close":
            await self.close()
        return int(lines[0].split()[1]), body

    async def close(self) -> None:
        """Ends the connection."""
        if self._streams:
            self._streams[1].close()
            self._streams = None


def comparable(body: bytes) -> object:
    """A response without the time it took."""
    try:
        record: dict[str, Any] = json.loads(body)
    except ValueError:
        return body
    return {name: value for name, value in record.items() if name != "latency_ms"}


async def alone(port: int, mixture: Sequence[Call]) -> dict[Call, object]:
    """What each call brings when it is the only one."""
    connection, expected = Connection(port), dict[Call, object]()
    for call in dict.fromkeys(mixture):
        status, body = await connection.send(call)
        if status != 200:
            raise OSError(f"{call.method} {call.path}: {status}")
        expected[call] = comparable(body)
    await connection.close()
    return expected


async def together(
    port: int, mixture: Sequence[Call], expected: Mapping[Call, object], users: int, seconds: float, tally: Tally
) -> None:
    """All users at once, each with the next call as soon as the last is answered, until the time is over."""
    end = perf_counter() + seconds

    async def user(number: int) -> None:
        connection = Connection(port)
        position = number * len(mixture) // users
        while perf_counter() < end:
            call = mixture[position % len(mixture)]
            position += 1
            began = perf_counter()
            try:
                status, body = await connection.send(call)
            except (OSError, EOFError) as error:
                tally.errors.append(f"{call.path}: {type(error).__name__}")
                await connection.close()
                continue
            tally.seconds.append(perf_counter() - began)
            tally.embedded += call.embeds
            if status != 200:
                tally.errors.append(f"{call.path}: {status}")
            elif comparable(body) != expected[call]:
                tally.different.append(call.body.decode() or call.path)
        await connection.close()

    await asyncio.gather(*(user(number) for number in range(users)))
