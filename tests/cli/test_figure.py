"""`interlayer figure`: one figure in its final size, or its data."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from PIL import Image

from interlayer.cli.commands.figure import KINDS
from interlayer.record import store
from interlayer.report.figure_kinds import FIGURE_KINDS
from tests.cli.run import assert_refused, files_in, run
from tests.report.synthetic import ramp
from tests.writers import samples


def table(path):
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    return rows[0], rows[1], np.array([[float(v) if v else np.nan for v in row] for row in rows[2:]])


def test_the_kinds_of_the_command_are_those_that_exist():
    assert [kind.name for kind in FIGURE_KINDS] == list(KINDS)


def test_a_png_has_its_width_and_resolution(tmp_path, cycling_file):
    out = tmp_path / "v.png"
    ran = run("figure", "voltage", cycling_file, "--size", "84mm", "-o", out)
    assert ran.code == 0 and ran.out == ""
    with Image.open(out) as image:
        assert image.width == pytest.approx(84 / 25.4 * 600, abs=1)
        assert image.info["dpi"] == pytest.approx((600, 600), abs=0.1)
    assert files_in(tmp_path) == {cycling_file.name, "v.png"}


def test_csv_is_what_is_drawn_with_its_units(tmp_path, cycling_file):
    out = tmp_path / "v.csv"
    assert run("figure", "voltage", cycling_file, "-o", out).code == 0
    names, units, values = table(out)
    assert units == ["h", "mV"] and "cycling" in names[0]
    # Closed form: V = I R.
    expected = 1e3 * samples.CURRENT_A * samples.RESISTANCE_OHM
    assert np.abs(values[:, 1]) == pytest.approx(np.full(len(values), expected), rel=1e-5)


def test_limits_cut_what_is_drawn(tmp_path, cycling_file):
    out = tmp_path / "v.csv"
    assert run("figure", "voltage", cycling_file, "--xlim", "1,2", "-o", out).code == 0
    time = table(out)[2][:, 0]
    assert 0.9 < time.min() <= 1 and 2 <= time.max() < 2.1
    ran = run("figure", "voltage", cycling_file, "--xlim", "2,1", "-o", tmp_path / "w.csv")
    assert_refused(ran, "--xlim", "2,1", "0,100")


def test_a_nyquist_plot_with_frequencies(tmp_path, eis_file):
    out = tmp_path / "n.svg"
    assert run("figure", "nyquist", eis_file, "--labels", "--size", "84mm", "-o", out).code == 0
    text = out.read_text("utf-8")
    assert ">1 kHz<" in text and 'width="238' in text  # 84 mm are 238.1 points


def test_a_ramp_as_pdf_and_a_zoom_on_its_short(tmp_path):
    record = tmp_path / "ramp.parquet"
    store.save(ramp("ramp", [0.1, 0.2, 0.3], fails_at=0.3), record)
    ran = run("figure", "ccd", record, "-o", tmp_path / "c.pdf")
    assert "0.2 < CCD" in ran.err
    assert (tmp_path / "c.pdf").read_bytes().startswith(b"%PDF")
    ran = run("figure", "zoom", record, "-o", tmp_path / "z.csv")
    assert ran.code == 0 and "half-cycle 4" in ran.err
    assert_refused(run("figure", "zoom", record, "--moment", "9", "-o", tmp_path / "y.csv"), "--at HOURS")
    assert run("figure", "zoom", record, "--at", "1.5", "-o", tmp_path / "y.csv").code == 0


def test_what_cannot_be_drawn_leaves_nothing_behind(tmp_path, cycling_file):
    before = files_in(tmp_path)
    out = tmp_path / "x.png"
    assert_refused(run("figure", "nyquist", cycling_file, "-o", out), "nothing to draw", "no spectra")
    assert_refused(run("figure", "voltag", cycling_file, "-o", out), "did you mean", "'voltage'")
    assert_refused(run("figure", "voltage", cycling_file, "--size", "85mm", "-o", out), "'84mm'")
    assert_refused(run("figure", "voltage", cycling_file, "-o", tmp_path / "x.gif"), ".svg", ".png")
    assert_refused(
        run("figure", "voltage", tmp_path / "none.mpt", "-o", out), "none.mpt", "no figure was written"
    )
    assert files_in(tmp_path) == before
    out.write_bytes(b"mine")
    assert_refused(run("figure", "voltage", cycling_file, "-o", out), "--force")
    assert out.read_bytes() == b"mine"
