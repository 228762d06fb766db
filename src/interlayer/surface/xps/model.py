"""Recipe and region as one model: expected counts over binding energy, and their derivatives.

Positions, logarithms of widths, Lorentzian shares and areas of satellites are linear in the parameters; a
parameter is counted in its own scatter, so that its prior is a standard normal one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len

from interlayer.surface.xps.backgrounds.shirley import running_area
from interlayer.surface.xps.backgrounds.tougaard import loss_law, loss_matrix
from interlayer.surface.xps.lines import line_shape
from interlayer.surface.xps.lines.voigt import voigt, voigt_slopes
from interlayer.surface.xps.recipe import Recipe

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

COMMON_WIDTH: Final = 0.15
"""Scatter of the logarithm of all widths together: pass energy, charging."""
BOUND: Final = 4.0
"""No parameter goes further than this many scatters from its usual value."""
SHIRLEY_SCALE: Final = 0.01
"""Step per eV and line area that a Shirley tail of 1 is worth."""
UNEVEN: Final = 0.02
"""Relative scatter of the steps up to which a region counts as evenly spaced."""
TAIL_PRIORS: Final = {
    "shirley": (0.3, 0.6),
    "u2": (0.7, 0.7),
    "near": (0.3, 0.6),
    "u3": (0.2, 0.4),
    "plasmon": (0.1, 0.3),
}
"""Usual size and scatter of the tails, assumed: the cross-sections are universal, hence near 1 together; steps are a
percent of the line area per eV. They matter only where a region is too narrow to tell tails apart."""
BEND: Final = 0.02
"""Scatter of the straight background's curvature: height of a parabola over its lower end."""
FARTHEST: Final = 3.5
"""Scatters within which a state may be put at the top of the data to begin with."""
_STEP: Final = 1e-5


@dataclass(frozen=True)
class Peak:
    """One line of a state: main line, spin-orbit partner, or satellite of either."""

    state: int
    shape: str
    asymmetry: tuple[float, ...]
    is_satellite: bool


@dataclass
class LineModel:
    """Expected counts of a region.

    The vector of parameters is (soft ones in scatters, areas, ends of the straight background, tails).

    Attributes
    ----------
    energy : array, shape (n,)
        Binding energy in eV, rising.
    recipe : Recipe
    background : array, shape (n,), or None
        Fixed; None: a straight line and the tails are fitted.
    tails : tuple of str
        What the lines grow: 'shirley', 'u2', 'u3'.
    scale : float
        Counts x eV that an area of 1 is worth.
    level : float
        Counts that an end of 1 is worth.
    shift_scatter : float
        Of the charge reference, in eV.
    """

    energy: FloatArray
    recipe: Recipe
    background: FloatArray | None
    tails: tuple[str, ...]
    scale: float
    level: float
    shift_scatter: float
    names: list[str] = field(init=False)
    peaks: list[Peak] = field(init=False)

    def __post_init__(self) -> None:
        recipe = self.recipe
        soft = ["shift", "width", "lorentz"]
        for state in recipe.states:
            soft += [f"{state.name}: position", f"{state.name}: width"]
        rows: list[
            tuple[Peak, float, dict[str, float], float, dict[str, float], float, float, dict[str, float]]
        ] = []
        shift = self.shift_scatter
        for number, state in enumerate(recipe.states):
            place = {"shift": shift, f"{state.name}: position": state.position_eV[1]}
            width = {"width": COMMON_WIDTH, f"{state.name}: width": state.fwhm_eV[1] / state.fwhm_eV[0]}
            ln = float(np.log(state.fwhm_eV[0]))
            main = Peak(number, state.shape, state.asymmetry, False)
            partners: list[
                tuple[float, dict[str, float], float, dict[str, float], float, dict[str, float]]
            ] = [(0.0, {}, 0.0, {}, 1.0, {})]
            if state.doublet is not None:
                d = state.doublet
                # States of one element share the errors of splitting and broadening.
                split: dict[str, float] = {"splitting": d.splitting_eV[1]} if d.splitting_eV[1] else {}
                wide: dict[str, float] = {}
                if d.broadening[1]:
                    wide = {"broadening": d.broadening[1] / d.broadening[0]}
                branch: dict[str, float] = {"branching": d.ratio[1]} if d.ratio[1] else {}
                soft += [name for name in (*split, *wide, *branch) if name not in soft]
                broad = float(np.log(d.broadening[0]))
                partners.append((d.splitting_eV[0], split, broad, wide, d.ratio[0], branch))
            for k, satellite in enumerate(state.satellites):
                soft += [f"{state.name}: satellite {k + 1} {what}" for what in ("offset", "share")]
                del satellite
            for away, away_soft, broader, broader_soft, part, part_soft in partners:
                rows.append(
                    (
                        main, state.position_eV[0] + away, {**place, **away_soft},
                        ln + broader, {**width, **broader_soft}, state.lorentz, part, part_soft,
                    )
                )  # fmt: skip
                for k, satellite in enumerate(state.satellites):
                    name = f"{state.name}: satellite {k + 1}"
                    rows.append(
                        (
                            Peak(number, "voigt", (), True),
                            state.position_eV[0] + away + satellite.offset_eV[0],
                            {**place, **away_soft, f"{name} offset": satellite.offset_eV[1]},
                            float(np.log(satellite.fwhm_eV)),
                            {"width": COMMON_WIDTH} if satellite.kind != "plasmon" else {},
                            0.1,
                            part * satellite.share[0],
                            {f"{name} share": part * satellite.share[1]},
                        )
                    )
        if self.background is None:
            soft.append("bend")
        self.names = soft
        index = {name: k for k, name in enumerate(soft)}
        self.peaks = [row[0] for row in rows]
        count, m = len(rows), len(soft)
        self._centre0 = np.array([row[1] for row in rows])
        self._ln0 = np.array([row[3] for row in rows])
        self._lorentz0 = np.array([row[5] for row in rows])
        self._part0 = np.array([row[6] for row in rows])
        self._centre = np.zeros((count, m))
        self._ln = np.zeros((count, m))
        self._part = np.zeros((count, m))
        self._lorentz = np.zeros((count, m))
        for k, row in enumerate(rows):
            for target, terms in ((self._centre, row[2]), (self._ln, row[4]), (self._part, row[7])):
                for name, value in terms.items():
                    target[k, index[name]] += value
            if not row[0].is_satellite:
                self._lorentz[k, index["lorentz"]] = recipe.lorentz_scatter
        self._of_state = np.zeros((count, len(recipe.states)))
        self._of_state[np.arange(count), [peak.state for peak in self.peaks]] = 1.0
        groups: dict[tuple[str, tuple[float, ...]], list[int]] = {}
        for k, peak in enumerate(self.peaks):
            groups.setdefault((peak.shape, peak.asymmetry), []).append(k)
        self._groups = [(line_shape(shape), asym, np.array(which)) for (shape, asym), which in groups.items()]
        self._u = (self.energy - self.energy[0]) / (self.energy[-1] - self.energy[0])
        self._bow = BEND * self.level * 4.0 * self._u * (1.0 - self._u)
        self._tail_setup()

    @property
    def soft(self) -> int:
        """Number of parameters with a prior."""
        return len(self.names)

    @property
    def states(self) -> int:
        """Number of states."""
        return len(self.recipe.states)

    @property
    def size(self) -> int:
        """Number of all parameters."""
        ends = 2 if self.background is None else 0
        return self.soft + self.states + ends + len(self.tails)

    def priors(self) -> tuple[FloatArray, FloatArray]:
        """Return usual value and weight (one over scatter; 0: free) of each parameter."""
        usual, weight = np.zeros(self.size), np.zeros(self.size)
        weight[: self.soft] = 1.0
        for k, kind in enumerate(self.tails):
            at = self.size - len(self.tails) + k
            usual[at], weight[at] = TAIL_PRIORS[kind][0], 1.0 / TAIL_PRIORS[kind][1]
        return usual, weight

    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """Return the lowest and the highest parameters."""
        low = np.zeros(self.size)
        high = np.full(self.size, np.inf)
        low[: self.soft], high[: self.soft] = -BOUND, BOUND
        return low, high

    def geometry(self, x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return centre in eV, width in eV, Lorentzian share and part of each peak."""
        soft = x[: self.soft]
        return (
            self._centre0 + self._centre @ soft,
            np.exp(self._ln0 + self._ln @ soft),
            np.clip(self._lorentz0 + self._lorentz @ soft, 0.0, 0.95),
            np.maximum(self._part0 + self._part @ soft, 0.0),
        )

    def _lines(self, centre: FloatArray, fwhm: FloatArray, lorentz: FloatArray) -> FloatArray:
        lines = np.empty((centre.size, self.energy.size))
        for shape, asymmetry, which in self._groups:
            lines[which] = shape(
                self.energy, centre[which, None], fwhm[which, None], lorentz[which, None], asymmetry
            )
        return lines

    def _slopes(
        self, centre: FloatArray, fwhm: FloatArray, lorentz: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return lines and derivatives by centre, ln(width) and Lorentzian share, each of shape (peaks, n)."""
        out = np.empty((4, centre.size, self.energy.size))
        for shape, asymmetry, which in self._groups:
            c, f, r = centre[which, None], fwhm[which, None], lorentz[which, None]
            if shape is voigt:
                out[:, which] = voigt_slopes(self.energy, c, f, r)
                continue
            # Differences forward: of smooth functions of order 1 in their own width, right to 1e-5.
            line = shape(self.energy, c, f, r, asymmetry)
            down = np.where(r > 0.5, -_STEP, _STEP)
            out[0, which] = line
            out[1, which] = (shape(self.energy, c + _STEP * f, f, r, asymmetry) - line) / (_STEP * f)
            out[2, which] = (shape(self.energy, c, f * (1.0 + _STEP), r, asymmetry) - line) / _STEP
            out[3, which] = (shape(self.energy, c, f, r + down, asymmetry) - line) / down
        return out[0], out[1], out[2], out[3]

    def _tail_setup(self) -> None:
        steps = np.diff(self.energy)
        step = float(steps.mean())
        self._long = next_fast_len(2 * self.energy.size, real=True)
        self._spectra: ComplexArray | None = None
        self._matrices: list[FloatArray] = []
        if float(np.abs(steps - step).max()) < UNEVEN * step:
            loss = np.asarray(np.arange(self.energy.size) * step, dtype=np.float64)
            rows = np.array([SHIRLEY_SCALE * np.ones_like(loss) if kind == "shirley" else loss_law(kind)(loss)
                             for kind in self.tails]).reshape(len(self.tails), loss.size)  # fmt: skip
            # A point's own half belongs to the tail, as in the trapezoidal rule.
            rows[:, 0] *= 0.5
            self._spectra = np.fft.rfft(rows * step, self._long)
        else:
            self._matrices = [
                SHIRLEY_SCALE * running_area(self.energy, np.eye(self.energy.size)).T
                if kind == "shirley"
                else loss_matrix(self.energy, kind)
                for kind in self.tails
            ]

    def _tails(self, line: FloatArray) -> FloatArray:
        """Return each tail of a line, shape (tails, n)."""
        if self._spectra is not None:
            return np.fft.irfft(np.fft.rfft(line, self._long) * self._spectra, self._long)[:, : line.size]
        return np.array([matrix @ line for matrix in self._matrices]).reshape(len(self.tails), line.size)

    def _with_tails(self, lines: FloatArray, x: FloatArray) -> FloatArray:
        """Return lines, shape (k, n), with all their tails."""
        if not self.tails:
            return lines
        sizes = x[self.size - len(self.tails) :]
        if self._spectra is not None:
            kernel = sizes @ self._spectra
            return (
                lines + np.fft.irfft(np.fft.rfft(lines, self._long) * kernel, self._long)[:, : lines.shape[1]]
            )
        matrix = sum((k * one for k, one in zip(sizes, self._matrices, strict=True)), np.zeros(()))
        return lines + lines @ matrix.T

    def parts(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return background, shape (n,), and peaks, shape (peaks, n), in counts."""
        centre, fwhm, lorentz, part = self.geometry(x)
        areas = x[self.soft : self.soft + self.states] * self.scale
        peaks = (part * (self._of_state @ areas))[:, None] * self._lines(centre, fwhm, lorentz)
        background = self._straight(x)
        if self.tails:
            background = background + x[self.size - len(self.tails) :] @ self._tails(peaks.sum(axis=0))
        return background, peaks

    def _straight(self, x: FloatArray) -> FloatArray:
        if self.background is not None:
            return self.background
        at = self.soft + self.states
        return self.level * (x[at] * (1.0 - self._u) + x[at + 1] * self._u) + x[self.soft - 1] * self._bow

    def columns(self, x: FloatArray) -> FloatArray:
        """Return what an area of 1 of each state gives, tails included: shape (states, n), in counts."""
        centre, fwhm, lorentz, part = self.geometry(x)
        lines = part[:, None] * self._lines(centre, fwhm, lorentz)
        return self.scale * (self._of_state.T @ self._with_tails(lines, x))

    def state_areas(self, x: FloatArray) -> FloatArray:
        """Return the area of each state in counts x eV, partner and satellites included."""
        return x[self.soft : self.soft + self.states] * self.scale * self.state_parts(x)

    def state_parts(self, x: FloatArray) -> FloatArray:
        """Return by how much the area of a state exceeds that of its main line: 1 + partner + satellites."""
        return self._of_state.T @ self.geometry(x)[3]

    def state_parts_jacobian(self) -> FloatArray:
        """Return its derivative by the soft parameters, shape (states, soft)."""
        return self._of_state.T @ self._part

    def expected(self, x: FloatArray) -> FloatArray:
        """Return the expected counts, shape (n,)."""
        background, peaks = self.parts(x)
        return background + peaks.sum(axis=0)

    def jacobian(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return expected counts, shape (n,), and their derivatives, shape (n, size)."""
        centre, fwhm, lorentz, part = self.geometry(x)
        areas = x[self.soft : self.soft + self.states] * self.scale
        weight = (self._of_state @ areas)[:, None]
        lines, by_centre, by_ln, by_lorentz = self._slopes(centre, fwhm, lorentz)
        free = (lorentz > 0.0) & (lorentz < 0.95)
        by_lorentz = by_lorentz * free[:, None]
        pieces = np.concatenate((lines * part[:, None], by_centre, by_ln, by_lorentz, lines))
        pieces = self._with_tails(pieces, x)
        count = centre.size
        full, by_centre, by_ln, by_lorentz, bare = (pieces[k * count : (k + 1) * count] for k in range(5))
        weighted = weight * part[:, None]
        out = np.zeros((self.energy.size, self.size))
        out[:, : self.soft] = (
            (weighted * by_centre).T @ self._centre
            + (weighted * by_ln).T @ self._ln
            + (weighted * by_lorentz).T @ self._lorentz
            + (weight * bare).T @ (self._part * (part > 0.0)[:, None])
        )
        at = self.soft
        out[:, at : at + self.states] = self.scale * (self._of_state.T @ full).T
        at += self.states
        sum_of_lines = (weighted * lines).sum(axis=0)
        mean = self._straight(x) + (weight * full).sum(axis=0)
        if self.background is None:
            out[:, self.soft - 1] = self._bow
            out[:, at] = self.level * (1.0 - self._u)
            out[:, at + 1] = self.level * self._u
            at += 2
        if self.tails:
            out[:, at:] = self._tails(sum_of_lines).T
        return mean, out

    def placed_on_top(self, data: FloatArray) -> list[dict[int, float]]:
        """Return, for each state that can lie at the top of the data, the soft parameters that put it there."""
        smooth = np.convolve(np.pad(data, 3, mode="edge"), np.full(7, 1.0 / 7.0), mode="valid")
        top = float(self.energy[int(np.argmax(smooth - np.linspace(smooth[0], smooth[-1], smooth.size)))])
        return [place for _, place in self.placed_at(top)]

    def placed_at(self, energy_eV: float) -> list[tuple[int, dict[int, float]]]:
        """Return each state that can lie at an energy, with the soft parameters that put its main line there."""
        found: list[tuple[int, dict[int, float]]] = []
        for number, state in enumerate(self.recipe.states):
            away = energy_eV - state.position_eV[0]
            common, own = self.shift_scatter, state.position_eV[1]
            variance = common**2 + own**2
            if away**2 < FARTHEST**2 * variance:
                place = {0: away * common / variance}
                place[self.names.index(f"{state.name}: position")] = away * own / variance
                found.append((number, place))
        return found

    def main_positions(self, x: FloatArray) -> FloatArray:
        """Return the position of the main line of each state in eV."""
        centre = self.geometry(x)[0]
        first = [next(k for k, p in enumerate(self.peaks) if p.state == n) for n in range(self.states)]
        return centre[first]

    def are_inseparable(self, one: int, other: int) -> bool:
        """Whether the recipe says that two states cannot be told apart."""
        names = {self.recipe.states[one].name, self.recipe.states[other].name}
        return any(names <= set(group) for group in self.recipe.inseparable)

    def start_columns(self, x: FloatArray, data: FloatArray) -> FloatArray:
        """Return columns of a linear model near `x`: states, straight line, running area of the data."""
        columns = list(self.columns(x))
        if self.background is None:
            columns += [self.level * (1.0 - self._u), self.level * self._u]
            if self.tails:
                above = np.maximum(data - data.min(), 0.0)
                area = running_area(self.energy, above[None, :])[0]
                columns.append(area / max(float(area[-1]), 1.0) * self.level)
        return np.array(columns)

    def fitted_peaks(self, x: FloatArray) -> Sequence[tuple[str, float, float, bool]]:
        """Return (state, position in eV, full width in eV, whether a satellite) of each peak."""
        centre, fwhm, _, _ = self.geometry(x)
        states = self.recipe.states
        return [
            (states[peak.state].name, float(c), float(w), peak.is_satellite)
            for peak, c, w in zip(self.peaks, centre, fwhm, strict=True)
        ]
