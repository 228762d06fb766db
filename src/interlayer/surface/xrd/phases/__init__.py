"""Phases of this field: cell, symmetry, atoms and source, one a file."""
