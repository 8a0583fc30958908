"""The map of coverage: counted, the same object for the page, the command and the API, and honest about gaps."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from corpus.questions import load_gaps
from corpus.themes import load_themes, themes_of
from rag.covered import KNOWN_FROM, Cell, CoverageMap, Known
from rag.guide import Guide
from rag.index.build import build
from rag.settings import Settings
from tests.test_cli import ptce
from ui.api.server import create_app
from ui.coverage import coverage_lines, coverage_record
from ui.html.coverage import coverage_html
from ui.texts import coverage as texts

THEMES = load_themes()


@pytest.fixture(scope="module")
def map(guide: Guide) -> CoverageMap:
    """The map of the shipped corpus."""
    return guide.coverage()


@pytest.mark.parametrize(
    ("question", "themes"),
    [
        ("Faut-il passer en SCIC ?", {"statut"}),
        ("Qui paie le coordinateur ?", {"financement", "coordination"}),
        ("Les mairies décident-elles ?", {"collectivites", "gouvernance"}),
        ("une communauté de communes", {"collectivites"}),
        ("Quelle heure est-il ?", set()),
        ("un local pour les acteurs locaux", set()),
    ],
)
def test_a_question_has_the_themes_that_its_words_name(question: str, themes: set[str]) -> None:
    assert themes_of(question) == themes


def test_every_type_of_gap_that_has_a_theme_has_one_to_fall_back_on_and_a_name() -> None:
    fallback = [type for theme in THEMES for type in theme.gaps]
    assert sorted(fallback) == sorted(texts.GAPS) and len(set(fallback)) == len(fallback)


@pytest.mark.parametrize(
    ("passages", "known"), [(0, Known.NOT), (1, Known.PARTLY), (KNOWN_FROM, Known.KNOWN), (40, Known.KNOWN)]
)
def test_a_source_knows_a_theme_from_three_passages_on(passages: int, known: Known) -> None:
    assert Cell("x", passages).known is known


def test_the_map_has_the_sources_by_year_and_what_reading_them_tells(map: CoverageMap) -> None:
    assert [source.year for source in map.sources] == [2012, 2014, 2022, 2023, 2024]
    known = {row.theme.id: {cell.source: cell.known for cell in row.cells} for row in map.rows}
    assert known["financement"]["institut-godin-recurrences"] is Known.KNOWN
    assert known["tsf"]["avise-tsf-le-levier"] is known["tsf"]["avise-tsf-autonhommes"] is Known.KNOWN
    assert known["tsf"]["labo-ess-etudes-de-cas-2014"] is Known.NOT
    assert set(known["demarches"].values()) == {Known.NOT}


def test_no_gap_of_the_themes_is_lost(map: CoverageMap) -> None:
    gaps = [gap for gap in load_gaps() if gap.type in texts.GAPS]
    assert sum(row.unanswered for row in map.rows) >= len(gaps)  # a question may have several themes
    assert map.outside and not map.unmapped


def test_the_examples_are_gaps_that_the_guide_refuses(map: CoverageMap, guide: Guide) -> None:
    asked = {question for theme in THEMES for question in theme.examples}
    shown = {question for row in map.rows for question in row.examples}
    assert shown == asked <= {gap.question for gap in load_gaps()}
    assert [question for question in sorted(shown)[::4] if guide.ask(question).refusal is None] == []


def test_documents_without_questions_have_no_map_and_are_named(small_corpus: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    build(settings, small_corpus)
    map = Guide.open(settings).coverage()
    assert map.rows == () and len(map.unmapped) == 3
    assert escape(texts.NONE) in coverage_html(map) and list(coverage_lines(map)) == [texts.NONE]


def test_the_page_says_in_words_what_it_shows_in_colours(map: CoverageMap) -> None:
    html = coverage_html(map)
    assert html.count('<th scope="row">') == len(map.rows) and html.count('<th scope="col">') == 1 + len(map.sources)
    assert all(word in html for word in texts.KNOWN.values()) and texts.HOW_TITLE in html
    assert 'data-ask="Combien gagne en moyenne un coordinateur de PTCE ?"' in html


def test_the_command_and_the_api_give_the_same_object(
    map: CoverageMap, guide: Guide, shipped_data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTCE_DATA_DIR", str(shipped_data_dir))
    served = TestClient(create_app(guide, guide.settings)).get("/api/v1/coverage").json()
    assert served == json.loads(ptce("coverage", "--json").stdout) == coverage_record(map)


def test_the_command_prints_a_table(shipped_data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTCE_DATA_DIR", str(shipped_data_dir))
    said = ptce("coverage").stdout
    assert "Institut Godin, 2024" in said and "questions sans réponse" in said and texts.LEGEND in said
