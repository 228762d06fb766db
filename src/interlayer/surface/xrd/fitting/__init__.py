"""Whole patterns: profiles, phases, fits."""
