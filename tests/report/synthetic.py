"""Records made of closed forms, to draw: no physics, only plausible shapes."""

from __future__ import annotations

import numpy as np
import polars as pl

from interlayer.record import Event, Provenance, Record
from interlayer.record import schema as s

AREA_M2 = 0.785e-4


def impedance(hz, r_int, r_gb=92.0, r_b=15.0):
    w = 2j * np.pi * hz
    return r_b + r_gb / (1 + w * r_gb * 2e-9) + r_int / (1 + (w * r_int * 8e-7) ** 0.85)


def spectrum_rows(hours, r_ints):
    hz = np.logspace(6, -1, 43)
    frames = []
    for index, (hour, r_int) in enumerate(zip(hours, r_ints, strict=True)):
        z = impedance(hz, r_int)
        frames.append(
            pl.DataFrame(
                {
                    s.TIME: np.full(hz.size, hour * 3600.0),
                    s.SPECTRUM: np.full(hz.size, index),
                    s.FREQUENCY: hz,
                    s.Z_REAL: z.real,
                    s.Z_IMAG: z.imag,
                }
            )
        )
    return frames


def symmetric(
    label="bare",
    hours=400.0,
    per_half=16,
    level=0.077,
    growth=0.0,
    noise=0.0,
    spectra=None,
    states=None,
    events=(),
):
    """Half-cycles of one hour at 0.1 mA/cm2; voltage = sign * level * (1 + growth * t / hours)."""
    time = np.arange(int(hours * per_half) + 1) * 3600.0 / per_half
    half = np.floor(time / 3600.0)
    sign = np.where(half % 2 == 0, 1.0, -1.0)
    rng = np.random.default_rng(7)
    slope = 1 + 0.08 * ((time / 3600.0) % 1.0)
    voltage = sign * level * (1 + growth * time / time[-1]) * slope + noise * rng.normal(size=time.size)
    columns = {
        s.TIME: time,
        s.VOLTAGE: voltage,
        s.CURRENT: sign * 0.1 * 10 * AREA_M2,
        s.STEP: half.astype(int),
    }
    share = time / 3600.0
    for name, form in (states or {}).items():
        columns[name] = form(share)
    frames = [pl.DataFrame(columns), *(spectrum_rows(*spectra) if spectra else [])]
    return Record(
        table=pl.concat(frames, how="diagonal_relaxed"),
        provenance=Provenance("simulated", references=("ding2024",)),
        label=label,
        area_m2=AREA_M2,
        events=tuple(events),
    )


def bare():
    return symmetric(
        "bare", 400, 16, 0.077, 5.8, spectra=([0, 100, 200, 400], [562, 1006, 2931, 4083]),
        states={
            "Interphase Thickness 1 / m": lambda t: 3.7e-6 * np.sqrt(t + 0.01),
            "Interphase Thickness 2 / m": lambda t: 3.5e-6 * np.sqrt(t + 0.01),
            "Contact Fraction 1 / 1": lambda t: 0.09 - 0.03 * t / 400,
            "Contact Fraction 2 / 1": lambda t: 0.09 - 0.03 * t / 400,
            "Crack Damage 1 / 1": lambda t: 0.65 * np.clip((t - 136) / 40, 0, 1),
            "Crack Damage 2 / 1": lambda t: 0.6 * np.clip((t - 150) / 40, 0, 1),
            "Filament Length 1 / m": lambda t: 1e-6 * np.clip(t - 300, 0, None),
            "DC Polarisation 1 / V": lambda t: 0.01 * (1 - np.exp(-t / 3)),
        },
        events=(Event("crack_onset", 136 * 3600.0, side=1), Event("crack_onset", 150 * 3600.0, side=2)),
    )  # fmt: skip


def coated(hours=6000.0):
    return symmetric(
        "CuF2 20 µL", hours, 4, 0.040, 0.04, spectra=([0, 100, 200, 400], [92, 98, 105, 108]),
        states={
            "Interphase Thickness 1 / m": lambda t: 51e-9 * (1 - np.exp(-t / 800)) + 1e-9,
            "Interphase Thickness 2 / m": lambda t: 51e-9 * (1 - np.exp(-t / 800)) + 1e-9,
            "Contact Fraction 1 / 1": lambda t: 0.98 + 0 * t,
            "Contact Fraction 2 / 1": lambda t: 0.97 + 0 * t,
            "Conversion 1 / 1": lambda t: 0.35 * (1 - np.exp(-t / 100)),
            "Conversion 2 / 1": lambda t: 0.35 * (1 - np.exp(-t / 100)),
            "Layer Ageing 1 / 1": lambda t: 1 - np.exp(-t / 214),
            "Layer Ageing 2 / 1": lambda t: 1 - np.exp(-t / 214),
            "Crack Damage 1 / 1": lambda t: 0 * t,
            "DC Polarisation 1 / V": lambda t: 0.009 * (1 - np.exp(-t / 3)),
        },
    )  # fmt: skip


def ramp(label, steps, resistance=0.04, fails_at=None):
    """One hour each way at each current density (mA/cm2); after `fails_at` the voltage collapses."""
    time, voltage, current = [], [], []
    clock = 0.0
    for density in steps:
        for sign in (1, -1):
            t = np.linspace(0, 3600, 40, endpoint=False)
            v = sign * (density * resistance * 10 + 0.02 * np.tanh(density / 0.1)) * (1 + 0.05 * t / 3600)
            if fails_at is not None and density >= fails_at:
                v = np.where(t > 1200, sign * 0.004, v) if sign == 1 else np.full(t.size, sign * 0.004)
            time.append(clock + t)
            voltage.append(v)
            current.append(np.full(t.size, sign * density * 10 * AREA_M2))
            clock += 3600
    table = pl.DataFrame(
        {s.TIME: np.concatenate(time), s.VOLTAGE: np.concatenate(voltage), s.CURRENT: np.concatenate(current)}
    )
    events = ()
    if fails_at is not None:
        at = 2 * 3600.0 * [d >= fails_at for d in steps].index(True) + 1200
        events = (Event("short", at, detail="hard"),)
    return Record(
        table=table, provenance=Provenance("simulated"), label=label, area_m2=AREA_M2, events=events
    )


def full_cell(
    label="LFP | LATP | Li", rates=(0.5,), cycles=120, fade=0.002, mass_kg=1e-6, ohm=900.0, samples=60
):
    """Cycles of a flat cathode with a resistance in series; capacity falls with the square root of the rate."""
    one_c = 170.0 * (mass_kg or 1e-6)  # A; 170 mAh/g is 170 A/kg for one hour
    time, voltage, current, step = [], [], [], []
    clock, number, count = 0.0, 0, 0
    for rate in rates:
        for _ in range(cycles):
            count += 1
            capacity = 0.95 * (1 - 0.35 * np.sqrt(rate / 2)) * (1 - fade * count) * one_c * 3600.0
            for sign, passed in ((1, capacity * (1.02 if count == 1 else 1.001)), (-1, capacity)):
                t = np.linspace(0.0, passed / (rate * one_c), samples)
                x = np.linspace(0.999, 0.002, samples)[::sign]
                potential = 3.4077 - 0.020269 * x + 0.5 * np.exp(-150 * x) - 0.9 * np.exp(-30 * (1 - x))
                time.append(clock + t)
                voltage.append(potential + sign * rate * one_c * ohm)
                current.append(np.full(samples, sign * rate * one_c))
                step.append(np.full(samples, number))
                clock, number = clock + t[-1], number + 1
    table = pl.DataFrame(
        {
            s.TIME: np.concatenate(time),
            s.VOLTAGE: np.concatenate(voltage),
            s.CURRENT: np.concatenate(current),
            s.STEP: np.concatenate(step),
        }
    )
    cathode = {"active_mass_kg": mass_kg, "one_c_A": one_c if mass_kg else None}
    cell = {"label": label, "symmetric": False, "resolved": {"cathode": cathode}}
    return Record(table=table, provenance=Provenance("simulated"), label=label, area_m2=AREA_M2, cell=cell)
