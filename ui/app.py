"""The whole server: the API, the documents, and the page mounted at `/`."""

from __future__ import annotations

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr
from fastapi import FastAPI

from rag.build import Progress, silent
from rag.guide import Guide
from rag.settings import Settings
from ui.api.headers import French
from ui.api.server import create_app, refuse_unknown
from ui.page.page import build_page, theme


def create_server(settings: Settings, progress: Progress = silent) -> FastAPI:
    """The server over what `settings` name; the shipped corpus is indexed first if need be."""
    return server_of(Guide.open(settings, progress), settings)


def server_of(guide: Guide, settings: Settings) -> FastAPI:
    """The server over an open guide."""
    app = create_app(guide, settings)
    refuse_unknown(app)
    app.add_middleware(French)
    gr.mount_gradio_app(
        app, build_page(guide, settings), path="/", server_name=settings.host, server_port=settings.port,
        footer_links=[], run_history=False, show_error=False, ssr_mode=False, mcp_server=False, theme=theme(),
    )  # fmt: skip
    return app
