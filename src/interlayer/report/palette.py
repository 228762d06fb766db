"""Colours that stay apart for colour-blind readers and stay dark enough on white paper."""

from __future__ import annotations

from typing import Final

SLOTS: Final[tuple[str, ...]] = (
    "#0072B2",  # blue
    "#D55E00",  # vermillion
    "#0B9561",  # green
    "#761B52",  # plum
    "#4A4400",  # olive
    "#0083FA",  # bright blue
    "#1A1A1A",  # black
)
"""Colours of unordered series. Blue and vermillion are those of Okabe and Ito; the others are darkened until
each has a contrast of at least 3 to 1 on white and all differ under simulated red and green blindness."""

MARKERS: Final[tuple[str, ...]] = ("circle", "square", "triangle", "diamond", "pentagon", "cross", "hexagon")
"""Marker of each slot, so that points can be told apart without colour."""

RAMP: Final[tuple[str, ...]] = ("#1B0C41", "#5D126E", "#932667", "#C73E4C", "#E8602D")
"""Colours of an ordered series (ages), from first to last, of rising lightness."""

INK: Final = "#1F2933"
"""Text and axes."""
MUTED: Final = "#5F6B7A"
"""Secondary text and reference lines."""
GRID: Final = "#E4E8ED"
"""Grid lines."""


def slot_colour(slot: int) -> str:
    """Return the colour of a slot as '#RRGGBB'; slots beyond the last start again."""
    return SLOTS[slot % len(SLOTS)]


def slot_marker(slot: int) -> str:
    """Return the marker name of a slot; slots beyond the last start again."""
    return MARKERS[slot % len(MARKERS)]


def ramp_colour(position: float) -> str:
    """Return the colour at `position` (0 first, 1 last; clipped) of the ordered ramp, as '#RRGGBB'."""
    place = min(max(position, 0.0), 1.0) * (len(RAMP) - 1)
    low = min(int(place), len(RAMP) - 2)
    return mix(RAMP[low], RAMP[low + 1], place - low)


def mix(first: str, second: str, share: float) -> str:
    """Return the colour between `first` (share 0) and `second` (share 1), as '#RRGGBB'."""
    share = min(max(share, 0.0), 1.0)
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + share * (b - a)):02X}" for a, b in pairs)


def with_alpha(colour: str, alpha: float) -> str:
    """Return '#RRGGBB' as the CSS text 'rgba(r,g,b,alpha)'."""
    red, green, blue = _channels(colour)
    return f"rgba({red},{green},{blue},{alpha:g})"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
