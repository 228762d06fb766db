"""An observation goes through the same store as every record, and comes back."""

from __future__ import annotations

import polars as pl
import pytest

from interlayer.errors import InputError
from interlayer.metrics.base import Metric
from interlayer.record.record import Finding, Provenance
from interlayer.record.store import load, save
from interlayer.surface.observation import Observation, is_observation, of_record
from tests.writers import samples


def observation() -> Observation:
    return Observation(
        technique="wetting",
        label="Cell 3",
        state="cycled",
        metrics=(
            Metric("contact_angle_left", 38.0, "deg", 0.5, evidence=("Young-Laplace",)),
            Metric("work_of_adhesion", None, "J/m2", evidence=("no surface tension given",)),
        ),
        words=("wets",),
        table=pl.DataFrame({"x / px": [1.0, 2.0, 3.0], "y / px": [4.0, 5.0, 6.0]}),
        provenance=Provenance(kind="measured", file_name="a.png", sha256="00", reader="image 1", version="0"),
        findings=(Finding("saturated", "3 % of the pixels", "warning", 3),),
        settings={"baseline": "found", "tilt_deg": 1.5},
    )


def test_it_comes_back_from_the_store(tmp_path):
    sent = observation()
    back = of_record(load(save(sent.to_record(), tmp_path / "x.parquet")))
    assert back.as_dict() == sent.as_dict()
    assert back.table.equals(sent.table)
    assert back.provenance == sent.provenance


def test_a_record_of_cycling_is_none():
    assert not is_observation(samples.cycling_record())
    with pytest.raises(InputError, match="no observation"):
        of_record(samples.cycling_record())
