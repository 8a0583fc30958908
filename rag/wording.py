"""The guide's own sentences around quotes, in French and English, and the plain text of an answer.

They frame what the sources say and never add to it.
"""

from __future__ import annotations

from collections.abc import Mapping

from corpus.types import Kind
from corpus.types import Role as Side
from rag.types import Answer, Citation, Language, RefusalType, Role

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

REFUSALS: Mapping[Language, Mapping[RefusalType, str]] = {
    Language.FRENCH: {
        RefusalType.OUT_OF_SCOPE: "Cette question sort du sujet des sources, qui portent sur les PTCE.",
        RefusalType.NOT_COVERED: "Les sources ne répondent pas à cette question.",
        RefusalType.TOO_VAGUE: "Pouvez-vous préciser votre question ?",
        RefusalType.PERSONAL_ADVICE: (
            "Cette question demande un conseil sur une situation particulière, que les sources ne donnent pas : "
            "adressez-vous à un professionnel ou à votre réseau."
        ),
    },
    Language.ENGLISH: {
        RefusalType.OUT_OF_SCOPE: "This question lies outside the sources, which are about PTCEs.",
        RefusalType.NOT_COVERED: "The sources do not answer this question.",
        RefusalType.TOO_VAGUE: "Could you make your question more precise?",
        RefusalType.PERSONAL_ADVICE: (
            "This question asks for advice on one particular situation, which the sources do not give: "
            "please ask a professional or your network."
        ),
    },
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
        lines += [answer.refusal.message, *(f"– {choice}" for choice in answer.refusal.choices)]
    return "\n".join([*lines, *answer.notes])
