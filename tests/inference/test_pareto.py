"""The tail diagnostic against distributions whose shape is known."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.inference.pareto import tail_shape


@pytest.mark.parametrize("shape", [0.2, 0.5, 0.9, 1.3])
def test_shape_of_pareto_weights_is_found(shape):
    """Weights u^-k have a Pareto tail of shape k exactly."""
    found = [tail_shape(-shape * np.log(np.random.default_rng(s).random(4000))) for s in range(8)]
    assert np.mean(found) == pytest.approx(shape, abs=0.12)


def test_normal_importance_ratios_get_worse_with_the_mismatch():
    z = np.random.default_rng(0).standard_normal(4000)
    narrow, wide = (tail_shape(0.5 * z**2 * (1 - 1 / s**2)) for s in (1.05, 3.0))
    assert narrow < 0.4 < wide


def test_equal_weights_have_no_tail_and_few_weights_have_no_verdict():
    assert tail_shape(np.zeros(1000)) == -np.inf
    assert tail_shape(np.zeros(10)) == np.inf
