"""A powder pattern from beginning to end: phases, foreign lines, lattice parameters, fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError
from interlayer.surface.xrd import foreign, fractions, lattice
from interlayer.surface.xrd.fitting.evidence import Evidence, evidence
from interlayer.surface.xrd.fitting.lines import PhaseLines, phase_lines
from interlayer.surface.xrd.fitting.pawley import pawley
from interlayer.surface.xrd.fitting.released import released, with_misfit
from interlayer.surface.xrd.fitting.search import STRAIN, STRAIN_OF_FILES, Start, Trials
from interlayer.surface.xrd.fitting.whole import Whole, fit
from interlayer.surface.xrd.foreign import ForeignPeak
from interlayer.surface.xrd.lattice import Lattice
from interlayer.surface.xrd.library import Phase, library
from interlayer.surface.xrd.pattern import Pattern
from interlayer.surface.xrd.processing import peaks
from interlayer.surface.xrd.processing.background import snip
from interlayer.surface.xrd.processing.noise import Noise, noise
from interlayer.surface.xrd.processing.peaks import Peak
from interlayer.surface.xrd.radiation import Radiation

FloatArray = NDArray[np.float64]

LOWEST_DEG: Final = 5.0
HIGHEST_DEG: Final = 100.0
"""Range that is fitted."""
SEEN: Final = 4.0
"""A phase is there if its scale is so many standard deviations from nothing, and its lines answer."""
SHARE: Final = 0.6
"""And if this part of the intensity that should stand out does."""
MOST_PHASES: Final = 5
DOMINANT: Final = 0.5
"""A line of no phase higher than this share of the highest means that the main phase is missing."""
_NARROW_SPAN: Final = 4.0
_TRIAL_MISFIT: Final = 0.05
_TRIED: Final = 3
_TRIAL_EVALUATIONS: Final = 6
_LEAST_GAIN: Final = 30.0
_POINTS_A_WIDTH: Final = 6.0
_FIRST_WIDTH: Final = 0.14
_WIDEST: Final = 2.0
_WIDEST_OF: Final = 8


@dataclass(frozen=True)
class Found:
    """A phase of the answer.

    Attributes
    ----------
    lines : PhaseLines
    given : bool
        Whether a person named it.
    seen : bool
    significance : float
        Scale over its standard deviation.
    evidence : Evidence
    fraction, fraction_error : float
        Of the mass of crystalline phases seen; 0 if not seen.
    lattice : Lattice or str
        Refined cell, or why there is none.
    number : int
        Row in the fit; -1 if it is not in it.
    """

    lines: PhaseLines
    given: bool
    seen: bool
    significance: float
    evidence: Evidence
    fraction: float
    fraction_error: float
    lattice: Lattice | str
    number: int


@dataclass(frozen=True)
class Analysis:
    """All that a pattern says.

    Attributes
    ----------
    x, y, variance : array, shape (n,)
        The range that was fitted, perhaps binned.
    noise : Noise
        Of the whole pattern.
    peaks : tuple of Peak
    phases : tuple of Found
    whole : Whole or None
        None if no phase fits.
    free_model : array, shape (n,), or None
        With intensities free within bounds.
    total_variance : array, shape (n,), or None
        Noise and misfit.
    foreign : tuple of ForeignPeak
        Lines of no phase that was given and seen; those of phases found beyond them are kept, with their name first.
    limits : dict of str to float
        Mass fraction of absent phases that would have been seen, by key.
    radiation : Radiation
    offset : float
        What was taken off intensities that go below zero; `y` and the models are without it.
    """

    x: FloatArray
    y: FloatArray
    variance: FloatArray
    noise: Noise
    peaks: tuple[Peak, ...]
    phases: tuple[Found, ...]
    whole: Whole | None
    free_model: FloatArray | None
    total_variance: FloatArray | None
    foreign: tuple[ForeignPeak, ...]
    limits: dict[str, float]
    radiation: Radiation
    offset: float = 0.0

    @property
    def main_phase_known(self) -> bool:
        """Whether no line without a phase is higher than half the highest line that has one."""
        known = {one.lines.phase.name for one in self.phases if one.seen}
        strange = [one for one in self.foreign if not one.tube and not known.intersection(one.candidates[:1])]
        return all(one.height < DOMINANT for one in strange)


def analyse(pattern: Pattern, radiation: Radiation, given: Sequence[Phase] = ()) -> Analysis:
    """Return what a pattern says.

    Parameters
    ----------
    pattern : Pattern
    radiation : Radiation
    given : sequence of Phase
        Phases to expect; none: those of the library are tried. Phases of the library that are not given are looked for
        as foreign ones.

    Raises
    ------
    InputError
        If the pattern has no range worth fitting, or a phase given has no atoms or no line in it.
    """
    for one in given:
        if not one.has_atoms:
            raise InputError(
                f"of {one.name} only the positions of lines are known, no intensities", where="--phase",
                advice="give a CIF of it; as a foreign phase it is looked for anyway",
            )  # fmt: skip
    scatter = noise(pattern)
    inside = (pattern.two_theta_deg >= LOWEST_DEG) & (pattern.two_theta_deg <= HIGHEST_DEG)
    x, y, variance = pattern.two_theta_deg[inside], pattern.intensity[inside], scatter.variance[inside]
    if len(x) < 60 or x[-1] - x[0] < _NARROW_SPAN:
        raise InputError(
            f"only {len(x)} points lie between {LOWEST_DEG:g} and {HIGHEST_DEG:g} degrees",
            advice=f"a pattern of at least {_NARROW_SPAN:g} degrees in that range is needed",
        )
    offset = min(0.0, float(y.min()))
    y = y - offset  # the background of the fit is never negative
    net = y - snip(x, y)
    width, found = _width(x, y, variance, net)
    x, y, variance, net = _binned(x, y, variance, net, width, independent=not scatter.smoothed)
    highest = float(x[-1])
    own = [phase_lines(one, radiation, highest) for one in given]
    for one in own:
        if not _in_range(one, x, radiation):
            raise InputError(
                f"{one.phase.name} has no line between {x[0]:.4g} and {highest:.4g} degrees", where="--phase",
                advice="is the wavelength right?",
            )  # fmt: skip
    keys = {one.key for one in given}
    others = [
        phase_lines(one, radiation, highest)
        for one in library().values()
        if one.key not in keys and one.has_atoms
    ]
    others = [one for one in others if _in_range(one, x, radiation)]
    trials = Trials(x, y, variance, net, radiation, width)
    files = {one.key for one in given if library().get(one.key) is not one}
    tried = own or others
    most = [STRAIN_OF_FILES if one.phase.key in files else STRAIN for one in tried]
    begun = _pick(trials, tried, most, x, y, variance, radiation, width, len(own) or MOST_PHASES)
    nothing = Analysis(
        x,
        y,
        variance,
        scatter,
        found,
        (),
        None,
        None,
        None,
        _unnamed(found, radiation),
        {},
        radiation,
        offset,
    )
    if not begun:
        return nothing
    whole = _fitted(x, y, variance, begun, radiation, width)
    loose = released(x, y, variance, whole, radiation)
    misfit = loose.misfit
    if not given and float(np.max(y - loose.model)) > DOMINANT * float(np.max(whole.signal)):
        return nothing  # the main phase is none of the library: what fits the rest is no answer
    kept = [one for i, one in enumerate(begun) if _answers(x, y, variance, misfit, whole, i, radiation)[0]]
    if kept and len(kept) < len(begun):
        begun = kept
        whole = _fitted(x, y, variance, begun, radiation, width)
    named = {one.phase.phase.key for one in begun}
    extra: list[Start] = []
    for _ in range(MOST_PHASES):
        loose = released(x, y, variance, whole, radiation)
        waiting = [one for one in others if one.phase.key not in named]
        more = _next_foreign(x, y - loose.model, loose.variance, whole, waiting, radiation)
        if more is None or len(begun) + len(extra) >= MOST_PHASES + len(own):
            break
        trial = [*begun, *extra, more]
        larger = _fitted(x, y, variance, trial, radiation, width)
        named.add(more.phase.phase.key)
        if _answers(x, y, variance, loose.misfit, larger, len(trial) - 1, radiation)[0]:
            extra.append(more)
            whole = larger
    result = _answer(x, y, variance, scatter, found, whole, own, extra, others, radiation, keys)
    if not given and not result.main_phase_known:
        return nothing
    return replace(result, offset=offset)


def _fitted(
    x: FloatArray,
    y: FloatArray,
    variance: FloatArray,
    begun: Sequence[Start],
    radiation: Radiation,
    width: float,
) -> Whole:
    return fit(x, y, variance, [one.phase for one in begun], [one.cell for one in begun], radiation, width)


def _width(
    x: FloatArray, y: FloatArray, variance: FloatArray, net: FloatArray
) -> tuple[float, tuple[Peak, ...]]:
    """Return the full width at half height of the strongest peaks, and the peaks found with it."""
    step = float(np.median(np.diff(x)))
    found = peaks.find(x, y, variance, max(_FIRST_WIDTH, 3.0 * step))
    smooth = np.convolve(np.pad(net, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    widths: list[float] = []
    for one in sorted(found, key=lambda p: -p.height)[:_WIDEST_OF]:
        at = int(np.argmin(np.abs(x - one.two_theta_deg)))
        half = 0.5 * smooth[at]
        below = np.flatnonzero(smooth < half)
        left, right = below[below < at], below[below > at]
        if half > 0.0 and len(left) and len(right):
            widths.append(float(x[right[0]] - x[left[-1]]) - step)
    width = max(float(np.median(widths)) if widths else _FIRST_WIDTH, 2.0 * step)
    return min(width, _WIDEST), peaks.find(x, y, variance, max(width, 3.0 * step))


def _binned(
    x: FloatArray, y: FloatArray, variance: FloatArray, net: FloatArray, width: float, *, independent: bool
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return means over neighbours where points are far closer than peaks are wide: the same, in less time."""
    step = float(np.median(np.diff(x)))
    size = int(width / (_POINTS_A_WIDTH * step))
    if size < 2:
        return x, y, variance, net
    whole = len(x) // size * size

    def mean(v: FloatArray) -> FloatArray:
        return v[:whole].reshape(-1, size).mean(axis=1)

    return mean(x), mean(y), mean(variance) / (size if independent else 1), mean(net)


def _in_range(one: PhaseLines, x: FloatArray, radiation: Radiation) -> bool:
    where = one.positions(one.phase.structure.cell, radiation.alpha1, 0.0)
    strong = one.intensity > 0.02 * one.intensity.max(initial=0.0)
    return bool(np.any(strong & (where > x[0]) & (where < x[-1])))


def _pick(
    trials: Trials,
    phases: Sequence[PhaseLines],
    strains: Sequence[float],
    x: FloatArray,
    y: FloatArray,
    variance: FloatArray,
    radiation: Radiation,
    width: float,
    most: int,
) -> list[Start]:
    """Return the phases that answer, the one that explains most first, each beside those before it."""
    waiting = list(zip(phases, strains, strict=True))
    begun: list[Start] = []
    while waiting and len(begun) < most:
        tried = sorted((trials.best(one, strain) for one, strain in waiting), key=lambda one: -one.gain)
        taken = None
        for one in tried[:_TRIED]:
            if one.gain < _LEAST_GAIN:
                break
            whole = fit(
                x, y, variance, [b.phase for b in (*begun, one)], [b.cell for b in (*begun, one)], radiation, width,
                only_strain=True, evaluations=_TRIAL_EVALUATIONS,
            )  # fmt: skip
            if _answers(x, y, variance, _TRIAL_MISFIT, whole, len(begun), radiation)[0]:
                taken = one
                break
        if taken is None:
            break
        begun.append(taken)
        trials.take(taken)
        waiting = [(one, strain) for one, strain in waiting if one is not taken.phase]
    return begun


def _answers(
    x: FloatArray,
    y: FloatArray,
    variance: FloatArray,
    misfit: float,
    whole: Whole,
    number: int,
    radiation: Radiation,
) -> tuple[bool, float, Evidence]:
    """Return whether a phase of a fit is there, its significance, and how its lines answer."""
    rest = y - whole.model + whole.parts[number]
    # Its own lines may be off in shape and are there all the same: only the others' misfit counts.
    total = with_misfit(x, variance, whole.signal - whole.parts[number], whole, misfit)
    lines = evidence(
        x, rest, total, whole.phases[number], whole.cells[number], float(whole.scales[number]), radiation,
        whole.shape, whole.shift_deg, float(whole.sizes_deg[number]),
    )  # fmt: skip
    error = float(whole.scale_errors[number])
    strength = float(whole.scales[number]) / error if error > 0.0 and np.isfinite(error) else 0.0
    there = strength >= SEEN and lines.best >= SEEN and lines.meant > 0 and lines.share >= SHARE
    return there, strength, lines


def _next_foreign(
    x: FloatArray,
    residual: FloatArray,
    variance: FloatArray,
    whole: Whole,
    waiting: Sequence[PhaseLines],
    radiation: Radiation,
) -> Start | None:
    """Return the phase of the library that explains most of a residual with peaks in it."""
    seen = foreign.foreign_peaks(x, residual, variance, whole, radiation, ())
    if not any(not one.tube for one in seen):
        return None
    width = float(np.median(whole.shape.fwhm(x)))
    trials = Trials(x, residual, variance, np.zeros(len(x)), radiation, width)
    tried = sorted((trials.best(one, STRAIN) for one in waiting), key=lambda one: -one.gain)
    for one in tried[:5]:
        if one.gain < peaks.THRESHOLD**2:
            return None
        where = one.phase.positions(one.cell, radiation.alpha1, whole.shift_deg)
        strong = one.phase.intensity >= 0.5 * one.phase.intensity.max()
        near = [
            np.min(np.abs(where[strong] - p.two_theta_deg)) < max(width, 0.12) for p in seen if not p.tube
        ]
        if any(near):
            return one
    return None


def _answer(
    x: FloatArray,
    y: FloatArray,
    variance: FloatArray,
    scatter: Noise,
    found: tuple[Peak, ...],
    whole: Whole,
    own: Sequence[PhaseLines],
    extra: Sequence[Start],
    others: Sequence[PhaseLines],
    radiation: Radiation,
    given: set[str],
) -> Analysis:
    shares, errors = fractions.mass_fractions(whole)
    loose = released(x, y, variance, whole, radiation)
    model, total = loose.model, loose.variance
    answers = [_answers(x, y, variance, loose.misfit, whole, i, radiation) for i in range(len(whole.phases))]
    free = pawley(x, y, variance, whole, radiation)
    phases: list[Found] = []
    for number, one in enumerate(whole.phases):
        there, strength, lines = answers[number]
        cell: Lattice | str = "the phase was not seen"
        if there:
            cell = lattice.refined(free, whole, number, radiation)
        phases.append(
            Found(
                one,
                one.phase.key in given,
                there,
                strength,
                lines,
                float(shares[number]) if there else 0.0,
                float(errors[number]) if there else 0.0,
                cell,
                number,
            )
        )
    fitted = {one.phase.key for one in whole.phases}
    nothing = Evidence(0, 0, 0.0, 0.0)
    phases += [
        Found(one, True, False, 0.0, nothing, 0.0, 0.0, "the phase was not seen", -1)
        for one in own
        if one.phase.key not in fitted
    ]
    named = {one.phase.phase.key for one in extra}
    base = [one for one in phases if one.lines.phase.key not in named]
    positions = [
        _positions_only(one, radiation, float(x[-1])) for one in library().values() if not one.has_atoms
    ]
    candidates = [
        one for one in (*others, *positions) if one.phase.key not in {b.lines.phase.key for b in base}
    ]
    rows = [one.number for one in phases if one.lines.phase.key in named and one.number >= 0]
    beyond = whole.parts[rows].sum(axis=0) if rows else np.zeros(len(x))
    # What foreign phases explain is shown as foreign, against the misfit of the others alone.
    base_variance = with_misfit(x, variance, whole.signal - beyond, whole, loose.misfit)
    extras = [one.lines for one in phases if one.lines.phase.key in named and one.seen]
    strange = foreign.foreign_peaks(
        x, y - model + beyond, base_variance, whole, radiation, candidates, extras
    )
    first = {one.phase.name for one in extras}
    strange = tuple(
        replace(
            one,
            tube="" if any(name in first for name in one.candidates) else one.tube,
        )
        for one in strange
    )
    there = {one.lines.phase.key for one in phases if one.seen}
    absent = [one for one in (*own, *others) if one.phase.key not in there]
    limits = fractions.detection_limits(x, total, whole, absent, radiation)
    return Analysis(
        x, y, variance, scatter, found, tuple(phases), whole, model, total, strange, limits, radiation
    )


def _positions_only(one: Phase, radiation: Radiation, highest: float) -> PhaseLines:
    from interlayer.surface.xrd.fitting.positions_only import position_lines

    return position_lines(one, radiation, highest)


def _unnamed(found: Sequence[Peak], radiation: Radiation) -> tuple[ForeignPeak, ...]:
    top = max((one.height for one in found), default=1.0)
    return tuple(
        ForeignPeak(
            one.two_theta_deg,
            radiation.alpha1 / (2.0 * float(np.sin(np.radians(one.two_theta_deg) / 2.0))),
            one.height / top,
            one.significance,
        )
        for one in found
    )
