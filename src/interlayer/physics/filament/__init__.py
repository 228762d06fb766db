"""Laws of when a lithium filament starts; how it grows and shorts is common to them."""

from interlayer.physics.filament.contact_threshold import ContactThreshold as ContactThreshold
