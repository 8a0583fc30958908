"""Validation refuses what would make figures wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.questions import load_questions
from corpus.read import SHIPPED, files_below, read_file
from eval.items import shipped
from eval.similar import Indexed, Vectors, questions_of
from eval.validate import validate
from tests.test_eval_builders import LOCAL, RESERVE, SOURCES, entry, group, nugget, unanswerable


def reasons(folder: Path, *entries: dict[str, Any], indexed: Indexed | None = None) -> list[str]:
    path = folder / "essai.jsonl"
    path.write_text("\n".join(map(json.dumps, entries)), encoding="utf-8")
    return [str(one) for one in validate([path], SOURCES, indexed)[1]]


def test_a_sound_file_has_nothing_to_say(tmp_path: Path) -> None:
    assert reasons(tmp_path, entry(), unanswerable()) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"evidence": [group("E1", "Ceci n'est nulle part.")]}, "citation introuvable"),
        ({"evidence": [group("E1", "Le p")]}, "citation trouvée 3 fois, donner « occurrence »"),
        (
            {"evidence": [{**group("E1", LOCAL), "any_of": [{"doc": "perdu", "quote": LOCAL}]}]},
            "pas dans le corpus",
        ),
        ({"evidence": []}, "aucun élément vital (preuve)"),
        ({"nuggets": []}, "aucun élément vital (fait)"),
        ({"nuggets": [nugget("N1", "E1", ["gymnase"])]}, "ne se déclenche sur sa propre preuve"),
        ({"nuggets": [nugget("N1", "E7", ["local"])]}, "preuve inconnue"),
        ({"nuggets": [nugget("N1", "E1", ["Mairie"], ["local"])]}, "sans accent ni majuscule"),
        ({"nuggets": [nugget("N1", "E1", ["re:(local"])]}, "motif illisible"),
        ({"nuggets": [nugget("N1", "E1", ["re:a"])]}, "documents sans rapport"),
        ({"must_not_say": ["re:42 000"]}, "« must_not_say » se déclenche dans 'rapport'"),
        ({"history": [{"role": "user", "content": "bonjour"}]}, "« standalone »"),
        ({"family": " "}, "« family » est vide"),
        ({"evidence": [group("E1", LOCAL), group("E1", RESERVE)]}, "portent le même id"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    found = reasons(tmp_path, entry(**changes))
    assert any(reason in one and one.startswith("essai.jsonl:1: F-001") for one in found), found


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"search": ""}, "recherche faite"), ({"unanswerable_type": None}, "« unanswerable_type » manque")],
)
def test_a_question_without_answer_says_why_and_what_was_searched(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    assert reason in reasons(tmp_path, unanswerable(**changes))[0]


def test_an_id_is_used_once(tmp_path: Path) -> None:
    assert "cet id est déjà pris" in reasons(tmp_path, entry(), entry())[0]


def test_a_family_stays_in_one_split(tmp_path: Path) -> None:
    found = reasons(tmp_path, entry(), unanswerable(family="F-001", split="test"))
    assert "la famille 'F-001' est aussi dans 'dev'" in found[0]


@pytest.mark.parametrize(("split", "review"), [("test", False), ("dev", True)])
def test_a_near_duplicate_in_another_family_is_seen(tmp_path: Path, split: str, review: bool) -> None:
    twin = entry(id="F-003", family="F-003", split=split, question="Qui peut nous trouver des bureaux")
    (found,) = reasons(tmp_path, entry(), twin)
    assert "presque la même question que F-001" in found
    assert ("à relire" in found) is review


def test_a_question_of_the_index_is_for_review(tmp_path: Path) -> None:
    found = reasons(tmp_path, entry(), indexed=Indexed(("qui peut nous trouver des bureaux",)))
    assert "à relire : presque une question de l'index" in found[0]


def test_a_question_that_means_one_of_the_index_is_for_review(tmp_path: Path) -> None:
    def alike(texts: list[str]) -> Vectors:
        return np.ones((len(texts), 2), dtype=np.float32)

    assert "presque" in reasons(tmp_path, entry(), indexed=Indexed(("tout autre chose",), alike))[0]


def test_the_shipped_questions_are_sound() -> None:
    sources = {source.id: source for source in map(read_file, files_below(SHIPPED))}
    indexed = Indexed(questions_of(load_questions()))
    items, problems = validate([shipped("dev"), shipped("test")], sources, indexed)
    assert len(items) > 300
    assert [str(one) for one in problems if not one.review] == []
