"""Which arcs are in the data: choice among a grid of arc shapes, for many spectra at once.

An arc is linear in its resistance once its time constant and exponent are given, and so is every other element
once its shape is. "Which arcs are there?" is thus a choice of columns in a linear problem: all pairs are compared
in closed form, further arcs are added to the best pairs. No start value is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from interlayer.circuits.elements.base import FloatArray
from interlayer.circuits.least_squares import IntArray
from interlayer.circuits.stacked import Spectra

PER_DECADE = 3
EXPONENTS = (0.7, 0.92)
_REACH = 2.0
_BEAM = 3
_OWN_SHARE = 1e-8


@dataclass(frozen=True)
class Grid:
    """Arcs that may be chosen, beside a basis that is there in any case.

    Attributes
    ----------
    log_tau, exponent : array (b, g)
    gram : array (b, g, g)
        Products of the columns, basis taken out.
    right : array (b, g)
        Products with the data.
    """

    log_tau: FloatArray
    exponent: FloatArray
    gram: FloatArray
    right: FloatArray

    def sets(self, count: int, most: int) -> FloatArray:
        """Return the `most` best sets of `count` arcs: log time constant and exponent, (b, most, count, 2)."""
        batch, columns = self.right.shape
        chosen = np.zeros((batch, 1, 0), dtype=np.intp)
        for size in range(1, count + 1):
            last = size == count
            # all single columns stay, so that every pair is compared
            width = columns if size == 1 and not last else most if last else _BEAM
            chosen = self._extend(chosen, width)
        order = np.sort(chosen, axis=2)
        flat = order.reshape(batch, -1)
        pick = np.stack(
            [np.take_along_axis(self.log_tau, flat, 1), np.take_along_axis(self.exponent, flat, 1)], axis=-1
        )
        return pick.reshape(*order.shape, 2)

    def _extend(self, sets: IntArray, width: int) -> IntArray:
        """Add one column to each set (b, k, m) and keep the `width` best results."""
        batch, number, size = sets.shape
        columns = self.right.shape[1]
        norm = np.einsum("bgg->bg", self.gram)
        if size == 0:
            if width == columns:
                return np.broadcast_to(np.arange(columns)[None, :, None], (batch, columns, 1))
            sound = (norm > 0) & (self.right > 0)
            gain = np.where(sound, self.right**2 / np.where(norm > 0, norm, 1.0), -np.inf)
            candidates = np.broadcast_to(np.arange(columns)[None, :, None], (batch, columns, 1))
            return self._best(candidates, gain, width)
        at = np.arange(batch)[:, None, None]
        inner = self.gram[at[..., None], sets[:, :, :, None], sets[:, :, None, :]]
        inner = inner + np.eye(size) * (1e-9 * np.einsum("bkmm->bkm", inner)[..., None] + 1e-300)
        cross = self.gram[at, sets]  # b k m g
        own = self.right[at, sets]  # b k m
        inverse = np.linalg.inv(inner)
        project = np.matmul(inverse, cross)
        alone = np.matmul(inverse, own[..., None])[..., 0]
        rest = norm[:, None, :] - np.einsum("bkmg,bkmg->bkg", cross, project)
        sound = rest > 1e-6 * norm[:, None, :]
        rest = np.where(sound, rest, 1.0)
        new = (self.right[:, None, :] - np.einsum("bkmg,bkm->bkg", cross, alone)) / rest
        others = alone[..., None] - project * new[:, :, None, :]
        sound &= (new > 0) & (others > 0).all(axis=2)
        gain = np.einsum("bkm,bkm->bk", alone, own)[..., None] + new**2 * rest
        gain = np.where(sound, gain, -np.inf)
        grown = np.concatenate(
            [
                np.broadcast_to(sets[:, :, None, :], (batch, number, columns, size)),
                np.broadcast_to(np.arange(columns)[None, None, :, None], (batch, number, columns, 1)),
            ],
            axis=-1,
        )
        return self._best(grown.reshape(batch, -1, size + 1), gain.reshape(batch, -1), width)

    def _best(self, sets: IntArray, gain: FloatArray, width: int) -> IntArray:
        """Choose by gain; what lies within a grid step of a chosen set is passed over."""
        family = len(EXPONENTS)
        order = np.argsort(-gain, axis=1)[:, :_LOOKED_AT]
        at = np.arange(len(sets))
        sets, gain = sets[at[:, None], order], gain[at[:, None], order]
        place = np.sort(sets // family, axis=2)
        chosen: list[IntArray] = []
        for _ in range(width):
            k = np.argmax(gain, axis=1)
            chosen.append(sets[at, k])
            near = (np.abs(place - place[at, k][:, None, :]) <= 1).all(axis=2)
            gain = np.where(near, -np.inf, gain)
        return np.stack(chosen, axis=1)


_LOOKED_AT = 120


def grid(spectra: Spectra, lead: bool, tail: bool) -> Grid:
    """Prepare the choice of arcs beside a resistance, with or without inductance and with or without a tail.

    The tail is Warburg's and a capacitor, the two ends of what a tail can be.
    """
    lw, w = spectra.log_omega, spectra.weight
    fastest, slowest = lw.max(axis=1), lw.min(axis=1)
    nothing = np.zeros_like(w)
    basis = [(w, nothing)]
    if lead:
        basis.append((nothing, w * np.exp(lw - fastest[:, None])))
    if tail:
        root, whole = w * np.exp(0.5 * (slowest[:, None] - lw)), w * np.exp(slowest[:, None] - lw)
        basis += [(root, -root), (nothing, -whole)]
    fixed = np.stack([np.concatenate(pair, axis=1) for pair in basis], axis=2)
    fixed *= spectra.parts[:, :, None]
    log_tau, exponent, columns = arc_columns(spectra)
    q = np.linalg.qr(fixed)[0]
    free = columns - np.matmul(np.matmul(columns, q), q.transpose(0, 2, 1))
    gram = np.matmul(free, free.transpose(0, 2, 1))
    # columns that the basis already holds carry nothing of their own
    held = np.einsum("bgg->bg", gram) < _OWN_SHARE * np.einsum("bgm,bgm->bg", columns, columns)
    right = np.where(held, -1.0, np.matmul(free, spectra.target[:, :, None])[:, :, 0])
    return Grid(log_tau, exponent, gram, right)


def arc_columns(spectra: Spectra) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return log time constants (b, g), exponents (b, g) and weighted arcs of 1 ohm (b, g, 2 n) of the grid."""
    lw, w = spectra.log_omega, spectra.weight
    fastest, slowest = lw.max(axis=1), lw.min(axis=1)
    reach = np.log(_REACH)
    count = int(np.ceil((fastest - slowest).max() / np.log(10.0) * PER_DECADE)) + 2
    along = np.linspace(0.0, 1.0, count)
    log_tau = (-fastest - reach)[:, None] + along * (fastest - slowest + 2 * reach)[:, None]
    log_tau = np.repeat(log_tau, len(EXPONENTS), axis=1)
    exponent = np.tile(np.array(EXPONENTS), count)
    n = exponent[None, :, None]
    u = np.exp(n * (lw[:, None, :] + log_tau[:, :, None]))
    u_real, u_imag = u * np.cos(0.5 * np.pi * n), u * np.sin(0.5 * np.pi * n)
    scale = w[:, None, :] / (1.0 + 2.0 * u_real + u * u)
    columns = np.concatenate([(1.0 + u_real) * scale, -u_imag * scale], axis=2)
    columns *= spectra.parts[:, None, :]
    return log_tau, np.broadcast_to(exponent, log_tau.shape), columns
