"""What an arc is taken for, against ranges and values of the literature."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlayer.circuits import fit_spectrum, resistances
from interlayer.circuits.arc_classes import CLASSES, log_density, most_probable
from interlayer.circuits.geometry import Geometry
from tests.circuits.spectra import WINDOW, arc, with_noise

PELLET = Geometry(1e-4, 1e-3)
"""1 cm2, 1 mm."""


def judged(capacitances_F, geometry=PELLET):
    c = np.array(capacitances_F, dtype=float)
    return most_probable(log_density(c, np.full(c.shape, np.nan), geometry))


@pytest.mark.parametrize(
    ("farad_per", "kind", "label"),
    [
        # Irvine, Sinclair and West, Adv. Mater. 2 (1990) 132, Table 1
        (1e-12, "length", "bulk"),
        (1e-10, "length", "grain boundary"),
        (1e-9, "length", "grain boundary"),
        (1e-5, "area", "charge transfer"),
        (1e-1, "area", "diffusion"),
        # a film of 50 nm with permittivity 10
        (1.8e-7, "area", "interphase"),
    ],
)
def test_textbook_capacitances_get_their_class(farad_per, kind, label):
    centimetres = {"length": PELLET.area_m2 / PELLET.thickness_m * 1e2, "area": PELLET.area_m2 * 1e4}[kind]
    (found,), (confidence,) = judged([farad_per * centimetres])
    assert found == label
    assert confidence > 0.8


def test_grains_are_judged_by_permittivity_and_not_by_area():
    """LATP, 0.7 mm thick: 1.8e-12 F/cm is bulk; the same arc has 2.5e-11 F/cm2, which looks like a boundary."""
    (label,), _ = judged([2.5e-11], Geometry(1e-4, 0.7e-3))
    assert label == "bulk"


def test_a_second_arc_of_the_pellet_is_its_boundary():
    """s04147 at 140 degC: 7.0e-12 and 1.74e-11 F, published as bulk and grain boundary (EISFitpython)."""
    labels, confidence = judged([6.996e-12, 1.741e-11], Geometry(np.pi * 0.4e-2**2, 0.21e-2))
    assert labels == ["bulk", "grain boundary"]
    assert (confidence > 0.8).all()


def test_without_geometry_the_same_arc_is_less_sure():
    known = judged([3e-7])[1][0]
    unknown = judged([3e-7], Geometry())[1][0]
    assert unknown < known


def test_between_two_classes_nothing_is_sure():
    (_,), (confidence,) = judged([1.4e-6])
    assert confidence < 0.75


@given(
    st.lists(st.floats(-13, 2), min_size=1, max_size=5, unique=True),
    st.floats(-5, -2),
    st.floats(-5, -2),
    st.floats(-1, 1),
)
def test_order_probability_and_scaling(decades, area, length, scale):
    """Classes never go back along rising capacitance, bulk is given once, and a larger electrode alone
    (all capacitances grow with it) changes nothing."""
    c = 10.0 ** np.sort(decades)
    labels, confidence = judged(c, Geometry(10.0**area, 10.0**length))
    order = [x.name for x in CLASSES]
    places = [order.index(label) for label in labels]
    assert places == sorted(places)
    assert labels.count("bulk") <= 1
    assert ((confidence >= 0) & (confidence <= 1 + 1e-12)).all()
    k = 10.0**scale
    again, sure = judged(c * k, Geometry(10.0**area * k, 10.0**length))
    assert again == labels
    assert sure == pytest.approx(confidence, abs=1e-6)


def test_every_class_says_where_its_range_comes_from():
    assert all(c.source and c.low < c.high for c in CLASSES)


def test_labels_reach_the_resistances_of_a_cell():
    omega = 2 * np.pi * WINDOW
    z = 50 + arc(omega, 200.0, 1e-9, 0.95) + arc(omega, 300.0, 2e-7, 0.95) + arc(omega, 400.0, 2e-5, 0.9)
    found = resistances(fit_spectrum(WINDOW, with_noise(z, 1e-3)), geometry=PELLET)
    assert [x.label for x in found.labels] == ["grain boundary", "interphase", "charge transfer"]
    assert [x.capacitance.method for x in found.labels] == ["Hsu-Mansfeld", "Hsu-Mansfeld", "Brug"]
    assert found.R_int is not None and found.R_gb is not None
    assert found.R_int.value == pytest.approx(700.0, rel=0.02)
    assert found.R_gb.value == pytest.approx(200.0, rel=0.02)
    assert not any(x.tentative for x in found.labels[:1])
    assert found.labels[0].relative_permittivity == pytest.approx(1e-9 * 10 / 8.854e-12, rel=0.1)
    assert found.labels[1].relative_permittivity is None
    plain = resistances(fit_spectrum(WINDOW, with_noise(z, 1e-3)))
    assert all(x.tentative for x in plain.labels)
    assert any("tentatively" in note for note in plain.notes)


def test_diffusion_is_given_apart_from_the_interface():
    f = np.geomspace(1e6, 1e-3, 91)
    omega = 2 * np.pi * f
    z = 50 + arc(omega, 300.0, 5e-6, 0.9) + arc(omega, 80.0, 0.2, 1.0)
    found = resistances(fit_spectrum(f, with_noise(z, 1e-3)), geometry=PELLET)
    assert found.R_int is not None and found.R_diff is not None
    assert found.R_int.value == pytest.approx(300.0, rel=0.02)
    assert found.R_diff.value == pytest.approx(80.0, rel=0.03)
