"""Plots as inline SVG: readable in black and white, described for those who cannot see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_LEFT, _WIDTH, _ROW = 250, 640, 26
_SIDE = 360
_PATTERNS = ("#1f4e79", "#c55a11", "#548235", "#7f6000", "#7030a0", "#404040", "#a0a0a0")


@dataclass(frozen=True, slots=True)
class Bar:
    """A named share with its interval."""

    name: str
    value: float
    low: float
    high: float
    note: str = ""


def bars(title: str, entries: Sequence[Bar]) -> str:
    """Horizontal bars from 0 to 1 with whiskers."""
    height = _ROW * len(entries) + 30
    body = "".join(_bar(place, one) for place, one in enumerate(entries)) + _scale(height)
    return _svg(title, _WIDTH, height, body)


def _bar(place: int, one: Bar) -> str:
    top, middle = place * _ROW + 4, place * _ROW + 13
    x, low, high = _at(one.value), _at(one.low), _at(one.high)
    return (
        f'<text x="{_LEFT - 8}" y="{middle + 4}" text-anchor="end">{escape(one.name)}</text>'
        f'<rect x="{_LEFT}" y="{top}" width="{max(x - _LEFT, 0.5):.1f}" height="18" class="bar"/>'
        f'<path d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 5}v10'
        f'M{high:.1f} {middle - 5}v10" class="whisker"/>'
        f'<text x="{_WIDTH - 4}" y="{middle + 4}" text-anchor="end">{escape(one.note)}</text>'
    )


def _at(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - 130)


def _scale(height: int) -> str:
    ticks = (0, 0.25, 0.5, 0.75, 1)
    return "".join(
        f'<path d="M{_at(tick):.1f} 0V{height - 24}" class="grid"/>'
        f'<text x="{_at(tick):.1f}" y="{height - 8}" text-anchor="middle">{100 * tick:.0f} %</text>'
        for tick in ticks
    )


def stacked(title: str, parts: Sequence[tuple[str, float]]) -> str:
    """One bar of parts that add up to the whole, with a legend."""
    body, x = "", 0.0
    for place, (name, share) in enumerate(parts):
        colour, width = _PATTERNS[place % len(_PATTERNS)], share * (_WIDTH - 2)
        legend = 52 + 22 * place
        body += (
            f'<rect x="{x + 1:.1f}" y="2" width="{width:.1f}" height="34" fill="{colour}" stroke="#fff"/>'
            f'<rect x="1" y="{legend - 11}" width="14" height="14" fill="{colour}"/>'
            f'<text x="22" y="{legend}">{place + 1}. {escape(name)} : {_percent(share)}</text>'
        )
        body += f'<text x="{x + width / 2:.1f}" y="24" class="inside">{place + 1}</text>' if width > 16 else ""
        x += width
    return _svg(title, _WIDTH, 56 + 22 * len(parts), body)


def curve(title: str, points: Sequence[tuple[float, float]], across: str, up: str, notes: Sequence[str] = ()) -> str:
    """A line through points of the unit square; with `notes` each point is marked with its own, beside the diagonal."""
    places = [(_across(x), _up(y)) for x, y in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(_dot(place, note) for place, note in zip(places, notes, strict=False))
    diagonal = f'<path d="M{_across(0)} {_up(0)}L{_across(1)} {_up(1)}" class="grid"/>' if notes else ""
    body = (
        f'<path d="M{_across(0)} {_up(1)}V{_up(0)}H{_across(1)}" class="axis"/>{diagonal}'
        f"{''.join(map(_ticks, (0, 0.5, 1)))}"
        f'<polyline points="{line}" class="line"/>{dots}'
        f'<text x="{_across(0.5)}" y="{_SIDE - 6}" text-anchor="middle">{escape(across)}</text>'
        f'<text x="12" y="{_up(0.5)}" text-anchor="middle" transform="rotate(-90 12 {_up(0.5)})">{escape(up)}</text>'
    )
    return _svg(title, _SIDE, _SIDE, body)


def _across(x: float) -> float:
    return 62 + x * (_SIDE - 90)


def _up(y: float) -> float:
    return (_SIDE - 70) * (1 - y) + 14


def _ticks(at: float) -> str:
    shown = f"{100 * at:.0f} %"
    return (
        f'<text x="{_across(0) - 6}" y="{_up(at) + 4}" text-anchor="end">{shown}</text>'
        f'<text x="{_across(at)}" y="{_up(0) + 18}" text-anchor="middle">{shown}</text>'
    )


def _dot(place: tuple[float, float], note: str) -> str:
    x, y = place
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/><text x="{x + 6:.1f}" y="{y + 12:.1f}">{escape(note)}</text>'


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")


def _svg(title: str, width: int, height: int, body: str) -> str:
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg role="img" viewBox="0 0 {width} {height}" '
        f'width="{width}"><title>{escape(title)}</title>{body}</svg></figure>'
    )
