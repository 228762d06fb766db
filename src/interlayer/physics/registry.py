"""Which laws exist for each role of an interface: an explicit list, plus what other packages add.

Another package adds a law through the entry-point group `interlayer.mechanisms`: each entry point names a class
made with `@mechanism`.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from interlayer.errors import DescriptionError, unknown_name
from interlayer.physics.absent import FullCoverage, NoAgeing, NoBarrier, NoConversion, NoLayer, NoPolarisation
from interlayer.physics.ageing.logarithmic import LogarithmicAgeing
from interlayer.physics.ageing.saturating import SaturatingAgeing
from interlayer.physics.ageing.square_root import SquareRootAgeing
from interlayer.physics.base import Mechanism
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
from interlayer.physics.filament.asr_exponential import AsrExponential
from interlayer.physics.filament.contact_threshold import ContactThreshold
from interlayer.physics.filament.griffith import GriffithFlaw
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
from interlayer.physics.plating.by_conduction import PlatingByConduction
from interlayer.physics.plating.inactive_share import InactiveShare
from interlayer.physics.plating.reversible import ReversiblePlating
from interlayer.physics.polarisation.growing_area import GrowingArea
from interlayer.physics.polarisation.saturating_offset import SaturatingOffset
from interlayer.physics.shunt.fusing import FusingShunt
from interlayer.physics.shunt.metallic import MetallicShunt
from interlayer.physics.solid_film import SolidFilm

ENTRY_POINT_GROUP = "interlayer.mechanisms"

ALL_MECHANISMS: tuple[type[Mechanism], ...] = (
    BrickLayer,
    SaltInPolymerElectrolyte,
    ConcentratedSalt,
    GaussianRoughness,
    FullCoverage,
    SaltInPolymer,
    FilledPolymer,
    SolidFilm,
    NoLayer,
    OhmicLeak,
    TunnellingLeak,
    PercolatingMetal,
    BlockedLeak,
    NoBarrier,
    VoidGrowth,
    CreepContact,
    ButlerVolmer,
    ConstantPhase,
    WagnerGrowth,
    LinearGrowth,
    ParabolicGrowth,
    LogarithmicGrowth,
    TwoLayerGrowth,
    PassivatingGrowth,
    EnergyReleaseCracking,
    StressRelaxedCracking,
    SaturatingAgeing,
    LogarithmicAgeing,
    SquareRootAgeing,
    NoAgeing,
    MediatedConversion,
    FrontConversion,
    NoConversion,
    SaturatingOffset,
    GrowingArea,
    NoPolarisation,
    ContactThreshold,
    AsrExponential,
    GriffithFlaw,
    ReversiblePlating,
    InactiveShare,
    PlatingByConduction,
    MetallicShunt,
    FusingShunt,
    LfpOpenCircuit,
    Nmc811OpenCircuit,
    ResistiveReactants,
    SingleParticle,
    DamageDrivenContact,
    LinearLoss,
)
"""Being listed is being tested. The first law of a family is its default under a layer; 'none' without one."""


@cache
def families() -> dict[str, dict[str, type[Mechanism]]]:
    """Laws by family and name, those of installed extensions included."""
    found: dict[str, dict[str, type[Mechanism]]] = {}
    added = tuple(point.load() for point in entry_points(group=ENTRY_POINT_GROUP))
    for kind in (*ALL_MECHANISMS, *added):
        found.setdefault(kind.family, {})[kind.law] = kind
    return found


def find(family: str, law: str, *, where: str = "") -> type[Mechanism]:
    """Return the mechanism class of a family and law.

    Raises
    ------
    DescriptionError
        For an unknown family or law, with the nearest names.
    """
    known = families()
    if family not in known:
        raise DescriptionError(unknown_name("mechanism family", family, known), where=where)
    if law not in known[family]:
        raise DescriptionError(unknown_name(f"law of {family}", law, known[family]), where=where)
    return known[family][law]
