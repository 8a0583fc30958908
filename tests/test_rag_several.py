"""Own documents beside the shipped corpus: they speak when they are nearer, and are silent otherwise."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from corpus.types import GUIDE, MINE
from rag.guide import Guide
from rag.index.added import Incoming, add
from rag.settings import Settings
from rag.types import Status

SHEET = """# Le fonds de dotation

## Dotation initiale

Pour créer un fonds de dotation, les fondateurs doivent apporter une dotation initiale d'au moins 15 000 €.
"""
OF_THE_SHEET = "Combien d'argent faut-il apporter pour créer un fonds de dotation ?"


@pytest.fixture(scope="module")
def mixed(shipped_data_dir: Path, guide: Guide, tmp_path_factory: pytest.TempPathFactory) -> Guide:
    """The shipped corpus with one sheet of one's own."""
    folder = tmp_path_factory.mktemp("mixed")
    shutil.copytree(shipped_data_dir, folder / "data")
    (folder / "fonds.md").write_text(SHEET, encoding="utf-8")
    settings = Settings(data_dir=folder / "data")
    add(settings, [Incoming(folder / "fonds.md", "fonds.md")], embedder=guide.embedder)
    return Guide(settings, guide.index, guide.embedder)


def test_a_document_of_ones_own_answers_what_the_guide_refuses_without_it(mixed: Guide) -> None:
    assert mixed.ask(OF_THE_SHEET, collections=[GUIDE]).status is Status.REFUSED
    answer = mixed.ask(OF_THE_SHEET)
    assert (answer.status, answer.used) == (Status.ANSWERED, (MINE,))
    assert "15 000 €" in answer.statements[0].text


def test_what_the_shipped_texts_answer_stays_as_it_was(mixed: Guide, guide: Guide) -> None:
    question = "Faut-il créer une SCIC pour porter notre pôle ?"
    alone, beside = guide.ask(question), mixed.ask(question)
    assert [statement.text for statement in beside.statements] == [statement.text for statement in alone.statements]
    assert [hit.passage.id for hit in beside.hits[:5]] == [hit.passage.id for hit in alone.hits[:5]]
    assert (alone.searched_in, beside.searched_in) == ((GUIDE,), (GUIDE, MINE))
