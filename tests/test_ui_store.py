"""The notebook: kept, exported, put aside and taken back, erased; on a real SQLite file, by several processes too."""

from __future__ import annotations

import json
import logging
import multiprocessing
import sqlite3
from collections.abc import Callable
from pathlib import Path
from time import time

import pytest

from rag.errors import ExtraMissing
from rag.settings import Settings
from rag.types import Citation, Status
from tests.fakes import ScriptedGuide
from tests.writers import keep_many
from ui.record import full_record
from ui.store import basket, conversations, database
from ui.store.basket import NOTE_LENGTH
from ui.store.database import FILE, ConversationRow, QuoteRow, StoreTooNew, StoreUnavailable
from ui.store.notebook import Notebook, Notebooks
from ui.store.revive import StaleError, cite, revived
from ui.store.shelf import NotebookFull, NotKept
from ui.store.visitors import cookie_header, new_key, visitor_of

ME, YOU = "a" * 64, "b" * 64


@pytest.fixture
def book(tmp_path: Path) -> Notebook:
    """An empty notebook in a file of its own."""
    return opened(tmp_path)


def opened(folder: Path, visitor: str = ME) -> Notebook:
    """The notebook in `folder`, as another process or a restarted server opens it."""
    return Notebooks.of(Settings(data_dir=folder)).of_visitor(visitor)


def citations() -> tuple[Citation, ...]:
    guide = ScriptedGuide()
    return (*guide.ask("SCIC").citations, *guide.ask("association").citations)


def titles(book: Notebook) -> list[str]:
    return [talk.title for talk in book.conversations.talks()]


def notes(book: Notebook) -> list[str]:
    return [quote.note for quote in book.basket.quotes()]


def filled(book: Notebook) -> Notebook:
    for number, citation in enumerate(citations()[:3]):
        book.basket.add(citation)
        book.basket.annotate(book.basket.quotes()[-1].id, str(number))
    return book


def test_a_conversation_survives_a_restart(book: Notebook, tmp_path: Path) -> None:
    first = book.conversations.add("Une SCIC ?", {"a": 1})
    book.conversations.add("Et\nensuite ?", None, "En panne.", after=first)
    again = opened(tmp_path)
    assert titles(again) == ["Une SCIC ?"] and again.conversations.talks()[0].count == 2
    kept = again.conversations.current()
    assert [(each.question, each.record, each.problem) for each in kept] == [
        ("Une SCIC ?", {"a": 1}, ""), ("Et\nensuite ?", None, "En panne."),
    ]  # fmt: skip


def test_a_corrected_question_takes_the_place_of_the_one_before(book: Notebook) -> None:
    first = book.conversations.add("Un", {})
    second = book.conversations.add("Deux", {}, after=first)
    book.conversations.add("Deux bis", {}, after=first, instead=second)
    assert [each.question for each in book.conversations.current()] == ["Un", "Deux bis"]


def test_two_tabs_on_one_conversation_lose_nothing(book: Notebook) -> None:
    first = book.conversations.add("Un", {})
    book.conversations.add("Deux, ici", {}, after=first)
    book.conversations.add("Deux, là", {}, after=first)
    assert [each.question for each in book.conversations.current()] == ["Un", "Deux, ici", "Deux, là"]


def test_a_new_conversation_begins_when_the_last_is_left_and_the_last_can_be_resumed(book: Notebook) -> None:
    book.conversations.add("Un", {})
    book.conversations.leave()
    assert book.conversations.current() == ()
    book.conversations.add("Deux", {})
    old = next(talk for talk in book.conversations.talks() if talk.title == "Un")
    assert [each.question for each in book.conversations.resume(old.id)] == ["Un"]
    assert [each.question for each in book.conversations.current()] == ["Un"]


def test_a_conversation_of_long_ago_does_not_open_by_itself(book: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    book.conversations.add("Un", {})
    monkeypatch.setattr(conversations, "RECENT", 0.0)
    assert book.conversations.current() == () and titles(book) == ["Un"]


def test_what_is_removed_can_be_taken_back_until_it_is_thrown_away(book: Notebook) -> None:
    book.conversations.add("Un", {})
    id = book.conversations.talks()[0].id
    book.conversations.put_aside(ConversationRow, id)
    assert titles(book) == [] and book.conversations.current() == ()
    book.conversations.take_back(ConversationRow, id)
    assert titles(book) == ["Un"]
    book.conversations.put_aside(ConversationRow, id)
    book.tidy()
    with pytest.raises(NotKept):
        book.conversations.take_back(ConversationRow, id)


def test_a_citation_is_in_the_basket_once_with_its_note(book: Notebook, tmp_path: Path) -> None:
    [citation, *_] = citations()
    assert book.basket.add(citation, "Une SCIC ?") and not book.basket.add(citation)
    book.basket.annotate(book.basket.quotes()[0].id, "x" * 5000)
    [kept] = opened(tmp_path).basket.quotes()
    assert (kept.source, kept.quote, kept.question) == (citation.source.id, citation.quote, "Une SCIC ?")
    assert len(kept.note) == NOTE_LENGTH


def test_the_order_of_the_basket_is_the_visitors(book: Notebook) -> None:
    filled(book)
    book.basket.move(book.basket.quotes()[2].id, -1)
    assert notes(book) == ["0", "2", "1"]
    book.basket.move(book.basket.quotes()[0].id, 99)
    assert notes(book) == ["2", "1", "0"]


def test_a_citation_taken_back_stands_where_it_stood(book: Notebook) -> None:
    filled(book)
    removed = book.basket.quotes()[1].id
    book.basket.put_aside(QuoteRow, removed)
    assert notes(book) == ["0", "2"]
    book.basket.take_back(QuoteRow, removed)
    assert notes(book) == ["0", "1", "2"]


def test_the_basket_says_when_it_is_full(book: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basket, "MOST_QUOTES", 3)
    with pytest.raises(NotebookFull, match="plein .3 citations"):
        filled(book).basket.add(citations()[-1])


def test_a_kit_is_kept_changed_and_found_again(book: Notebook, tmp_path: Path) -> None:
    id = book.kits.save("tsf", "Kit", {"form": {"themes": ["gouvernance"]}})
    book.kits.save("tsf", "Kit, suite", {"form": {}, "sections": []}, id)
    again = opened(tmp_path).kits
    assert [kit.title for kit in again.kits()] == ["Kit, suite"] and again.kit(id).data == {"form": {}, "sections": []}


def test_nobody_reads_or_changes_what_is_somebody_elses(book: Notebook, tmp_path: Path) -> None:
    exchange = filled(book).conversations.add("Un", {})
    mine, other = book.conversations.talks()[0].id, opened(tmp_path, YOU)
    quote = book.basket.quotes()[0].id
    refused: list[Callable[[], object]] = [
        lambda: other.conversations.conversation(mine),
        lambda: other.conversations.exchange(exchange),
        lambda: other.conversations.resume(mine),
        lambda: other.conversations.put_aside(ConversationRow, mine),
        lambda: other.basket.annotate(quote, "à moi"),
        lambda: other.basket.move(quote, 1),
        lambda: other.kits.kit(book.kits.save("tsf", "Kit", {})),
    ]
    for attempt in refused:
        with pytest.raises(NotKept):
            attempt()
    other.conversations.add("Deux", {}, after=exchange)
    assert [each.question for each in book.conversations.conversation(mine)] == ["Un"]
    assert other.everything()["basket"] == []


def test_everything_is_exported_as_json(book: Notebook) -> None:
    filled(book).conversations.add("Un", {"answer": "é"})
    book.kits.save("tsf", "Kit", {"form": {}})
    data = json.loads(json.dumps(book.everything()))
    assert data["conversations"][0]["exchanges"][0]["record"] == {"answer": "é"}
    assert len(data["basket"]) == 3 and data["kits"][0]["name"] == "tsf"


def test_what_is_erased_leaves_no_trace_in_any_file(book: Notebook, tmp_path: Path) -> None:
    filled(book).conversations.add("une question très secrète", {"answer": "réponse secrète"})
    opened(tmp_path, YOU).conversations.add("celle d'un autre", {})
    book.erase()
    assert book.everything() == {"version": 1, "conversations": [], "basket": [], "kits": []}
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"secr" not in left and citations()[0].quote.encode() not in left and b"celle d'un autre" in left


def test_the_key_of_a_browser_is_not_in_the_database(tmp_path: Path) -> None:
    key = new_key()
    opened(tmp_path, visitor_of({"ptce_carnet": key})).conversations.add("Un", {})
    assert key.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize("key", ["", "court", "x" * 44, "é" * 43, "' or 1=1 --" + "x" * 32])
def test_a_key_that_we_did_not_make_is_nobodys(key: str) -> None:
    assert visitor_of({"ptce_carnet": key}) == ""


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    line = cookie_header(new_key(), secure=True)
    assert "HttpOnly" in line and "SameSite=Lax" in line and line.endswith("Secure")


def test_a_notebook_that_nobody_opened_for_long_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(tmp_path).conversations.add("Un", {})
    later = time() + 366 * database.DAY
    monkeypatch.setattr(database, "time", lambda: later)
    assert titles(opened(tmp_path)) == []


def test_only_the_latest_conversations_are_kept(book: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "MOST_CONVERSATIONS", 2)
    for question in ("Un", "Deux", "Trois"):
        book.conversations.add(question, {})
    assert titles(book) == ["Trois", "Deux"]


def test_several_processes_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=keep_many, args=(str(tmp_path), 20)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert sorted(talk.count for talk in opened(tmp_path).conversations.talks()) == [20, 20, 20]


def test_a_database_of_a_later_version_is_refused(book: Notebook, tmp_path: Path) -> None:
    book.conversations.add("Un", {})
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    with pytest.raises(StoreTooNew, match="plus récente"):
        opened(tmp_path).conversations.talks()


def test_a_broken_database_is_a_sentence_without_the_question(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    (tmp_path / FILE).write_bytes(b"ceci n'est pas une base" * 100)
    with pytest.raises(StoreUnavailable, match="rien n'est gardé") as refused:
        opened(tmp_path).conversations.add("ma question secrète", {})
    assert "secrète" not in f"{refused.value} {refused.value.__cause__} {caplog.text}"


def test_the_file_is_for_its_owner_only(book: Notebook, tmp_path: Path) -> None:
    book.conversations.add("Un", {})
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("url", "error", "words"),
    [
        ("mysql+absent://x/y", StoreUnavailable, "PTCE_DATABASE_URL"),
        ("n'importe quoi", StoreUnavailable, "adresse illisible"),
        ("oracle://x/y", ExtraMissing, "oracledb"),
    ],
)
def test_another_database_that_cannot_be_used_is_a_sentence(
    tmp_path: Path, url: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        Notebooks.of(Settings(data_dir=tmp_path, database_url=url))


@pytest.mark.parametrize("question", ["La SCIC ?", "xyzzy", "Points de vigilance"])
def test_an_answer_comes_back_from_its_record_as_it_was(question: str) -> None:
    guide = ScriptedGuide()
    answer = guide.ask(question)
    record = json.loads(json.dumps(full_record(answer)))
    again = revived(question, record, guide.source)
    same = ("status", "answer", "citations", "refusal", "statements", "notes", "searched", "language")
    assert [full_record(again)[name] for name in same] == [record[name] for name in same]
    assert answer.status is not Status.REFUSED or again.refusal


@pytest.mark.parametrize(
    "change",
    [{"start": 3}, {"source": "absent"}, {"quote": "autre"}, {"end": 10**9}, {"start": "x"}],
)
def test_an_answer_whose_source_has_changed_does_not_come_back(change: dict[str, object]) -> None:
    guide = ScriptedGuide()
    record = json.loads(json.dumps(full_record(guide.ask("La SCIC ?"))))
    record["citations"][0] |= change
    with pytest.raises(StaleError):
        revived("La SCIC ?", record, guide.source)


def test_a_citation_is_cut_again_with_its_place_and_voice() -> None:
    [*_, citation] = citations()
    again = cite(citation.source, citation.start, citation.end, citation.quote)
    assert (again.speaker, again.section, again.page) == (citation.speaker, citation.section, citation.page)
