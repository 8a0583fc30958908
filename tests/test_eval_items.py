"""A question file is loaded strictly: what is wrong is named with file, line and reason, the rest goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.items import load, shipped
from tests.test_eval_builders import entry


def written(folder: Path, *lines: str) -> Path:
    path = folder / "essai.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_good_line_becomes_an_item(tmp_path: Path) -> None:
    loaded = load(written(tmp_path, "", json.dumps(entry())))
    assert [one.id for one in loaded.items] == ["F-001"]
    assert loaded.lines == (2,)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "F-009", ', "JSON illisible"),
        (json.dumps(entry(persone="élu")), "persone : clé inconnue"),
        (json.dumps(entry(persona="maire")), "persona : valeur inconnue"),
        (json.dumps(entry(schema="ptce-eval/2")), "schema : valeur inconnue"),
        (
            json.dumps({key: value for key, value in entry().items() if key != "family"}),
            "family : clé manquante",
        ),
        (
            json.dumps(entry(evidence=[{"id": "E1", "importance": "vital", "any_of": [{"doc": "a"}]}])),
            "« quote »",
        ),
        (json.dumps(entry(question=3)), "mauvais type"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_kept(tmp_path: Path, line: str, reason: str) -> None:
    loaded = load(written(tmp_path, json.dumps(entry()), line, json.dumps(entry(id="F-003", family="F-003"))))
    assert [one.id for one in loaded.items] == ["F-001", "F-003"]
    assert reason in str(loaded.problems[0])
    assert str(loaded.problems[0]).startswith("essai.jsonl:2: F-0")


def test_a_misspelt_key_inside_is_named_with_its_place(tmp_path: Path) -> None:
    line = json.dumps(entry(tags={"topic": "lieu", "hop": 2}))
    assert "tags.hop : clé inconnue" in load(written(tmp_path, line)).problems[0].reason


def test_the_shipped_files_hold_at_least_150_families_each_in_one_split() -> None:
    splits = {name: {one.family for one in load(shipped(name)).items} for name in ("dev", "test")}
    assert len(splits["dev"] | splits["test"]) >= 150
    assert not splits["dev"] & splits["test"]


def test_the_splits_cover_all_sources_and_askers() -> None:
    for name in ("dev", "test"):
        items = load(shipped(name)).items
        assert {one.doc for item in items for group in item.vital for one in group.any_of} >= {
            "avise-tsf-autonhommes",
            "avise-tsf-le-levier",
            "institut-godin-recurrences",
            "labo-ess-etudes-de-cas-2014",
            "rtes-journee-rhone-alpes-2012",
        }
        assert {item.persona for item in items} == {"fondateur", "facilitateur_tsf", "evaluateur", "elu"}
