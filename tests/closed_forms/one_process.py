"""Cells in which one process is left, everything else being too fast or too small to matter, and how they are run.

What is left of the rest is known: the resistance in series with the process is written out as a formula, too.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from interlayer.physics.absent import NoBarrier, NoPolarisation
from interlayer.physics.charge_transfer import ButlerVolmer
from interlayer.physics.conduction.brick_layer import BrickLayer
from interlayer.physics.contact.void_growth import VoidGrowth
from interlayer.physics.filament.contact_threshold import ContactThreshold
from interlayer.physics.interphase.linear import LinearGrowth
from interlayer.physics.interphase.parabolic import ParabolicGrowth
from interlayer.physics.layer import SaltInPolymer
from interlayer.physics.leakage.blocked import BlockedLeak
from interlayer.physics.polarisation.saturating_offset import SaturatingOffset
from interlayer.stepping import pad, run_stages, step_weights
from interlayer.system import System, start
from tests.listed import bare

FARADAY, GAS, WARM = 96485.33212, 8.314462618, 298.15
MOST = 1e-4
"""What the project promises against closed forms, relative."""
STEPS = 384
HELD_STEPS = 1536
"""Under a held voltage a salt profile that carries most of it wants short steps, and implicit ones."""
AREA = 1e-4


def _side(**changes):
    usual = {
        "leakage": BlockedLeak(),
        "contact": VoidGrowth(initial=1.0, replenishment="1e4 mA/cm2"),
        "charge_transfer": ButlerVolmer(exchange_current_density="1e4 mA/cm2"),
        "interphase": LinearGrowth(reaction_conductance="1e-12 S/cm2", ionic_conductivity="0.1 S/cm"),
        "polarisation": NoPolarisation(),
        "filament": ContactThreshold(threshold_current="1e4 mA/cm2"),
    }
    return bare(**(usual | changes))


def _system(one, two) -> System:
    pellet = BrickLayer(thickness="1e-4 mm", conductivity="1 S/cm", grain_conductivity="10 S/cm")
    made = System(pellet, (one, two), WARM, AREA, (1e4, 1e4))
    return jax.tree.map(lambda v: jnp.asarray(v, dtype=float), made)


KINETICS = 2 * GAS * WARM / (FARADAY * 1e5) + 1e-7 / 1e2
"""Charge transfer of both electrodes and pellet, ohm m2, in every cell of this file."""


class SaltLayer:
    """A layer of salt in polymer between two electrodes: its closed-form numbers, and the cell around it."""

    def __init__(self, transference=0.3, thickness=100e-6, porosity=0.2):
        self.h, self.t, self.p, self.kappa, self.c0 = thickness, transference, porosity, 1.5e-2, 1000.0
        open_ = (1 - porosity) ** 1.5
        self.ohmic = thickness / (self.kappa * open_)
        self.series = self.ohmic + KINETICS
        self.diffusive = self.ohmic * (1 / transference - 1)
        self.diffusivity = (
            2 * transference * (1 - transference) * self.kappa * GAS * WARM / (FARADAY**2 * self.c0)
        ) * open_  # of the salt per area of the electrode
        self.tau = (thickness / 2) ** 2 / (self.diffusivity / (1 - porosity))
        self.limiting = 2 * FARADAY * self.diffusivity * self.c0 / ((1 - transference) * thickness)
        self.volts = 4 * GAS * WARM / FARADAY * (1 - transference)
        """Voltage of the profile over artanh(swing), V."""
        layer = SaltInPolymer(thickness=thickness, transference_number=transference, porosity=porosity)
        self.system = _system(_side(layer=layer), _side())

    @staticmethod
    def swing(trace, stage=0):
        """Relative concentration swing of the faces at the rows of a stage."""
        return np.asarray(trace.states[0]["salt_modes"])[stage].sum(axis=-1)


def bare_cell(**changes) -> System:
    """Two bare electrodes, with growing interphase and a low-current polarisation unless `changes` say otherwise."""
    usual = {
        "leakage": NoBarrier(),
        "interphase": ParabolicGrowth(
            mixed_conductivity="1e-16 S/cm", native_thickness="0.1 nm", ionic_conductivity="0.1 S/cm"
        ),
        "polarisation": SaturatingOffset(),
    }
    side = _side(**(usual | changes))
    return _system(side, side)


def run(system, *stages, y=None, steps=STEPS):
    """Run stages of (is it a hold, target, seconds) from rest or from `y`; the states at the end and all rows."""
    holds, targets, seconds = (list(v) for v in zip(*stages, strict=True))
    begin = start(system) if y is None else y
    all_stages = jax.tree.map(lambda v: v[: len(holds)], pad(holds, targets, seconds))
    return run_stages(system, begin, all_stages, jnp.asarray(step_weights(steps)), holds=any(holds))
