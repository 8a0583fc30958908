"""The whole server: the API, the documents, and the page mounted at `/`."""

from __future__ import annotations

import os

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr
from fastapi import FastAPI

from rag.guide import Guide
from rag.index.build import Progress, silent
from rag.settings import Settings
from ui.api.headers import French
from ui.api.notebook import notebook
from ui.api.server import create_app, refuse_unknown
from ui.api.visitors import Visitors
from ui.page.page import build_page, theme
from ui.store.notebook import Notebooks


def create_server(settings: Settings, progress: Progress = silent) -> FastAPI:
    """The server over what `settings` name; the shipped corpus is indexed first if need be."""
    return server_of(Guide.open(settings, progress), settings)


def server_of(guide: Guide, settings: Settings) -> FastAPI:
    """The server over an open guide."""
    os.environ["GRADIO_TEMP_DIR"] = str((settings.data_dir / "incoming").absolute())  # uploads stay with the data
    notebooks = Notebooks.of(settings)
    app = create_app(guide, settings, notebooks)
    app.include_router(notebook(guide, notebooks))
    refuse_unknown(app)
    app.add_middleware(French)
    app.add_middleware(Visitors)
    gr.mount_gradio_app(
        app, build_page(guide, settings, notebooks), path="/", server_name=settings.host, server_port=settings.port,
        footer_links=[], run_history=False, show_error=False, ssr_mode=False, mcp_server=False, theme=theme(),
        max_file_size=settings.max_file * gr.FileSize.MB,
    )  # fmt: skip
    return app
