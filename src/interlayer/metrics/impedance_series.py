"""All spectra of a cell: those that can be placed fitted together, growth and activation energies from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from interlayer import units
from interlayer.circuits import Parameter
from interlayer.circuits import resistances as sort_arcs
from interlayer.circuits.series import SeriesFit, fit_series
from interlayer.errors import InputError
from interlayer.metrics.ac_dc import AcDc, FittedSpectrum, compare_fitted
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.arrhenius import Arrhenius, arrhenius, crossing_K
from interlayer.metrics.growth_law import GrowthLaw, growth_law
from interlayer.metrics.spectrum_analysis import AnalysedSpectrum, analyse_spectra
from interlayer.metrics.spectrum_checks import checked
from interlayer.record import Record

FloatArray = NDArray[np.float64]
Against = Literal["time", "cycle", "temperature"]
Progress = Callable[[float], None]

AXES: Final[tuple[Against, ...]] = ("temperature", "time", "cycle")
LEAST: Final = 3
"""Spectra from which a series is made unasked."""
_APART_K: Final = 8.0
"""Span of temperatures below which a series is not taken for one along temperature unasked: chambers drift."""


@dataclass(frozen=True)
class Series:
    """Spectra of one cell along one axis, fitted together.

    Attributes
    ----------
    against : {'time', 'cycle', 'temperature'}
    x : array (n,)
        Hours, cycles or degC, rising.
    spectra : tuple of AnalysedSpectrum
        In the order of x.
    fit : SeriesFit
    growth : GrowthLaw or None
        Of R_int, along time.
    arrhenius : tuple of Arrhenius
        Of bulk, grain boundary and both, along temperature.
    notes : tuple of str
        Why something is not there.
    """

    against: Against
    x: FloatArray
    spectra: tuple[AnalysedSpectrum, ...]
    fit: SeriesFit
    growth: GrowthLaw | None = None
    arrhenius: tuple[Arrhenius, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def axis(self) -> tuple[str, str]:
        """Name and unit of x."""
        return {"time": ("Time", "h"), "cycle": ("Cycle", "1"), "temperature": ("Temperature", "degC")}[
            self.against
        ]

    def values(self, name: str) -> tuple[FloatArray, FloatArray]:
        """Return one of `AnalysedSpectrum.quantities` along the series and its errors, NaN where unknown."""
        found = [one.quantities().get(name) for one in self.spectra]
        return _column(found)


@dataclass(frozen=True)
class ImpedanceAnalysis:
    """What came of all files.

    Attributes
    ----------
    spectra : tuple of AnalysedSpectrum
        In the order given.
    series : tuple of Series
    ac_dc : tuple of (label, AcDc)
        Spectra beside direct current, for every record that has both.
    notes : tuple of str
        Spectra kept apart, and why.
    """

    spectra: tuple[AnalysedSpectrum, ...]
    series: tuple[Series, ...] = ()
    ac_dc: tuple[tuple[str, AcDc], ...] = ()
    notes: tuple[str, ...] = field(default=())


def analyse(
    spectra: Sequence[AnalysedSpectrum],
    *,
    circuit: str | Sequence[str] | None = None,
    weighting: str = "modulus",
    robust: bool = False,
    against: str | None = None,
    along: Record | None = None,
    progress: Progress | None = None,
) -> ImpedanceAnalysis:
    """Fit spectra: together where they are a series, each by itself otherwise.

    Parameters
    ----------
    spectra : sequence of AnalysedSpectrum
        Placed, not yet fitted.
    circuit : str or several, optional
    weighting : str
    robust : bool
        Weigh points far from the fit down; each spectrum is then fitted by itself.
    against : {'time', 'cycle', 'temperature', 'none'}, optional
        Left out: those of one file along what they are placed on, if there are three or more; those of several
        files only if the user or a clock has placed them.
    along : Record, optional
        The cell's cycling.
    progress : callable, optional
        Called with the fraction done.

    Raises
    ------
    InputError
        If a series is asked for and fewer than two spectra can be placed on it, or the fit is to be robust as well.
    """
    if robust and against not in (None, "none"):
        raise InputError(
            "a robust fit takes each spectrum by itself", where="series", advice="choose one of the two"
        )
    tell: Progress = progress or (lambda _: None)
    spectra = checked(spectra)
    chosen = None if robust or against == "none" else _axis(spectra, against)
    members = [] if chosen is None else _members(spectra, chosen)
    result: list[AnalysedSpectrum | None] = [None] * len(spectra)
    series: list[Series] = []
    notes: list[str] = []
    if chosen is not None:
        made = _series(spectra, members, chosen, circuit, weighting, lambda done: tell(0.9 * done))
        series.append(made)
        order = sorted(members, key=lambda pair: pair[1])
        for (k, _), one in zip(order, made.spectra, strict=True):
            result[k] = one
        apart = [one.name for k, one in enumerate(spectra) if result[k] is None]
        if apart:
            shown = ", ".join(apart[:6])
            notes.append(f"kept apart, with no place along {chosen}: {shown}")
    rest = [k for k in range(len(spectra)) if result[k] is None]
    alone = analyse_spectra([spectra[k] for k in rest], circuit=circuit, weighting=weighting, robust=robust)
    for k, one in zip(rest, alone, strict=True):
        result[k] = one
    tell(1.0)
    done = tuple(x for x in result if x is not None)
    return ImpedanceAnalysis(done, tuple(series), _beside_current(done, along), tuple(notes))


def _beside_current(
    spectra: tuple[AnalysedSpectrum, ...], along: Record | None
) -> tuple[tuple[str, AcDc], ...]:
    """Lay spectra beside the half-cycles of their own record, or of the cell's cycling."""
    groups: dict[int, tuple[Record, list[FittedSpectrum]]] = {}
    for one in spectra:
        record = along if along is not None else one.record
        time = one.placement.time_s
        if time is None or not len(record.cycling) or one.placement.how == "not placed":
            continue
        if along is None and one.placement.how != "file":
            continue
        fitted = FittedSpectrum(
            one.spectrum.index, time, one.placement.temperature_C, one.fit, one.cell, one.reason
        )
        groups.setdefault(id(record), (record, []))[1].append(fitted)
    found: list[tuple[str, AcDc]] = []
    for record, members in groups.values():
        members.sort(key=lambda x: x.time_s)
        compared = compare_fitted(Analysis(record), members)
        if not compared.reason:
            found.append((record.label, compared))
    return tuple(found)


def _place(one: AnalysedSpectrum, against: str) -> float | None:
    """Where a spectrum stands along an axis, or None."""
    place = one.placement
    if against == "temperature":
        return place.temperature_C
    if against == "cycle":
        if place.cycle is not None:
            return float(place.cycle)
        return None if place.half_cycle is None else place.half_cycle / 2.0
    return None if place.time_s is None else place.time_s / units.factor("h")


def _members(spectra: Sequence[AnalysedSpectrum], against: Against) -> list[tuple[int, float]]:
    """Number and place of the spectra that have one and can be fitted."""
    found: list[tuple[int, float]] = []
    for k, one in enumerate(spectra):
        x = _place(one, against)
        usable = int((np.isfinite(one.spectrum.impedance_ohm) & (one.spectrum.frequency_Hz > 0)).sum())
        if x is not None and usable >= 5:
            found.append((k, x))
    return found


def _axis(spectra: Sequence[AnalysedSpectrum], against: str | None) -> Against | None:
    """The axis of the series; None for no series."""
    if against is not None:
        chosen: Against = next(a for a in AXES if a == against)
        placed = _members(spectra, chosen)
        if len(placed) < 2:
            raise InputError(
                f"{len(placed)} of {len(spectra)} spectra can be placed along {chosen}",
                where="--series",
                advice='say where each file belongs, such as --at before --at "100 h"',
            )
        return chosen
    several = len({id(one.record) for one in spectra}) > 1
    told = all(one.placement.how in ("user", "timestamps") for one in spectra)
    labels = {one.label for one in spectra}
    if several and not (told or len(labels) == 1):
        return None
    for axis in AXES:
        places = [x for _, x in _members(spectra, axis)]
        if len(set(places)) < LEAST:
            continue
        if axis == "temperature" and max(places) - min(places) < _APART_K:
            continue
        return axis
    return None


def _series(
    spectra: Sequence[AnalysedSpectrum],
    members: list[tuple[int, float]],
    against: Against,
    circuit: str | Sequence[str] | None,
    weighting: str,
    tell: Progress,
) -> Series:
    order = sorted(members, key=lambda pair: pair[1])
    chosen = [spectra[k] for k, _ in order]
    geometry = chosen[0].geometry
    fitted = fit_series(
        [(one.spectrum.frequency_Hz, one.spectrum.impedance_ohm) for one in chosen],
        circuit=circuit,
        weighting=weighting,
        geometry=geometry,
        progress=tell,
    )
    together = f"fitted together with {len(chosen) - 1} spectra along {against}, circuit of all"
    done = [
        replace(
            one,
            fit=fit,
            cell=sort_arcs(fit, geometry=one.geometry, labels=fitted.labels),
            notes=(*one.notes, together),
        )
        for one, fit in zip(chosen, fitted.fits, strict=True)
    ]
    series = Series(against, np.array([x for _, x in order]), tuple(done), fitted)
    series = replace(series, **_derived(series))
    done_ = tuple(replace(one, series=_summary(series, k)) for k, one in enumerate(series.spectra))
    return replace(series, spectra=done_)


def _summary(series: Series, place: int) -> dict[str, Any]:
    """What a series says, as plain data for the JSON of each of its spectra."""
    growth = series.growth
    return {
        "against": series.against,
        "unit": series.axis[1],
        "at": float(series.x[place]),
        "spectra": len(series.spectra),
        "growth_law": None
        if growth is None
        else {"law": growth.law, "verdict": growth.verdict, "possible": list(growth.possible)},
        "activation_energy": {
            a.name: {
                form.form: {"value": form.activation_energy_eV, "stderr": form.stderr_eV, "unit": "eV"}
                for form in (a.hopping, a.plain)
            }
            for a in series.arrhenius
        },
        "swaps": [list(s.names) for s in series.fit.swaps],
    }


def _derived(series: Series) -> dict[str, object]:
    if series.against == "time":
        value, error = series.values("R_int")
        growth = growth_law(series.x, value, error) if (series.x >= 0).all() else None
        return {"growth": growth}
    if series.against == "temperature":
        found, notes = _activation(series)
        return {"arrhenius": found, "notes": notes}
    return {}


def _activation(series: Series) -> tuple[tuple[Arrhenius, ...], tuple[str, ...]]:
    """Activation energies of what the pellet's area and thickness make conductivities."""
    t = series.x + 273.15
    walls = _walls(series, t)
    found: list[Arrhenius] = []
    notes: list[str] = []
    names = (
        ("bulk", "conductivity_bulk"),
        ("grain boundary", "conductivity_grain_boundary"),
        ("total", "conductivity_total"),
    )
    for name, key in names:
        value, error = series.values(key)
        if not np.isfinite(value).any():
            why = series.spectra[0].missing()
            notes.append(
                f"no activation energy of {name}: {why[0] if why else 'it is not parted in any spectrum'}"
            )
            continue
        try:
            found.append(arrhenius(name, t, value, error, walls_K=walls))
        except InputError as problem:
            notes.append(problem.what)
    return tuple(found), tuple(notes)


def _walls(series: Series, t: FloatArray) -> list[float]:
    """Temperatures at which arcs swap order: seen between two spectra, or where their lines cross outside."""
    walls = [0.5 * (t[w.before] + t[w.after]) for w in series.fit.swaps]
    taus = {
        name: np.array([next(a.time_constant_s for a in f.arcs if a.name == name) for f in series.fit.fits])
        for name in series.fit.labels
    }
    names = [n for n, (label, _) in series.fit.labels.items() if label in ("bulk", "grain boundary")]
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            crossing = crossing_K(taus[one], taus[other], t)
            if crossing is not None and not t.min() <= crossing <= t.max():
                walls.append(crossing)
    return [float(w) for w in walls]


def _column(found: Sequence[Parameter | None]) -> tuple[FloatArray, FloatArray]:
    value = np.array([np.nan if p is None else p.value for p in found], dtype=np.float64)
    error = np.array([np.nan if p is None or p.stderr is None else p.stderr for p in found], dtype=np.float64)
    return value, error
