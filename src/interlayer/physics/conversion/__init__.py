"""Laws of how the layer's reactant takes up lithium."""

from interlayer.physics.conversion.mediated import MediatedConversion as MediatedConversion
