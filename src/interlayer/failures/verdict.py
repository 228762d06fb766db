"""The verdict on a cell: shorted or not, failed otherwise or not, when, how sure, and what a person would see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

SHORTS: Final = ("none", "soft", "hard", "recovering", "unknown")
"""Kinds of short; 'recovering' comes and goes, 'unknown' cannot be told from this record."""
FAILURES: Final = ("none", "contact_loss", "depletion", "runaway", "instrument", "unknown")
"""Failures other than a short; a slow benign decline of resistance is none."""


@dataclass(frozen=True)
class Moment:
    """One moment that a person would look at: a figure zooms on it.

    Attributes
    ----------
    name : str
        What it is, e.g. 'drop at constant current', 'collapse between half-cycles', 'noise'.
    time_s : float
        Test time.
    half_cycle : int or None
    detail : str
        The numbers.
    """

    name: str
    time_s: float
    half_cycle: int | None
    detail: str


@dataclass(frozen=True)
class Verdict:
    """What happened to a cell.

    Attributes
    ----------
    short : str
        One of `SHORTS`.
    failure : str
        One of `FAILURES`, besides the short.
    time_s : float or None
        When the first of them began; None if nothing did or it cannot be told.
    half_cycle : int or None
        Half-cycle in which it began, from 0.
    confidence : float
        0 to 1: how often such a verdict was right where the truth was known.
    evidence : tuple of str
        What speaks for it, what speaks against it, and what could not be assessed and why.
    moments : tuple of Moment
        Where to look.
    judged_until_s : float or None
        Test time up to which the record was judged.
    short_s, failure_s : float or None
        When the short, and the other failure, began.
    short_half_cycle, failure_half_cycle : int or None
        Half-cycles in which they did.
    """

    short: str
    failure: str
    time_s: float | None
    half_cycle: int | None
    confidence: float
    evidence: tuple[str, ...]
    moments: tuple[Moment, ...] = ()
    judged_until_s: float | None = None
    short_s: float | None = None
    short_half_cycle: int | None = None
    failure_s: float | None = None
    failure_half_cycle: int | None = None

    @property
    def words(self) -> str:
        """In a few words: 'soft short at 51.3 h; contact loss', 'no failure up to 400 h', 'cannot tell'."""
        when = "" if self.time_s is None else f" at {self.time_s / 3600.0:.4g} h"
        short = {"soft": "soft short", "hard": "hard short", "recovering": "short that recovers"}.get(
            self.short
        )
        other = self.failure.replace("_", " ") if self.failure not in ("none", "unknown") else ""
        if short:
            return f"{short}{when}" + (f"; {other}" if other else "")
        if other:
            return f"{other}{when}"
        if self.short == "none" and self.failure == "none":
            until = self.judged_until_s
            return "no failure" + ("" if until is None else f" up to {until / 3600.0:.4g} h")
        return "cannot tell"

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "short": self.short,
            "failure": self.failure,
            "time_s": self.time_s,
            "half_cycle": self.half_cycle,
            "confidence": self.confidence,
            "evidence": list(self.evidence),
        }
