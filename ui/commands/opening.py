"""What the commands share: an open guide, a history from a file, an address that can be listened on."""

from __future__ import annotations

import json
import socket
from pathlib import Path

from rag.errors import GuideError
from rag.guide import Guide
from rag.settings import Settings
from rag.types import Turn
from ui.commands.batch import UnreadableFileError
from ui.commands.progress import bar
from ui.commands.turns import turns_from
from ui.texts import cli as texts


class BadHistoryError(GuideError):
    """The file of the history is not what it must be."""

    code = "bad_history"

    def __init__(self, path: Path) -> None:
        super().__init__(texts.BAD_HISTORY.format(path=str(path)))


class AddressTakenError(GuideError):
    """The server cannot listen where it was told to."""

    code = "address"


def open_guide(settings: Settings) -> Guide:
    """The guide; a bar shows when the shipped corpus is indexed first."""
    with bar(texts.INDEXING) as progress:
        return Guide.open(settings, progress)


def read_history(path: Path) -> tuple[Turn, ...]:
    """The turns in a JSON file."""
    try:
        return turns_from(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UnreadableFileError(path, error) from error
    except (ValueError, RecursionError) as error:
        raise BadHistoryError(path) from error


def check_address(host: str, port: int) -> None:
    """Raises `AddressTakenError` when nothing can listen there, before anything slow is done."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise AddressTakenError(texts.BAD_HOST.format(host=host)) from error
    except OSError as error:
        raise AddressTakenError(texts.PORT_TAKEN.format(host=host, port=port)) from error


def run_server(settings: Settings) -> None:
    """Serves until it is stopped."""
    import typer

    from rag.service.logs import configure
    from rag.service.served import ServedGuide
    from ui.service.run import run

    configure(settings)
    with bar(texts.INDEXING) as progress:
        guide = ServedGuide.open(settings, progress)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    typer.echo(texts.SERVING.format(address=f"http://{host}:{settings.port}"), err=True)
    run(guide, settings)
