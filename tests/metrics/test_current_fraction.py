"""The current fraction from records: simulated ones against closed forms, written ones against their own truth."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest
from scipy.optimize import brentq

from interlayer import cells
from interlayer.build import build
from interlayer.metrics import current_fractions, evaluate
from interlayer.protocol import Protocol
from interlayer.protocol import load as shipped_protocol
from interlayer.record import Provenance, Record
from interlayer.record import schema as s
from interlayer.simulation import simulate
from tests.circuits.spectra import WINDOW, cell
from tests.metrics.records import AREA, cycled, with_spectra

R_B, R_I0, R_ISS = 180.0, 300.0, 420.0
RHO = 0.25
DV = 10e-3


def held(*, voltage=DV, first_s=0.0, hours=10.0, tau=1500.0, noise=0.0, rest_mV=0.0, **keys):
    """A hold whose current falls from dV/(R_b + R_i0) to dV/(R_b/rho + R_iss), between two spectra, as measured."""
    time = np.concatenate([[first_s], first_s + np.geomspace(1.0, hours * 3600, 400)])
    initial, steady = voltage / (R_B + R_I0), voltage / (R_B / RHO + R_ISS)
    amp = steady + (initial - steady) * np.exp(-np.sqrt(time / tau) - time / tau)
    amp = amp * (1 + noise * np.random.default_rng(1).standard_normal(amp.size))
    rest = 600.0
    data = {
        s.TIME: np.concatenate([[0.0, rest / 2, rest], rest + time]),
        s.VOLTAGE: np.concatenate([np.full(3, 1e-3 * rest_mV), np.full(time.size, voltage + 1e-3 * rest_mV)]),
        s.CURRENT: np.concatenate([np.zeros(3), amp]),
        s.STEP: np.concatenate([np.zeros(3), np.ones(time.size)]),
    }
    record = Record(pl.DataFrame(data), Provenance("measured"), label="held", area_m2=AREA, **keys)
    spectra = [
        (when, WINDOW, cell(interfaces=((ohm, 3e-6, 0.9),), noise=3e-4, seed=k))
        for k, (when, ohm) in enumerate(((0.0, R_I0), (rest + time[-1] + 1.0, R_ISS)))
    ]
    return with_spectra(record, spectra)


def only(record):
    (found,) = evaluate(record, ["current_fraction"])
    return found


def test_a_written_record_gives_its_own_truth_with_errors_and_evidence():
    found = only(held(noise=1e-3))
    assert found.value is not None
    assert found.uncertainty is not None
    assert abs(found.value - RHO) < 3 * found.uncertainty
    assert found.uncertainty < 0.02 * RHO
    text = "; ".join(found.evidence)
    for part in (
        "dV = 10 mV",
        "I_0 = 0.0208",
        "the first current",
        "I_ss = 0.0087",
        "R_i0 = 300",
        "R_iss = 42",
    ):
        assert part in text, text


def test_a_first_current_that_came_too_late_is_computed_from_the_spectrum():
    record = held(first_s=60.0)
    found = only(record)
    assert found.value == pytest.approx(RHO, rel=0.01)
    assert (
        "computed from the spectrum before: the first current came 60 s after the step" in found.evidence[1]
    )
    (one,) = current_fractions(record)
    assert one.first_A == pytest.approx(DV / (R_B + R_I0), rel=0.005)
    # The late current itself would have misled.
    late = float(record.array(s.CURRENT)[3])
    wrong = one.steady_A * (DV - late * R_I0) / (late * (DV - one.steady_A * R_ISS))
    assert abs(wrong / RHO - 1) > 0.2


def test_what_is_at_rest_before_is_subtracted():
    found = only(held(rest_mV=1.5))
    assert found.value == pytest.approx(RHO, rel=0.01)
    assert "1.5 mV at rest before it subtracted" in found.evidence


def test_too_large_a_voltage_is_warned_of_and_still_evaluated():
    found = only(held(voltage=60e-3))
    assert found.value == pytest.approx(RHO, rel=0.01)
    assert any("WARNING: more than 25 mV" in e for e in found.evidence)


def test_a_current_that_still_falls_is_refused():
    found = only(held(hours=0.5, tau=6000.0))
    assert found.value is None
    assert "not at steady state" in found.evidence[0]


def test_without_a_hold_or_spectra_or_between_other_electrodes_it_is_refused():
    plain = cycled([1e-4, -1e-4], 700.0)
    assert "no impedance spectrum" in only(plain).evidence[0]
    spectra = [(0.0, WINDOW, cell()), (7200.0, WINDOW, cell())]
    assert "no voltage of 0.2 mV or more is held" in only(with_spectra(plain, spectra)).evidence[0]
    # One half-cycle of constant current through an ohmic cell: the voltage stands still, but nobody held it.
    assert only(with_spectra(cycled([1e-4], 700.0), spectra)).value is None
    assert "not both lithium" in only(held(cell={"cathode": {}})).evidence[0]
    blank = held()
    assert only(blank.with_(table=blank.table.with_columns(pl.lit(None).alias(s.Z_REAL)))).value is None


def polymer(law, **changes):
    keys = {"model.conduction.law": law, "electrolyte.thickness": "0.2 mm", "temperature": "80 degC"}
    return cells.load("peo/bare").override({**keys, **changes})


@pytest.mark.parametrize("voltage", ["1 mV", "10 mV"])
def test_a_dilute_salt_gives_its_transference_number_to_a_thousandth(voltage):
    """Bruce-Vincent identity through simulate(), circuit fits and the metric; interphases grow meanwhile.

    At 10 mV the logarithm of the salt's voltage is no longer straight: t+ is expected to come out as
    x / (x + x (1/t+ - 1) atanh(s)/s), x the ohmic voltage of the electrolyte and s the swing that goes with it.
    """
    protocol = Protocol.bruce_vincent(voltage, "10 hours", eis="EIS from 1 MHz to 1 Hz")
    found = only(simulate(polymer("salt-in-polymer"), protocol, rtol=1e-4))
    words = " ".join(found.evidence)
    steady = float(re.search(r"I_ss = ([0-9.e-]+) mA", words)[1])
    ohm = float(re.search(r"R_iss = ([0-9.e-]+) ohm", words)[1])
    inside = float(voltage.split()[0]) - steady * ohm  # mV over the electrolyte
    whole = 4 * 8.314462618 * 353.15 / 96485.33212 * 0.8 * 1e3

    def over(x: float) -> float:
        s = 4.0 * x / whole
        return x + whole * np.arctanh(s) - inside

    x = brentq(over, 1e-9, 0.24 * whole)
    assert found.value == pytest.approx(x / inside, rel=1e-3)
    assert found.value == pytest.approx(0.2, rel=2e-3)
    assert found.uncertainty is not None
    assert abs(found.value - 0.2) < 3 * found.uncertainty


def test_a_concentrated_salt_gives_one_over_one_plus_newmans_number_whatever_its_transference_number():
    """The shipped protocol on a salt with t+ = -0.4."""
    described = polymer("concentrated-salt", **{"model.conduction.transference_number": -0.4})
    made = build(described).system.conduction
    kappa, d = float(made.spreading_conductivity(353.15)), float(made.diffusion_coefficient(353.15))
    ne = 2 * kappa * 8.314462618 * 353.15 * 1.4**2 * 1.5 / (96485.33212**2 * d * 1200)
    found = only(simulate(described, shipped_protocol("bruce-vincent"), rtol=1e-4))
    assert found.value == pytest.approx(1 / (1 + ne), rel=0.01)


def test_a_single_ion_conductor_gives_one():
    """Its current falls by a quarter all the same: the interphases grow, and the second spectrum shows by how much."""
    found = only(simulate(polymer("brick-layer"), Protocol.bruce_vincent("5 mV"), rtol=1e-3))
    assert found.value == pytest.approx(1.0, rel=5e-3)
    assert any("interfaces that grow as the square root" in e for e in found.evidence)
