"""The tick boxes of the collections: where the next question is searched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from rag.guide import Guide
from ui.page.parts import EVENT
from ui.steps.where import Places
from ui.texts import documents as texts

_AS_IT_IS = "(ticked) => [ticked]"


@dataclass(frozen=True)
class WhereBoxes:
    """Tick boxes, seen when there is more than one collection; `said` tells a callback what they say (`places`).

    That is a copy of what is ticked, which Gradio does not compare with the boxes of this moment: a collection may be
    gone since the page was shown. And it is what the page offered: the browser sends the two as it has them.
    """

    boxes: gr.CheckboxGroup
    said: tuple[gr.JSON, gr.JSON]

    @classmethod
    def of(cls, guide: Guide, page: gr.Blocks, tab: gr.Tab) -> WhereBoxes:
        """The boxes over what there is in `guide`, made anew when the page or the tab is opened."""
        names = list(guide.collections)
        ticked = gr.JSON(names, visible=False)
        offered = gr.JSON(names, visible=False)
        boxes: gr.CheckboxGroup = gr.CheckboxGroup(label=texts.WHERE, elem_id="where", **_offering(names, names))
        where = cls(boxes, (ticked, offered))
        boxes.change(None, [boxes], [ticked], js=_AS_IT_IS, **EVENT)
        for moment in (page.load, tab.select):
            moment(lambda *said: renewed(places(guide, *said)), [*where.said], where.renewed, **EVENT)
        return where

    @property
    def renewed(self) -> list[Any]:
        """The components that `renewed` gives values to."""
        return [self.boxes, *self.said]


def places(guide: Guide, ticked: list[str] | None, offered: list[str] | None) -> Places:
    """What `WhereBoxes.said` says, and what there is now."""
    return Places(guide.collections, offered or [], ticked or [])


def renewed(places: Places) -> list[Any]:
    """The values of `WhereBoxes.renewed`, as they should be now."""
    if places.shown:
        return [gr.skip()] * 3
    names = list(places.there)
    return [gr.CheckboxGroup(**_offering(names, places.wanted)), places.wanted, names]


def _offering(names: list[str], wanted: list[str]) -> dict[str, Any]:
    choices = [(texts.collection_name(name), name) for name in names]
    return {"choices": choices, "value": wanted, "visible": len(names) > 1}
