"""Spectra fitted together: labels across a swap, errors, unequal windows, jumps, and a published pellet."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.circuits import fit_spectrum
from interlayer.circuits.geometry import Geometry
from interlayer.circuits.series import fit_series
from tests.circuits.spectra import WINDOW, arc, with_noise

PELLET = Geometry(1e-4, 1e-3)
BOLTZMANN = 8.617333262e-5
T = np.array([250.0, 265.0, 280.0, 295.0, 310.0, 325.0, 340.0])


def activated(value, energy, reference=295.0):
    """Resistance with an activation energy in eV."""
    return value * np.exp(energy / BOLTZMANN * (1 / T - 1 / reference))


R_ONE = activated(3000.0, 0.70)
"""Of the arc with 3e-9 F: slower when cold, faster when warm."""
R_TWO = activated(300.0, 0.20)
C_ONE, C_TWO = 3e-9, 1e-7


def swapping(noise=3e-3):
    """Arcs whose time constants cross between 265 and 280 K; when cold the second hides behind the first."""
    omega = 2 * np.pi * np.geomspace(3e6, 10.0, 80)
    return [
        (
            omega / 2 / np.pi,
            with_noise(20.0 + arc(omega, one, C_ONE, 0.95) + arc(omega, two, C_TWO, 0.95), noise, k),
        )
        for k, (one, two) in enumerate(zip(R_ONE, R_TWO, strict=True))
    ]


def test_the_made_up_arcs_do_swap():
    faster = R_ONE * C_ONE < R_TWO * C_TWO
    assert not faster[0] and faster[-1]


def test_labels_stay_where_arcs_swap_order():
    found = fit_series(swapping(), geometry=PELLET)
    labels = {label: name for name, (label, _) in found.labels.items()}
    one, two = labels["grain boundary"], labels["interphase"]
    for k, fit in enumerate(found.fits):
        small, large = fit.parameters[one], fit.parameters[two]
        assert small.value == pytest.approx(R_ONE[k], rel=0.02), k
        assert T[k] < 285 or large.value == pytest.approx(R_TWO[k], rel=0.1), k
        assert fit.sum_of((one, two)).value == pytest.approx(R_ONE[k] + R_TWO[k], rel=0.01)
        for p, truth in ((small, R_ONE[k]), (large, R_TWO[k])):
            assert p.stderr is not None
            assert abs(p.value - truth) < 4.5 * p.stderr
    faster = R_ONE * C_ONE < R_TWO * C_TWO
    place = int(np.flatnonzero(np.diff(faster.astype(int)))[0])
    assert [(s.before, s.after) for s in found.swaps] == [(place, place + 1)]
    assert {found.swaps[0].names[0], found.swaps[0].names[1]} == {one, two}


def test_neighbours_make_a_poor_spectrum_better():
    """Where arcs lie on top of each other, one spectrum alone cannot part them; the series can."""
    spectra = swapping()
    k = int(np.argmin(np.abs(np.log(R_ONE * C_ONE / (R_TWO * C_TWO)))))
    circuit = "R0-p(R1,CPE1)-p(R2,CPE2)"
    alone = fit_spectrum(*spectra[k], circuit=circuit)
    together = fit_series(spectra, circuit=circuit).fits[k]

    def worst(fit):
        return max(
            np.inf if fit.parameters[n].stderr is None else fit.parameters[n].stderr / fit.parameters[n].value
            for n in ("R1", "R2")
        )

    assert worst(together) < 0.5 * worst(alone)


def test_a_well_determined_series_is_left_as_it_is():
    """Parameters that single spectra know well are not moved by their neighbours, nor are their errors."""
    omega = 2 * np.pi * WINDOW
    truth = np.geomspace(300.0, 3000.0, 6)
    spectra = [
        (WINDOW, with_noise(50 + arc(omega, r, 3e-6 * (1 + 0.1 * k), 0.9), 2e-3, k))
        for k, r in enumerate(truth)
    ]
    circuit = "R0-p(R1,CPE1)"
    found = fit_series(spectra, circuit=circuit)
    for k, fit in enumerate(found.fits):
        alone = fit_spectrum(*spectra[k], circuit=circuit).parameters["R1"]
        own = fit.parameters["R1"]
        assert own.stderr is not None and alone.stderr is not None
        assert abs(own.value - alone.value) < 0.7 * alone.stderr
        assert own.stderr == pytest.approx(alone.stderr, rel=0.25)
        assert own.value == pytest.approx(truth[k], rel=0.01)


def test_errors_of_the_common_fit_are_the_scatter_of_repeats():
    """Standard deviation over 60 noise draws of one series against the error given: within a third."""
    omega = 2 * np.pi * np.geomspace(1e6, 1.0, 50)
    values, errors = [], []
    for seed in range(60):
        spectra = [
            (
                omega / 2 / np.pi,
                with_noise(
                    50 + arc(omega, r, 3e-9, 0.95) + arc(omega, 2 * r, 2e-8, 0.9), 5e-3, 100 * seed + k
                ),
            )
            for k, r in enumerate((400.0, 500.0, 600.0))
        ]
        p = fit_series(spectra, circuit="R0-p(R1,CPE1)-p(R2,CPE2)").fits[1].parameters["R1"]
        values.append(p.value)
        errors.append(p.stderr)
    assert np.median(errors) == pytest.approx(np.std(values), rel=1 / 3)


def test_windows_may_differ_from_spectrum_to_spectrum():
    spectra = []
    for k, (low, count) in enumerate(((1.0, 40), (0.1, 55), (1.0, 40), (5.0, 33))):
        f = np.geomspace(1e6, low, count)
        spectra.append((f, with_noise(50 + arc(2 * np.pi * f, 400.0 + 50 * k, 3e-6, 0.9), 1e-3, k)))
    found = fit_series(spectra, circuit="R0-p(R1,CPE1)")
    assert [f.parameters["R1"].value for f in found.fits] == pytest.approx([400, 450, 500, 550], rel=0.01)


def test_a_jump_of_capacitance_does_not_bend_the_values():
    omega = 2 * np.pi * WINDOW
    spectra = [
        (WINDOW, with_noise(50 + arc(omega, 400.0, c, 0.9), 1e-3, k))
        for k, c in enumerate([1e-6] * 3 + [4e-5] * 3)
    ]
    found = fit_series(spectra, circuit="R0-p(R1,CPE1)")
    # the points outweigh the coupling
    assert [f.parameters["R1"].value for f in found.fits] == pytest.approx([400.0] * 6, rel=0.01)


def test_a_circuit_whose_arcs_are_not_determined_is_not_chosen():
    found = fit_series(swapping(1e-2), geometry=PELLET)
    assert found.circuit.count("p(") <= 2
    assert found.compared[0].circuit == found.circuit


def test_arcs_within_branches_keep_their_place():
    """An arc in series with a Warburg element, both beside a capacitor, is no other arc of the outer series."""
    omega = 2 * np.pi * WINDOW
    spectra = []
    for k, r in enumerate((200.0, 260.0, 330.0)):
        inner = arc(omega, r, 3e-5, 1.0) + 20.0 / np.sqrt(1j * omega)
        z = 30 + arc(omega, 100.0, 1e-8, 0.95) + 1 / (1 / inner + 1j * omega * 2e-7)
        spectra.append((WINDOW, with_noise(z, 1e-3, k)))
    found = fit_series(spectra, circuit="R0-p(R1,CPE1)-p(p(R2,C2)-W2,C3)")
    assert [f.parameters["R1"].value for f in found.fits] == pytest.approx([100.0] * 3, rel=0.05)
    assert [f.parameters["R2"].value for f in found.fits] == pytest.approx([200.0, 260.0, 330.0], rel=0.05)


PUBLISHED = {
    # R_b, error, R_gb, error in ohm: fits of EISFitpython, Example3, (R|Q)+(R|Q)+Q, one temperature at a time
    140: (1.462e5, 1.250e4, 2.012e6, 1.658e4),
    170: (5.605e4, 2.603e3, 3.980e5, 2.811e3),
    200: (2.246e4, 2.180e3, 9.502e4, 2.221e3),
}


@pytest.mark.parametrize("circuit", ["p(R1,CPE1)-p(R2,CPE2)-CPE3", None])
def test_a_published_pellet_gets_its_bulk_and_boundary(shared_data, circuit):
    """s04147, 0.8 cm wide, 0.21 cm thick: within two published standard errors, labels the same throughout."""
    spectra = []
    for t in PUBLISHED:
        rows = np.loadtxt(shared_data / f"a_eis/EISFitpython_Arrhenius/s04147-{t}deg.txt", skiprows=3)
        spectra.append((rows[:, 0], rows[:, 1] + 1j * rows[:, 2]))
    found = fit_series(spectra, circuit=circuit, geometry=Geometry(np.pi * 0.4e-2**2, 0.21e-2))
    labels = {label: name for name, (label, _) in found.labels.items()}
    assert set(labels) == {"bulk", "grain boundary"}
    for fit, (r_b, e_b, r_gb, e_gb) in zip(found.fits, PUBLISHED.values(), strict=True):
        assert abs(fit.parameters[labels["bulk"]].value - r_b) < 2 * e_b
        assert abs(fit.parameters[labels["grain boundary"]].value - r_gb) < 2 * e_gb


def test_an_ageing_series_of_130_spectra(shared_data):
    """A cell's life (AutoEIS): intercept and arcs end where the measured curve turns into its tail, in every
    spectrum, with the same two arcs."""
    table = np.load(shared_data / "a_eis/AutoEIS/battery_data.npy")
    found = fit_series([(one[0].real, one[1]) for one in table])
    arcs = tuple(found.labels)
    assert len(arcs) == 2 and not found.swaps
    for fit, (f, z) in zip(found.fits, table, strict=True):
        slow = f.real < 1.0
        # between the last arc and the tail -Im Z has its smallest value; the tail has some real part there
        turn = int(np.argmin(np.where(slow, -z.imag, np.inf)))
        assert fit.sum_of(("R0", *arcs)).value == pytest.approx(z.real[turn], rel=0.12)
    size = np.log(
        [[next(a.capacitance_F for a in fit.arcs if a.name == n) for n in arcs] for fit in found.fits]
    )
    assert np.abs(np.diff(size, axis=0)).max() < 0.25
