"""What a text stands for: the values of Python, and what the command writes of the same text."""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import io
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncgen
import pytest

TYPES: list[type] = [int, float, bool, dt.date, dt.datetime, decimal.Decimal, str]

# Each is read as each of the types.
TEXTS = [
    *["", " ", "NA", "é", "null", "None", "x1", "0", "-0", "00", "+7", " 8\t", "-0012", "\v9"],
    *["٣", "\u00a05", "1_000", "1,5", "0x1f", "--1", "+-1", "+", "-", ".", "1.", ".5", "-.5e0"],
    *[str(2**63), str(-(2**63) - 1), "9" * 60, "1" + "0" * 400, "0" * 40 + "1", "0.1", "1.10"],
    *["1e5", "1E+05", "1e-7", "0.0000001", "0.000001", "1e16", "123456789.123456789", "5e-324"],
    *["1e22", "1e308", "1e309", "-1e400", "1e-400", "1e", "1e+", "0e7", "-0.00", "12.50e3"],
    *["1e999999999999999999", "1e9999999999999999999", "0.1e-30", "1.2.3", "1e5.0"],
    *["nan", "NaN", "-nan", "nan012", "sNaN", "inf", "-Infinity", "+INF", "infinit", "infinity1"],
    *["true", "TRUE", "t", "T", "yes", "Y", " y ", "false", "F", "no", "n", "on", "1", "2"],
    *["2024-01-02", "20240102", " 2024-01-02 ", "2024-W01-2", "2024W012", "2024W01", "2024-W53-1"],
    *["2024-1-2", "2024-02-30", "2000-02-29", "1900-02-29", "0001-01-01", "9999-12-31"],
    *["0000-01-01", "10000-01-01", "2024-366", "2024-01", "2024", "24-01-02", "2024/01/02"],
    *["2024-01-02T03", "2024-01-02T03:04", "2024-01-02 03:04:05", "2024-01-02_03:04"],
    *["2024-01-02é03:04", "20240102T030405.6", "2024-01-02T03:04:05,1234567", "2024-01-02T"],
    *["2024-01-02T03:04:05.000001", "2024-01-02T03:04:05Z", "2024-01-02T03:04:05+00:00"],
    *["2024-01-02T03:04-05:30", "2024-01-02T03+0530", "2024-01-02T03:04:05+01:02:03.000004"],
    *["2024-01-02T03:04:05-00:00:00.5", "2024-01-02T03:04+24:00", "2024-01-02T25:00"],
    *["0001-01-01T00:00+23:59", "9999-12-31T23:59:59.999999-23:59", "2024-01-02T03:60"],
]

# The same as values of JSON.
VALUES = [json.dumps(text) for text in TEXTS] + [
    *["null", "true", "false", "0", "-0", "1.0", "1.50", "1e5", "1E400", "9" * 60, "20240102"],
    *["[1]", "{}", '{"x": 1}', r'"\u0031"', r'"2024\u002d01-02"'],
]


def plain(value: object) -> object:
    """What the command writes of a value, as `json` reads it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, decimal.Decimal) else value


def command(
    noun: str, data: bytes, cast: type, tmp_path: Path, *words: str
) -> tuple[dict[int, object], list[dict[str, Any]]]:
    """The values that it writes, by their numbers, and what it has passed over."""
    rejects = tmp_path / "rejects"
    options = ["--to", "ndjson", "--rejects", str(rejects), *words]
    done = subprocess.run(
        [sys.executable, "-m", "asyncgen", noun, "-", "--types", f"x={cast.__name__}", *options],
        input=data,
        capture_output=True,
        timeout=30,
        check=True,
    )
    rows: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    passed_over = [json.loads(line) for line in rejects.read_text().splitlines()]
    return {int(row["id"]): row["x"] for row in rows}, passed_over


def compare(
    source: Any, written: tuple[dict[int, object], list[dict[str, Any]]], cast: type
) -> None:
    values, passed_over = written
    rows = {int(row["id"]): row["x"] for row in source}
    told = {
        reject.line: (reject.record, reject.column, reject.kind, reject.message, reject.raw)
        for reject in source.rejects
    }
    # What JSON has not is an error of the command alone.
    odd = {key for key, value in rows.items() if cast is float and not math.isfinite(value or 0)}
    assert values == {key: plain(value) for key, value in rows.items() if key not in odd}
    kinds = {key: type(value) for key, value in values.items()}
    assert kinds == {key: type(plain(rows[key])) for key in values}
    finite = [line for line in passed_over if not line["message"].endswith("a finite float")]
    assert len(finite) == len(passed_over) - len(odd)
    names = ["record", "column", "kind", "message", "raw"]
    assert {line["line"]: tuple(line[name] for name in names) for line in finite} == told
    assert rows
    assert told or cast is str


@pytest.mark.parametrize("cast", TYPES)
@pytest.mark.parametrize("nulls", [None, ["NA", "1"]])
def test_fields(cast: type, nulls: list[str] | None, tmp_path: Path) -> None:
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([("id", "x"), *enumerate(TEXTS)])
    data = table.getvalue().encode()
    make: Any = asyncgen.csv
    said = {} if nulls is None else {"null_values": nulls}
    words = [] if nulls is None else ["--null-values", ",".join(nulls)]
    source = make(data, types={"x": cast}, on_error="collect", **said)
    compare(source, command("csv", data, cast, tmp_path, *words), cast)


@pytest.mark.parametrize("cast", TYPES)
@pytest.mark.parametrize("select", [[], ["id", "x"]])
def test_members(cast: type, select: list[str], tmp_path: Path) -> None:
    lines = [f'{{"id": {number}, "x": {value}}}' for number, value in enumerate(VALUES)]
    data = "\n".join([*lines, "[]", '{"id": 1000, "x": null, "x": "1"}', ""]).encode()
    source: Any = asyncgen.ndjson(
        data, types={"x": cast}, columns=select or None, on_error="collect"
    )
    words = ["--select", ",".join(select)] if select else []
    compare(source, command("ndjson", data, cast, tmp_path, *words), cast)
