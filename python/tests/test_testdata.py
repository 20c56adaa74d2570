"""The files that the Rust tests read as well."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import asyncgen
import pytest
from asyncgen import errors
from conftest import TESTDATA, Run

FAULTS: list[tuple[str, Any, dict[str, int], str]] = [
    (
        "big.csv",
        asyncgen.csv,
        {"line": 4, "column": 51, "record": 3},
        "record 3 has 2 fields, the header has 3",
    ),
    ("unclosed_quote.csv", asyncgen.csv, {"line": 3, "column": 3}, ""),
    ("text_after_quote.csv", asyncgen.csv, {"line": 3, "column": 9}, ""),
    ("invalid_utf8.csv", asyncgen.csv, {"line": 4, "column": 4}, ""),
    ("bad.ndjson", asyncgen.ndjson, {"line": 3, "column": 19}, ""),
]


@pytest.mark.parametrize(("name", "make", "place", "text"), FAULTS, ids=[f[0] for f in FAULTS])
def test_faults(name: str, make: Any, place: dict[str, int], text: str, run: Run) -> None:
    path = TESTDATA / name

    async def main() -> None:
        with pytest.raises(errors.DecodeError) as failure:
            async for _ in make(path):
                pass
        error = failure.value
        assert error.source == str(path)
        assert {name: getattr(error, name) for name in place} == place
        assert str(error).startswith(f"{path}:{place['line']}:{place['column']}: ")
        assert text in str(error)

    run(main)


@pytest.mark.parametrize(
    ("name", "options"),
    [("trips.csv", {}), ("crlf.csv", {}), ("bom.csv", {}), ("headerless.csv", {"delimiter": ";"})],
)
def test_same_as_the_csv_module(name: str, options: dict[str, Any]) -> None:
    path: Path = TESTDATA / name
    with path.open(newline="", encoding="utf-8-sig") as file:
        expected = [row for row in csv.reader(file, **options) if row]
    assert list(asyncgen.csv(path, header=False, rows="list", **options)) == expected


def test_same_as_json_loads() -> None:
    path = TESTDATA / "events.ndjson"
    expected = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    assert list(asyncgen.ndjson(path)) == expected
