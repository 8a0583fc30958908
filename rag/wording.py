"""The guide's own sentences around quotes, in French and English, and the plain text of an answer.

They frame what the sources say and never add to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from corpus.types import Kind
from corpus.types import Role as Side
from rag.types import Answer, Citation, Language, RefusalType, Role, Statement

KINDS: Mapping[Language, Mapping[Kind, str]] = {
    Language.FRENCH: {
        Kind.TESTIMONY: "Témoignage",
        Kind.CASE_ANALYSIS: "Analyse de cas",
        Kind.EVENT_REPORT: "Compte rendu de journée",
        Kind.RESEARCH_REPORT: "Rapport de recherche",
        Kind.DOCUMENT: "Document",
    },
    Language.ENGLISH: {
        Kind.TESTIMONY: "Testimony",
        Kind.CASE_ANALYSIS: "Case analysis",
        Kind.EVENT_REPORT: "Event report",
        Kind.RESEARCH_REPORT: "Research report",
        Kind.DOCUMENT: "Document",
    },
}

SIDES: Mapping[Language, Mapping[Side, str]] = {
    Language.FRENCH: {Side.BENEFICIARY: "bénéficiaire", Side.COMPANION: "Compagnon"},
    Language.ENGLISH: {Side.BENEFICIARY: "beneficiary", Side.COMPANION: "Companion (host)"},
}

HEADINGS: Mapping[Language, Mapping[Role, str]] = {
    Language.FRENCH: {
        Role.LEAD: "",
        Role.COMPLEMENT: "Pour compléter",
        Role.CAUTION: "Points de vigilance",
        Role.DIVERGENCE: "Ce qui reste ouvert ou diffère",
    },
    Language.ENGLISH: {
        Role.LEAD: "What the sources say (quotes in French)",
        Role.COMPLEMENT: "Further",
        Role.CAUTION: "Cautions",
        Role.DIVERGENCE: "What is left open or differs",
    },
}

REFUSAL_TITLES: Mapping[Language, Mapping[RefusalType, str]] = {
    Language.FRENCH: {
        RefusalType.OUT_OF_SCOPE: "Hors du sujet du guide",
        RefusalType.NOT_COVERED: "Les sources du guide n'en parlent pas",
        RefusalType.TOO_VAGUE: "La question est trop large",
        RefusalType.PERSONAL_ADVICE: "Cela demande un conseil adapté à votre situation",
    },
    Language.ENGLISH: {
        RefusalType.OUT_OF_SCOPE: "Outside the subject of the guide",
        RefusalType.NOT_COVERED: "The guide's sources do not speak of this",
        RefusalType.TOO_VAGUE: "The question is too broad",
        RefusalType.PERSONAL_ADVICE: "This needs advice on your own situation",
    },
}

REFUSALS: Mapping[Language, Mapping[RefusalType, str]] = {
    Language.FRENCH: {
        RefusalType.OUT_OF_SCOPE: "Cette question sort du sujet des documents du guide.",
        RefusalType.NOT_COVERED: "Les sources ne répondent pas à cette question.",
        RefusalType.TOO_VAGUE: "De quoi s'agit-il précisément ? La question ne dit pas sur quoi elle porte.",
        RefusalType.PERSONAL_ADVICE: (
            "Cette question demande un conseil sur une situation particulière, que les sources ne donnent pas : "
            "adressez-vous à un professionnel ou à votre réseau."
        ),
    },
    Language.ENGLISH: {
        RefusalType.OUT_OF_SCOPE: "This question lies outside what the documents of the guide are about.",
        RefusalType.NOT_COVERED: "The sources do not answer this question.",
        RefusalType.TOO_VAGUE: "What is it about, precisely? The question does not say.",
        RefusalType.PERSONAL_ADVICE: (
            "This question asks for advice on one particular situation, which the sources do not give: "
            "please ask a professional or your network."
        ),
    },
}

MISSING: Mapping[Language, Mapping[int, str]] = {
    Language.FRENCH: {
        1: "Aucune source ne donne ce montant ou ce nombre.",
        2: "Aucune source ne donne cette date ou cette actualité.",
        3: "Les sources ne décrivent pas cette démarche ni les règles de droit ou d'impôt qui s'y appliquent.",
        5: "Les sources ne donnent pas ces coordonnées.",
        6: "Les sources nomment cette personne ou cette structure sans en dire davantage.",
        7: "Ce PTCE est seulement cité par les sources : elles n'en disent rien de plus.",
        8: "Aucune source ne confirme ce que la question suppose.",
        9: "Les sources ne donnent pas ce résultat ni cette statistique.",
        11: "Les sources n'expliquent pas comment faire dans ce détail.",
        12: "Les sources ne se prononcent pas là-dessus.",
    },
    Language.ENGLISH: {
        1: "No source gives this amount or number.",
        2: "No source gives this date or this news.",
        3: "The sources do not describe this procedure, nor the law or taxes that apply.",
        5: "The sources do not give these contact details.",
        6: "The sources name this person or body without saying more.",
        7: "The sources only name this PTCE and say nothing more of it.",
        8: "No source confirms what the question takes for granted.",
        9: "The sources do not give this result or statistic.",
        11: "The sources do not explain how to do this in such detail.",
        12: "The sources express no view on this.",
    },
}

HALF_TITLE: Mapping[Language, str] = {
    Language.FRENCH: "Ce que les sources ne disent pas",
    Language.ENGLISH: "What the sources do not say",
}
HALF_MISSING: Mapping[Language, str] = {
    Language.FRENCH: "Les sources ne répondent pas à ceci : {parts}",
    Language.ENGLISH: "The sources do not answer this: {parts}",
}
HALF_QUOTED: Mapping[Language, str] = {Language.FRENCH: "« {part} »", Language.ENGLISH: "“{part}”"}

PREMISE: Mapping[Language, str] = {
    Language.FRENCH: "Attention : la question suppose quelque chose que ce passage contredit.",
    Language.ENGLISH: "Note: the question takes for granted something that this passage contradicts.",
}

UNSURE: Mapping[Language, str] = {
    Language.FRENCH: (
        "Réponse incertaine : les sources ne répondent peut-être pas à cette question, ou seulement en partie."
    ),
    Language.ENGLISH: "Uncertain answer: the sources may not answer this question, or only a part of it.",
}

OLD_YEARS = 10
OLD: Mapping[Language, str] = {
    Language.FRENCH: "Toutes les sources citées ont plus de dix ans ({years}) : vérifiez ce qui a changé depuis.",
    Language.ENGLISH: "All the sources cited are more than ten years old ({years}): check what has changed since.",
}

TRY_INSTEAD: Mapping[Language, str] = {
    Language.FRENCH: "Vous pouvez demander par exemple :",
    Language.ENGLISH: "You could ask for example:",
}

CHOICES_TITLE: Mapping[Language, str] = {
    Language.FRENCH: "Questions auxquelles le guide sait répondre",
    Language.ENGLISH: "Questions that the guide can answer",
}

NEAREST_TITLE: Mapping[Language, str] = {
    Language.FRENCH: "Passages les plus proches (ils ne répondent pas à la question)",
    Language.ENGLISH: "Nearest passages, in French (they do not answer the question)",
}

NEAREST: Mapping[Language, str] = {
    Language.FRENCH: "Passages les plus proches, qui ne répondent pas à la question :",
    Language.ENGLISH: "Nearest passages, which do not answer the question (in French):",
}


def voice(citation: Citation, language: Language = Language.FRENCH) -> str:
    """Who says it, in what kind of source, in which year: « Emmanuel Paul (bénéficiaire), Témoignage, Avise, 2023 »."""
    metadata, speaker = citation.source.metadata, citation.speaker
    side = f" ({SIDES[language][speaker.role]})" if speaker and speaker.role else ""
    name = f"{speaker.name}{side}" if speaker else ""
    year = str(metadata.year) if metadata.year else ""
    parts = (name, KINDS[language][metadata.kind], metadata.publisher or metadata.title, year)
    return ", ".join(part for part in parts if part)


def answer_text(answer: Answer) -> str:
    """The answer as plain text, as it is shown: statements under their headings with markers, or the refusal."""
    language = answer.query.language
    lines: list[str] = []
    role: Role | None = None
    for statement in answer.statements:
        if statement.role is not role:
            role = statement.role
            lines += [f"{heading} :"] if (heading := HEADINGS[language][role]) else []
        marks = "".join(f" [{citation.marker}]" for citation in statement.citations)
        lines.append(f"{statement.text}{marks}")
    if answer.refusal:
        lines.append(answer.refusal.message)
        if answer.refusal.choices:
            lines += [TRY_INSTEAD[language], *(f"– {choice}" for choice in answer.refusal.choices)]
    return "\n".join([*lines, *answer.notes])


def remarks(
    language: Language,
    statements: Sequence[Statement],
    denied: bool,
    unsure: bool = False,
    today: date | None = None,
) -> tuple[str, ...]:
    """The guide's own remarks on an answer: a premise that a source contradicts, or that the guide is `unsure` of
    having an answer at all, and evidence that is all old.
    """
    notes = [PREMISE[language]] if denied else [UNSURE[language]] if unsure else []
    years = {citation.source.metadata.year for statement in statements for citation in statement.citations}
    known = sorted(year for year in years if year)
    if known and known[-1] <= (today or date.today()).year - OLD_YEARS:
        notes.append(OLD[language].format(years=", ".join(map(str, known))))
    return tuple(notes)
