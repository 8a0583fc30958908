"""What the documentation promises is there: settings, commands, files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from rag.settings import PREFIX, Settings
from ui.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "CHANGELOG.md"]
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def settings_table() -> str:
    """The README's table of settings, as the code has them."""
    rows = ["| variable | valeur par défaut | ce qu'elle règle |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = f"`{field.default}`" if str(field.default) else "(vide)"
        rows.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def marked(name: str) -> str:
    """What stands in the README between the two marks called `name`."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n?<!-- /{name} -->", README, re.DOTALL)
    assert found, f"no marks {name!r}"
    return found[1]


def test_the_readme_lists_the_settings_as_they_are() -> None:
    assert marked("réglages") == settings_table(), f"paste this:\n{settings_table()}"


def test_the_readme_has_a_place_for_the_ablation_table() -> None:
    assert marked("ablation") is not None


@each_page
def test_each_make_command_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= targets


@each_page
def test_each_ptce_command_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(r"(?:`|bin/|^)ptce ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= set(get_command(app).commands)  # type: ignore[attr-defined]


@each_page
def test_each_file_that_is_linked_exists(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_each_make_command_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)) == set(
        re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()
    )


def test_each_test_that_the_security_list_names_exists() -> None:
    text = (ROOT / "docs" / "securite.md").read_text(encoding="utf-8")
    tests = ROOT / "tests"
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted(tests.glob("test_*.py")))
    assert {name for name in re.findall(r"`(test_\w+\.py)", text) if not (tests / name).is_file()} == set()
    assert {name for name in re.findall(r"::(test_\w+)", text) if f"def {name}(" not in code} == set()
