"""How the interlayer itself grows more resistive with time (loss of solvent, densification)."""
