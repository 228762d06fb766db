"""Effective conductivity of mixtures: pure functions of volume fraction, one rule a file."""
