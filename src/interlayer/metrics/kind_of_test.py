"""What kind of test a record is of, from what a person says, its cell and its data, saying how it is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer import units
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.cell_kind import cell_kind, described_cathode
from interlayer.metrics.current_fraction import LARGEST_V
from interlayer.metrics.current_steps import RISING, current_steps
from interlayer.metrics.electrodes import electrodes_of
from interlayer.metrics.half_cell import storage
from interlayer.metrics.half_voltages import half_voltages
from interlayer.metrics.halves import halves
from interlayer.metrics.lithium_copper import looks_like_copper
from interlayer.metrics.stated_kind import stated_kind
from interlayer.record import Record
from interlayer.record.kinds import KINDS, named_kind

__all__ = ["KINDS", "TestKind", "kind_of_record", "kind_of_test"]

HELD = 0.5
"""Share of the time under current with a held voltage from which a record is a DC polarisation."""
NEAR_ZERO_V = 0.02
"""Median |V| under current below which its sign may be that of an offset: a shorted cell, V."""
LARGE_V = 1.0
"""Mean |V| under current above which a cell in one direction is no lithium symmetric cell, V."""


@dataclass(frozen=True)
class TestKind:
    """Kind of test.

    Attributes
    ----------
    name : str
        One of `KINDS`.
    evidence : tuple of str
        How it is known.
    stated : bool
        Whether a person said so.
    """

    __test__ = False

    name: str
    evidence: tuple[str, ...]
    stated: bool = False


def kind_of_record(record: Record, kind: str | None = None) -> TestKind:
    """Return the kind of test of a record.

    Parameters
    ----------
    record : Record
    kind : str, optional
        What a person says; it wins over everything else.

    Raises
    ------
    InputError
        If `kind` is given and no kind is called so.
    """
    if kind is not None:
        return TestKind(named_kind(kind), ("stated",), stated=True)
    return kind_of_test(Analysis(record))


def kind_of_test(analysis: Analysis) -> TestKind:
    """Recognise the kind of test: what the cell's `kind` says, else its electrodes, else the data."""
    stated, fault = stated_kind(analysis.record)
    if stated is not None:
        return TestKind(stated, ("stated in the cell's description",), stated=True)
    found = _recognised(analysis)
    return TestKind(found.name, (*found.evidence, fault)) if fault else found


def _recognised(analysis: Analysis) -> TestKind:
    record, h = analysis.record, analysis.get(halves)
    if not len(h):
        return _without_current(analysis)
    return (
        _by_electrodes(analysis)
        or _one_that_stores(analysis)
        or _polarisation(analysis)
        or _two_lithium(analysis)
        or TestKind("unknown", (f"{len(h)} half-cycles of '{record.label}' fit no kind of test",))
    )


def _without_current(analysis: Analysis) -> TestKind:
    record, h = analysis.record, analysis.get(halves)
    if record.spectra:
        count = len(record.spectra)
        return TestKind("impedance", (f"{count} spectr{'um' if count == 1 else 'a'} and no current",))
    if np.isfinite(h.row_current_A).any() and np.isfinite(h.voltage_V).any():
        return TestKind("open circuit", (h.reason,))
    return TestKind("unknown", (h.reason,))


def _by_electrodes(analysis: Analysis) -> TestKind | None:
    """What the described electrodes settle whatever the data look like."""
    if described_cathode(analysis.record) is not None:
        return TestKind("full cell", ("described with a cathode",))
    them = electrodes_of(analysis.record)
    said = f"electrodes {them} are described"
    if them.two_blocking:
        return TestKind("dc polarisation", (f"{said}: no lithium passes them",))
    if them.one_blocking:
        h, v = analysis.get(halves), analysis.get(half_voltages)
        if v.held.all():
            return TestKind("dc polarisation", (f"{said}, and voltages are held: Hebb-Wagner",))
        if len(set(h.direction.tolist())) == 1:
            return TestKind("unidirectional plating", (said, "the current has one direction"))
        like = "" if them.lithium_copper else ": like copper, a collector without lithium of its own"
        return TestKind("lithium-copper", (f"{said}{like}",))
    if "other" in them.roles:
        return TestKind("half cell", (f"{said}: one is neither lithium nor blocking",))
    return None


def _one_that_stores(analysis: Analysis) -> TestKind | None:
    """Full cells and half cells, by their data."""
    if electrodes_of(analysis.record).two_lithium:
        return None
    full = analysis.get(cell_kind)
    if full.full and not full.negative:
        return TestKind("full cell", (full.evidence,))
    stores = analysis.get(storage)
    return TestKind("half cell", (stores.evidence,)) if stores.found else None


def _polarisation(analysis: Analysis) -> TestKind | None:
    """Held voltages, and sweeps of the voltage, which are none of the kinds."""
    h, v = analysis.get(halves), analysis.get(half_voltages)
    total = float(h.duration_s.sum())
    held = float(h.duration_s[v.held].sum()) / total
    if held >= HELD:
        levels = np.unique(np.round(v.median_V[v.held], 4))
        text = f"the voltage is held and the current changes in {held:.0%} of the time under current"
        many = "one voltage" if levels.size == 1 else f"{levels.size} different voltages"
        return TestKind("dc polarisation", (text, many, *_what_for(analysis, levels.size)))
    swept = ~h.galvanostatic & ~v.held & np.isfinite(v.median_V)
    if float(h.duration_s[swept].sum()) > HELD * total:
        return TestKind(
            "unknown", ("neither current nor voltage is held for most of the time: a sweep, or pulses",)
        )
    return None


def _what_for(analysis: Analysis, voltages: int) -> tuple[str, ...]:
    """What a DC polarisation may tell."""
    record, v = analysis.record, analysis.get(half_voltages)
    small = float(np.nanmax(np.abs(v.median_V[v.held]))) <= LARGEST_V
    if small and len(record.spectra) > 1 and voltages == 1:
        return ("a small voltage between spectra: Bruce and Vincent's current fraction, if both are lithium",)
    return ("steps of a current-voltage curve",) if voltages > 2 else ()


def _two_lithium(analysis: Analysis) -> TestKind | None:
    """Kinds of test of a symmetric cell, and lithium against copper by its data."""
    h, v = analysis.get(halves), analysis.get(half_voltages)
    known = electrodes_of(analysis.record).two_lithium
    if not np.isfinite(v.median_V).any():
        return TestKind("unknown", ("no voltage under current",))
    both = len(set(h.direction.tolist())) > 1
    steps = analysis.get(current_steps)
    if not both:
        if steps.order == RISING:
            return TestKind("critical current ramp", (steps.text, "one direction"))
        mean = float(np.nanmean(np.abs(v.mean_V)))
        if mean > LARGE_V and not known:
            return TestKind("unknown", (f"current in one direction at {mean:.2f} V on average: cannot tell",))
        note = "; the first half-cycle of a symmetric test looks the same" if len(h) == 1 else ""
        return TestKind("unidirectional plating", (f"the current has one direction{note}",))
    if not known and (copper := looks_like_copper(analysis)):
        return TestKind("lithium-copper", (copper,))
    with np.errstate(invalid="ignore"):
        agrees = v.median_V * h.direction > 0
    share = float(np.mean(agrees[np.isfinite(v.median_V)]))
    said = ("described with two lithium electrodes",) if known else ()
    sign = f"the voltage has the sign of the current in {share:.0%} of {len(h)} half-cycles"
    if steps.order == RISING:
        return TestKind("critical current ramp", (*said, steps.text, sign))
    if steps.order:
        return TestKind("rate test", (*said, steps.text, sign))
    inverted = share <= 0.1
    level = float(np.nanmedian(np.abs(v.median_V)))
    if share < 0.6 and not inverted and not known:
        if level < NEAR_ZERO_V:
            near = (
                f"the voltage stays near zero ({level / units.factor('mV'):.2g} mV) whatever the current does"
            )
            return TestKind("symmetric cycling", (near, steps.text))
        return TestKind("unknown", (f"{sign}: neither a symmetric cell nor one that stores",))
    note = (f"{sign}: are the leads swapped?",) if inverted else (sign,)
    return TestKind("symmetric cycling", (*said, *note, steps.text))
