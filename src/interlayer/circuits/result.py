"""What a circuit fit returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from interlayer.circuits.circuit import Circuit
from interlayer.circuits.data import SpectrumData
from interlayer.circuits.elements.base import ComplexArray, FloatArray
from interlayer.circuits.hidden import HiddenArcs
from interlayer.record import Finding


class Parameter(NamedTuple):
    """A fitted value; the standard error is None where the data do not determine one."""

    value: float
    stderr: float | None
    unit: str


@dataclass(frozen=True)
class Arc:
    """One arc of the fit, by rising time constant.

    Attributes
    ----------
    name : str
        Its resistance in the circuit, e.g. 'R1'.
    resistance_ohm, stderr_ohm : float
        Width on the real axis and its standard error (None: not determined).
    time_constant_s, exponent : float
    capacitance_F : float
        Effective capacitance after Hsu and Mansfeld, tau/R.
    peak_Hz : float
        Frequency of its top.
    in_window : bool
        Whether the top lies inside the measured frequencies.
    """

    name: str
    resistance_ohm: float
    stderr_ohm: float | None
    time_constant_s: float
    exponent: float
    capacitance_F: float
    peak_Hz: float
    in_window: bool


@dataclass(frozen=True)
class Candidate:
    """A circuit that was tried, and how well it did."""

    circuit: str
    parameters: int
    residual_rms_rel: float
    aicc: float
    bic: float


@dataclass(frozen=True)
class CircuitFit:
    """A fitted circuit.

    Attributes
    ----------
    circuit : str
        In notation, e.g. 'R0-p(R1,CPE1)-CPE2'.
    parameters : dict
        Name to (value, standard error, unit); standard errors come from the Jacobian, scaled by the
        residual variance (one sigma).
    arcs : tuple of Arc
        By rising time constant.
    residual_rms_rel : float
        Root mean square of the residuals of real and imaginary part, relative to |Z|.
    aicc, bic : float
        Information criteria; smaller is better.
    runner_up : Candidate or None
        Second best circuit of those tried.
    tried : tuple of Candidate
        All of them, best first.
    rivals : tuple of CircuitFit
        Fits of the circuits that the data do not rule out against this one.
    covariance, correlation : array (m, m)
        Of the reported parameters, in their order; rows of undetermined parameters are NaN.
    hidden : HiddenArcs or None
        Arcs that the data would not show, and what they would change; None for rivals.
    richer : CircuitFit or None
        The best circuit with one arc more, if it is not among the rivals; None where none was tried.
    structure, theta, data
        The circuit, its fit coordinates, and the weighted points that were fitted.
    findings : tuple of Finding
        What a person should know before using the numbers.
    """

    circuit: str
    parameters: dict[str, Parameter]
    arcs: tuple[Arc, ...]
    residual_rms_rel: float
    aicc: float
    bic: float
    rivals: tuple[CircuitFit, ...]
    runner_up: Candidate | None
    tried: tuple[Candidate, ...]
    covariance: FloatArray
    frequency_Hz: FloatArray
    hidden: HiddenArcs | None
    richer: CircuitFit | None
    findings: tuple[Finding, ...]
    structure: Circuit
    theta: FloatArray
    data: SpectrumData

    @property
    def correlation(self) -> FloatArray:
        """Correlation of the reported parameters, shape (m, m)."""
        sigma = np.sqrt(np.diag(self.covariance))
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.covariance / np.outer(sigma, sigma)

    def model(self, frequency_Hz: ArrayLike) -> ComplexArray:
        """Impedance of the fitted circuit in ohm at any frequencies, shape (n,)."""
        omega = 2.0 * np.pi * np.asarray(frequency_Hz, dtype=np.float64).ravel()
        return self.structure.impedance(omega, self.theta[None, :])[0]

    def sum_of(self, names: tuple[str, ...]) -> Parameter:
        """Sum of parameters of the same unit, with the standard error that their correlation gives."""
        keys = list(self.parameters)
        index = [keys.index(n) for n in names]
        value = float(sum(self.parameters[n].value for n in names))
        variance = float(self.covariance[np.ix_(index, index)].sum())
        stderr = float(np.sqrt(max(variance, 0.0))) if np.isfinite(variance) else None
        return Parameter(value, stderr, self.parameters[names[0]].unit)
