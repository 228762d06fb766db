"""One page of records."""

from __future__ import annotations

import re

import pytest

from tests.cli.run import assert_refused, files_in, run


@pytest.fixture(scope="module")
def page(simulated, tmp_path_factory):
    out = tmp_path_factory.mktemp("page") / "Bericht ü.html"
    ran = run("report", simulated / "record.parquet", "-o", out)
    assert ran.code == 0, ran.err
    assert ran.out == ""
    return out


def test_the_page_stands_alone(page):
    text = page.read_text("utf-8")
    assert files_in(page.parent) == {page.name}
    assert "my cell" in text
    assert not re.search(r'<(?:script|img|link|iframe)[^>]+(?:src|href)="(?:https?:)?//', text)
    assert len(text) < 12_000_000


def test_an_existing_page_needs_force(page, simulated):
    before = page.read_bytes()
    assert_refused(run("report", simulated / "record.parquet", "-o", page), "exists already", "--force")
    assert page.read_bytes() == before


def test_what_is_not_html_is_refused(tmp_path, simulated):
    assert_refused(run("report", simulated / "record.parquet", "-o", tmp_path / "r.pdf"), ".html")
    assert files_in(tmp_path) == set()


def test_one_bad_input_and_no_page_is_written(tmp_path, simulated):
    (tmp_path / "bad.mpt").write_bytes(b"\0\1\2")
    words = ("report", simulated / "record.parquet", tmp_path / "bad.mpt", "-o", tmp_path / "r.html")
    assert_refused(run(*words), "bad.mpt")
    assert files_in(tmp_path) == {"bad.mpt"}
