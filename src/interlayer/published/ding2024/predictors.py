"""What each published number is predicted to be for one draw: the only place where a number gets its prediction.

A predictor takes a `Draw` and returns the number as the paper would have measured it (cell factor and errors included),
in the unit of its row; infinite: it did not happen within the run; None: this draw cannot say. Rows of `left_out.csv`
and of the comparison that have no predictor are listed as not predicted and count as not covered.

To add one: a function of `Draw` and a line in `PREDICTORS`. To let a number calibrate that needs a whole simulation:
its log-likelihood for a draw in `LIKELIHOODS`; the ensemble weighs its candidates with it and resamples.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from interlayer.published.ding2024 import full_cell_draws
from interlayer.published.ding2024.draw import COATED_RAMP, HORIZON_H, Draw

Predictor = Callable[[Draw], float | None]

PIECES: Final = {
    "rint-bare": ("bare-spectra", "resistance"),
    "rint-cuf2": ("cuf2-spectra", "resistance"),
    "rate-": ("rate", "voltage"),
    "v-7um-initial": ("cuf2-10ul", "voltage"),
    "v-32um-max": ("cuf2-30ul", "voltage"),
    "v-15um-0.2": ("cuf2-0.2", "voltage"),
    "v-15um-0.3": ("cuf2-0.3", "voltage"),
    "v-15um": ("cuf2-long", "voltage"),
    "v-pvdf": ("pvdf", "voltage"),
}
"""Cell on which a number was measured and its kind, by the beginning of the row's name; the first that fits."""


def _measured(name: str) -> Predictor:
    piece, kind = next(known for begin, known in PIECES.items() if name.startswith(begin))
    return lambda draw: draw.measured(draw.numbers[name], piece, kind, name)


def _ratio(draw: Draw) -> float | None:
    bare, coated = (PREDICTORS[name](draw) for name in ("rint-bare-0h", "rint-cuf2-0h"))
    return bare / coated if bare and coated else None


def _life(milliamps: float, end: float, piece: str) -> Predictor:
    return lambda draw: min(draw.short_hours("cuf2-20ul", milliamps, piece), end)


def _full(name: str) -> Predictor:
    return lambda draw: draw.full_cells[name]


PREDICTORS: Final[dict[str, Predictor]] = {
    **{
        name: _measured(name)
        for name in (
            *(f"rint-{cell}-{age}h" for cell in ("bare", "cuf2") for age in (0, 100, 200, 400)),
            "v-7um-initial", "v-15um", "v-32um-max", "v-pvdf", "v-15um-4000h", "v-15um-0.2", "v-15um-0.3",
            *(f"rate-{k}" for k in range(1, 9)), "rate-back",
        )
    },
    "rint-ratio": _ratio,
    "ccd-bare-0.05": lambda draw: draw.bare_failed[0.05],
    "ccd-bare-0.1": lambda draw: draw.bare_failed[0.1],
    "ccd-cuf2": lambda draw: draw.coated_passed,
    "life-0.1": _life(0.1, 6000.0, "cuf2-long"),
    "life-0.2": _life(0.2, 2200.0, "cuf2-0.2"),
    "life-0.3": _life(0.3, 1600.0, "cuf2-0.3"),
    "life-0.5": _life(0.5, 250.0, "cuf2-0.5"),
    "short-7um": lambda draw: draw.short_hours("cuf2-10ul", 0.1, "cuf2-10ul"),
    "short-32um": lambda draw: draw.short_hours("cuf2-30ul", 0.1, "cuf2-30ul"),
    "cracks-bare": lambda draw: draw.numbers["cracks-bare"],
    **{name: _full(name) for name in full_cell_draws.PREDICTED},
}  # fmt: skip
"""By row name of values.csv and left_out.csv."""

LIKELIHOODS: Final[dict[str, Callable[[Draw], float]]] = {}
"""Log-likelihoods of calibrating numbers that need a simulation of their own, by row name."""

CENSORED: Final = {
    "short-7um": HORIZON_H, "short-32um": HORIZON_H, "ccd-cuf2": COATED_RAMP[1], "cracks-bare": 400.0,
    "ccd-bare-0.05": 0.4, "ccd-bare-0.1": 0.4,
}  # fmt: skip
"""What an infinite prediction means: at least this, in the unit of the row."""
