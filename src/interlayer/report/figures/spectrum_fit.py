"""One measured spectrum and the circuit fitted to it: complex plane, size, phase, and what is left over."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from interlayer import units
from interlayer.report.figure import Axis, Figure, Line, Panel, Series
from interlayer.report.figures.nyquist import FREQUENCY

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

MEASURED, FITTED = "measured", "fit"
_PER_DECADE = 40


def spectrum_fit(
    frequency_Hz: FloatArray,
    impedance_ohm: ComplexArray,
    model: Callable[[ArrayLike], ComplexArray] | None,
    *,
    suspect_Hz: FloatArray | None = None,
    id: str = "spectrum",
    title: str = "Impedance",
    caption: str = "",
) -> Figure:
    """Draw one spectrum and its fit.

    Parameters
    ----------
    frequency_Hz, impedance_ohm : array (n,)
        As measured, in any order.
    model : callable or None
        Impedance of the fit in ohm at any frequencies in Hz; None: the points alone.
    suspect_Hz : array, optional
        Frequencies of points that a check has named; drawn with open markers.
    """
    order = np.argsort(-frequency_Hz, kind="stable")
    f, z = frequency_Hz[order], impedance_ohm[order]
    good = np.isfinite(f) & (f > 0) & np.isfinite(z) & (np.abs(z) > 0)
    f, z = f[good], z[good]
    largest = float(np.abs(z).max()) if z.size else 1.0
    unit = "Mohm" if largest > 2e7 else "kohm" if largest > 2e4 else "ohm" if largest > 0.5 else "mohm"
    size = units.factor(unit)
    axis = Axis("Frequency", "Hz", "log")
    re, im = Axis("Re Z", unit), Axis("−Im Z", unit)
    modulus, phase = Axis("|Z|", unit, "log"), Axis("−Phase", "deg")
    plane = [Series(MEASURED, z.real / size, -z.imag / size, "points", 0, third=f)]
    sizes = [Series(MEASURED, f, np.abs(z) / size, "points", 0)]
    phases = [Series(MEASURED, f, -np.angle(z, deg=True), "points", 0)]
    left: list[Series] = []
    if model is not None and f.size:
        count = int(np.clip(_PER_DECADE * np.log10(f.max() / f.min()), 40, 600))
        fine = np.geomspace(f.max(), f.min(), count)
        w = model(fine)
        plane.append(Series(FITTED, w.real / size, -w.imag / size, "line", 1, third=fine))
        sizes.append(Series(FITTED, fine, np.abs(w) / size, "line", 1))
        phases.append(Series(FITTED, fine, -np.angle(w, deg=True), "line", 1))
        off = 100.0 * (z - model(f)) / np.abs(z)
        left = [
            Series("real part", f, off.real, "linepoints", 2),
            Series("imaginary part", f, off.imag, "linepoints", 3, dashed=True),
        ]
    if suspect_Hz is not None and suspect_Hz.size:
        bad = np.isin(f, suspect_Hz)
        if bad.any():
            plane.append(
                Series("named by a check", z.real[bad] / size, -z.imag[bad] / size, "points", 4, hollow=True)
            )
            sizes.append(Series("named by a check", f[bad], np.abs(z)[bad] / size, "points", 4, hollow=True))
    panels = (
        Panel(re, im, tuple(plane), title="complex plane", equal_aspect=True, third=FREQUENCY),
        Panel(axis, modulus, tuple(sizes), title="size"),
        Panel(axis, phase, tuple(phases), title="phase"),
        Panel(
            axis,
            Axis("(measured − fit) / |Z|", "%"),
            tuple(left),
            (Line(0.0, "", "horizontal"),),
            title="residuals",
            empty="no fit",
        ),
    )
    return Figure(id, title, caption, panels, 2, "174mm")
