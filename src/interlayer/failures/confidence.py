"""How sure a verdict is: how often verdicts of its kind were right on records whose truth was declared.

Counts on 1070 members of the development population of `interlayer.trouble` (seeds 3, 12, 14, 15) and on 1500 of the
opened mechanisms (seeds 12, 13, 16, 17, 18), after both had been looked at, as (right + 1)/(all + 2), times an estimate
of what a mechanism never looked at costs. They hold for that mixture of troubles; in a laboratory other mixtures occur.
"""

from __future__ import annotations

from typing import Final

SHORTS: Final = {
    ("hard", "sudden drop"): (322, 325),
    ("hard", "collapse"): (25, 25),
    ("hard", "under the ohmic floor"): (86, 86),
    ("soft", "sudden drop"): (286, 289),
    ("soft", "collapse"): (53, 54),
    ("soft", "under the ohmic floor"): (34, 34),
    ("recovering", "sudden drop"): (202, 211),
}
"""Right and all, by kind of short and the sign that showed it first; no other failure beside it."""
FAILURES: Final = {
    "none": (884, 906),
    "contact_loss": (174, 184),
    "depletion": (88, 94),
    "instrument": (188, 191),
    "runaway": (122, 138),
}
"""Right and all, by failure without a short."""
UNSEEN: Final = 0.5
"""For what the populations do not hold, or hold too rarely: a short and another failure at once, right in 0 of 5."""
UNFAMILIAR: Final = 0.96
"""Estimated; on the published seed, half of it unfamiliar, 0.93 and 0.95 stated were 0.92 and 0.96 right."""
VOLTAGE_ALONE: Final = 0.75
"""Factor where the current is unknown; not calibrated."""


def confidence(short: str, sign: str, failure: str, *, known_current: bool = True) -> float:
    """Return the share of right verdicts of this kind, 0 to 1."""
    if short == "unknown":
        return 0.0
    if short == "none":
        value = _share(FAILURES.get(failure))
    else:
        value = _share(SHORTS.get((short, sign)))
        value = value if failure == "none" else min(value, UNSEEN)
    value *= UNFAMILIAR
    return round(value if known_current else VOLTAGE_ALONE * value, 2)


def _share(counts: tuple[int, int] | None) -> float:
    return UNSEEN if counts is None else (counts[0] + 1.0) / (counts[1] + 2.0)
