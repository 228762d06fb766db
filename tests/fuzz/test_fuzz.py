"""A short run of the fuzzer; `python -m tests.fuzz --mutants 10000` is the long one."""

from __future__ import annotations

import os

import pytest

from tests.fuzz.run import run


@pytest.mark.skipif(os.name == "nt", reason="waits for a worker with select")
def test_mutants_are_refused_or_read_as_they_stand(tmp_path):
    found = run(tmp_path, 500, first_seed=1_000_000, workers=1)
    assert not found.bad
    assert found.counts["refused"] > 50
    assert found.counts["read"] > 50
