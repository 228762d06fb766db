"""Protocol files: what they may say, and that every complaint names the line and the corrected text."""

from __future__ import annotations

import pytest

from interlayer.errors import InputError
from interlayer.protocol import Block, Protocol

HEAD = 'format = "interlayer-protocol/1"\nlabel = "test"\n'


def write(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "run.toml"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_file_with_everything(tmp_path):
    text = (
        HEAD
        + """
repeat = 2
steps = [
  "EIS from 1 MHz to 0.1 Hz",   # comment
  { repeat = 100, steps = [
    "Plate at 0.1 mA/cm2 for 1 hour",
    { repeat = 3, steps = ["Rest for 1 minute"] },
    'Strip at 0.1 mA/cm2 for 1 hour',
  ] },
]

[notes]
stpes = "free text is never checked"
date = 2024-03-01
"""
    )
    protocol = Protocol.from_toml(write(tmp_path, text))
    assert protocol.n_steps == 2 * (1 + 100 * 5)
    assert protocol.label == "test"
    assert protocol.notes == {"stpes": "free text is never checked", "date": "2024-03-01"}
    assert protocol.steps[0].repeat == 2


def test_blocks_as_tables(tmp_path):
    text = (
        HEAD + '[[steps]]\nrepeat = 2\nsteps = ["Rest for 1 hour"]\n[[steps]]\nsteps = ["Rest for 2 hours"]\n'
    )
    assert Protocol.from_toml(write(tmp_path, text)).steps == (
        Block(["Rest for 1 hour"], 2),
        Block(["Rest for 2 hours"]),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_from_any_editor(tmp_path, encoding):
    text = (HEAD + 'steps = ["Plate at 50 µA for 1 hour"]\n').replace("\n", "\r\n")
    assert Protocol.from_toml(write(tmp_path, text, encoding)).n_steps == 1


BAD = {
    "sentence": (
        HEAD + 'steps = [\n  "Rest for 1 hour",\n  "Wait for 1 hour",\n]\n',
        ["run.toml line 5: ", "did you mean 'Rest'?"],
    ),
    "sentence in a block": (
        HEAD
        + 'steps = [\n  { repeat = 2, steps = [\n    "Rest for 1 h",\n"Plate at 0,1 mA/cm2 for 1 h",\n] }]\n',
        ["run.toml line 6: ", 'write "Plate at 0.1 mA/cm2 for 1 h"'],
    ),
    "the second of two equal lines": (
        HEAD + '[notes]\nx = "Rest"\n[[steps]]\nsteps = ["Rest for 1 h"]\n[[steps]]\nsteps = ["Rest"]\n',
        ["run.toml line 8: ", "never end"],
    ),
    "number as step": (HEAD + "steps = [\n  5,\n]\n", ["run.toml line 4: ", "5 is not a step"]),
    "unknown key": (
        HEAD + 'stpes = ["Rest for 1 hour"]\n',
        ["run.toml line 3: ", "'stpes'", "'steps'", "[notes]"],
    ),
    "unknown key in a block": (
        HEAD + 'steps = [\n  "Rest for 1 hour",\n  { reapet = 3, steps = ["Rest for 1 hour"] },\n]\n',
        ["run.toml line 5: ", "'reapet'", "'repeat'"],
    ),
    "repeat": (
        HEAD + 'steps = [\n  { repeat = -3, steps = ["Rest for 1 hour"] },\n]\n',
        ["run.toml line 4: ", "repeat = -3", "whole number"],
    ),
    "repeat as text": (
        HEAD + 'repeat = "3"\nsteps = ["Rest for 1 h"]\n',
        ["run.toml line 3: ", "repeat = '3'"],
    ),
    "decimal comma": (
        HEAD + 'repeat = 1,5\nsteps = ["Rest for 1 h"]\n',
        ["run.toml line 3: ", "write repeat = 1.5"],
    ),
    "no steps": (HEAD, ["run.toml: ", "no steps", 'write steps = ["Plate']),
    "empty list": (HEAD + "steps = []\n", ["run.toml line 3: ", "empty"]),
    "steps as text": (
        HEAD + 'steps = "Rest for 1 hour"\n',
        ["run.toml line 3: ", 'write steps = ["Rest for 1 hour"]'],
    ),
    "block without steps": (HEAD + "steps = [ { repeat = 3 } ]\n", ["run.toml line 3: ", "no steps"]),
    "label": (
        'format = "interlayer-protocol/1"\nlabel = 7\nsteps = ["Rest for 1 h"]\n',
        ["run.toml line 2: ", 'write label = "7"'],
    ),
    "notes": (HEAD + 'notes = "x"\nsteps = ["Rest for 1 hour"]\n', ["run.toml line 3: ", "[notes]"]),
    "no format": ('steps = ["Rest for 1 hour"]\n', ["run.toml: ", 'write format = "interlayer-protocol/1"']),
    "later format": (
        'format = "interlayer-protocol/9"\nsteps = ["Rest for 1 h"]\n',
        ["run.toml line 1: ", "version that this program does not know"],
    ),
    "a cell": ('format = "interlayer-cell/1"\n', ["does not describe a protocol"]),
    "too deep": (
        HEAD + "steps = [" + "{ steps = [" * 12 + '"Rest for 1 h"' + "] }" * 12 + "]\n",
        ["run.toml line 3: ", "10 deep"],
    ),
    "no quotation marks": (
        HEAD + "steps = [\n  Plate at 0.1 mA/cm2 for 1 hour,\n]\n",
        ["run.toml line 4: ", 'write "Plate at 0.1 mA/cm2 for 1 hour",'],
    ),
    "one quotation mark": (
        HEAD + 'steps = [\n  "Rest for 1 hour,\n]\n',
        ["run.toml line 4: ", "do not close", 'write "Rest for 1 hour",'],
    ),
    "missing comma": (
        HEAD + 'steps = [\n  "Rest for 1 hour"\n  "Rest for 2 hours",\n]\n',
        ["run.toml line 4: ", "comma is missing", 'write "Rest for 1 hour",'],
    ),
    "not closed": (HEAD + 'steps = [\n  "Rest for 1 hour",\n', ["list of steps is not closed"]),
    "Windows path": (
        HEAD + 'steps = ["Rest for 1 hour"]\n[notes]\nfile = "C:\\Users\\me\\run.mpr"\n',
        ["run.toml line 5: ", "backslash", "write file = 'C:\\Users\\me\\run.mpr'"],
    ),
    "twice": (HEAD + 'label = "again"\nsteps = ["Rest for 1 hour"]\n', ["run.toml line 3: ", "twice"]),
    "empty": ("", ["run.toml", "empty"]),
}


@pytest.mark.parametrize(("text", "parts"), BAD.values(), ids=BAD.keys())
def test_complaints_name_line_and_remedy(tmp_path, text, parts):
    with pytest.raises(InputError) as caught:
        Protocol.from_toml(write(tmp_path, text))
    message = str(caught.value)
    assert not [p for p in parts if p not in message], message
    assert "toml" not in message.replace("run.toml", "").lower()
    assert caught.value.exit_code == 2


def test_data_without_a_file_names_the_step():
    data = Protocol(["Rest for 1 hour", Block(["Rest for 1 hour"], 2)]).as_dict()
    data["steps"][1]["steps"].append("Wait")
    with pytest.raises(InputError, match=r"^step 2\.2: "):
        Protocol.from_dict(data)
    with pytest.raises(InputError, match=r"^label: label = 3"):
        Protocol.from_dict({**data, "label": 3})


def test_random_bytes(tmp_path):
    path = tmp_path / "run.toml"
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(InputError):
        Protocol.from_toml(path)
