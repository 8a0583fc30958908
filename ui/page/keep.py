"""Below the conversation: « ajouter cet échange au jeu d'essai »."""

from __future__ import annotations

from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from eval.labels import PERSONAS
from eval.local import EXCHANGES, Judged, add, folder
from rag.errors import GuideError
from rag.settings import Settings
from ui.access.roles import Role
from ui.evaluation.shown import sentence
from ui.page.evaluation_parts import says
from ui.page.parts import EVENT, html, may
from ui.steps.chat import Conversation
from ui.steps.exchanges import citation_labels, last_exchange
from ui.texts import evaluation as texts


def keep_exchange(settings: Settings, conversation: gr.State) -> None:
    """A fold that turns the last exchange into a line of the local question file, for evaluators."""
    with gr.Accordion(texts.KEEP, open=False, visible=False, elem_id="keep") as fold:
        html(f"<p>{texts.KEEP_INFO}</p>", "keep-info")
        answers = gr.CheckboxGroup([], label=texts.KEEP_ANSWERS, elem_id="keep-answers")
        searched = gr.Textbox(label=texts.KEEP_NONE, max_length=500)
        with gr.Row():
            persona = gr.Radio(
                [(name, key) for key, name in PERSONAS.items()], value="fondateur", label=texts.KEEP_PERSONA
            )
            author = gr.Textbox(label=texts.WHO, max_length=60, elem_id="keep-who")
        save = gr.Button(texts.KEEP_SAVE, elem_id="keep-save")
        told = html("", "keep-told")

    def offer(turns: Conversation) -> list[Any]:
        exchange = last_exchange(turns)
        labels = citation_labels(exchange) if exchange else []
        shown = exchange is not None and may(Role.EVALUATOR)
        return [gr.Accordion(visible=shown, open=False), gr.update(choices=labels, value=[]), ""]

    @says
    def keep(turns: Conversation, *said: Any) -> str:  # noqa: ANN401 - the values of the components, in the order below
        markers, looked_for, asker, name = said
        exchange = last_exchange(turns)
        if exchange is None:
            raise GuideError(texts.KEEP_NOTHING)
        item = add(exchange, Judged(name, asker, tuple(markers), looked_for), settings)
        return sentence(texts.KEPT.format(id=item.id, path=folder(settings) / f"{EXCHANGES}.jsonl"))

    conversation.change(offer, [conversation], [fold, answers, told], **EVENT)
    save.click(keep, [conversation, answers, searched, persona, author], [told], **EVENT)
