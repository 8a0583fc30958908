"""What all tests share: no network, no settings of the developer's, and the shipped index built once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from rag.guide import Guide
from rag.index.build import build, shipped_digest
from rag.index.store import SCHEMA
from rag.settings import PREFIX, Settings
from tests.network import refuse_network

ROOT = Path(__file__).parent.parent

# few examples, the same ones in CI: what a run on somebody's own machine finds is added as a case
hypothesis.settings.register_profile("guide", max_examples=40, deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("guide")

SMALL_CORPUS = {
    "mairie.md": """\
---
title: Garder la mairie à bord
publisher: Réseau d'essai
published: "2021-03"
kind: event_report
---
## Les élus

La mairie prête un local au pôle. Elle siège au comité de pilotage depuis 2019.

**Points de vigilance :** une alternance municipale peut remettre l'accord en cause.
""",
    "financement.md": """\
## Payer la coordination

Les ressources de la coordination sont de trois ordres :

- des subventions du département ;
- une cotisation des membres, de 150 € par an ;
- la vente de prestations.

<!-- page 4 -->

Le poste de coordinateur a coûté 42 000 € en 2020.
""",
    "visite.md": """\
---
title: Une visite entre pairs
publisher: Réseau d'essai
published: "2022"
kind: testimony
speakers:
  - {name: Anne Martin, role: beneficiary, function: directrice}
  - {name: Paul Petit, role: companion, aliases: [Paul Petitt]}
---
## Préparer la visite

**Anne Martin :** Nous avons écrit nos questions avant de partir. La visite a duré deux jours.

**Paul Petitt :** Recevoir nous a obligés à dire ce que nous faisions mal.
""",
}


@pytest.fixture(scope="session", autouse=True)
def _refused() -> Iterator[list[str]]:
    """No `PTCE_*` of the developer is read, and what leaves the machine is refused, for the whole session."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            patch.delenv(name)
        yield refuse_network()


@pytest.fixture(autouse=True)
def _quiet(_refused: list[str]) -> Iterator[None]:
    """A test that tried to leave the machine fails, even where the refusal was swallowed."""
    _refused.clear()
    yield
    assert not _refused, f"tried to leave this machine: {_refused}"


@pytest.fixture(scope="session")
def shipped_data_dir(request: pytest.FixtureRequest) -> Path:
    """A data directory with the shipped index, kept from run to run while nothing that makes it changes.

    Read it, do not write there: every test shares it.
    """
    cache = request.config.cache
    assert cache is not None
    folder = cache.mkdir(f"index-{_made_of()}")
    build(Settings(data_dir=folder))
    return folder


def _made_of() -> str:
    """A digest of the shipped corpus and of the code that an index depends on."""
    digest = hashlib.sha256(f"{shipped_digest()} {SCHEMA}".encode())
    folders = [ROOT / "corpus", ROOT / "rag" / "index", ROOT / "rag" / "signals"]
    for path in sorted([*(path for folder in folders for path in folder.glob("*.py")), ROOT / "rag" / "embed.py"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def guide(shipped_data_dir: Path) -> Guide:
    """The guide over the shipped corpus."""
    return Guide.open(Settings(data_dir=shipped_data_dir))


@pytest.fixture
def small_corpus(tmp_path: Path) -> Path:
    """A folder with three short documents: a report, a list with page marks, an interview."""
    return write_corpus(tmp_path / "sources")


def write_corpus(folder: Path) -> Path:
    """Writes `SMALL_CORPUS` below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in SMALL_CORPUS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
