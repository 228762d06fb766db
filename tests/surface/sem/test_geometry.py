"""Thickness, pores and cracks against the geometry that was drawn; closed forms, invariances, convergence."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.sem_population import Plan, drawn, plain, render

from interlayer.errors import InputError
from interlayer.surface.sem.bands import choose, find_bands
from interlayer.surface.sem.boundaries import Boundaries, find_boundaries
from interlayer.surface.sem.path import cheapest_path
from interlayer.surface.sem.thickness import measure
from interlayer.surface.sem.tilt import find_slope
from interlayer.surface.sem.voids import find_voids


def boundaries(grey: np.ndarray, layer: str | None = None) -> Boundaries:
    bands = find_bands(grey)
    return find_boundaries(grey, choose(bands, layer, grey.shape[0]), bands.slope)


def mean_thickness(grey: np.ndarray) -> float:
    return measure(boundaries(grey)).mean


def noisy(**changes) -> Plan:
    return plain(
        noise=0.03,
        texture=0.01,
        charging=0.03,
        curtaining=0.015,
        roughness=(2.0, 2.0),
        columns=400,
        rows=300,
        **changes,
    )


@pytest.mark.parametrize("thickness", [20.0, 47.3, 90.0])
@pytest.mark.parametrize("tilt", [-5.0, 0.0, 3.0])
def test_a_clean_straight_layer_is_measured_to_a_tenth_of_a_pixel(thickness, tilt):
    """Closed form: two parallel lines; the normal distance is the vertical one times the cosine of the tilt."""
    drawn_one = render(
        plain(thickness=thickness, tilt_deg=tilt, columns=400, rows=300), np.random.default_rng(1)
    )
    found = boundaries(drawn_one.grey)
    assert measure(found).mean == pytest.approx(thickness, abs=0.1)
    assert np.rad2deg(np.arctan(found.slope)) == pytest.approx(tilt, abs=0.3)
    assert measure(found).sd < 0.3


def test_blur_does_not_move_the_boundaries():
    """A symmetric blur leaves the half level of a step where it is, whatever its width."""
    widths = [
        mean_thickness(render(plain(blur=b, columns=300, rows=300), np.random.default_rng(2)).grey)
        for b in (0.6, 1.5, 3.0)
    ]
    assert widths == pytest.approx([90.0] * 3, abs=0.15)


def test_roughness_and_spread_are_those_of_the_drawn_curves():
    """Statistics of the curves themselves, from which the image was drawn."""
    one = render(plain(roughness=(4.0, 2.0), noise=0.02, columns=640), np.random.default_rng(3))
    t = measure(boundaries(one.grey))
    x = np.arange(one.upper.size)
    for found, curve in zip(t.roughness, (one.upper, one.lower), strict=True):
        assert found == pytest.approx(np.std(curve - np.polyval(np.polyfit(x, curve, 1), x)), rel=0.1)
    assert t.sd == pytest.approx(np.std(one.thickness), rel=0.08)
    assert (t.p05, t.median, t.p95) == pytest.approx(np.percentile(one.thickness, [5, 50, 95]), abs=1.0)


def test_mirrored_and_regraded_images_give_the_same_thickness():
    """Mirror, gain and offset of the grey scale change nothing that was drawn."""
    one = render(noisy(), np.random.default_rng(4))
    t = mean_thickness(one.grey)
    for other in (one.grey[:, ::-1], one.grey[::-1], 0.6 * one.grey + 0.2):
        assert mean_thickness(np.ascontiguousarray(other)) == pytest.approx(t, rel=0.005)


def test_twice_the_pixels_give_twice_the_thickness():
    one = render(noisy(), np.random.default_rng(5))
    twice = np.kron(one.grey, np.ones((2, 2)))
    assert mean_thickness(twice) == pytest.approx(2.0 * mean_thickness(one.grey), rel=0.01)


def test_a_finer_image_is_measured_better():
    """The error of a mean falls with the number of columns: ten times as many, at most half the error here."""
    errors = []
    for columns in (60, 640):
        some = [
            render(plain(noise=0.1, columns=columns, rows=240, thickness=60.0), np.random.default_rng(k))
            for k in range(4)
        ]
        errors.append(np.sqrt(np.mean([(mean_thickness(s.grey) - s.thickness.mean()) ** 2 for s in some])))
    assert errors[1] < 0.5 * errors[0]


def test_a_place_without_layer_is_found():
    one = render(plain(gap=(150.0, 210.0), noise=0.02, columns=400, rows=300), np.random.default_rng(6))
    t = measure(boundaries(one.grey))
    assert len(t.gaps) == 1
    assert t.gaps[0] == pytest.approx((150, 210), abs=9)
    assert t.mean == pytest.approx(90.0, rel=0.03)


def test_pores_of_known_area_and_no_crack():
    one = render(noisy(porosity=0.12, pore_radius=(4.0, 7.0)), np.random.default_rng(7))
    voids = find_voids(one.grey, boundaries(one.grey))
    assert 100 * voids.porosity == pytest.approx(100 * one.porosity, abs=2.0)
    assert voids.pore_count > 10


def test_a_sound_layer_has_no_pores_and_no_cracks():
    one = render(noisy(), np.random.default_rng(8))
    voids = find_voids(one.grey, boundaries(one.grey))
    assert (voids.pore_count, voids.crack_count) == (0, 0)


def test_cracks_are_told_from_pores_and_counted():
    one = render(
        noisy(cracks=3, through=2, crack_width=(4.0, 5.0), porosity=0.02, pore_radius=(5.0, 8.0)),
        np.random.default_rng(12),
    )
    voids = find_voids(one.grey, boundaries(one.grey))
    assert voids.crack_fraction == pytest.approx(one.crack_fraction, rel=0.1)
    assert voids.crack_length == pytest.approx(one.crack_length, rel=0.1)
    assert voids.through == one.through == 2


def test_the_path_is_the_cheapest_of_all():
    """Against all paths of a small field, tried one by one."""
    from itertools import product

    rng = np.random.default_rng(9)
    cost = rng.random((5, 6))

    def price(path) -> float:
        steps = np.abs(np.diff(path))
        return float(cost[list(path), range(6)].sum() + 0.3 * steps.sum())

    best = min(product(range(5), repeat=6), key=price)
    assert price(cheapest_path(cost, 0.3)) == pytest.approx(price(best), abs=1e-12)


def test_a_tilt_is_found_to_a_tenth_of_a_degree_on_straight_layers():
    one = render(plain(tilt_deg=4.2, noise=0.03), np.random.default_rng(10))
    assert np.rad2deg(np.arctan(find_slope(one.grey))) == pytest.approx(4.2, abs=0.1)


def test_noise_alone_is_no_layer():
    rng = np.random.default_rng(11)
    with pytest.raises(InputError, match="plan view"):
        boundaries(np.clip(0.5 + 0.1 * rng.standard_normal((300, 400)), 0, 1))


def test_several_candidates_are_listed_and_not_guessed():
    one = render(plain(columns=300, rows=200, thickness=50.0), np.random.default_rng(12))
    grey = np.vstack([one.grey, np.full((60, 300), 0.5)])
    with pytest.raises(InputError, match="bands could be the layer"):
        boundaries(grey)
    with pytest.raises(InputError, match="no band on both sides"):
        boundaries(grey, "1")
    assert measure(boundaries(grey, "2")).mean == pytest.approx(50.0, abs=0.2)


def test_a_population_of_four():
    """The short form of the benchmark 'sem', a seed of its own: thickness within 3 %, porosity within 2 points."""
    thickness, porosity = [], []
    for number in range(4):
        rng = np.random.default_rng([77, number])
        plan = drawn(rng)
        one = render(plan, rng)
        grey = one.grey[: plan.rows]
        found = boundaries(grey)
        thickness.append(measure(found).mean / one.thickness.mean() - 1.0)
        porosity.append(100.0 * (find_voids(grey, found).porosity - one.porosity))
    assert np.max(np.abs(thickness)) < 0.03
    assert np.median(np.abs(thickness)) < 0.01
    assert np.max(np.abs(porosity)) < 2.0
