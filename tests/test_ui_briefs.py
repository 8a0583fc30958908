"""Sheets, kits and comparisons over the shipped corpus, as the command, the API, the page and the exports give them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from rag.briefs.make import Briefs
from rag.briefs.types import Brief, Grid, Own, Points, Quoted, Silent
from rag.guide import Guide
from rag.settings import Settings
from tests.exported import quotes, read, words
from ui.api.server import create_app
from ui.cli import app
from ui.exports.briefs import manuscript
from ui.exports.files import Format, export
from ui.page.page import build_page
from ui.steps import briefs as steps
from ui.steps.briefs import Draft
from ui.store.notebook import Notebooks
from ui.texts import briefs as texts_briefs

TRIED: dict[str, Any] = {
    "beneficiaire": "SCIC de réemploi",
    "maturite": "emergent",
    "territoire": "rural",
    "themes": ["modele-economique", "portage-politique"],
    "jours": 2,
}
NASTY = "<img src=x onerror=alert(1)> {{7*7}} ${1+1} \"&' [a](b) *c*"
# what a colleague who knows the five documents would put on each sheet
EXPECTED = {
    "association-scic-portage": [
        "il est important de s'interroger sur les raisons ou les besoins de cette formalisation juridique",
        "Le portage par une structure existante ou sans formalisation juridique",
        "La dynamique est moins identifiable",
        "Les modalités de création sont rapides",
        "L'association peut présenter une fragilité financière",
        "D'associer des parties prenantes de toute nature, y compris les collectivités",
        "La structuration en SCIC nécessite un projet commun et un collectif solide",
        "ne constituent pas forcément une progression",
        "Huit pôles sont sous structures associatives",
    ],
    "financer-la-coordination": [
        "Identifier les structures ou personnes ressources sur le territoire",
        "Ingénierie financière et juridique",
        "le Conseil Régional propose depuis 2017",
        "un facteur déterminant, notamment pour le financement de la phase d'amorçage",
        "doit générer des activités rémunératrices",
        "concrétiser des projets emblématiques",
        "un équilibre entre les subventions et les prestations",
        "cofinancement 50-50 public privé",
        "confronté à une instabilité en matière de modèle économique",
    ],
    "le-lieu": [
        "Le lieu constitue souvent un aspect particulièrement important",
        "un facteur de réussite important, voire indispensable",
        "Sept pôles disposent d’un lieu emblématique",
        "La confusion entre tiers-lieu et PTCE",
        "Un tiers-lieu peut être un outil",
        "mise à disposition ou d'une location à loyer modéré",
        "La création d'un lieu ouvert constitue une première étape",
        "l'identification d'un lieu référent",
    ],
    "diagnostic-de-territoire": [
        "la délimitation du territoire d'action du PTCE est librement déterminée",
        "Une difficulté à s'identifier au territoire",
        "Dégager les grandes tendances socio-économiques",
        "c'est bien le croisement de ces diagnostics avec les constats",
        "ne sont pas toujours perçues comme une partie intégrante du diagnostic",
        "l'élargissement du collectif",
    ],
    "se-situer": [
        "peut être analysée au travers de 6 marqueurs",
        "on distingue communément 3 types de PTCE",
        "La logique d'interconnaissance et de réseau",
        "3 niveaux d'intérêt peuvent être relevés",
        "la présence et la complémentarité de ces 3 dimensions",
    ],
    "tsf": [
        "le temps de préparation du transfert est vraiment clef",
        "nous avions identifié les thématiques à aborder en amont",
        "un équilibre entre les subventions et les prestations",
        "il nécessite une relation privilégiée avec la collectivité",
        "un vrai échange s'opère dans les deux sens",
        "S'il a été assez difficile de les accompagner sur le conventionnement",
        "il ne faut pas hésiter à adapter le jour même",
        "continuer à échanger à l’avenir",
    ],
}


@pytest.fixture(scope="module")
def briefs(guide: Guide) -> Briefs:
    return Briefs(guide)


@pytest.fixture(scope="module")
def made(briefs: Briefs) -> dict[str, Brief]:
    """Every shipped template, made once for all the tests below."""
    markers = dict.fromkeys(("besoins", "pluralite", "structuration", "implication", "projets", "essaimage"), "peu")
    logics = {"reseau": "principale", "accompagnement": "absente", "ingenierie": "presente"}
    forms: dict[str, dict[str, Any]] = {"tsf": TRIED, "se-situer": markers | logics}
    return {name: briefs.make(name, forms.get(name, {})) for name in EXPECTED}


@pytest.fixture(scope="module")
def client(guide: Guide) -> Iterator[TestClient]:
    with TestClient(create_app(guide, guide.settings), raise_server_exceptions=False) as client:
        yield client


def said(brief: Brief) -> str:
    """Everything that sources say in it."""
    return flat(" ".join(statement.text for section in brief.sections for statement in section.quotes))


def own(brief: Brief) -> str:
    """Everything that no source says."""
    texts: list[str] = []
    for block in (block for section in brief.sections for block in section.blocks):
        texts += [block.text] if isinstance(block, Own) else list(block.items) if isinstance(block, Points) else []
        texts += (
            [cell for row in block.rows for cell in row if isinstance(cell, str)] if isinstance(block, Grid) else []
        )
    return flat(" ".join(texts))


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", EXPECTED)
def test_a_brief_says_what_a_colleague_would_put_there(made: dict[str, Brief], name: str) -> None:
    assert [fact for fact in EXPECTED[name] if flat(fact) not in said(made[name])] == []


@pytest.mark.parametrize("name", EXPECTED)
def test_only_what_is_meant_to_be_open_is_left_open(made: dict[str, Brief], name: str) -> None:
    open_sections = {
        section.id for section in made[name].sections for block in section.blocks if isinstance(block, Silent)
    }
    assert open_sections <= {"silences", "sur-place"}
    for section in made[name].sections:
        if section.id in ("silences", "sur-place"):
            assert [block for block in section.blocks if isinstance(block, Quoted)] == []


@pytest.mark.parametrize("name", EXPECTED)
def test_no_quote_stands_twice_outside_tables(made: dict[str, Brief], name: str) -> None:
    blocks = [block for section in made[name].sections for block in section.blocks if isinstance(block, Quoted)]
    spans = [(c.source.id, c.start, c.end) for b in blocks for s in b.statements for c in s.citations]
    assert len(spans) == len(set(spans))


@pytest.mark.parametrize("name", EXPECTED)
def test_nothing_of_the_template_is_passed_off_as_a_source_and_no_quote_as_the_template_s(
    made: dict[str, Brief], guide: Guide, name: str
) -> None:
    corpus = flat(" ".join(source.text for source in guide.sources))
    assert all(flat(citation.quote) in corpus for citation in made[name].citations)
    sentences = [sentence for sentence in re.split(r"(?<=[.?!]) ", own(made[name])) if len(sentence.split()) > 6]
    assert [sentence for sentence in sentences if sentence in corpus] == []


def test_earlier_sessions_stand_side_by_side_and_the_silent_one_is_said(made: dict[str, Brief]) -> None:
    section = next(section for section in made["tsf"].sections if section.id == "themes")
    tables = [block for block in section.blocks if isinstance(block, Grid)]
    cells = [row[1] for table in tables for row in table.rows]
    assert len(tables) == 2 and len(cells) == 4
    assert any(isinstance(cell, Silent) for cell in cells) and sum(isinstance(cell, Quoted) for cell in cells) >= 2


def test_a_theme_that_the_corpus_does_not_cover_is_left_open_and_nothing_is_quoted_for_it(briefs: Briefs) -> None:
    brief = briefs.make("tsf", TRIED | {"themes": ["autre : méthanisation"]})
    section = next(section for section in brief.sections if section.id == "themes")
    assert list(section.quotes) == [] and any(isinstance(block, Silent) for block in section.blocks)
    assert "méthanisation : qu'avez-vous fait" in own(brief)


def test_a_comparison_asks_every_document(briefs: Briefs, guide: Guide) -> None:
    brief = briefs.compare("Sur quoi repose le modèle économique ?")
    (grid,) = [block for block in brief.sections[0].blocks if isinstance(block, Grid)]
    assert [row[0] for row in grid.rows] == [source.metadata.title for source in guide.sources]
    for source, row in zip(guide.sources, grid.rows, strict=True):
        cited = [s.citations[0].source for s in row[1].statements] if isinstance(row[1], Quoted) else []
        assert set(cited) <= {source}
    assert {Quoted, Silent} == {type(row[1]) for row in grid.rows}


def test_a_question_outside_the_corpus_is_silent_everywhere(briefs: Briefs) -> None:
    (grid,) = [
        b
        for b in briefs.compare("Quelle est la recette de la tarte aux pommes ?").sections[0].blocks
        if isinstance(b, Grid)
    ]
    assert all(isinstance(row[1], Silent) for row in grid.rows)


@pytest.mark.parametrize("format", [Format.DOCX, Format.ODT, Format.MARKDOWN])
def test_every_quote_of_an_exported_kit_is_verbatim_in_its_source(
    made: dict[str, Brief], guide: Guide, format: Format
) -> None:
    brief = made["tsf"]
    file = export(manuscript(brief), format, sources=guide.sources)
    corpus = flat(" ".join(source.text for source in guide.sources))
    found = quotes(file)
    assert len(found) == len(brief.citations) and [quote for quote in found if flat(quote) not in corpus] == []
    text = words(read(file)["blocks"])
    assert all(piece in text for piece in ("De pair à pair : Modèle économique", "Fiche de suivi", "SCIC de réemploi"))


def test_html_in_every_field_is_text_everywhere(briefs: Briefs, guide: Guide) -> None:
    form = {
        "beneficiaire": NASTY, "compagnon": NASTY, "demande": NASTY, "themes": [f"autre : {NASTY}"], "jours": 1,
    }  # fmt: skip
    draft = Draft(form, {"vigilance": (NASTY,)}, (("Jour 1", "09:00", NASTY, NASTY),), made=True)
    template = briefs.templates.get("tsf")
    *_, last = steps.fill(briefs, template, draft, steps.KIT, editable=True)
    assert "<img" not in last.html and "&lt;img src=x onerror=alert(1)&gt; {{7*7}} ${1+1}" in last.html
    brief = briefs.make("tsf", form)
    page = export(manuscript(brief), Format.HTML, sources=guide.sources).content.decode()
    assert "<img" not in page and "&lt;img" in page
    assert NASTY in words(read(export(manuscript(brief), Format.DOCX))["blocks"]).replace("’", "'")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, ["Qui vient apprendre", "Thèmes à travailler", "Nombre de jours"]),
        (TRIED | {"themes": [f"thème {n}" for n in range(50)]}, ["50 choix", "gardez-en 3 au plus"]),
        (TRIED | {"themes": ["<b>lune</b>"]}, ["&lt;b&gt;lune&lt;/b&gt;", "modele-economique", "« autre : … »"]),
    ],
)
def test_a_bad_form_is_told_in_french_and_nothing_is_lost(
    briefs: Briefs, form: dict[str, Any], words: list[str]
) -> None:
    draft = Draft(form, made=True)
    (step,) = steps.fill(briefs, briefs.templates.get("tsf"), draft, steps.KIT, editable=True)
    assert all(word in step.problems for word in words) and step.html == "" and "<b>" not in step.problems
    assert Draft.read(json.loads(json.dumps(draft.record))) == draft


def test_progress_is_shown_section_by_section_until_the_kit_is_whole(briefs: Briefs) -> None:
    shown = list(steps.fill(briefs, briefs.templates.get("tsf"), Draft(TRIED), steps.KIT, editable=True))
    assert [step.html.count('class="part waiting"') for step in shown] == list(range(len(shown) - 1, -1, -1))
    assert shown[0].told.startswith(f"Partie 1 sur {len(shown)}") and "citations" in shown[-1].told


def test_one_section_is_run_again_alone_and_the_brief_is_numbered_anew(briefs: Briefs) -> None:
    template = briefs.templates.get("tsf")
    *_, before = steps.fill(briefs, template, Draft(TRIED), steps.KIT, editable=True)
    draft = Draft(TRIED).with_question("vigilance", "Pourquoi l'évaluation est-elle difficile ?")
    after = steps.again(briefs, template, draft, before.sections, "vigilance")
    same = [a is b for a, b in zip(before.sections, after.sections, strict=True)]
    assert same.count(False) == 1 and not same[[s.id for s in after.sections].index("vigilance")]
    assert "distinguant l’évaluation du cluster" in after.html
    back = steps.again(
        briefs, template, draft.without_question("vigilance", draft.extra["vigilance"][0]), after.sections, "vigilance"
    )
    assert back.html == before.html


def test_the_components_hold_what_the_form_holds(briefs: Briefs) -> None:
    fields = briefs.templates.get("tsf").form
    form = TRIED | {"themes": ["lieu", "autre : le pain"], "jours": "2"}
    assert steps.given(fields, steps.shown(fields, form)) == form
    assert steps.given(fields, steps.shown(fields, {})) == {}


@pytest.mark.parametrize(
    "kept", [None, 3, [], {"form": 3}, {"form": {}, "extra": [1], "agenda": [3, ["a", 1]], "made": "oui"}]
)
def test_what_a_browser_kept_of_another_kind_is_an_empty_draft(kept: object) -> None:
    draft = Draft.read(kept)
    assert draft.form == {} and draft.extra == {} and not draft.made


def test_the_api_lists_makes_and_exports(client: TestClient, made: dict[str, Brief]) -> None:
    listed = client.get("/api/briefs").json()
    assert {entry["name"] for entry in listed["briefs"]} == set(EXPECTED) and listed["broken"] == []
    record = client.post("/api/briefs/tsf", json={"form": TRIED}).json()
    assert [c["quote"] for c in record["citations"]] == [c.quote for c in made["tsf"].citations]
    sheet = client.get("/api/briefs/le-lieu").json()
    source = client.get(f"/api/sources/{sheet['citations'][0]['source']}").json()["text"]
    first = sheet["citations"][0]
    assert source[first["start"] : first["end"]] == first["quote"]
    file = client.get("/api/briefs/le-lieu", params={"format": "docx"})
    assert file.content[:2] == b"PK" and 'filename="le-lieu-' in file.headers["content-disposition"]


def test_the_api_says_what_it_sends(client: TestClient) -> None:
    """Validation against the declared models, which a response that is built by hand does not get."""
    from ui.api.brief_models import BriefOut

    for path in ("/api/briefs/le-lieu", "/api/compare?q=Comment%20préparer%20un%20TSF"):
        record = client.get(path).json()
        assert BriefOut.model_validate(record).model_dump() == record
    assert client.post("/api/compare", json={"q": "Comment préparer un TSF"}).json() == record


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "words"),
    [
        ("GET", "/api/briefs/absent", {}, 404, "choisissez parmi"),
        ("GET", "/api/briefs/tsf", {}, 422, "Nombre de jours"),
        ("GET", "/api/briefs/le-lieu?format=exe", {}, 422, "format"),
        ("POST", "/api/briefs/tsf", {"json": {"form": TRIED | {"themes": ["lune"]}}}, 422, "« lune » est inconnu"),
        ("POST", "/api/briefs/tsf", {"json": {"form": TRIED, "inconnu": 1}}, 422, "inconnu"),
        ("POST", "/api/briefs/tsf", {"json": {"form": TRIED, "extra": {"lune": ["x"]}}}, 422, "« lune »"),
        ("GET", "/api/compare?q=", {}, 422, "vide"),
        ("POST", "/api/compare", {"json": {"q": " "}}, 422, "vide"),
    ],
)
def test_the_api_tells_what_is_wrong(
    client: TestClient, method: str, path: str, options: dict[str, Any], status: int, words: str
) -> None:
    response = client.request(method, path, **options)
    assert response.status_code == status and words in response.json()["detail"]


def run(monkeypatch: pytest.MonkeyPatch, data: Path, *arguments: str) -> Result:
    monkeypatch.setenv("PTCE_DATA_DIR", str(data))
    return CliRunner().invoke(app, list(arguments), prog_name="ptce")


def test_the_command_lists_makes_and_writes(
    monkeypatch: pytest.MonkeyPatch, shipped_data_dir: Path, tmp_path: Path
) -> None:
    assert "tsf" in run(monkeypatch, shipped_data_dir, "brief").stdout
    form, out = tmp_path / "form.toml", tmp_path / "kit.json"
    form.write_text('beneficiaire = "SCIC de réemploi"\nthemes = ["lieu"]\njours = 1\n', encoding="utf-8")
    done = run(monkeypatch, shipped_data_dir, "brief", "tsf", "--input", str(form), "--output", str(out))
    assert done.exit_code == 0 and json.loads(out.read_text(encoding="utf-8"))["name"] == "tsf", done.output
    shown = run(monkeypatch, shipped_data_dir, "compare", "Comment préparer un TSF ?").stdout
    assert "| Source |" in shown and texts_briefs.NOT_SAID in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["brief", "absent"], "n'existe pas : choisissez parmi"),
        (["brief", "tsf"], "« Nombre de jours » est à remplir"),
        (["brief", "tsf", "--input", "absent.toml"], "ne peut pas être lu"),
        (["brief", "le-lieu", "--output", "kit.pdf"], "'.pdf' n'existe pas"),
        (["brief", "le-lieu", "--mask", "tout"], "'tout' n'existe pas"),
        (["compare", ""], "La question est vide"),
    ],
)
def test_the_command_tells_what_is_wrong_in_one_line(
    monkeypatch: pytest.MonkeyPatch, shipped_data_dir: Path, arguments: list[str], words: str
) -> None:
    done = run(monkeypatch, shipped_data_dir, *arguments)
    assert done.exit_code == 1 and words in done.stderr and done.stderr.count("\n") == 1


def test_a_form_that_is_not_toml_is_told(
    monkeypatch: pytest.MonkeyPatch, shipped_data_dir: Path, tmp_path: Path
) -> None:
    form = tmp_path / "form.toml"
    form.write_text("jours = deux\n", encoding="utf-8")
    done = run(monkeypatch, shipped_data_dir, "brief", "tsf", "--input", str(form))
    assert done.exit_code == 1 and "n'est pas du TOML lisible (ligne 1)" in done.stderr


def test_a_broken_template_of_a_network_is_shown_on_the_page_and_the_others_stay(guide: Guide, tmp_path: Path) -> None:
    (tmp_path / "briefs").mkdir()
    (tmp_path / "briefs" / "casse.yaml").write_text("title: x\n", encoding="utf-8")
    other = Guide(Settings(data_dir=tmp_path), guide.index, guide.embedder)
    page = build_page(other, other.settings, Notebooks.of(other.settings))
    html = json.dumps(page.get_config_file(), default=str, ensure_ascii=False)
    assert "casse.yaml" in html and "Association, SCIC ou portage" in html
