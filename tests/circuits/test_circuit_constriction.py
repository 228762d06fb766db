"""The constriction element against the field in a solid that is touched on spots.

Cylinder of radius 1 and conductivity 1, spot of radius sqrt(f) in the middle of its face, insulating mantle;
the potential is a series of Bessel functions whose coefficients follow from the mixed condition on the face.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import j0, j1, jn_zeros

from interlayer.circuits import parse_circuit
from interlayer.circuits.elements import Constriction
from interlayer.circuits.least_squares import solve


def face(fraction, spot, gap, modes=300):
    """Impedance of the face, 1/conductance per area: mean potential over mean current density.

    Spot and gap are admittances per area. In the face the current density is i0 - sum(a_k u_k J0(a_k r)) for the
    potential u0 + sum(u_k J0(a_k r)) of a half-space below.
    """
    radius = np.sqrt(fraction)
    roots = np.concatenate([[0.0], jn_zeros(1, modes)])
    norm = 0.5 * j0(roots) ** 2
    b0, b1 = j0(roots * radius), j1(roots * radius)
    x, y = roots[:, None], roots[None]
    with np.errstate(invalid="ignore", divide="ignore"):
        overlap = radius * (x * b1[:, None] * b0[None] - y * b0[:, None] * b1[None]) / (x**2 - y**2)
    np.fill_diagonal(overlap, 0.5 * radius**2 * (b0**2 + b1**2))
    right = np.zeros(roots.size, dtype=complex)
    right[0] = norm[0]
    return np.array(
        [
            np.linalg.solve(np.diag(norm * (g + roots)) + (s - g) * overlap, right)[0]
            for s, g in zip(spot, gap, strict=True)
        ]
    )


def test_spreading_resistance_of_few_spots_is_the_contact_law():
    """Cooper, Mikic and Yovanovich 1969: pi a (1 - sqrt f)^1.5/(4 sigma f) of an area of unit radius."""
    for fraction in (0.01, 0.04, 0.1):
        found = face(fraction, [1e3], [0.0])[0].real - 1e-3 / fraction
        radius = np.sqrt(fraction)
        assert found == pytest.approx(np.pi * radius * (1 - radius) ** 1.5 / (4 * fraction), rel=0.02)


@pytest.mark.parametrize("charge_transfer", [0.01, 1.0], ids=["ideal-spots", "charge-transfer"])
@pytest.mark.parametrize(("fraction", "error"), [(0.01, 0.04), (0.04, 0.06)])
def test_constriction_is_the_field_where_contact_is_scarce(fraction, error, charge_transfer):
    """Gaps then lie at one potential; the error grows with the fraction in contact, from geometry alone."""
    omega = np.geomspace(1e-3, 1e4, 30)
    radius = np.sqrt(fraction)
    z_spot = charge_transfer * np.pi * radius * (1 - radius) ** 1.5 / 4
    gap, layer = 0.01, 1.0 / fraction
    exact = face(fraction, 1 / z_spot + 1j * omega * layer, 1j * omega * gap)
    direct = face(fraction, [1 / z_spot], [0.0])[0].real
    spreading = direct - z_spot / fraction
    reported = np.array([spreading, gap * (1 - fraction), z_spot / fraction, layer * fraction])
    found = Constriction.impedance(omega, Constriction.from_reported(reported))
    assert np.abs(found - exact).max() < error * direct


@pytest.mark.parametrize(("fraction", "error"), [(0.04, 0.06), (0.1, 0.07), (0.3, 0.10)])
def test_fitted_to_the_field_it_gives_the_spreading_resistance(fraction, error):
    """With all four parameters free the shape is met to 1 % at any contact; the gap's capacitance takes it up."""
    omega = np.geomspace(1e-3, 1e4, 50)
    radius = np.sqrt(fraction)
    z_spot = np.pi * radius * (1 - radius) ** 1.5 / 4
    exact = face(fraction, 1 / z_spot + 1j * omega / fraction, 0.01j * omega)
    direct = face(fraction, [1 / z_spot], [0.0])[0].real
    spreading = direct - z_spot / fraction
    circuit = parse_circuit("Rcon1")

    def model(theta):
        z, slope = circuit.both(omega, theta)
        return np.ascontiguousarray(z - exact).view(float), np.ascontiguousarray(slope).view(float)

    first = circuit.theta({"Rcon1_0": direct / 2, "Rcon1_1": 0.01, "Rcon1_2": direct / 2, "Rcon1_3": 1.0})
    found = solve(model, first[None], np.full(4, -40.0), np.full(4, 40.0), most=300)
    reported = Constriction.to_reported(circuit.natural(found.theta))[0]
    assert reported[0] + reported[2] == pytest.approx(direct, rel=0.01)
    assert reported[0] == pytest.approx(spreading, rel=error)
    assert np.abs(circuit.impedance(omega, found.theta[None])[0] - exact).max() < 0.01 * direct
