"""From a record to the verdict on its cell: evidence is gathered by one finder a file and put together here."""

from __future__ import annotations

from typing import Final

import numpy as np

from interlayer.failures.benign import slow_change
from interlayer.failures.confidence import confidence
from interlayer.failures.contact_loss import contact_loss
from interlayer.failures.failure import Failure
from interlayer.failures.falls import Fall, falls
from interlayer.failures.instrument import Trouble, instrument
from interlayer.failures.kind_of_rise import failure_of_rise
from interlayer.failures.lost_shape import shape_around
from interlayer.failures.noise import noise_around
from interlayer.failures.ohmic_floor import UnderFloor, ohmic_floor, under_floor
from interlayer.failures.rises import heights, rise
from interlayer.failures.spectrum_fall import SpectrumFall, spectrum_fall
from interlayer.failures.temperature import change_around, explained
from interlayer.failures.trace import Trace, time_text, trace
from interlayer.failures.verdict import Moment, Verdict
from interlayer.metrics.analysis import Analysis

HARD_SHARE: Final = 0.05
HARD_OHM: Final = 5.0
"""A short is hard if less than this share of |V|/|I| remains, or less than so many ohm and less than half."""
UNTOLD_OHM: Final = 2.0
"""Below so many ohm from the first half-cycle on, and without a floor, a cell of low resistance looks like a short."""
FEWEST_SLICES: Final = 6
_FEWEST_ROWS: Final = 20
_SPOILS: Final = (
    "clock",
    "floating",
    "open circuit",
    "lost current",
    "unsteady current",
    "frozen",
    "offset",
    "noise",
    "current reading",
    "polarity",
    "unanswered",
    "sagging",
    "interference",
    "restless",
    "repeated",
)
"""Troubles after which the record says nothing of the cell."""
_OF_SIZE: Final = (
    "stray readings",
    "loose contact",
    "frozen",
    "noise",
    "offset",
    "polarity",
    "unanswered",
    "interference",
    "restless",
    "flicker",
)
_TURNS: Final = ("polarity",)
"""Troubles after which |V|/|I| has another sign: only what was before can be looked at."""
EARLIER: Final = 4
"""Half-cycles before a trouble that are left out as well, where nothing is told with them or a short begins there."""
_SELDOM: Final = 0.3
"""Share of the time after a fall that is low, below which it is not one that stays."""
_LITTLE: Final = 0.3
"""Signs that go by the size of |V|, and what must remain of it for them to say anything."""


def find_verdict(analysis: Analysis) -> Verdict:
    """Judge a record: shorts and other failures, with time, half-cycle, confidence and evidence.

    Never raises for a record that cannot be judged: it is then 'unknown', and the evidence says why.
    """
    t = analysis.get(trace)
    troubles = analysis.get(instrument)
    if t.reason:
        return _unjudged(analysis, t, troubles)
    floor, spectra = analysis.get(under_floor), analysis.get(spectrum_fall)
    trouble = troubles[0] if troubles else None
    spoiled = next((x for x in troubles if x.sign in _SPOILS), None)
    if spoiled is not None and spoiled.sign in _TURNS:
        return _up_to(analysis, spoiled)
    failure = _failure(analysis, trouble)
    fall = _fall(analysis, t, failure, spoiled, troubles)
    if fall is not None and trouble is not None and _of_what_remains(fall, trouble):
        failure = None
    if fall is not None and failure is not None and _of_the_filament(t, fall, failure):
        failure = None
    from_start = _from_start(t, floor, analysis)
    if from_start is not None and (fall is None or fall.half >= from_start.half):
        fall = from_start
        # what a shorted cell does besides is not to be told
        failure = failure if failure is not None and failure.name == "instrument" else None
    if fall is None:
        fall = _from_spectra(t, spectra)
    end = float(t.halves.end_s[-1]) if spoiled is None else min(spoiled.time_s, float(t.halves.end_s[-1]))
    if fall is None and failure is None:
        return _nothing_found(analysis, t, floor, spectra, end)
    return _found(analysis, t, fall, failure, floor, spectra, end)


def _unjudged(analysis: Analysis, t: Trace, troubles: tuple[Trouble, ...]) -> Verdict:
    if not troubles:
        return Verdict("unknown", "unknown", None, None, 0.0, (t.reason,))
    return _up_to(analysis, troubles[0], t.reason)


def _up_to(analysis: Analysis, one: Trouble, reason: str = "") -> Verdict:
    """Judge what was written before trouble with the instrument began."""
    moment = Moment(one.sign, one.time_s, one.half, one.detail)
    before = _verdict_before(analysis, one.row)
    late = 0 if one.half is None else one.half - EARLIER
    if late > 0 and (before is None or before.short == "unknown" or (before.short_half_cycle or 0) >= late):
        # what creeps has spoiled some half-cycles by the time it shows
        before = _verdict_before(analysis, int(analysis.get(trace).halves.first[late]))
    if before is None or before.short == "unknown":
        text = reason or "too little was written before"
        return Verdict(
            "unknown", "instrument", one.time_s, one.half, 0.8, (one.detail, f"shorts: not assessed, {text}"),
            (moment,), failure_s=one.time_s, failure_half_cycle=one.half,
        )  # fmt: skip
    if before.short == "none":
        text = f"no short up to {time_text(one.time_s)}; what follows is not judged"
        return Verdict(
            "none", "instrument", one.time_s, one.half, 0.8, (one.detail, text, *before.evidence), (moment,),
            judged_until_s=one.time_s, failure_s=one.time_s, failure_half_cycle=one.half,
        )  # fmt: skip
    if reason:
        return Verdict(
            "unknown", "instrument", one.time_s, one.half, 0.8, (one.detail, f"shorts: not assessed, {reason}"),
            (moment,), failure_s=one.time_s, failure_half_cycle=one.half,
        )  # fmt: skip
    return Verdict(
        before.short, "instrument", before.short_s, before.short_half_cycle, before.confidence,
        (*before.evidence, one.detail), (*before.moments, moment), judged_until_s=one.time_s,
        short_s=before.short_s, short_half_cycle=before.short_half_cycle,
        failure_s=one.time_s, failure_half_cycle=one.half,
    )  # fmt: skip


def _verdict_before(analysis: Analysis, row: int) -> Verdict | None:
    """Judge the rows before trouble with the instrument began, None if they are too few."""
    if row < _FEWEST_ROWS:
        return None
    table = analysis.record.cycling[:row]
    return find_verdict(Analysis(analysis.record.with_(table=table)))


# --- which failure, which fall ----------------------------------------------------------------------------


def _failure(analysis: Analysis, trouble: Trouble | None) -> Failure | None:
    if trouble is not None:
        half = 0 if trouble.half is None else trouble.half
        return Failure("instrument", trouble.time_s, half, trouble.weight, trouble.detail)
    if analysis.get(rise) is None:
        return contact_loss(analysis)
    found, seen = failure_of_rise(analysis), contact_loss(analysis)
    # a loss that is seen happening says more of when it began than its course does
    return seen if seen is not None and found is not None and found.name == seen.name else found


def _fall(
    analysis: Analysis,
    t: Trace,
    failure: Failure | None,
    spoiled: Trouble | None,
    troubles: tuple[Trouble, ...],
) -> Fall | None:
    strays = any(
        x.sign in ("stray readings", "loose contact", "drop-outs", "flicker", "outages") for x in troubles
    )
    clipped = any(x.sign == "clipped" for x in troubles)
    for one in analysis.get(falls):
        if spoiled is not None and one.time_s >= spoiled.time_s - float(t.halves.duration_s[one.half]):
            continue
        if strays and (one.sign == "dips" or one.low_share < 0.8):
            continue
        rose = failure is not None and failure.name != "instrument" and failure.time_s <= one.time_s
        # what rose may fall again: only below what the sound cell showed is it a short
        if rose and not _below_sound(analysis, t, one):
            continue
        if _memory(analysis, one, failure):
            continue
        if _warmed(analysis, t, one) or (clipped and _at_the_end(t, one)):
            continue
        return one
    return None


def _of_what_remains(fall: Fall, trouble: Trouble) -> bool:
    """Whether a trouble is one of a voltage that a short has left next to nothing of."""
    return trouble.sign in _OF_SIZE and fall.time_s < trouble.time_s and fall.remaining < _LITTLE


def _of_the_filament(t: Trace, fall: Fall, failure: Failure) -> bool:
    """Whether a rise belongs to a short that comes and goes: it begins no earlier than just before its first fall."""
    begun = fall.time_s - 3.0 * float(t.halves.duration_s[fall.half])
    return failure.name != "instrument" and _kind(fall, t)[0] == "recovering" and failure.time_s >= begun


def _memory(analysis: Analysis, fall: Fall, failure: Failure | None) -> bool:
    """Whether a half-cycle is low because the one before left a concentration that helps: it ends no lower.

    A parallel path only lowers |V|/|I|, and never turns its sign.
    """
    z = analysis.get(heights)
    n = np.flatnonzero(z.half == fall.half)
    if fall.sign != "collapse" or not n.size:
        return False
    k = int(n[0])
    helps = bool(z.early[k] < -0.1 * abs(fall.before_ohm))
    depleted = failure is not None and failure.name == "depletion" and failure.half <= fall.half
    return helps or (depleted and bool(np.nanmax(z.late[k : k + 2]) > 0.8 * fall.before_ohm))


def _at_the_end(t: Trace, fall: Fall) -> bool:
    """Whether the voltage of a fall's half-cycle is that at which a range ends: |V|/|I| then falls as |I| rises."""
    h = t.halves
    volt = h.voltage_V * float(np.sign(np.nanmedian(h.voltage_V[h.first[fall.half] : h.stop[fall.half]])))
    mine = volt[h.first[fall.half] : h.stop[fall.half]]
    return bool(np.nanmedian(mine) > 0.99 * float(np.nanquantile(volt, 0.999)))


def _below_sound(analysis: Analysis, t: Trace, fall: Fall) -> bool:
    z = analysis.get(heights)
    n = np.flatnonzero(z.half == fall.half)
    if not n.size or not np.isfinite(z.sound[n[0]]):
        return True
    if fall.half == int(z.half[0]):
        mine = np.flatnonzero((t.owner == fall.half) & (t.time_s < fall.time_s))
        return not mine.size or fall.after_ohm < 0.85 * float(np.min(t.ohm[mine]))
    before = z.sound[n[0] - 1] if n[0] else z.sound[n[0]]
    return fall.after_ohm < 0.85 * float(
        np.fmin(before, z.sound[n[0]]) if np.isfinite(before) else z.sound[n[0]]
    )


def _warmed(analysis: Analysis, t: Trace, fall: Fall) -> bool:
    """Whether the recorded temperature rises enough to explain a fall."""
    within = 3.0 * float(t.halves.duration_s[fall.half])
    if fall.sign != "collapse":
        # a sudden fall needs a sudden warming
        mine = t.time_s[t.owner == fall.half]
        within = 8.0 * float(np.median(np.diff(mine))) if mine.size > 1 else within
    one, other = change_around(analysis, fall.time_s, within, 1)
    if not other > one:
        return False
    return explained(one, other) > 0.7 * -np.log(max(1e-6, min(1.0, fall.after_ohm / fall.before_ohm)))


def _from_start(t: Trace, floor: UnderFloor, analysis: Analysis) -> Fall | None:
    """A short that was there from the first half-cycle."""
    if not floor.from_start or floor.first_half is None or floor.level_ohm is None:
        return None
    border = floor.whole_ohm or analysis.get(ohmic_floor).ohm
    share = floor.level_ohm / border if border else float("nan")
    start = float(t.halves.start_s[floor.first_half])
    return Fall(
        "under the ohmic floor", floor.first_half, start, border or float("nan"), floor.level_ohm, share,
        floor.level_ohm, 1.0, False, 0, float("inf"), floor.detail,
    )  # fmt: skip


def _from_spectra(t: Trace, spectra: SpectrumFall) -> Fall | None:
    """A short that no fall of the voltage places in time."""
    if spectra.found and spectra.lasting and spectra.between_s is not None:
        k = int(np.clip(np.searchsorted(t.halves.start_s, spectra.between_s[0]), 0, len(t.halves) - 1))
        level, before = t.level_ohm[k:], t.level_ohm[:k]
        level, before = level[np.isfinite(level)], before[np.isfinite(before)][-6:]
        if (
            level.size
            and before.size
            and np.median(level) > np.median(before) * (1.0 - 0.5 * (1.0 - spectra.share))
        ):
            return None  # direct current does not meet less: no parallel path
        ohm = float(np.median(level)) if level.size else float("nan")
        return Fall(
            "spectrum",
            k,
            spectra.between_s[0],
            float("nan"),
            ohm,
            spectra.share,
            ohm,
            1.0,
            False,
            0,
            float("inf"),
            spectra.detail,
        )
    return None


# --- words ------------------------------------------------------------------------------------------------


def _nothing_found(
    analysis: Analysis, t: Trace, floor: UnderFloor, spectra: SpectrumFall, end: float
) -> Verdict:
    known = np.isfinite(t.level_ohm)
    level = t.level_ohm[known]
    if t.known_current and not floor.assessed and level.size and float(np.max(level)) < UNTOLD_OHM:
        text = (
            f"|V|/|I| is {np.median(level):.2g} ohm from the first half-cycle on: "
            "voltage alone cannot tell a cell shorted from the start from one of low resistance"
        )
        return Verdict("unknown", "none", None, None, 0.0, (text, floor.detail), judged_until_s=end)
    slices = np.bincount(t.owner, minlength=len(t.halves))
    if int((slices >= FEWEST_SLICES).sum()) == 0 and int(known.sum()) < 3:
        text = f"too few samples: {len(t.halves)} half-cycles of at most {int(slices.max())} rows"
        return Verdict("unknown", "unknown", None, None, 0.0, (text,), judged_until_s=end)
    evidence = [
        f"no sudden fall of {t.what} by more than 10 % within a half-cycle and no collapse between half-cycles in "
        f"{len(t.halves)} half-cycles up to {time_text(end)}; white noise would cause one in 1000 such records"
    ]
    slow = slow_change(analysis)
    if slow:
        evidence.append(slow)
    evidence += [floor.detail, spectra.detail]
    if spectra.interface:
        evidence.append(spectra.interface)
    if not t.known_current:
        evidence.insert(0, _VOLTAGE_ONLY)
    sure = confidence("none", "", "none", known_current=t.known_current)
    return Verdict("none", "none", None, None, sure, tuple(evidence), judged_until_s=end)


_VOLTAGE_ONLY: Final = (
    "the current is unknown: half-cycles are those of the voltage's sign, and the current is taken to be the same in "
    "all of them; give --current to have it judged in full"
)


def _kind(fall: Fall, t: Trace) -> tuple[str, str]:
    """'soft', 'hard' or 'recovering', and why."""
    comes_back = fall.back or (fall.returns >= 2 and fall.low_share < 0.9)
    # what is low for a small part of what follows, as in one direction of the current alone, opens and closes
    comes_back |= fall.sign == "sudden drop" and fall.returns >= 1 and fall.low_share < _SELDOM
    if fall.sign == "dips" or comes_back:
        share = "" if fall.sign == "dips" else f"; it is low for {fall.low_share:.0%} of the time after"
        return "recovering", f"recovering: {t.what} comes back {fall.returns} times{share}"
    started = fall.sign == "under the ohmic floor"
    ohm_counts = t.known_current and fall.remaining_ohm < HARD_OHM
    if np.isnan(fall.remaining):
        hard = ohm_counts
    else:
        hard = fall.remaining < HARD_SHARE or (ohm_counts and (fall.remaining < 0.5 or started))
    kind = "hard" if hard else "soft"
    left = "" if np.isnan(fall.remaining) else f" of {t.says(fall.before_ohm)} remain ({fall.remaining:.1%})"
    if fall.sign == "spectrum":
        return kind, f"{kind}: {fall.remaining:.0%} of R_b + R_gb remain"
    ohms = f" or {HARD_OHM:g} ohm" if t.known_current else ""
    return kind, f"{kind}: {t.says(fall.remaining_ohm)}{left}; hard below {HARD_SHARE:.0%}{ohms}"


def _found(
    analysis: Analysis,
    t: Trace,
    fall: Fall | None,
    failure: Failure | None,
    floor: UnderFloor,
    spectra: SpectrumFall,
    end: float,
) -> Verdict:
    evidence: list[str] = []
    moments: list[Moment] = []
    short = "none"
    began: list[tuple[float, int]] = []
    if not t.known_current:
        evidence.append(_VOLTAGE_ONLY)
    if fall is not None:
        short, why = _kind(fall, t)
        evidence += [fall.detail, why]
        moments.append(Moment(fall.sign, fall.time_s, fall.half, fall.detail))
        began.append((fall.time_s, fall.half))
        if fall.sign != "under the ohmic floor":
            evidence += [floor.detail]
        if fall.sign != "spectrum":
            evidence += [spectra.detail]
        evidence += [shape_around(analysis, fall.half).detail, noise_around(analysis, fall.half).detail]
    if failure is not None:
        evidence.append(f"{failure.name.replace('_', ' ')}: {failure.detail}")
        moments.append(Moment(failure.name.replace("_", " "), failure.time_s, failure.half, failure.detail))
        began.append((failure.time_s, failure.half))
    if fall is None:
        evidence += ["no fall of " + t.what + " that would be a short", floor.detail, spectra.detail]
    time, half = min(began)
    name = "none" if failure is None else failure.name
    sure = confidence(short, "" if fall is None else fall.sign, name, known_current=t.known_current)
    return Verdict(
        short,
        name,
        time,
        half,
        sure,
        tuple(evidence),
        tuple(moments),
        judged_until_s=end,
        short_s=None if fall is None else fall.time_s,
        short_half_cycle=None if fall is None else fall.half,
        failure_s=None if failure is None else failure.time_s,
        failure_half_cycle=None if failure is None else failure.half,
    )
