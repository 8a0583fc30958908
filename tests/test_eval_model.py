"""What a language model makes of the answers, beside the same answers made of extracts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.items import Item, load, shipped
from eval.model_answers import Compared, compared, run, summary
from eval.run import world_of
from rag.guide import Guide
from tests.scripted_chat import ScriptedChat, saying, writing_guide

EXACT = "La structuration en SCIC nécessite un projet commun et un collectif solide."
WRONG = "La SCIC est obligatoire pour tous les pôles."


@pytest.fixture
def items() -> list[Item]:
    """Three questions that the guide answers."""
    scic = next(item for item in load(shipped("dev")).items if any("SCIC" in nugget.text for nugget in item.nuggets))
    asked = ("Faut-il créer une SCIC ?", "Qu'est-ce qu'un PTCE ?", "Comment financer la coordination ?")
    return [replace(scic, id=f"X-{number}", question=question, history=()) for number, question in enumerate(asked)]


def test_only_what_is_supported_is_shown_and_no_vital_fact_is_lost(guide: Guide, items: list[Item]) -> None:
    writing = writing_guide(guide, saying(f"{EXACT} {WRONG}"))
    row = compared(items[0], writing.stream(items[0].question), world_of(guide))
    assert row and [said.text for said in row.said] == [EXACT]
    assert row.unsupported == row.lost == () and row.has >= row.had
    assert any("a été retirée" in note for note in row.notes)


def test_a_question_that_no_model_is_given_does_not_count(guide: Guide, items: list[Item]) -> None:
    assert compared(items[0], guide.stream(items[0].question), world_of(guide)) is None


def test_a_run_is_taken_up_where_it_ended_and_says_why_there_are_only_extracts(
    guide: Guide, items: list[Item], tmp_path: Path
) -> None:
    model = ScriptedChat(scripts=[[EXACT], [WRONG], [WRONG]])
    writing, path = writing_guide(guide, model), tmp_path / "answers.jsonl"
    first = run(writing, items, path, 1)
    rows = run(writing, items, path, 3)
    assert rows[: len(first)] == first and len(rows) == len(model.asked) == 3
    lines = summary(rows)
    assert lines[:3] == [
        "questions données au modèle : 3",
        "phrases du modèle montrées : 1, mot pour mot 1",
        "phrases sans appui, par le contrôle : 0",
    ]
    assert lines[-1].startswith("2 fois : Réponse faite d'extraits")


def test_vital_facts_are_summed_on_both_sides() -> None:
    rows = [Compared(id, 2, had, 2.0, (), (), (), (), ()) for id, had in (("X-1", 1.0), ("X-2", 1.5))]
    assert "faits vitaux : 2.5 sur 4 avec des extraits, 4 avec le modèle" in summary(rows)
