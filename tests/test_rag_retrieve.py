"""The parts of the search that can be computed by hand."""

from __future__ import annotations

import unicodedata

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpus.words import fold
from rag.answer.retrieve import best_of, largest, read, weights_of
from rag.guide import Guide
from rag.index.rounded import Rounded
from rag.signals.asked import Answering

few = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=12)


@given(few, st.integers(1, 15))
def test_the_largest_are_those_of_a_whole_sort(numbers: list[float], k: int) -> None:
    values = np.array(numbers, dtype=np.float32)
    assert largest(values, k).tolist() == np.argsort(-values, kind="stable")[:k].tolist()


def test_a_place_counts_its_three_best_questions() -> None:
    answering = Answering.of([[0, 2], [0], [0], [0, 2]], size=3)
    values = np.array([4, 1, 2, 3], dtype=np.float32)
    assert best_of(answering, values).tolist() == [3, 0, np.float32(7 / 3)]
    assert best_of(answering.at([2, 0]), values).tolist() == [np.float32(7 / 3), 3]


def test_without_questions_every_place_counts_nothing() -> None:
    assert best_of(Answering.of([], size=2), np.zeros(0, dtype=np.float32)).tolist() == [0, 0]


def test_a_reading_is_what_the_signals_rest_on(guide: Guide) -> None:
    found = guide.signals(guide.query("Faut-il créer une SCIC ?"))
    reading = read(guide.index, found.text, found.vector)
    assert (reading.stems, reading.pieces) == (found.stems, found.pieces)
    assert reading.cosines.tolist() == found.cosines.tolist()
    assert found.scores.keys() == weights_of(guide.index).keys()
    assert max(found.near) == found.questions[0][1] - np.float32(found.questions[-1][1])


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("éÉœ’e\u0301ﬁ\u034f\u0345"))))
def test_folding_drops_every_combining_mark(text: str) -> None:
    spelt = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("œ", "oe"))
    assert fold(text) == "".join(letter for letter in spelt if not unicodedata.combining(letter))


@given(st.integers(0, 10_000))
def test_rounded_vectors_give_the_cosines_of_the_vectors_themselves(seed: int) -> None:
    drawn = np.random.default_rng(seed).normal(size=(20, 384)).astype(np.float32)
    drawn += np.float32(2)  # what all have in common, as the vectors of sentences do
    vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    asked, known = vectors[0], vectors[1:]

    np.testing.assert_allclose(Rounded.of(known).cosines(asked), known @ asked, atol=0.001)


def test_vectors_that_are_all_alike_are_rounded_too() -> None:
    alike = np.full((3, 4), 0.5, dtype=np.float32)

    np.testing.assert_allclose(Rounded.of(alike).cosines(alike[0]), [1, 1, 1], atol=1e-6)


def test_every_indexed_question_is_compared_as_exactly_as_is_promised(guide: Guide) -> None:
    vector = guide.embedder.question("Qui paie la coordination du pôle ?")

    exact = guide.index.question_vectors() @ vector

    np.testing.assert_allclose(guide.index.question_cosines(vector), exact, atol=0.001)
