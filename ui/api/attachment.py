"""A file as a response: always to be saved, never shown in place nor kept by a cache."""

from __future__ import annotations

from fastapi.responses import Response

from ui.exports.files import File


def attachment(file: File) -> Response:
    """The file, under its own name."""
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    return Response(file.content, media_type=file.media_type, headers=headers)
