"""Records of one kind of trouble each, from closed forms: nothing of the detector and nothing of the simulator."""

from __future__ import annotations

import numpy as np
import polars as pl

from interlayer.record import Record
from interlayer.record import schema as s
from tests.metrics.records import alternating, cycled

OHM = 400.0
AMP = 1e-4


def shunted(half, share, remaining, ohm=OHM):
    """Resistance with a parallel path from a moment on: `remaining` of it is left."""

    def law(k, x, _i):
        return ohm * np.where((k > half) | ((k == half) & (x >= share)), remaining, 1.0)

    return law


def cycling(law, count=16, **keys):
    """Cycling at 0.1 mA with a law V(half-cycle, share, current) or resistance."""
    keys.setdefault("samples", 60)
    keys.setdefault("noise_V", 2e-4)
    return cycled(alternating([AMP] * (count // 2)), law, **keys)


def plating(law, hours=20.0, **keys):
    """One half-cycle in one direction."""
    keys.setdefault("samples", 400)
    keys.setdefault("noise_V", 2e-4)
    return cycled([-AMP], law, duration=3600.0 * hours, **keys)


def voltages(record, change):
    """The record with `change(voltage, time)` as its voltage."""
    volt = change(record.table[s.VOLTAGE].to_numpy().copy(), record.table[s.TIME].to_numpy())
    return record.with_(table=record.table.with_columns(pl.Series(s.VOLTAGE, volt)))


def column(record: Record, label, values):
    """The record with a column replaced."""
    return record.with_(table=record.table.with_columns(pl.Series(label, values)))


def voids(half, grow=0.35, heal=0.8, part=300.0):
    """Area lost by stripping, regained by plating (Krauskopf et al. 2019): a face's part is over 1 - a."""
    area = [0.0, 0.0]
    seen = {}

    def law(k, x, i):
        if k not in seen:
            face = 0 if i > 0 else 1
            faces = [np.full_like(x, area[0]), np.full_like(x, area[1])]
            if k >= half:
                faces[face] = np.minimum(area[face] + grow * x, 0.98)
                faces[1 - face] = np.maximum(area[1 - face] - heal * grow * x, 0.0)
            seen[k] = faces
            area[0], area[1] = float(faces[0][-1]), float(faces[1][-1])
        one, two = seen[k]
        return OHM - part + 0.5 * part * (1.0 / (1.0 - one) + 1.0 / (1.0 - two))

    return law


def sand(tau=0.8, volt=0.05):
    """Depletion (Sand 1901) within each half-cycle: B ln((1 + x)/(1 - x)), x = sqrt(t/tau), up to a limit of 2 V."""

    def law(_k, x, i):
        root = np.sqrt(np.minimum(x / tau, 1.0 - 1e-12))
        return np.sign(i) * np.minimum(abs(i) * OHM + volt * np.log((1.0 + root) / (1.0 - root)), 2.0)

    return law


def exploding(half, tau=4.0):
    """A resistance that grows as exp((t - t0)/tau), t in half-cycles, in both directions alike."""

    def law(k, x, _i):
        return OHM * (1.0 + np.expm1(np.maximum(k + x - half, 0.0) / tau))

    return law
