"""Synthetic records: small cells with a written law, no engine of the package behind them."""

from __future__ import annotations

import numpy as np
import polars as pl

from interlayer.record import Provenance, Record
from interlayer.record import schema as s

AREA = 0.785e-4


def half_cycle_times(duration, samples):
    """Sample times within a half-cycle, the switch included at its start."""
    return np.linspace(0.0, duration, samples)


def cycled(
    currents,
    resistance,
    *,
    duration=3600.0,
    samples=25,
    rest=0.0,
    noise_V=0.0,
    noise_A=0.0,
    seed=0,
    area=AREA,
    steps=True,
    cell=None,
    law=None,
):
    """Build a record of half-cycles.

    `currents` in A, one a half-cycle; `resistance` in ohm: a number, one a half-cycle, or a function
    (half-cycle, share of its duration, current) -> ohm. `duration` in s, one or one a half-cycle. `law`
    replaces V = I R: a function (half-cycle, share, current) -> V.
    """
    rng = np.random.default_rng(seed)
    currents = np.asarray(currents, dtype=float)
    durations = np.broadcast_to(np.asarray(duration, dtype=float), currents.shape)
    ohms = (
        resistance if callable(resistance) else np.broadcast_to(np.asarray(resistance, float), currents.shape)
    )
    time, volt, amp, step = [], [], [], []
    now, number = 0.0, 0
    for k, (i, length) in enumerate(zip(currents, durations, strict=True)):
        t = half_cycle_times(length, samples)
        share = t / length
        if law is not None:
            v = law(k, share, i)
        else:
            r = ohms(k, share, i) if callable(ohms) else ohms[k]
            v = i * r * np.ones_like(t)
        time.append(now + t)
        volt.append(v)
        amp.append(np.full(t.size, i))
        step.append(np.full(t.size, number))
        now, number = now + length, number + 1
        if rest:
            t = np.linspace(0.0, rest, 5)[1:]
            time.append(now + t)
            volt.append(np.zeros(4))
            amp.append(np.zeros(4))
            step.append(np.full(4, number))
            now, number = now + rest, number + 1
    data = {
        s.TIME: np.concatenate(time),
        s.VOLTAGE: np.concatenate(volt),
        s.CURRENT: np.concatenate(amp),
    }
    data[s.VOLTAGE] = data[s.VOLTAGE] + noise_V * rng.standard_normal(data[s.VOLTAGE].size)
    data[s.CURRENT] = data[s.CURRENT] * (1 + noise_A * rng.standard_normal(data[s.CURRENT].size))
    if steps:
        data[s.STEP] = np.concatenate(step)
    return Record(pl.DataFrame(data), Provenance("measured"), label="synthetic", area_m2=area, cell=cell)


def alternating(levels, cycles=1):
    """Currents of both signs, `cycles` full cycles at each level."""
    return np.repeat(np.asarray(levels, float), 2 * cycles) * np.tile([1.0, -1.0], len(levels) * cycles)


def with_spectra(record, spectra):
    """Add spectra: a list of (time in s, frequencies, impedance)."""
    parts = [record.table]
    for index, (when, f, z) in enumerate(spectra):
        parts.append(
            pl.DataFrame(
                {
                    s.TIME: np.full(f.size, float(when)),
                    s.SPECTRUM: np.full(f.size, index),
                    s.FREQUENCY: f,
                    s.Z_REAL: z.real,
                    s.Z_IMAG: z.imag,
                }
            )
        )
    table = pl.concat(parts, how="diagonal_relaxed").sort(s.TIME, maintain_order=True)
    return record.with_(table=table)
