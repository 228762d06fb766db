"""Zahner files with a block of zeros in their phases: |Z| alone must not pass for an impedance."""

from __future__ import annotations

import struct

import numpy as np

from interlayer.readers import read
from tests.writers import spectra


def test_phases_of_exactly_zero_are_named(tmp_path):
    f, z = spectra.sample()
    sound = spectra.ism(tmp_path / "sound.ism", f, z)
    assert "zero_phase" not in {x.name for x in read(sound).findings}
    data = sound.read_bytes()
    at = data.index(struct.pack(">d", np.angle(z[4])))
    damaged = tmp_path / "damaged.ism"
    damaged.write_bytes(data[:at] + bytes(3 * 8) + data[at + 3 * 8 :])
    found = next(x for x in read(damaged).findings if x.name == "zero_phase")
    assert (found.severity, found.rows) == ("warning", 3)
