"""Where sweeps part, for sweeps that are known."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from interlayer.readers.spectra import spectrum_starts


@given(
    sweeps=st.lists(
        st.tuples(st.integers(2, 12), st.floats(1e3, 7e6), st.floats(1e-3, 1e2)), min_size=1, max_size=6
    ),
    rising=st.booleans(),
)
def test_sweeps_of_one_direction_are_told_apart(sweeps, rising):
    parts = [np.geomspace(high, low, n) for n, high, low in sweeps]
    parts = [part[::-1] for part in parts] if rising else parts
    starts = spectrum_starts(np.concatenate(parts))
    expected = np.cumsum([0, *[len(part) for part in parts[:-1]]])
    assert np.flatnonzero(starts).tolist() == expected.tolist()


def test_repeated_frequencies_continue_a_sweep():
    assert spectrum_starts(np.array([10.0, 10.0, 1.0, 1.0, 0.1])).sum() == 1
    assert spectrum_starts(np.full(5, 50.0)).sum() == 1
    assert spectrum_starts(np.array([])).size == 0


def test_down_and_up_again():
    starts = spectrum_starts(np.array([100.0, 10.0, 1.0, 10.0, 100.0]))
    assert np.flatnonzero(starts).tolist() == [0, 3]
