"""The container, compose and systemd files, read as text: no engine runs here, so nothing more is promised of them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterable

import pytest
import yaml
from typer.main import get_command

from rag.settings import PREFIX, Settings
from tests.conftest import ROOT
from tests.fakes import ScriptedGuide
from ui.api.server import create_app
from ui.cli import app

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
UNIT = (DEPLOY / "guide-ptce.service").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def instructions() -> list[tuple[str, str]]:
    """Name and arguments of each instruction of the Dockerfile, continued lines joined."""
    lines = [line for line in DOCKERFILE.splitlines() if line.strip() and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in joined.splitlines()]


def of(name: str) -> list[str]:
    return [arguments for found, arguments in instructions() if found == name]


def unknown_settings(names: Iterable[str]) -> set[str]:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    return {name for name in names if name.startswith(PREFIX)} - known


def test_the_dockerfile_has_only_instructions_that_exist() -> None:
    known = {"FROM", "WORKDIR", "RUN", "COPY", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK"}
    assert {name for name, _ in instructions()} <= known | {"ENTRYPOINT", "CMD"}
    assert instructions()[0][0] == "FROM"


def test_the_container_does_not_run_as_root() -> None:
    last = [name for name, _ in instructions()]
    assert of("USER") == ["10001:10001"]
    assert "RUN" not in last[last.index("USER") :]


def test_what_is_copied_into_the_container_exists_and_is_not_ignored() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    sources = [part for each in of("COPY") if "--from" not in each for part in each.split()[:-1]]
    assert set(sources) == let_in and all((ROOT / source).exists() for source in sources)


def test_the_container_installs_as_make_does() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for flags in ("--no-deps --require-hashes -r requirements.lock", "--no-deps --no-build-isolation -e ."):
        assert flags in makefile and flags in DOCKERFILE


def test_the_container_starts_a_command_that_exists() -> None:
    assert of("ENTRYPOINT") == ['["ptce"]'] and "ptce" in PROJECT["project"]["scripts"]
    assert of("CMD") == ['["serve"]'] and "serve" in get_command(app).commands  # type: ignore[attr-defined]


def test_the_python_of_the_container_is_one_that_the_guide_supports() -> None:
    versions = {tuple(map(int, found.split("."))) for found in re.findall(r"FROM python:(\d+\.\d+)", DOCKERFILE)}
    assert len(versions) == 1 and (3, 11) <= versions.pop() <= (3, 13)


def test_the_health_check_asks_an_address_that_the_server_has() -> None:
    asked = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)'", of("HEALTHCHECK")[0])
    assert asked and asked[1] in of("EXPOSE")
    routes = create_app(ScriptedGuide(), Settings()).openapi()["paths"]
    assert asked[2] in routes


def test_the_settings_of_the_container_exist() -> None:
    names = [pair.partition("=")[0] for each in of("ENV") for pair in shlex.split(each)]
    assert "PTCE_DATA_DIR" in names and unknown_settings(names) == set()


def test_the_composition_is_closed_by_default() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    guide = services["guide"]
    assert guide["read_only"] is True and guide["cap_drop"] == ["ALL"]
    assert guide["ports"] == ["127.0.0.1:7860:7860"] and unknown_settings(guide["environment"]) == set()
    assert (DEPLOY / guide["build"]["context"] / guide["build"]["dockerfile"]).is_file()
    assert services.keys() == {"guide", "chroma", "ollama"}
    assert all("ports" not in service for name, service in services.items() if name != "guide")
    assert all(not service["image"].endswith("latest") and ":" in service["image"] or name == "guide"
               for name, service in services.items())  # fmt: skip


def test_the_container_is_given_more_time_to_stop_than_the_server_takes() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    stop = re.search(r"TimeoutStopSec=(\d+)", UNIT)
    assert stop and int(stop[1]) > Settings().stop_seconds < int(services["guide"]["stop_grace_period"].rstrip("s"))


def test_the_unit_is_confined_and_its_settings_exist() -> None:
    lines = dict(line.split("=", 1) for line in UNIT.splitlines() if "=" in line and not line.startswith("#"))
    assert {"DynamicUser", "NoNewPrivileges", "ProtectSystem", "PrivateTmp", "SystemCallFilter"} <= lines.keys()
    assert lines["KillMode"] == "mixed" and lines["ExecStart"].endswith("/ptce serve")
    assert unknown_settings(pair.partition("=")[0] for pair in lines["Environment"].split()) == set()


def test_systemd_accepts_the_unit() -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here")
    command = ["systemd-analyze", "verify", str(DEPLOY / "guide-ptce.service")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "/opt/guide-ptce/.venv/bin/ptce is not executable" not in line]
    assert said == []
