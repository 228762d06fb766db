"""Rows that end with a tab, as some exports write them."""

from __future__ import annotations

import numpy as np
import pytest

from interlayer.readers import read
from tests.writers.mpt import write_mpt
from tests.writers.samples import cycling_record


@pytest.mark.parametrize("only_rows", [True, False])
def test_a_tab_at_the_end_of_each_row_changes_nothing(tmp_path, only_rows):
    path = write_mpt(tmp_path / "plain.mpt", cycling_record())
    lines = path.read_bytes().split(b"\n")
    head = next(
        i
        for i, line in enumerate(lines)
        if line.startswith((b"mode\t", b"time/s", b"Ns\t")) or b"time/s" in line
    )
    tabbed = [
        line.rstrip(b"\r") + b"\t\r" if i > head or (i == head and not only_rows) else line
        for i, line in enumerate(lines)
        if line.strip() or i <= head
    ]
    other = tmp_path / "tabbed.mpt"
    other.write_bytes(b"\n".join(tabbed) + b"\n")
    one, two = read(path), read(other)
    assert len(one.cycling) == len(two.cycling)
    for label in ("Test Time / s", "Voltage / V", "Current / A"):
        np.testing.assert_allclose(two.array(label), one.array(label), rtol=0, atol=0)
