"""Keeps the libraries of the page quiet: imported before Gradio, wherever Gradio is imported."""

from __future__ import annotations

import os

SILENCE = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    # how many events between two tables of who called what, which nobody reads here and which load pandas
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_SSR_MODE": "False",
    "GRADIO_MCP_SERVER": "False",
    "GRADIO_SHARE": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "ANONYMIZED_TELEMETRY": "False",
}

os.environ.update(SILENCE)
