"""Options that several commands share, each declared once."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

OutFile: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "-o", "--out", metavar="FILE", help="Write here instead of to the screen.", show_default=False
    ),
]
OutRecords: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--out",
        metavar="REC.parquet",
        help="File of the record; with several inputs a folder, with names from their labels.",
        show_default=False,
    ),
]
Force: TypeAlias = Annotated[bool, typer.Option("--force", help="Replace what is already there.")]
Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print one JSON list and nothing else on standard output.")
]
Csv: TypeAlias = Annotated[bool, typer.Option("--csv", help="Print a table of comma-separated values.")]
CellFile: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--cell",
        metavar="CELL",
        help="The cell that was measured: a file or a shipped name.",
        show_default=False,
    ),
]
CellsTable: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--cells",
        metavar="CELLS",
        help="Table of cells (.csv, .xlsx), as `interlayer collect` makes it.",
        show_default=False,
    ),
]
AreaText: TypeAlias = Annotated[
    str | None,
    typer.Option("--area", metavar="AREA", help='Electrode area, such as "0.785 cm2".', show_default=False),
]
LabelText: TypeAlias = Annotated[
    str | None, typer.Option("--label", metavar="NAME", help="Name of the cell.", show_default=False)
]
Open: TypeAlias = Annotated[bool, typer.Option("--open", help="Show the report in the browser.")]
Debug: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--debug",
        envvar="INTERLAYER_DEBUG",
        help="Print the traceback of a failure.",
        show_envvar=False,
    ),
]
Columns: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--columns",
        metavar="LIST",
        help='Columns of a table in their order, such as "frequency,real,-imaginary" or "time h,voltage mV,'
        'current uA,skip".',
        show_default=False,
    ),
]
Delimiter: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--delimiter",
        metavar="tab|comma|semicolon|blank",
        help="Between values of a table.",
        show_default=False,
    ),
]
Decimal: TypeAlias = Annotated[
    str | None,
    typer.Option("--decimal", metavar="point|comma", help="Decimal mark of a table.", show_default=False),
]
Imaginary: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--imaginary",
        metavar="plus|minus",
        help="plus: a table stores Z'' (negative for a capacitor); minus: it stores -Z''.",
        show_default=False,
    ),
]
Sheet: TypeAlias = Annotated[
    str | None, typer.Option("--sheet", metavar="NAME", help="Sheet of a workbook.", show_default=False)
]
GivenCurrent: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--current",
        metavar="CURRENT",
        help='Constant current of a table without one: "50 uA", "0.1 mA/cm2" (with --area), or a .mps file.',
        show_default=False,
    ),
]
Dates: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--dates", metavar="day-first|month-first", help="Order in dates like 05/06/2024.", show_default=False
    ),
]
