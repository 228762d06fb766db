"""Observations belong to their cell: in its report, in its numbers, in its group."""

from __future__ import annotations

import json

import polars as pl
import pytest
from typer.testing import CliRunner

from interlayer.cli.app import app
from interlayer.lab.assemble import lab_cells
from interlayer.lab.cell_result import analyse_cell
from interlayer.lab.cells_table import CellRow
from interlayer.lab.groups import all_groups, group_rows
from interlayer.lab.surface_quantities import surface_quantities
from interlayer.metrics.base import Metric
from interlayer.record.record import Provenance
from interlayer.record.store import save
from interlayer.surface.observation import Observation
from tests.writers import samples


def seen(label="A1", state="coated", value=15.0, name="interlayer_thickness", unit="um", **more):
    return Observation(
        technique="sem",
        label=label,
        state=state,
        metrics=(Metric(name, value, unit, **{"uncertainty": 0.5, **more}),),
        words=(f"layer of {value:g} {unit}",),
        table=pl.DataFrame({"Position / um": [0.0, 1.0]}),
        provenance=Provenance(kind="measured", file_name=f"{label}.tif"),
    )


def test_it_joins_its_cell_and_not_the_time_line(tmp_path):
    record = samples.cycling_record().with_(label="A1")
    save(record, tmp_path / "a.parquet")
    save(seen().to_record(), tmp_path / "A1-sem-coated.parquet")
    (alone,) = lab_cells([tmp_path / "a.parquet"])
    (cell,) = lab_cells([tmp_path])
    assert cell.row.label == "A1"
    assert len(cell.observations) == 1
    assert cell.record is not None and alone.record is not None
    assert cell.record.table.equals(alone.record.table)
    assert cell.hours_wall == alone.hours_wall
    found = {q.name: q for q in analyse_cell(cell).quantities}
    thickness = found["interlayer thickness, coated"]
    assert (thickness.value, thickness.unit, thickness.uncertainty) == (15.0, "um", 0.5)


def test_a_cell_of_observations_alone_counts_in_its_group(tmp_path):
    rows = []
    for label, value in (("A1", 14.0), ("A2", 15.0), ("A3", 17.0)):
        save(seen(label, value=value).to_record(), tmp_path / f"{label}.parquet")
        rows.append(CellRow(label=label, files=(f"{label}.parquet",), group="A"))
    results = [analyse_cell(cell) for cell in lab_cells([], rows, folder=tmp_path)]
    assert all(one.is_only_seen for one in results)
    (row,) = all_groups(results)
    assert (row.quantity, row.n, row.median) == ("interlayer thickness, coated", 3, 15.0)
    assert row.sd == pytest.approx(1.5275, abs=1e-4)  # of 14, 15, 17


def test_states_stand_apart_and_repeats_are_averaged():
    found = surface_quantities([seen(value=14.0), seen(value=16.0), seen(state="cycled", value=20.0)])
    assert [(q.name, q.value) for q in found] == [
        ("interlayer thickness, coated", 15.0),
        ("interlayer thickness, cycled", 20.0),
    ]
    assert found[0].uncertainty == pytest.approx(2.0**0.5)  # scatter of two, larger than what each states


def test_a_list_of_lines_is_no_number_of_the_cell():
    lines = tuple(Metric("line_position", x, "deg") for x in (14.7, 20.9))
    one = seen()
    assert surface_quantities([Observation(**{**vars(one), "metrics": lines})]) == ()


def test_a_limit_of_detection_is_no_survival():
    results = [
        surface_quantities([seen(value=x, name="titanium_reduced_fraction", unit="1", bound="<=")])[0]
        for x in (0.02, 0.03, 0.05, 0.04, 0.04)
    ]
    (row,) = group_rows("A", [(str(k), None, (q,)) for k, q in enumerate(results)])
    assert row.median is None and row.mean is None
    assert row.text == "5 of 5 are bounds, <= 0.02 to <= 0.05"


def test_the_report_says_it(tmp_path):
    save(samples.cycling_record().with_(label="A1"), tmp_path / "a.parquet")
    save(seen().to_record(), tmp_path / "b.parquet")
    result = CliRunner().invoke(app, ["analyse", str(tmp_path), "--json", "-o", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    (item,) = json.loads(result.stdout)
    assert item["surface"][0]["words"] == ["layer of 15 um"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "layer of 15 um" in page
    assert "Cross-sections, coated" in page


@pytest.mark.parametrize("whole", [True, False])
def test_a_cell_without_a_test_is_shown_from_the_command_line(tmp_path, whole):
    file = save(seen().to_record(), tmp_path / "b.parquet")
    out = tmp_path / "out"
    result = CliRunner().invoke(app, ["analyse", str(tmp_path if whole else file), "--json", "-o", str(out)])
    assert result.exit_code == 0, result.output
    (item,) = json.loads(result.stdout)
    assert item["label"] == "A1"
    assert item["verdict"] is None
    assert item["headline"][0]["value"] == 15.0
    assert "not tested" in (out / "report.html").read_text(encoding="utf-8")
