"""What the laws are tested on: being listed is being tested."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from interlayer.cathode_side import CathodeSide
from interlayer.lithium_side import LithiumSide
from interlayer.physics.absent import FullCoverage, NoAgeing, NoBarrier, NoConversion, NoLayer, NoPolarisation
from interlayer.physics.ageing.logarithmic import LogarithmicAgeing
from interlayer.physics.ageing.saturating import SaturatingAgeing
from interlayer.physics.ageing.square_root import SquareRootAgeing
from interlayer.physics.cathode.resistive_reactants import ResistiveReactants
from interlayer.physics.cathode.single_particle import SingleParticle
from interlayer.physics.cathode_contact.damage_driven import DamageDrivenContact
from interlayer.physics.cathode_fade.linear_loss import LinearLoss
from interlayer.physics.charge_transfer import ButlerVolmer
from interlayer.physics.conduction.brick_layer import BrickLayer
from interlayer.physics.conduction.concentrated_salt import ConcentratedSalt
from interlayer.physics.conduction.salt_in_polymer import SaltInPolymer as SaltInPolymerElectrolyte
from interlayer.physics.contact.creep_contact import CreepContact
from interlayer.physics.contact.void_growth import VoidGrowth
from interlayer.physics.conversion.front import FrontConversion
from interlayer.physics.conversion.mediated import MediatedConversion
from interlayer.physics.coverage import GaussianRoughness
from interlayer.physics.cracking.energy_release import EnergyReleaseCracking
from interlayer.physics.cracking.stress_relaxed import StressRelaxedCracking
from interlayer.physics.double_layer import ConstantPhase
from interlayer.physics.filament.contact_threshold import ContactThreshold
from interlayer.physics.filled_polymer import FilledPolymer
from interlayer.physics.interphase.linear import LinearGrowth
from interlayer.physics.interphase.logarithmic import LogarithmicGrowth
from interlayer.physics.interphase.parabolic import ParabolicGrowth
from interlayer.physics.interphase.passivating import PassivatingGrowth
from interlayer.physics.interphase.two_layer import TwoLayerGrowth
from interlayer.physics.interphase.wagner import WagnerGrowth
from interlayer.physics.layer import SaltInPolymer
from interlayer.physics.leakage.blocked import BlockedLeak
from interlayer.physics.leakage.ohmic import OhmicLeak
from interlayer.physics.leakage.percolating_metal import PercolatingMetal
from interlayer.physics.leakage.tunnelling import TunnellingLeak
from interlayer.physics.open_circuit.lfp import LfpOpenCircuit
from interlayer.physics.open_circuit.nmc811 import Nmc811OpenCircuit
from interlayer.physics.open_circuit.table import TableOpenCircuit
from interlayer.physics.plating.by_conduction import PlatingByConduction
from interlayer.physics.plating.inactive_share import InactiveShare
from interlayer.physics.polarisation.growing_area import GrowingArea
from interlayer.physics.polarisation.saturating_offset import SaturatingOffset
from interlayer.physics.shunt.fusing import FusingShunt
from interlayer.physics.solid_film import SolidFilm
from interlayer.system import System

AREA = 0.785e-4


def bare(**changes) -> LithiumSide:
    side = LithiumSide(
        coverage=FullCoverage(),
        layer=NoLayer(),
        leakage=NoBarrier(),
        contact=VoidGrowth(initial=0.16),
        charge_transfer=ButlerVolmer(exchange_current_density="0.7 mA/cm2"),
        double_layer=ConstantPhase(),
        interphase=WagnerGrowth(),
        cracking=EnergyReleaseCracking(),
        ageing=NoAgeing(),
        conversion=NoConversion(),
        polarisation=SaturatingOffset(),
        filament=ContactThreshold(),
    )
    return side._replace(**changes)


def coated(**changes) -> LithiumSide:
    side = bare()._replace(
        coverage=GaussianRoughness(),
        layer=SaltInPolymer(thickness="15 um"),
        leakage=OhmicLeak(),
        contact=VoidGrowth(initial=1.0),
        ageing=SaturatingAgeing(),
        conversion=MediatedConversion(thickness="15 um"),
    )
    return side._replace(**changes)


def system(one: LithiumSide, two: LithiumSide, conduction=None) -> System:
    made = System(conduction or BrickLayer(thickness="0.55 mm"), (one, two), 298.15, AREA, (35.0, 35.0))
    return jax.tree.map(lambda v: jnp.asarray(v, dtype=float), made)


SYSTEMS: dict[str, System] = {
    "bare": system(bare(), bare()),
    "coated": system(coated(), coated()),
    "one side coated": system(bare(), coated()),
    "unequal thickness": system(coated(), coated(layer=SaltInPolymer(thickness="30 um", porosity=0.3))),
    "solid film": system(
        coated(layer=SolidFilm(thickness="36 nm"), coverage=FullCoverage(), conversion=NoConversion()),
        bare(layer=SolidFilm(thickness="5 nm", conductivity="1e-9 S/cm")),
    ),
    "deposit area": system(coated(polarisation=GrowingArea()), coated(polarisation=GrowingArea())),
    "no polarisation": system(coated(polarisation=NoPolarisation()), coated(polarisation=NoPolarisation())),
    "skewed kinetics": system(
        bare(charge_transfer=ButlerVolmer(symmetry_factor=0.3)),
        coated(charge_transfer=ButlerVolmer(symmetry_factor=0.7)),
    ),
    "other ageing": system(coated(ageing=LogarithmicAgeing()), coated(ageing=SquareRootAgeing())),
    "linear, parabolic": system(
        bare(interphase=LinearGrowth(), contact=CreepContact()),
        coated(
            interphase=ParabolicGrowth(),
            conversion=FrontConversion(thickness="15 um", reaction_conductance="1e-7 S/cm2"),
        ),
    ),
    "logarithmic, two layers": system(
        bare(interphase=LogarithmicGrowth(), shunt=FusingShunt()),
        bare(
            cracking=StressRelaxedCracking(),
            interphase=TwoLayerGrowth(cycling_coefficient=1e-3, reaction_conductance="1e-6 S/cm2"),
        ),
    ),
    "bare on polymer": system(bare(), bare(), SaltInPolymerElectrolyte(thickness="0.1 mm")),
    "coated on concentrated polymer": system(
        coated(),
        bare(),
        ConcentratedSalt(
            thickness="0.1 mm",
            conductivity="1e-3 S/cm",
            diffusivity="8e-12 m2/s",
            transference_number=-0.2,
            thermodynamic_factor=2.0,
            melting_temperature="290 K",
        ),
    ),
    "passivating, blocked": system(
        coated(interphase=PassivatingGrowth(), leakage=TunnellingLeak()),
        coated(interphase=WagnerGrowth(cycling_coefficient=1e-3), leakage=BlockedLeak()),
    ),
    "lithium lost on plating": system(coated(plating=InactiveShare(share=0.02)), bare()),
    "plating everywhere, plating lost": system(
        coated(
            layer=SaltInPolymer(thickness="15 um", conductivity="1e-6 S/cm"),
            leakage=OhmicLeak(conductivity_before="1e-9 S/cm", conductivity_after="1e-8 S/cm"),
            plating=PlatingByConduction(inside_conductance="100 S/cm3", elsewhere_weight=0.1),
        ),
        coated(
            layer=FilledPolymer(thickness="15 um", filler_fraction=0.26),
            leakage=PercolatingMetal(reactant_volume_fraction=0.26),
            plating=InactiveShare(),
        ),
    ),
}


def full(cathode: CathodeSide, one: LithiumSide, *, lithium: float = 35.0) -> System:
    made = System(BrickLayer(thickness="0.55 mm"), (cathode, one), 298.15, AREA, (0.0, lithium))
    return jax.tree.map(lambda v: jnp.asarray(v, dtype=float), made)


def lfp(**changes) -> CathodeSide:
    made = CathodeSide(
        LfpOpenCircuit(),
        ResistiveReactants(),
        DamageDrivenContact(calendar_rate="0.05 ohm cm2/h", damage_rate="5 ohm cm2/h"),
        LinearLoss(cycle_loss=2e-4, hourly_loss="5e-5 1/hour"),
        loading=0.0127,
    )
    return made._replace(**changes)


FULL_SYSTEMS: dict[str, System] = {
    "lfp, coated": full(lfp(), coated()),
    "lfp, bare, cracking": full(
        lfp(),
        bare(cracking=EnergyReleaseCracking(critical_thickness="2 um", rate="0.5 1/hour")),
    ),
    "nmc, coated": full(
        lfp(
            open_circuit=Nmc811OpenCircuit(),
            cathode=SingleParticle(theoretical_capacity="275 mAh/g", initial_lithiation=0.9),
        ),
        coated(),
    ),
    "table, warm coefficient": full(
        lfp(
            open_circuit=TableOpenCircuit(
                lithiation=np.linspace(0.0, 1.0, 41),
                volts=np.linspace(4.2, 3.3, 41) ** 1.1,
                entropic_coefficient="-0.2 mV/K",
            ),
            cathode=SingleParticle(theoretical_capacity="200 mAh/g", initial_lithiation=0.9),
        ),
        coated(),
    ),
    "lfp, anode-free": full(lfp(), coated(plating=InactiveShare(share=0.02)), lithium=0.0),
}


def mirrored(made: System) -> System:
    """The same cell turned round."""
    return made._replace(sides=made.sides[::-1], lithium=made.lithium[::-1])


def mirrored_states(y):
    """The states of a cell turned round: the ends change places, a profile in the electrolyte its sign."""
    return y[1], y[0], {name: -value for name, value in y[2].items()}
