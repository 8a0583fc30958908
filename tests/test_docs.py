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


# level 1 of OWASP's Application Security Verification Standard, 4.0.3: the points of each of its sections
LEVEL_1 = {
    "2.1": range(1, 13), "2.2": range(1, 4), "2.3": (1,), "2.5": range(1, 7), "2.7": range(1, 5), "2.8": (1,),
    "3.1": (1,), "3.2": range(1, 4), "3.3": (1, 2), "3.4": range(1, 6), "3.7": (1,), "4.1": (1, 2, 3, 5),
    "4.2": (1, 2), "4.3": (1, 2), "5.1": range(1, 6), "5.2": range(1, 9), "5.3": range(1, 11), "5.5": range(1, 5),
    "6.2": (1,), "7.1": (1, 2), "7.4": (1,), "8.2": (1, 2, 3), "8.3": range(1, 5), "9.1": (1, 2, 3),
    "10.3": (1, 2, 3), "11.1": range(1, 6), "12.1": (1,), "12.3": range(1, 6), "12.4": (1, 2), "12.5": (1, 2),
    "12.6": (1,), "13.1": (1, 3), "13.2": (1, 2, 3), "13.3": (1,), "14.2": (1, 2, 3), "14.3": (2, 3),
    "14.4": range(1, 8), "14.5": (1, 2, 3),
}  # fmt: skip
SECURITY = (ROOT / "docs" / "securite.md").read_text(encoding="utf-8")


def points(cell: str) -> list[str]:
    """The points that a cell names; « V2.1.1 à V2.1.3 » is three of them."""
    found: list[str] = []
    for first, last in re.findall(r"V(\d+\.\d+\.\d+)(?: à V(\d+\.\d+\.\d+))?", cell):
        section, _, start = first.rpartition(".")
        end = int(last.rpartition(".")[2] or start)
        found += [f"{section}.{number}" for number in range(int(start), end + 1)]
    return found


def test_the_security_list_has_every_point_of_level_1_once_with_its_state() -> None:
    rows = [line.strip("| ").split(" | ") for line in SECURITY.splitlines() if re.match(r"\| V\d", line)]
    told = [point for row in rows for point in points(row[0])]
    assert sorted(told) == sorted(f"{section}.{number}" for section, numbers in LEVEL_1.items() for number in numbers)
    assert {row[1] for row in rows} == {"tenu", "sans objet", "ailleurs", "écart"}
    assert [row[0] for row in rows if row[1] == "tenu" and "`" not in row[-1] and "V8.3.4" not in row[0]] == []


def test_each_test_that_the_security_list_names_exists() -> None:
    text = SECURITY
    tests = ROOT / "tests"
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted(tests.glob("test_*.py")))
    assert {name for name in re.findall(r"`(test_\w+\.py)", text) if not (tests / name).is_file()} == set()
    assert {name for name in re.findall(r"::(test_\w+)", text) if f"def {name}(" not in code} == set()
