"""Many spectra and many circuits evaluated in one call.

Rows of a stack are pairs of a spectrum and a circuit in series. Elements of one kind are evaluated together over
all rows; arcs, resistors and fixed powers of frequency need real arithmetic only, one exponential a point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from interlayer.circuits.circuit import Circuit
from interlayer.circuits.data import SpectrumData
from interlayer.circuits.elements import (
    Capacitor,
    ConstantPhase,
    Element,
    Inductor,
    Resistor,
    WarburgInfinite,
    Zarc,
)
from interlayer.circuits.elements.base import FloatArray
from interlayer.circuits.least_squares import Factors, IntArray

_QUARTER = 0.5 * np.pi


@dataclass(frozen=True)
class Spectra:
    """Spectra side by side, shorter ones padded with points of no weight.

    Attributes
    ----------
    log_omega, weight : array (b, n)
        Weights of the real parts.
    parts : array (b, 2 n)
        1, then what the weights of the imaginary parts are over those of the real parts.
    target : array (b, 2 n)
        Weighted real parts, then imaginary parts.
    values : array of int (b,)
        Real numbers in each.
    """

    data: tuple[SpectrumData, ...]
    log_omega: FloatArray
    weight: FloatArray
    parts: FloatArray
    target: FloatArray
    values: IntArray

    @classmethod
    def of(cls, data: Sequence[SpectrumData]) -> Spectra:
        """Put spectra side by side."""
        size = max(d.omega.size for d in data)
        log_omega, weight = np.zeros((len(data), size)), np.zeros((len(data), size))
        target, parts = np.zeros((len(data), 2, size)), np.ones((len(data), 2, size))
        for k, d in enumerate(data):
            n = d.omega.size
            log_omega[k, :n] = np.log(d.omega)
            log_omega[k, n:] = log_omega[k, n - 1]
            weight[k, :n] = d.weight
            target[k, :, :n] = d.weighted(d.impedance_ohm).reshape(2, n)
            parts[k, 1, :n] = d.imag_share
        values = np.array([d.values for d in data], dtype=np.intp)
        return cls(
            tuple(data),
            log_omega,
            weight,
            parts.reshape(len(data), -1),
            target.reshape(len(data), -1),
            values,
        )

    @cached_property
    def powers(self) -> dict[float, FloatArray]:
        """Weighted powers of angular frequency, each (b, n)."""
        return {p: self.weight * np.exp(p * self.log_omega) for p in (0.0, 1.0, -1.0, -0.5)}

    @cached_property
    def even(self) -> bool:
        """Whether both parts have the same weight everywhere."""
        return bool((self.parts == 1.0).all())


@dataclass(frozen=True)
class _Entries:
    """Elements of one kind: their rows and the columns of their parameters."""

    element: type[Element]
    row: IntArray
    column: IntArray

    def among(self, place: IntArray) -> _Entries:
        here = place[self.row]
        stays = here >= 0
        return _Entries(self.element, here[stays], self.column[stays])


class Stack:
    """Weighted residuals and derivatives of rows (spectrum, circuit); a model for `minimise`."""

    def __init__(self, spectra: Spectra, spectrum: IntArray, circuits: Sequence[Circuit]) -> None:
        self.spectra = spectra
        self.spectrum = spectrum
        self.width = max(c.size for c in circuits)
        self.sign = np.zeros((len(circuits), self.width))
        owner = np.tile(np.arange(self.width), (len(circuits), 1))
        alike: dict[int, list[int]] = {}
        for k, c in enumerate(circuits):
            alike.setdefault(id(c), []).append(k)
        entries: dict[type[Element], list[tuple[IntArray, IntArray]]] = {}
        for members in alike.values():
            circuit, rows = circuits[members[0]], np.array(members, dtype=np.intp)
            a = circuit.amplitudes
            if a is None:
                raise ValueError(f"'{circuit.text}' is not a series of elements")
            self.sign[rows[:, None], a.index] = a.sign
            owner[rows, : circuit.size] = a.index[a.owner]
            for element, index in circuit.groups:
                entries.setdefault(element, []).append(
                    (np.repeat(rows, len(index)), np.tile(index, (rows.size, 1)))
                )
        self.factors = Factors(owner, self.sign)
        self._all = [
            _Entries(e, np.concatenate([r for r, _ in some]), np.concatenate([c for _, c in some]))
            for e, some in entries.items()
        ]
        self._rows: IntArray | None = None
        self._entries = self._all

    def __call__(self, theta: FloatArray, rows: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return residuals (s, 2 n) and their derivatives (s, p, 2 n)."""
        if rows is not self._rows:
            place = np.full(len(self.spectrum), -1, dtype=np.intp)
            place[rows] = np.arange(rows.size)
            self._entries = [e.among(place) for e in self._all]
            self._rows = rows
        spectrum = self.spectrum[rows]
        jacobian = np.zeros((rows.size, self.width, 2, self.spectra.log_omega.shape[1]))
        for e in self._entries:
            if e.row.size:
                _fill(jacobian, e, theta, self.spectra, spectrum)
        flat = jacobian.reshape(rows.size, self.width, -1)
        if not self.spectra.even:
            flat *= self.spectra.parts[spectrum][:, None, :]
        residual = np.matmul(self.sign[rows][:, None, :], flat)[:, 0] - self.spectra.target[spectrum]
        return residual, flat

    def with_factors(self, theta: FloatArray, lower: FloatArray, upper: FloatArray) -> FloatArray:
        """Return theta with the factors that suit the data best at these shapes; its own are not looked at."""
        is_factor = self.sign != 0.0
        theta = np.where(is_factor, 0.0, theta)
        rows = np.arange(len(theta))
        _residual, jacobian = self(theta, rows)
        columns = jacobian * self.sign[:, :, None]
        size = np.sqrt(np.einsum("spm,spm->sp", columns, columns))
        size = np.where(size > 0, size, 1.0)
        columns /= size[:, :, None]
        gram = np.matmul(columns, columns.transpose(0, 2, 1))
        right = np.matmul(columns, self.spectra.target[self.spectrum][:, :, None])[:, :, 0]
        active = is_factor.copy()
        amplitude = np.zeros(theta.shape)
        diagonal = np.arange(theta.shape[1])
        for _ in range(_DROPS):
            part = gram * (active[:, :, None] & active[:, None, :])
            part[:, diagonal, diagonal] += np.where(active, 1e-10, 1.0)
            amplitude = np.linalg.solve(part, (right * active)[:, :, None])[:, :, 0]
            negative = active & (amplitude <= 0)
            if not negative.any():
                break
            # the most negative one is dropped
            worst = np.argmin(np.where(negative, amplitude, np.inf), axis=1)
            drop = negative.any(axis=1)
            active[rows[drop], worst[drop]] = False
        least = _LEAST_SHARE * np.sqrt(np.einsum("sm,sm->s", *(2 * [self.spectra.target[self.spectrum]])))
        log = np.log(np.maximum(amplitude, least[:, None]) / size)
        return np.clip(np.where(is_factor, self.sign * log, theta), lower, upper)


_DROPS = 5
_LEAST_SHARE = 1e-3


_POWERS: dict[type[Element], tuple[float, float, float]] = {
    # power of frequency, real and imaginary part of its coefficient (of the derivative by the logarithm)
    Resistor: (0.0, 1.0, 0.0),
    Inductor: (1.0, 0.0, 1.0),
    Capacitor: (-1.0, 0.0, 1.0),
    WarburgInfinite: (-0.5, float(np.sqrt(0.5)), -float(np.sqrt(0.5))),
}


def _fill(out: FloatArray, e: _Entries, theta: FloatArray, spectra: Spectra, spectrum: IntArray) -> None:
    """Write derivatives by the coordinates of all elements of one kind."""
    row, first = e.row, e.column[:, 0]
    if e.element in _POWERS:
        # factor times a fixed power of frequency: weighted powers are there already
        power, real, imag = _POWERS[e.element]
        size = np.exp((-1.0 if e.element.divides else 1.0) * theta[row, first])[:, None]
        part = spectra.powers[power][spectrum[row]] * size
        if real:
            out[row, first, 0] = real * part
        if imag:
            out[row, first, 1] = imag * part
        return
    lw, w = spectra.log_omega[spectrum[row]], spectra.weight[spectrum[row]]
    if e.element is ConstantPhase:
        n = theta[row, first + 1][:, None]
        size = w * np.exp(-theta[row, first][:, None] - n * lw)
        real, imag = size * np.cos(_QUARTER * n), -size * np.sin(_QUARTER * n)
        out[row, first, 0], out[row, first, 1] = -real, -imag
        out[row, first + 1, 0] = -real * lw + imag * _QUARTER
        out[row, first + 1, 1] = -imag * lw - real * _QUARTER
    elif e.element is Zarc:
        _fill_arcs(out, row, first, theta, lw, w)
    else:
        log = np.array([q.log for q in e.element.parameters], dtype=np.bool_)
        t = theta[row[:, None], e.column]
        natural = np.where(log, np.exp(np.where(log, t, 0.0)), t)
        slope = e.element.both(np.exp(lw), natural)[1] * w[:, None, :]
        slope = slope * np.where(log, natural, 1.0)[:, :, None]
        out[row[:, None], e.column, 0] = slope.real
        out[row[:, None], e.column, 1] = slope.imag


def _fill_arcs(
    out: FloatArray, row: IntArray, first: IntArray, theta: FloatArray, lw: FloatArray, w: FloatArray
) -> None:
    """R/(1 + u), u = (j omega tau)^n, in real arithmetic."""
    n = theta[row, first + 2][:, None]
    v = lw + theta[row, first + 1][:, None]
    u = np.exp(n * v)
    u_real, u_imag = u * np.cos(_QUARTER * n), u * np.sin(_QUARTER * n)
    scale = 1.0 / (1.0 + 2.0 * u_real + u * u)
    share_real, share_imag = (1.0 + u_real) * scale, -u_imag * scale
    size = w * np.exp(theta[row, first])[:, None]
    real, imag = size * share_real, size * share_imag
    rest = share_real - 1.0
    slope_real, slope_imag = real * rest - imag * share_imag, real * share_imag + imag * rest
    out[row, first, 0], out[row, first, 1] = real, imag
    out[row, first + 1, 0], out[row, first + 1, 1] = n * slope_real, n * slope_imag
    out[row, first + 2, 0] = slope_real * v - _QUARTER * slope_imag
    out[row, first + 2, 1] = slope_imag * v + _QUARTER * slope_real
