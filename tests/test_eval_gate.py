"""The gate of the repository: what the guide does on the development set has not fallen below the baseline."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cli import app


def test_the_development_set_holds_against_the_committed_baseline(
    shipped_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTCE_DATA_DIR", str(shipped_data_dir))
    result = CliRunner().invoke(app, ["gate"])
    assert result.exit_code == 0, result.output
