"""Powder diffraction: patterns in, phases, foreign lines, lattice parameters and densities out."""
