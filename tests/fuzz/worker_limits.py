"""Limits of a worker, known to both sides."""

SECONDS = 10
"""Longest time for one mutant."""
MEMORY_BYTES = 2 * 2**30
"""Largest memory of a worker."""
GRACE_S = 60.0
"""After this the parent kills a worker that does not answer (its start included)."""
