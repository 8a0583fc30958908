"""The glossary explains the words of the field, and leads from what people say to what the sources say."""

from __future__ import annotations

import re
import timeit

import pytest

from corpus.glossary import Term, expansions, explained, load_glossary
from corpus.words import fold, stems

TERMS = load_glossary()
ACRONYMS = "SCIC SCOP TSF PTCE ESS EPCI AMI CRESS UES UESA IAE SIAE RTES RSE R&D CBE DLA CIGALES FSE EESC ESUS"
WORDS = (
    "Avise, Coorace, Labo de l'ESS, tiers-lieu, Compagnon, bénéficiaire, bouquet de services, "
    "lauréat, isomorphisme, essaimage, portage, ingénierie, animation, coordination, diagnostic de "
    "territoire, noyau dur, filière, ancrage, comité de pilotage, partie prenante, gouvernance "
    "partagée, capitalisation, levée de fonds, mutualisation, interconnaissance, circuits courts, "
    "innovation sociale, PTCE émergent, PTCE existant, PTCE historique"
)


def names(text: str) -> list[str]:
    return [term.term for term in explained(text)]


def adds(text: str, wanted: str) -> bool:
    """Whether `text` is expanded with every stem of `wanted` that it does not have."""
    return set(stems(wanted)) <= {*expansions(text), *stems(text)}


def test_the_acronyms_and_words_of_the_sources_have_an_entry() -> None:
    terms = {term.term for term in TERMS}
    assert terms.issuperset(ACRONYMS.split())
    assert terms.issuperset(WORDS.split(", "))


def test_no_term_has_two_entries() -> None:
    terms = [fold(term.term) for term in TERMS]
    assert sorted(set(terms)) == sorted(terms)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.term)
def test_a_definition_is_one_plain_sentence(term: Term) -> None:
    assert re.fullmatch(r"[A-ZÀÉÊ][^.!?\n«]*(« [^»]+ »[^.!?\n]*)?\.", term.definition), term.definition
    assert 6 <= len(term.definition.split()) <= 45


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.term)
def test_a_synonym_is_a_text_written_once_per_language_and_is_not_the_term(term: Term) -> None:
    for synonyms in (term.fr, term.en, term.spellings):
        assert all(synonym == synonym.strip() and synonym for synonym in synonyms)
        assert len(set(synonyms)) == len(synonyms)
    assert term.term not in term.fr


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.term)
def test_every_synonym_leads_to_its_term(term: Term) -> None:
    for synonym in (*term.fr, *term.en, *term.spellings):
        assert adds(synonym, term.term), synonym


@pytest.mark.parametrize("term", [term for term in TERMS if not term.everyday], ids=lambda term: term.term)
def test_every_term_that_is_not_an_everyday_word_is_explained_where_it_is_named(term: Term) -> None:
    assert term in explained(f"Nous parlons ici de {term.term}.")
    assert not term.expansion or term in explained(f"{term.expansion} : de quoi s'agit-il ?")


@pytest.mark.parametrize("term", [term for term in TERMS if term.expansion], ids=lambda term: term.term)
def test_an_expansion_leads_to_its_acronym(term: Term) -> None:
    assert adds(term.expansion, term.term)


@pytest.mark.parametrize("term", [term for term in TERMS if term.expansion], ids=lambda term: term.term)
def test_an_acronym_leads_to_its_expansion_except_the_subject_of_the_guide(term: Term) -> None:
    assert adds(term.term, term.expansion) == (term.term != "PTCE")


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("La mairie peut-elle nous aider ?", "collectivité"),
        ("et notre com com ?", "EPCI"),
        ("C'est qui le chef d'orchestre ?", "coordination"),
        ("il faut de la thune", "financement modèle économique"),
        ("Où trouver des sous ?", "financement"),
        ("faut-il avoir un local à soi ?", "lieu"),
        ("on veut monter une coop", "SCIC"),
        ("une coopérative d’intérêt collectif", "SCIC"),
        ("Peut-on aller en visite chez un autre pôle ?", "TSF transfert de savoir-faire"),
        ("Quels statuts choisir ?", "structure juridique"),
        ("qui sont vos adhérents", "partie prenante"),
        ("Comment faire l'état des lieux ?", "diagnostic de territoire"),
        ("faut-il embaucher quelqu'un", "recrutement"),
        ("le groupe s'essouffle", "manque de temps engagement"),
        ("ça part en embrouilles", "dissensus tensions"),
        ("comment on démarre", "émergence amorçage impulsion"),
        ("What can a city council do?", "collectivité"),
        ("Who gives you grants?", "subvention financement"),
        ("How does a peer visit work?", "TSF"),
        ("Should we become a cooperative?", "SCIC"),
        ("Do we need bylaws?", "structure juridique"),
        ("Who are the stakeholders?", "partie prenante"),
        ("Is a needs assessment required?", "diagnostic"),
        ("Should we hire someone?", "recrutement"),
        ("volunteers and burn-out", "manque de temps engagement bénévoles"),
        ("How do we get started?", "émergence"),
    ],
)
def test_what_people_say_leads_to_what_the_sources_say(question: str, wanted: str) -> None:
    assert adds(question, wanted), expansions(question)


@pytest.mark.parametrize(
    ("question", "unwanted"),
    [
        ("Un ami m'a parlé du projet", "manifestation"),
        ("Quel est votre avis ?", "Avise"),
        ("le développement local durable", "lieu"),
        ("les acteurs locaux", "lieu"),
        ("un projet commun", "collectivité"),
        ("que dit la loi ?", "disposition"),
        ("face aux élus", "recherche"),
        ("le départ du directeur", "département"),
        ("cité dans le texte", "collectivité"),
        ("What is this about?", "maturité"),
        ("La communauté de communes", "habitants"),
    ],
)
def test_a_word_that_only_looks_like_a_synonym_leads_nowhere(question: str, unwanted: str) -> None:
    assert not set(stems(unwanted)) & set(expansions(question))


def test_an_acronym_that_is_also_a_word_is_known_by_its_capitals() -> None:
    assert names("l'AMI de 2021") == ["AMI"]
    assert names("l'ami de 2021") == []


def test_the_longest_phrase_is_preferred() -> None:
    assert names("une union d'économie sociale") == ["UES"]
    assert names("l'économie sociale et solidaire") == ["ESS"]
    assert names("une structure d'insertion par l'activité économique") == ["SIAE"]


def test_terms_are_explained_once_in_the_order_in_which_they_come() -> None:
    assert names("Le tiers-lieu, la SCIC et les autres tiers-lieux du PTCE") == ["tiers-lieu", "SCIC", "PTCE"]


def test_inflected_terms_are_explained_and_everyday_words_and_synonyms_are_not() -> None:
    assert names("les parties prenantes et l'isomorphisme marchand") == ["partie prenante", "isomorphisme"]
    assert names("la mairie finance un bâtiment et recrute") == []


def test_case_accents_and_apostrophes_make_no_difference() -> None:
    ways = ["L’ÉTAT DES LIEUX", "l'état des lieux", "l'etat des lieux", "L'E\u0301tat des lieux"]
    assert len({tuple(expansions(way)) for way in ways}) == 1
    assert adds(ways[0], "diagnostic")


def test_nothing_is_added_twice_nor_when_it_is_there_already() -> None:
    question = "La mairie, la ville et la commune : quelle place pour la collectivité ?"
    added = expansions(question)
    assert len(set(added)) == len(added)
    assert not set(added) & set(stems(question))


@pytest.mark.parametrize("text", ["", " ", "?!", "le la les", "société coopérative", "½ œ 日本", "a" * 10_000])
def test_any_text_is_read_without_error(text: str) -> None:
    assert all(expansions(text))
    assert set(explained(text)) <= set(TERMS)


def test_no_question_is_drowned() -> None:
    """A synonym stands for a few terms at most, so that what is added stays short."""
    synonyms = {synonym for term in TERMS for synonym in (*term.fr, *term.en, *term.spellings)}
    assert max(len(expansions(synonym)) for synonym in synonyms) <= 8


def test_a_question_is_expanded_in_no_time() -> None:
    question = "Comment la mairie et la com com peuvent-elles financer le salarié qui coordonne notre SCIC ?"
    fastest = min(timeit.repeat(lambda: expansions(question), number=200, repeat=10)) / 200
    assert fastest < 0.001  # about 0.03 ms; the bound leaves room for a busy machine


def test_the_glossary_is_read_once() -> None:
    assert load_glossary() is load_glossary()
