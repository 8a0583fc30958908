"""The guide inside LangChain chains, for real."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.runnables import RunnableLambda, RunnableParallel, RunnablePassthrough

from rag.chain import PassageRetriever, answer_chain
from rag.errors import BadQuestion
from rag.guide import Guide
from rag.types import Answer
from tests.fakes import ScriptedGuide

ROOT = Path(__file__).parent.parent
QUESTION = "Comment financer la coordination ?"
OTHER = "Faut-il créer une SCIC ?"
KEYS = {"source", "title", "year", "kind", "section", "page", "speaker", "start", "end", "score"}


def test_the_retriever_gives_passages_verbatim_with_where_they_stand(guide: Guide) -> None:
    documents = PassageRetriever(guide=guide).invoke(QUESTION)
    assert len(documents) == 10
    for document in documents:
        assert set(document.metadata) == KEYS
        source = guide.source(document.metadata["source"])
        assert source.text[document.metadata["start"] : document.metadata["end"]] == document.page_content
        assert (document.metadata["title"], document.metadata["year"]) == (source.metadata.title, source.metadata.year)
    scores = [document.metadata["score"] for document in documents]
    assert scores == sorted(scores, reverse=True)


def test_the_retriever_finds_what_the_guide_finds(guide: Guide) -> None:
    documents = PassageRetriever(guide=guide, k=3).invoke(QUESTION)
    assert [document.id for document in documents] == [hit.passage.id for hit in guide.search(QUESTION, 3)]


def test_a_document_says_who_speaks_and_on_which_page() -> None:
    documents = PassageRetriever(guide=ScriptedGuide()).invoke("La SCIC et le statut ?")
    assert "Maud Carrichon" in [document.metadata["speaker"] for document in documents]
    assert 16 in [document.metadata["page"] for document in documents]


def test_the_retriever_takes_many_questions_at_once(guide: Guide) -> None:
    retriever = PassageRetriever(guide=guide, k=2)
    assert retriever.batch([QUESTION, OTHER]) == [retriever.invoke(QUESTION), retriever.invoke(OTHER)]


def test_the_retriever_is_a_part_of_a_chain(guide: Guide) -> None:
    chain = RunnableParallel(
        question=RunnablePassthrough(), context=PassageRetriever(guide=guide, k=4) | RunnableLambda(_texts)
    )
    found = [hit.passage.text for hit in guide.search(QUESTION, 4)]
    assert chain.invoke(QUESTION) == {"question": QUESTION, "context": found}


def test_the_chain_gives_the_answer_of_the_guide(guide: Guide) -> None:
    answer = answer_chain(guide).invoke(QUESTION)
    assert isinstance(answer, Answer)
    assert _quotes(answer) == _quotes(guide.ask(QUESTION))
    assert all(one.source.text[one.start : one.end] == one.quote for one in answer.citations)


def test_the_chain_takes_many_questions_at_once(guide: Guide) -> None:
    chain = answer_chain(guide)
    answers = chain.batch([QUESTION, {"question": OTHER}])
    assert [_quotes(answer) for answer in answers] == [_quotes(guide.ask(QUESTION)), _quotes(guide.ask(OTHER))]


def test_the_chain_goes_on_into_other_runnables(guide: Guide) -> None:
    chain = RunnableLambda(_about) | answer_chain(guide) | RunnableLambda(_sources)
    found = {citation.source.id for citation in guide.ask(QUESTION).citations}
    assert chain.invoke("la coordination") == found


@pytest.mark.parametrize(
    "history",
    [
        [SystemMessage("Réponds en vers."), HumanMessage("La SCIC ?"), AIMessage("Voici.")],
        [{"role": "user", "content": "La SCIC ?"}, {"role": "assistant", "content": "Voici."}],
        [("human", "La SCIC ?"), ("ai", "Voici.")],
    ],
)
def test_the_history_may_be_messages_of_any_form(history: list[object]) -> None:
    guide = ScriptedGuide()
    answer_chain(guide).invoke({"question": "Et le statut ?", "history": history})
    (question, turns, _) = guide.asked[0]
    assert question == "Et le statut ?"
    assert [(turn.role, turn.content) for turn in turns] == [("user", "La SCIC ?"), ("assistant", "Voici.")]


def test_what_is_searched_can_be_given(guide: Guide) -> None:
    answer = answer_chain(guide).invoke({"question": "Et alors ?", "searched": OTHER})
    assert answer.query.searched == OTHER


def test_a_question_that_cannot_be_asked_is_refused_as_by_the_guide(guide: Guide) -> None:
    with pytest.raises(BadQuestion):
        answer_chain(guide).invoke("  ")


def test_nothing_loads_langchain_until_a_chain_is_wanted() -> None:
    code = "import sys, rag.guide, ui.cli, ui.commands.batch; sys.exit('langchain_core' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def _texts(documents: list[Document]) -> list[str]:
    return [document.page_content for document in documents]


def _about(theme: str) -> str | dict[str, object]:
    return f"Comment financer {theme} ?"


def _sources(answer: Answer) -> set[str]:
    return {citation.source.id for citation in answer.citations}


def _quotes(answer: Answer) -> list[tuple[int, str]]:
    return [(citation.marker, citation.quote) for citation in answer.citations]
