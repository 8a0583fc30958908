"""Pandoc, the only writer of documents: a tree goes in, the bytes of a file come out; nothing else is read."""

from __future__ import annotations

import json
import subprocess  # nosec B404 - pandoc is a program
from typing import Any

import pypandoc

from rag.errors import GuideError
from ui.texts import exports as texts

PATIENCE = 60
MEMORY = "1G"


class ExportFailed(GuideError):
    """Pandoc is missing, took too long, or refused the document."""

    code = "export_failed"

    def __init__(self, reason: str) -> None:
        super().__init__(texts.EXPORT_FAILED.format(reason=reason))


def write(tree: dict[str, Any], writer: str, *options: str) -> bytes:
    """The document in pandoc's format `writer`; `ExportFailed` when that cannot be."""
    limits = ["+RTS", f"-M{MEMORY}", "-RTS"]
    try:
        command = [pypandoc.get_pandoc_path(), *limits, "--sandbox", "--from=json", f"--to={writer}", "--wrap=none"]
        done = subprocess.run(  # nosec B603 - no shell, and no argument from outside
            [*command, *options, "--output=-"],
            input=json.dumps(tree).encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise ExportFailed(texts.TOO_LONG) from error
    except subprocess.CalledProcessError as error:
        raise ExportFailed(f"pandoc {error.returncode}") from error
    except OSError as error:
        raise ExportFailed("pandoc") from error
    return done.stdout
