"""PyBaMM on the same equations with the same state vector, as the benchmarks time it.

IDAKLU at rtol 1e-6, atol 1e-8, stepped one half-cycle after the other with `save=False`; the 25 moments of a half-cycle
are asked for, voltages are not computed from them. The same batch goes through one `solve(inputs=[...])` on two
threads, from the state in which the base cell is after a plating half-cycle, since one such call has one current.
"""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np

from benchmarks import cells

ABSENT = "needs PyBaMM: install the extra [pybamm]"
ACCURACY = "PyBaMM IDAKLU rtol 1e-6, atol 1e-8"
THREADS = 2
TIGHT = {"rtol": 1e-8, "atol": 1e-10}
"""Of the reference that says how exact both are."""
_SALT = "states"


def present() -> bool:
    """Whether PyBaMM is installed."""
    return importlib.util.find_spec("pybamm") is not None


class Stepper:
    """A cell that PyBaMM steps; set up once, before any time is taken."""

    def __init__(self, system: Any, moments: np.ndarray) -> None:
        from benchmarks import pybamm_model

        self._key = pybamm_model.CURRENT
        self._area = float(system.area)
        self._moments = moments
        self._model = pybamm_model.discretised(system, salt=_SALT)
        self._solver = pybamm_model.pybamm.IDAKLUSolver(**pybamm_model.TOLERANCES)
        self._solution: Any = None
        self._sign = 1.0  # PyBaMM counts currents the other way: the first half-cycle plates
        self.states = self._model.len_rhs_and_alg
        self.run(2)

    def run(self, half_cycles: int) -> None:
        """Go on for some half-cycles."""
        for _ in range(half_cycles):
            self._solution = self._solver.step(
                self._solution,
                self._model,
                cells.HALF_CYCLE,
                save=False,
                inputs={self._key: self._sign * self._area * cells.CURRENT},
                t_interp=self._moments,
            )
            self._sign = -self._sign


def voltages(system: Any, cycles: int, moments: np.ndarray, *, tight: bool = False) -> np.ndarray:
    """Voltages of PyBaMM, V, shape (cycles, 2, moments)."""
    from benchmarks import pybamm_model

    stages = [(-cells.CURRENT, cells.HALF_CYCLE), (cells.CURRENT, cells.HALF_CYCLE)] * cycles
    kept = [moments.copy() for _ in stages]
    tolerances = TIGHT if tight else pybamm_model.TOLERANCES
    solution = pybamm_model.run(system, stages, kept, salt=_SALT, tolerances=tolerances)
    return pybamm_model.voltage(solution, stages, kept).reshape(cycles, 2, -1)


class Batch:
    """Many cells in one `solve(inputs=[...])` of one stripping half-cycle; set up before any time is taken."""

    def __init__(self, system: Any, count: int, moments: np.ndarray) -> None:
        from benchmarks import pybamm_model

        pybamm = pybamm_model.pybamm
        before = [(-cells.CURRENT, cells.HALF_CYCLE)]
        plated = pybamm_model.run(system, before, [moments], salt=_SALT)
        names = [f"{role} {name}" for role, name in cells.VARIED]
        symbols = [pybamm.InputParameter(name) for name in names]
        self._model = pybamm_model.discretised(
            cells.changed(system, symbols), initial=pybamm_model.last_states(plated), salt=_SALT
        )
        own = {pybamm_model.CURRENT: -float(system.area) * cells.CURRENT}
        self._inputs = [
            dict(zip(names, map(float, values), strict=True)) | own
            for values in cells.factors(count) * cells.base(system)
        ]
        options = {"num_threads": THREADS, "num_solvers": THREADS}
        self._solver = pybamm.IDAKLUSolver(**pybamm_model.TOLERANCES, options=options)
        self._moments = moments
        self.run()

    def run(self) -> list[Any]:
        """One half-cycle of all cells."""
        span = np.asarray([0.0, cells.HALF_CYCLE])
        return self._solver.solve(self._model, span, inputs=self._inputs, t_interp=self._moments)

    def voltages(self) -> np.ndarray:
        """Of one half-cycle, V, shape (cells, moments)."""
        return np.asarray([one["Voltage [V]"](self._moments) for one in self.run()])


class Spectrometer:
    """PyBaMM's EISSimulation of the fresh cell; set up before any time is taken."""

    def __init__(self, system: Any, hertz: np.ndarray) -> None:
        from benchmarks import pybamm_model

        self._simulation = pybamm_model.spectrometer(system, salt=_SALT)
        self._hertz = hertz
        self.run()

    def run(self) -> np.ndarray:
        """Impedance in ohm, shape of the frequencies."""
        return np.asarray(self._simulation.solve(self._hertz).impedance)
