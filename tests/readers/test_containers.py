"""Archives that promise too much, or to be written elsewhere, are refused by every reader that unpacks."""

from __future__ import annotations

import zipfile

import pytest

from interlayer.errors import ReadError
from interlayer.readers import containers, read
from tests.writers import arbin, samples

WORKBOOK = '<workbook><sheets><sheet name="{}" sheetId="1"/></sheets></workbook>'
KINDS = {
    "ndax": {"data.ndc": b"\0" * 100},
    "plain_xlsx": {"xl/workbook.xml": WORKBOOK.format("Sheet1").encode()},
    "arbin_xlsx": {"xl/workbook.xml": WORKBOOK.format("Channel_1_1").encode()},
}
EVERY = pytest.mark.parametrize("kind", KINDS)


def archive(path, members, *, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return path


def refused(path, words):
    with pytest.raises(ReadError, match=words) as caught:
        read(path)
    assert path.name in str(caught.value)
    assert caught.value.exit_code == 2


@EVERY
def test_a_bomb(tmp_path, kind):
    path = archive(tmp_path / "bomb", KINDS[kind] | {"filler.bin": bytes(2**25)})
    assert path.stat().st_size < 2**16
    refused(path, r"zip bomb: 'filler\.bin' unpacks to \d{3,4} times its size")


@EVERY
def test_too_much_unpacked(tmp_path, kind):
    path = archive(tmp_path / "large", KINDS[kind] | {"a.bin": b"x"})
    data = bytearray(path.read_bytes())
    # The list of members announces four gigabytes less one byte.
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (2**32 - 2).to_bytes(4, "little")
    path.write_bytes(data)
    refused(path, "unpacks to 4 GiB, more than the limit")


@EVERY
@pytest.mark.parametrize("name", ["/etc/passwd", "../../x", "a/../../x", "C:\\Windows\\x", "a\\..\\..\\x"])
def test_paths_out_of_the_folder(tmp_path, kind, name):
    refused(archive(tmp_path / "trick", KINDS[kind] | {name: b"x"}), "written outside its folder")


@EVERY
def test_an_archive_within(tmp_path, kind):
    refused(archive(tmp_path / "nested", KINDS[kind] | {"more.zip": b"PK\x03\x04"}), "holds another archive")


@EVERY
def test_too_many_files(tmp_path, kind):
    many = {f"{i}.txt": b"" for i in range(containers.MOST_MEMBERS + 1)}
    refused(archive(tmp_path / "many", KINDS[kind] | many), "an archive of 2002 files")


def test_a_list_that_would_take_seconds_to_read(tmp_path):
    many = {f"{'x' * 60}{i}": b"" for i in range(11_000)}
    path = archive(tmp_path / "endless.ndax", KINDS["ndax"] | many, method=zipfile.ZIP_STORED)
    assert containers.members(path) == []
    with pytest.raises(ReadError, match="far more files than an instrument's file has"):
        containers.check_zip(path)
    with pytest.raises(ReadError, match="endless"):
        read(path)


@EVERY
def test_files_on_the_same_bytes(tmp_path, kind):
    path = archive(tmp_path / "shared", KINDS[kind] | {"a.bin": b"x" * 50, "b.bin": b"x" * 50})
    data = bytearray(path.read_bytes())
    first, second = (data.index(b"PK\x03\x04", data.index(b"PK\x03\x04") + 1), data.rindex(b"PK\x01\x02"))
    data[second + 42 : second + 46] = first.to_bytes(4, "little")
    path.write_bytes(data)
    refused(path, "share their bytes")


@EVERY
def test_two_files_under_one_name(tmp_path, kind):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = tmp_path / "twice"
        with zipfile.ZipFile(path, "w") as made:
            for name, data in [*KINDS[kind].items(), ("a.txt", b"1"), ("a.txt", b"2")]:
                made.writestr(name, data)
    refused(path, "two files under one name")


def test_a_sound_workbook_passes(tmp_path):
    containers.check_zip(arbin.write_xlsx(tmp_path / "a.xlsx", samples.cycling_record()))


def test_every_real_archive_passes(shared_data):
    found = [p for ending in ("ndax", "xlsx") for p in shared_data.rglob(f"*.{ending}")]
    assert len(found) > 10
    for path in found:
        containers.check_zip(path)
