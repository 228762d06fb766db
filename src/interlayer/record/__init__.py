"""What happened in a cell, simulated or measured, in one schema."""

from interlayer.record.record import Event, Finding, Provenance, Record, Spectrum
from interlayer.record.schema import SCHEMA_VERSION

__all__ = ["SCHEMA_VERSION", "Event", "Finding", "Provenance", "Record", "Spectrum"]
