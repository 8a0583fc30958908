"""Two runs judged blind on the page: the next question, the reader's choice, the total."""

from __future__ import annotations

from html import escape

from eval.blind import Choice, Duel, Outcome, Pick, choices, choices_file, choose, duels, outcome, waiting
from eval.labels import label
from eval.scoring import Row
from rag.errors import GuideError
from ui.evaluation.shown import Desk, in_report
from ui.texts import evaluation as texts


class NoDuelsError(GuideError):
    """These runs cannot be judged question by question."""

    code = "no_duels"


class Table:
    """The duels between two runs of a desk, for one reader."""

    def __init__(self, desk: Desk, a: str, b: str, who: str) -> None:
        """`NoDuelsError` for one run twice, for a test set, or without a reader's name."""
        if not who.strip():
            raise NoDuelsError(texts.WHO_NEEDED)
        if not a or not b or a == b:
            raise NoDuelsError(texts.TWO_RUNS)
        first, second = desk.open(a).run, desk.open(b).run
        if first.hides_items or second.hides_items:
            raise NoDuelsError(texts.TEST_DUEL)
        self.runs = (a, b)
        self.who = who.strip()
        self.path = choices_file(desk.settings.data_dir / "duels", a, b)
        self._all = duels(first, second)

    @property
    def made(self) -> list[Choice]:
        """What everybody chose so far."""
        return choices(self.path)

    @property
    def left(self) -> list[Duel]:
        """What this reader has still to decide."""
        return waiting(self._all, self.made, self.who)

    def pick(self, item: str, pick: Pick) -> None:
        """Keeps the reader's choice on the question `item`."""
        duel = next((one for one in self._all if one.item == item), None)
        if duel:
            choose(duel, pick, self.runs, self.who, self.path)

    def result(self) -> str:
        """The total, once this reader has no question left: before, it would tell whose answer was just chosen."""
        left = len(self.left)
        return texts.LEFT.format(left=left) if left else told(outcome(self.made, self.runs))


def told(found: Outcome) -> str:
    """A total in words."""
    counts = texts.OUTCOME.format(a=found.a, b=found.b, equal=found.equal)
    if found.share is None or found.interval is None or found.p is None:
        return counts
    show = label("passed").show
    shares = (show(found.share), show(found.interval.low), show(found.interval.high))
    p = f"{found.p:.3f}".replace(".", ",")
    return f"{counts} {texts.OUTCOME_SHARE.format(share=shares[0], low=shares[1], high=shares[2], p=p)}"


def duel_html(duel: Duel) -> str:
    """A question with both answers; nothing says whose they are."""
    head = f'<p class="said">{escape(duel.question)}</p>'
    sides = ((texts.FIRST, duel.left), (texts.SECOND, duel.right))
    return in_report(head + "".join(f"<h3>{title}</h3>{_answer(row)}" for title, row in sides))


def _answer(row: Row) -> str:
    reply = row.reply
    if not reply.statements:
        return f"<p>{escape(reply.message or reply.error)}</p>"
    said = "".join(f"<li>{escape(one.text)}</li>" for one in reply.statements)
    docs = ", ".join(dict.fromkeys(one.doc for one in reply.citations))
    return f"<ul>{said}</ul><p>{escape(docs)}</p>"
