"""Two indexes of one corpus find the same; `ptce eval determinism` compares every answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eval.items import load, shipped
from rag.guide import Guide
from rag.index.build import build
from rag.index.searchable import Index
from rag.settings import Settings

QUESTIONS = 100
ROUNDING = 0.001


def near(index: Index, guide: Guide, question: str) -> object:
    vector = guide.embedder.question(question)
    texts = [(position, unit.id if unit else "", cosine) for position, unit, cosine in index.texts_near(vector, 150)]
    return texts, index.question_cosines(vector).tolist()


def test_an_index_built_anew_finds_exactly_the_same(guide: Guide, tmp_path: Path) -> None:
    build(Settings(data_dir=tmp_path))
    other = Index.open(Settings(data_dir=tmp_path))
    questions = [item.question for item in load(shipped("dev")).items[:QUESTIONS]]
    assert [one for one in questions if near(guide.index, guide, one) != near(other, guide, one)] == []


def test_the_nearest_questions_are_the_nearest_of_all_but_for_rounding(guide: Guide) -> None:
    found = guide.signals(guide.query("Faut-il créer une SCIC ?")).questions
    cosines = guide.index.question_vectors() @ guide.embedder.question("Faut-il créer une SCIC ?")
    places = [place for place, _ in found]
    others = np.delete(cosines, places)

    assert np.all(np.diff(cosines[places]) < 2 * ROUNDING)
    assert others.max() < cosines[places].min() + 2 * ROUNDING
