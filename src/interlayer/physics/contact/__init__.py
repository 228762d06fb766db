"""Laws of true contact between lithium and the solid."""

from interlayer.physics.contact.void_growth import VoidGrowth as VoidGrowth
