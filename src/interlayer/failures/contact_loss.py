"""Loss of contact that is seen happening: |V|/|I| jumps up at constant current, or comes and relaxes many times."""

from __future__ import annotations

import numpy as np

from interlayer.failures.failure import Failure
from interlayer.failures.falls import falls
from interlayer.failures.instrument import bursts, first_burst
from interlayer.failures.rises import BEGUN, FAILED, STEEP, heights, rise
from interlayer.failures.steps import Step, downward, upward
from interlayer.failures.temperature import change_around, explained
from interlayer.failures.trace import time_text, trace
from interlayer.metrics.analysis import Analysis


def contact_loss(analysis: Analysis) -> Failure | None:
    """Find a contact that is lost at once, or lost and regained; the course of a slow rise is weighed elsewhere."""
    found = [x for x in (sudden_loss(analysis), recurring_loss(analysis)) if x is not None]
    return max(found, key=lambda x: x.weight) if found else None


def recurring_loss(analysis: Analysis) -> Failure | None:
    """Peaks far above the cell's |V|/|I| that relax, or come at one place of half-cycles: lost and regained."""
    t = analysis.get(trace)
    if t.reason or not t.known_current:
        return None
    found = analysis.get(bursts)
    if not (found.count and found.of_the_cell and found.times >= STEEP):
        return None
    half, row = first_burst(analysis)
    time = float(t.halves.time_s[row])
    text = (
        f"{found.count} times {t.what} rises to {found.times:.3g} times its level within a half-cycle and relaxes, "
        f"first near {time_text(time)} (half-cycle {half}): contact is lost and regained"
    )
    return Failure("contact_loss", time, half, 2.5, text)


def sudden_loss(analysis: Analysis) -> Failure | None:
    """A sudden rise at constant current that stays, or comes again."""
    t, z = analysis.get(trace), analysis.get(heights)
    one = analysis.get(rise)
    if one is not None and one.only_grows:
        return None
    place = {int(k): n for n, k in enumerate(z.half.tolist())}
    for step in analysis.get(upward):
        n = place.get(step.half)
        if n is None or step.change < BEGUN - 1.0:
            continue
        sound = float(z.sound_late[n]) if np.isfinite(z.sound_late[n]) else step.before_ohm
        first = step.half == int(z.half[0])
        base = step.before_ohm if first else min(sound, step.before_ohm)
        mine = np.flatnonzero(t.owner == step.half)
        after = t.ohm[mine[mine >= step.slice]]
        # a rise that only takes back a fall ends where a sound cell lies
        if _takes_back(analysis, step):
            continue
        if step.after_ohm < BEGUN * base or after.size < 3 or step.after_ohm < BEGUN * sound:
            continue
        # a rise that goes on is no step: contact that is gone is gone
        if float(np.median(after[-3:])) > 1.5 * step.after_ohm:
            continue
        top = float(np.nanmax(z.top[n:]))
        one_C, other_C = change_around(analysis, step.time_s, 4.0 * float(t.halves.duration_s[step.half]), -1)
        if other_C < one_C and explained(one_C, other_C) > 0.7 * np.log(step.after_ohm / step.before_ohm):
            continue
        if top < FAILED * base:
            continue
        text = (
            f"half-cycle {step.half}: {t.what} jumps from {t.says(step.before_ohm)} to {t.says(step.after_ohm)} near "
            f"{time_text(step.time_s)} at constant current: contact is lost"
        )
        return Failure("contact_loss", step.time_s, step.half, 3.5, text)
    return None


def _takes_back(analysis: Analysis, step: Step) -> bool:
    """Whether a rise ends where a fall before it began: it takes back the fall."""
    size = (
        np.log(max(step.after_ohm, 1e-300) / max(step.before_ohm, 1e-300)) if step.before_ohm > 0 else np.inf
    )
    earlier = [x.before_ohm for x in analysis.get(downward) if x.time_s < step.time_s]
    earlier += [x.before_ohm for x in analysis.get(falls) if x.time_s < step.time_s]
    return any(x > 0 and abs(np.log(step.after_ohm / x)) < 0.3 * size for x in earlier)
