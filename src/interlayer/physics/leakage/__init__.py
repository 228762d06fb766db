"""Laws of how electrons get through the interlayer."""

from interlayer.physics.leakage.ohmic import OhmicLeak as OhmicLeak
