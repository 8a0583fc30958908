"""Plots as inline SVG: readable in black and white, described for those who cannot see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_LEFT, _WIDTH, _ROW = 250, 640, 26
_SIDE = 260
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
            f'<text x="22" y="{legend}">{place + 1}. {escape(name)} : {100 * share:.0f} %</text>'
        )
        body += f'<text x="{x + width / 2:.1f}" y="24" class="inside">{place + 1}</text>' if width > 16 else ""
        x += width
    return _svg(title, _WIDTH, 56 + 22 * len(parts), body)


def curve(title: str, points: Sequence[tuple[float, float]], across: str, up: str, diagonal: bool = False) -> str:
    """A line through points of the unit square, each marked."""
    places = [(40 + x * (_SIDE - 50), (_SIDE - 40) * (1 - y) + 6) for x, y in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>' for x, y in places) if len(places) < 40 else ""
    floor, right = _SIDE - 34, _SIDE - 10
    body = (
        f'<path d="M40 6V{floor}H{right}" class="axis"/>'
        + (f'<path d="M40 {floor}L{right} 6" class="grid"/>' if diagonal else "")
        + f'<polyline points="{line}" class="line"/>{dots}'
        + f'<text x="{_SIDE / 2}" y="{_SIDE - 4}" text-anchor="middle">{escape(across)}</text>'
        + f'<text x="12" y="{_SIDE / 2}" text-anchor="middle" '
        + f'transform="rotate(-90 12 {_SIDE / 2})">{escape(up)}</text>'
        + f'<text x="34" y="14" text-anchor="end">1</text><text x="34" y="{floor}" text-anchor="end">0</text>'
    )
    return _svg(title, _SIDE, _SIDE, body)


def _svg(title: str, width: int, height: int, body: str) -> str:
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg role="img" viewBox="0 0 {width} {height}" '
        f'width="{width}"><title>{escape(title)}</title>{body}</svg></figure>'
    )
