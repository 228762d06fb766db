"""Which failure a rise of |V|/|I| is: the measures of its course weighed together.

The share of each kind is exp(score) over the sum of all, its score a constant and the sum of weight times measure
(multinomial logistic regression). A weight has the sign that physics gives it or is zero; the table and how it was
obtained: `interlayer.failures.rise_weights`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from interlayer.failures.course import measures
from interlayer.failures.failure import Failure, rise_text
from interlayer.failures.rise_weights import CONSTANT, KINDS, WEIGHTS
from interlayer.failures.rises import rise
from interlayer.metrics.analysis import Analysis

SURE: Final = 0.55
"""Share of the leading kind below which the verdict is 'unknown'."""
_WORTH: Final = 0.25
"""Difference of scores that a measure must make to be named."""
_MOST_NAMED: Final = 4


@dataclass(frozen=True)
class KindOfRise:
    """What a rise is.

    Attributes
    ----------
    shares : dict of str to float
        By kind, 'none' among them, sum 1.
    speaks_for, speaks_against : tuple of str
        Measures that count most for the leading kind against the second, and against it.
    """

    shares: dict[str, float]
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]

    @property
    def first(self) -> str:
        """Leading kind."""
        return max(self.shares, key=lambda k: self.shares[k])

    @property
    def second(self) -> str:
        """The kind after it."""
        return sorted(self.shares, key=lambda k: -self.shares[k])[1]

    @property
    def is_sure(self) -> bool:
        """Whether the leading kind's share is at least `SURE`."""
        return self.shares[self.first] >= SURE


def kind_of_rise(analysis: Analysis) -> KindOfRise | None:
    """Weigh the measures of a record's rise; None if nothing rises."""
    found = analysis.get(measures)
    return None if found is None else weighed(found)


def weighed(found: dict[str, float]) -> KindOfRise:
    """Weigh measures: `MEASURES` by name."""
    value = np.array([found[name] for name in WEIGHTS])
    weight = np.array(list(WEIGHTS.values()))
    score = np.array(CONSTANT) + value @ weight
    share = np.exp(score - score.max())
    share /= share.sum()
    one, other = np.argsort(-share)[:2].tolist()
    gain = value * (weight[:, one] - weight[:, other])
    order = np.argsort(-np.abs(gain), kind="stable")
    names = list(WEIGHTS)
    said = [(names[k], float(gain[k])) for k in order.tolist() if abs(float(gain[k])) > _WORTH]
    texts = [(_TEXTS[name](found[name]), by) for name, by in said if name in _TEXTS]
    return KindOfRise(
        dict(zip(KINDS, share.tolist(), strict=True)),
        tuple(text for text, by in texts if by > 0)[:_MOST_NAMED],
        tuple(text for text, by in texts if by < 0)[:2],
    )


def failure_of_rise(analysis: Analysis) -> Failure | None:
    """The failure that a record's rise is, 'unknown' where two explanations are nearly alike; None if it is none."""
    one, kind = analysis.get(rise), analysis.get(kind_of_rise)
    if one is None or kind is None:
        return None
    if kind.first == "none" and kind.is_sure:
        return None
    because = "; ".join(kind.speaks_for)
    against = f"; against it: {'; '.join(kind.speaks_against)}" if kind.speaks_against else ""
    name = kind.first if kind.is_sure else "unknown"
    text = rise_text(analysis, one)
    if name == "unknown":
        shares = " or ".join(f"{_said(k)} ({kind.shares[k]:.0%})" for k in (kind.first, kind.second))
        text += f": {shares}, which cannot be told; for the first: {because or 'its size alone'}{against}"
    else:
        text += f"; {because}{against}"
    return Failure(name, one.time_s, one.half, kind.shares[kind.first], text)


def _said(kind: str) -> str:
    return "no failure" if kind == "none" else kind.replace("_", " ")


def _flag(text: str) -> Callable[[float], str]:
    return lambda _: text


_TEXTS: Final[dict[str, Callable[[float], str]]] = {
    "kept": lambda x: f"at the reversal {max(x + 0.5, 0.0):.0%} of it stays",
    "ohmic": lambda x: f"{min(max(x + 0.5, 0.0), 1.0):.0%} of it follows a change of the current at once",
    "goes on": lambda x: (
        "a reversal turns it back"
        if x < 0
        else f"it goes on after a reversal with {x:.0%} of its pace before"
    ),
    "made up": lambda x: (
        "half-cycles rise by more than stays in the end" if x > 0 else "what half-cycles rise by stays"
    ),
    "heals": lambda x: f"{x:.0%} of it heals within the half-cycle after a reversal",
    "refill": lambda x: (
        f"a half-cycle after a reversal begins {np.expm1(x):.0%} above where it then falls to"
    ),
    "climbs": _flag("each half-cycle lies above the one before, whatever its direction"),
    "faster": lambda x: "it grows faster and faster" if x > 0 else "it does not grow faster and faster",
    "law of lost area": lambda x: (
        "its course is that of area lost at a steady pace" if x > 0 else "its course is not that of area lost"
    ),
    "law of growth": lambda x: (
        "its course is exponential rather than Sand's" if x > 0 else "its course is Sand's"
    ),
    "begun before": lambda x: (
        "the half-cycle that rises most begins high" if x > 0 else "the half-cycle that rises most begins low"
    ),
    "salt": _flag("the electrolyte holds a salt"),
    "no salt": _flag("the electrolyte holds no salt that could run out"),
    "within": _flag("it rises within half-cycles"),
    "steepest": lambda x: f"{np.exp(x):.3g} times within one half-cycle",
    "diverges": _flag("a half-cycle ends higher over its middle than any arc"),
    "returned": _flag("it is back some half-cycles later"),
    "number of jumps": _flag("it goes up in sudden steps that stay"),
    "greatest jump": lambda x: f"one jump makes {x:.0%} of it",
    "jump": _flag("it jumps at constant current: contact is lost"),
    "lost and regained": _flag("it comes and relaxes many times: contact is lost and regained"),
    "ends early": _flag("half-cycles end before their time"),
    "from the first": _flag("the first half-cycle at this current does the same"),
    "size": _flag("no more than a sound cell may grow by"),
    "beyond growth": _flag("more than a sound cell grows by"),
}
