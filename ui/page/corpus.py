"""The tab « Corpus »: the documents that the guide answers from, and one's own to add, correct and delete."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from corpus.read import SUFFIXES
from corpus.types import GUIDE, MINE, Kind
from rag.guide import Guide
from rag.settings import Settings
from ui.access.roles import Identity, identity_of
from ui.html.document import corpus_html
from ui.html.own import heading_html, message_html, own_choices, previews_html, table_html
from ui.page.parts import EVENT, html
from ui.steps import documents as steps
from ui.texts import documents as texts_documents
from ui.texts import page as texts

KINDS = [(texts.KINDS[kind], kind.value) for kind in Kind]
Described = tuple[str, str, str, str]


def corpus_tab(guide: Guide, settings: Settings, page: gr.Blocks, coverage: Callable[[], None]) -> None:
    """The documents, read anew each time the page is opened or something changes; `coverage` puts the map there."""
    listed = html(lambda: _shipped(guide), "corpus")
    coverage()
    table = html(lambda: table_html(settings), "documents")
    adding = gr.Column()
    chosen = _change(guide, settings, listed, table)
    with adding:
        _add(guide, settings, listed, table, chosen)
    page.load(lambda: gr.Dropdown(choices=own_choices(settings), value=None), None, [chosen], **EVENT)


def _add(guide: Guide, settings: Settings, listed: gr.HTML, table: gr.HTML, chosen: gr.Dropdown) -> None:
    intro = texts_documents.MINE_INTRO.format(size=settings.max_file)
    html(heading_html(texts_documents.MINE_TITLE, intro), "add-intro")
    files = gr.File(
        label=texts_documents.DROP, file_count="multiple", file_types=list(SUFFIXES), height=140, elem_id="drop"
    )
    seen = html("", "preview")
    with gr.Column(visible=False, elem_classes="form-fields") as form:
        collection = gr.Textbox(MINE, label=texts_documents.COLLECTION, info=texts_documents.COLLECTION_INFO)
        said = _fields()
        with gr.Row():
            accept = gr.Button(texts_documents.ACCEPT, variant="primary", elem_id="accept")
            cancel = gr.Button(texts_documents.CANCEL)
    told = html('<p role="status"></p>', "added")

    def look(paths: list[str] | None, name: str) -> list[Any]:
        found = steps.looked_at(settings, paths or [], name)
        one = steps.described(found)
        return [previews_html(found), gr.Column(visible=steps.any_readable(found)), *_shown(one), ""]

    def take(request: gr.Request, paths: list[str] | None, name: str, *given: str) -> Iterator[list[Any]]:
        said_now = steps.said_of(*given) if len(paths or []) == 1 else {}
        for step in steps.adding(guide, settings, steps.incoming(paths or [], said_now), name, _who(request)):
            yield [gr.skip(), gr.skip(), gr.skip(), gr.skip(), message_html(step.line), gr.skip()]
        steps.discard(paths or [])
        lists = [_shipped(guide), table_html(settings)]
        choices = gr.Dropdown(choices=own_choices(settings), value=None)
        yield [None, gr.Column(visible=False), *lists, gr.skip(), choices]

    def drop(paths: list[str] | None) -> list[Any]:
        steps.discard(paths or [])
        return [None, gr.Column(visible=False), "", ""]

    files.upload(look, [files, collection], [seen, form, *said, told], **EVENT)
    taken = accept.click(take, [files, collection, *said], [files, form, listed, table, told, chosen], **EVENT)
    taken.then(lambda: "", None, [seen], **EVENT)
    cancel.click(drop, [files], [files, form, seen, told], **EVENT)
    files.clear(drop, [files], [files, form, seen, told], **EVENT)


def _change(guide: Guide, settings: Settings, listed: gr.HTML, table: gr.HTML) -> gr.Dropdown:
    html(heading_html(texts_documents.CHANGE_TITLE), "change-intro")
    with gr.Column(elem_classes="form-fields"):
        chosen: gr.Dropdown = gr.Dropdown(own_choices(settings), value=None, label=texts_documents.CHOOSE)
    with gr.Column(visible=False, elem_classes="form-fields") as form:
        said = _fields()
        with gr.Row():
            save = gr.Button(texts_documents.SAVE, variant="primary")
            delete = gr.Button(texts_documents.DELETE)
        with gr.Row(visible=False) as sure:
            question = html("", "sure")
            yes = gr.Button(texts_documents.CONFIRM_YES, variant="stop")
            no = gr.Button(texts_documents.CANCEL)
    told = html('<p role="status"></p>', "changed")

    def choose(id: str | None) -> list[Any]:
        return [
            gr.Column(visible=bool(id)),
            gr.Row(visible=False),
            *_shown(steps.described_document(guide, id or "")),
            "",
        ]

    def keep(request: gr.Request, id: str, *given: str) -> list[Any]:
        line = steps.edited(guide, settings, id, steps.said_of(*given), _who(request))
        return [message_html(line), _shipped(guide), table_html(settings)]

    def ask(title: str) -> list[Any]:
        return [gr.Row(visible=True), message_html(texts_documents.CONFIRM.format(title=title))]

    def forget(id: str, request: gr.Request) -> list[Any]:
        line = steps.removed(guide, settings, id, _who(request))
        choices = gr.Dropdown(choices=own_choices(settings), value=None)
        lists = [_shipped(guide), table_html(settings)]
        return [message_html(line), *lists, choices, gr.Column(visible=False)]

    chosen.input(choose, [chosen], [form, sure, *said, told], **EVENT)
    save.click(keep, [chosen, *said], [told, listed, table], **EVENT)
    delete.click(ask, [said[0]], [sure, question], **EVENT)
    no.click(lambda: gr.Row(visible=False), None, [sure], **EVENT)
    yes.click(forget, [chosen], [told, listed, table, chosen, form], **EVENT)
    return chosen


def _who(request: gr.Request) -> Identity:
    """Who asks for a change; `ui.steps.documents` refuses those who may not."""
    return identity_of(request.request)


def _shipped(guide: Guide) -> str:
    """The documents that come with the guide, at length; one's own are in the table."""
    shipped = [source for source in guide.sources if source.metadata.collection in ("", GUIDE)]
    return corpus_html(shipped) if shipped or not guide.sources else ""


def _fields() -> list[Any]:
    """What can be said of a document: title, authors, date, kind."""
    with gr.Row():
        title = gr.Textbox(label=texts_documents.DOCUMENT_TITLE, scale=3)
        authors = gr.Textbox(label=texts_documents.AUTHORS, scale=2)
    with gr.Row():
        published = gr.Textbox(label=texts_documents.PUBLISHED)
        kind = gr.Dropdown(KINDS, value=Kind.DOCUMENT.value, label=texts_documents.KIND)
    return [title, authors, published, kind]


def _shown(described: Described | None) -> list[Any]:
    """What is said of one document in its fields; they are hidden for several at once."""
    if described is None:
        return [gr.Textbox(visible=False)] * 3 + [gr.Dropdown(visible=False)]
    title, authors, published, kind = described
    return [
        *(gr.Textbox(value, visible=True) for value in (title, authors, published)),
        gr.Dropdown(value=kind, visible=True),
    ]
