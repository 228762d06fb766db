"""Laws of when the expanding interphase cracks the electrolyte; how damage grows is common to them."""

from interlayer.physics.cracking.energy_release import EnergyReleaseCracking as EnergyReleaseCracking
