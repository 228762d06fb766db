"""Photoelectron spectra: reading, backgrounds, lines, recipes, and what they say in words."""
