"""Links that download what the notebook keeps, as a file of each kind; closed until they are wanted."""

from __future__ import annotations

from ui.texts import notebook as texts


def download_answer(exchange: str) -> str:
    """One answer as a file; nothing when it is not kept."""
    return _downloads(f"/carnet/reponses/{exchange}", texts.DOWNLOAD) if exchange else ""


def download_conversation(exchange: str) -> str:
    """The whole conversation that this exchange belongs to."""
    return _downloads(f"/carnet/fils/{exchange}", texts.DOWNLOAD_ALL) if exchange else ""


def download_basket() -> str:
    """The basket as a file."""
    return _downloads("/carnet/panier", texts.DOWNLOAD_BASKET)


def _downloads(base: str, title: str) -> str:
    links = "".join(f'<li><a href="{base}/{ending}" download>{name}</a></li>' for ending, name in texts.FORMATS)
    names = f'<label><input type="checkbox" class="names"> {texts.MASK_NAMES}</label>'
    return (
        f'<details class="get"><summary>{title}</summary><ul>{links}</ul>{names}'
        f'<p class="hint">{texts.MASK_HINT}</p></details>'
    )
