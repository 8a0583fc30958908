"""A timed agenda from a template's days: for as many days as are planned, each theme given its time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.briefs import wording
from rag.briefs.template import THEME, Agenda, Slot, placed


def rows(agenda: Agenda, days: int, themes: Sequence[str]) -> tuple[tuple[str, str, str, str], ...]:
    """Day, hours, what, with whom; the slots for themes go round the themes, and share them when they are fewer."""
    plan = [slots for day in range(days) if (slots := _slots(agenda, day, days))]
    waiting = iter(_shared(themes, sum(slot.theme for slots in plan for slot in slots)))
    return tuple(row for number, slots in enumerate(plan, 1) for row in _day(agenda.start, number, slots, waiting))


def _slots(agenda: Agenda, day: int, days: int) -> list[Slot]:
    if days == 1:
        return agenda.only
    if day == 0:
        return agenda.first
    return agenda.last if day == days - 1 else agenda.between


def _shared(themes: Sequence[str], slots: int) -> list[str]:
    """What each slot is about."""
    if len(themes) > slots:
        return [wording.JOINED.join(themes[slot::slots]) for slot in range(slots)]
    return [themes[slot % len(themes)] + (wording.AGAIN if slot >= len(themes) else "") for slot in range(slots)]


def _day(start: str, number: int, slots: Sequence[Slot], themes: Iterator[str]) -> Iterator[tuple[str, str, str, str]]:
    hour, minute = map(int, start.split(":"))
    clock = hour * 60 + minute
    for slot in slots:
        what = placed(slot.what, {THEME: next(themes)}) if slot.theme else slot.what
        yield wording.DAY.format(number=number), f"{_time(clock)} – {_time(clock + slot.minutes)}", what, slot.who
        clock += slot.minutes


def _time(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
