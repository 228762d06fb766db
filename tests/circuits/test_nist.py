"""The least-squares core against NIST's 27 certified nonlinear sets, from both of their starts.

The model is the text in NIST's own file, its derivatives are complex steps. Coordinates are b over a tenth of the
start's size, since a step of the core is at most 1.5 in every coordinate; MGH10 is fitted in logarithms as
circuits are. Reached digits are counted as usual, LRE = -log10(|b - certified|/|certified|), of the worst
parameter; certified values carry 11 digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest

from interlayer.circuits.gauss_newton import sharpen
from interlayer.circuits.least_squares import solve

FILES = sorted((Path(__file__).parent / "nist").glob("*.dat"))
IN_LOGARITHMS = {
    # three positive parameters, start 1 wrong by factors of 360, 65 and 72: steps in b itself reach the plateau
    # where the exponential vanishes
    "MGH10"
}
LEAST_DIGITS_OF_SUM = {
    # residuals are the rounding of data given to 14 digits, 1e-13 of numbers near 1: of their squares, 1.4e-25,
    # double precision holds two or three digits. Its parameters reach 11 digits all the same.
    "Lanczos1": 2.0
}
FUNCTIONS = {
    "exp": np.exp,
    "cos": np.cos,
    "sin": np.sin,
    "arctan": np.arctan,
    "pi": np.pi,
    "__builtins__": {},
}


@dataclass(frozen=True)
class Certified:
    """One file."""

    path: Path

    @cached_property
    def lines(self):
        return self.path.read_text().splitlines()

    def _rows(self, what):
        found = re.search(rf"{what}\s+\(lines +(\d+) to +(\d+)\)", "\n".join(self.lines), re.IGNORECASE)
        return self.lines[int(found[1]) - 1 : int(found[2])]

    @cached_property
    def table(self):
        """Start 1, start 2, certified value, its standard deviation; one row a parameter."""
        return np.array(
            [re.split(r"[=\s]+", row.strip())[1:5] for row in self._rows("Starting Values")], float
        )

    @cached_property
    def data(self):
        return np.array([row.split() for row in self._rows("Data")], float)

    @cached_property
    def sum_of_squares(self):
        return float(re.search(r"Residual Sum of Squares:\s+(\S+)", "\n".join(self.lines))[1])

    @cached_property
    def model(self):
        """Left and right side of the model's equation."""
        first = next(k for k, row in enumerate(self.lines) if re.match(r"\s+(log\[)?y\]?\s+=", row))
        last = next(k for k in range(first, first + 5) if re.search(r"\+\s+e\s*$", self.lines[k]))
        left, right = " ".join(self.lines[first : last + 1]).split("=", 1)
        right = re.sub(r"\+\s+e\s*$", "", right).replace("[", "(").replace("]", ")")
        return left.strip(), compile(right.strip(), self.path.name, "eval")

    @cached_property
    def target(self):
        y = self.data[:, 0]
        return np.log(y) if self.model[0].startswith("log") else y

    def predict(self, b):
        """Model for parameter sets b (s, p), shape (s, m)."""
        x = self.data[:, 1:].T
        known = {"x": x[0]} | {f"x{k + 1}": row for k, row in enumerate(x)}
        known |= {f"b{k + 1}": b[:, k : k + 1] for k in range(b.shape[1])}
        with np.errstate(all="ignore"):
            return eval(self.model[1], FUNCTIONS, known) + np.zeros((b.shape[0], x.shape[1]))

    def slope(self, b):
        """Derivatives by b, shape (s, p, m): the imaginary part of a step of 1e-30 i."""
        rows = []
        for k in range(b.shape[1]):
            step = 1e-30 * np.abs(b[:, k])
            moved = b.astype(complex)
            moved[:, k] += 1j * step
            rows.append(self.predict(moved).imag / step[:, None])
        return np.stack(rows, axis=1)


def fitted(path, start):
    """Parameters b and sum of squares from one of the two starts."""
    certified = Certified(path)
    first = certified.table[:, start]
    logarithms = path.stem in IN_LOGARITHMS
    scale = np.ones_like(first) if logarithms else 0.1 * np.abs(first)

    def natural(theta):
        return np.exp(theta) if logarithms else scale * theta

    def model(theta):
        b = natural(theta)
        slope = certified.slope(b) * (b if logarithms else scale[None])[:, :, None]
        return certified.predict(b) - certified.target, slope

    begin = np.log(first) if logarithms else first / scale
    ends = np.full(first.size, 60.0 if logarithms else 1e9)
    found = solve(model, begin[None], -ends, ends, most=3000, tolerance=0.0)
    found = sharpen(model, found, -ends, ends)
    return natural(found.theta), found.cost


@pytest.mark.parametrize("start", [0, 1], ids=["start1", "start2"])
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_certified_digits(path, start):
    certified = Certified(path)
    b, cost = fitted(path, start)
    reached = digits(b, certified.table[:, 2]).min()
    assert reached >= 9.0, f"{path.stem}: {reached:.1f} digits"
    assert digits(cost, certified.sum_of_squares) >= LEAST_DIGITS_OF_SUM.get(path.stem, 9.0)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_standard_deviations_follow_from_the_derivatives(path):
    certified = Certified(path)
    slope = certified.slope(certified.table[None, :, 2])[0]
    size = np.linalg.norm(slope, axis=1)
    inverse = np.linalg.inv((slope / size[:, None]) @ (slope / size[:, None]).T)
    variance = certified.sum_of_squares / (certified.target.size - size.size)
    np.testing.assert_allclose(np.sqrt(np.diag(inverse) * variance) / size, certified.table[:, 3], rtol=1e-5)


def digits(value, exact):
    """Leading decimal digits that agree."""
    return -np.log10(np.maximum(np.abs((value - exact) / exact), 1e-16))


def test_all_sets_are_there():
    assert len(FILES) == 27
    for path in FILES:
        certified = Certified(path)
        stated = re.search(r"(\d+) Observations", path.read_text())
        assert len(certified.data) == int(stated[1])
        assert len(certified.table) == int(re.search(r"(\d+) Parameters", path.read_text())[1])


def test_sharpening_leaves_what_stands_at_a_limit():
    def model(theta):
        x, y = theta[:, :1], theta[:, 1:]
        residual = np.concatenate([x - 3.0, x * y - 4.0], axis=1)
        zero = np.zeros_like(x)
        return residual, np.stack(
            [np.concatenate([zero + 1, y], axis=1), np.concatenate([zero, x], axis=1)], axis=1
        )

    lower, upper = np.zeros(2), np.array([2.0, 9.0])
    found = solve(model, np.array([[1.0, 1.0]]), lower, upper)
    sharp = sharpen(model, found, lower, upper)
    assert sharp.theta[0] == 2.0
    assert sharp.theta[1] == pytest.approx(2.0, rel=1e-14)
