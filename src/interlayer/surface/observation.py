"""One observation of a cell's surface or layer: what was measured, what was found, and on which cell in which state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import polars as pl

from interlayer.errors import InputError
from interlayer.metrics.base import Metric
from interlayer.record.record import Finding, Provenance, Record

TECHNIQUES: Final = ("xps", "wetting", "xrd", "sem")
STATES: Final = ("pristine", "coated", "cycled", "after short", "unknown")
"""Usual words; any other word is taken as well."""
SURFACE_KEY: Final = "surface"
"""Key of `Record.provenance.extra` under which an observation lies in the store."""


@dataclass(frozen=True)
class Observation:
    """What one file shows.

    Attributes
    ----------
    technique : str
        One of `TECHNIQUES`.
    label : str
        The cell or sample.
    state : str
        When in its life: one of `STATES` or a person's own word.
    metrics : tuple of Metric
        Numbers with unit, uncertainty and evidence; a number that cannot be had has value None and a reason.
    words : tuple of str
        What it means, in sentences with numbers, limits of the technique included.
    table : polars.DataFrame
        The measured or extracted curve, columns 'Name / unit'.
    provenance : Provenance
        File name, hash, reader, version.
    findings : tuple of Finding
        Defects and oddities.
    settings : dict
        What was chosen or said: recipe, charge reference, region, scale; JSON-able.
    """

    technique: str
    label: str
    state: str
    metrics: tuple[Metric, ...]
    words: tuple[str, ...]
    table: pl.DataFrame
    provenance: Provenance
    findings: tuple[Finding, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict[str, Any])

    def as_dict(self) -> dict[str, Any]:
        """Return the item of a command's JSON list."""
        return {
            "file": self.provenance.file_name,
            "technique": self.technique,
            "label": self.label,
            "state": self.state,
            "metrics": [metric.as_dict() for metric in self.metrics],
            "words": list(self.words),
            "findings": [vars(finding) for finding in self.findings],
            "settings": self.settings,
        }

    def to_record(self) -> Record:
        """Return it as a record, for the same store as all others."""
        extra = {
            **self.provenance.extra,
            SURFACE_KEY: {
                "technique": self.technique,
                "state": self.state,
                "metrics": [metric.as_dict() for metric in self.metrics],
                "words": list(self.words),
                "settings": self.settings,
            },
        }
        provenance = replace(self.provenance, extra=extra)
        return Record(self.table, provenance, label=self.label, findings=self.findings)


def is_observation(record: Record) -> bool:
    """Whether a record holds an observation."""
    return isinstance(record.provenance.extra.get(SURFACE_KEY), Mapping)


def of_record(record: Record) -> Observation:
    """Return the observation that a record holds.

    Raises
    ------
    InputError
        If it holds none.
    """
    if not is_observation(record):
        raise InputError("this record is no observation of a surface", where=record.label)
    data: dict[str, Any] = record.provenance.extra[SURFACE_KEY]
    written: list[dict[str, Any]] = data["metrics"]
    metrics = tuple(replace(Metric(**one), evidence=tuple(one["evidence"])) for one in written)
    filled = [c for c in record.table.columns if record.table[c].null_count() < len(record.table)]
    extra = {k: v for k, v in record.provenance.extra.items() if k != SURFACE_KEY}
    return Observation(
        technique=str(data["technique"]),
        label=record.label,
        state=str(data["state"]),
        metrics=metrics,
        words=tuple(data["words"]),
        table=record.table.select(filled),
        provenance=replace(record.provenance, extra=extra),
        findings=record.findings,
        settings=dict(data["settings"]),
    )
