"""Readers of photoelectron spectra: one format a file. `interlayer.surface.xps.readers.read.read_regions` chooses."""
