"""`ndjson` with `columns`, `types` and `rows`: only what is wanted of each object."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

import asyncgen
import pytest
from asyncgen import errors
from conftest import Run

DATA = b"""{"id": 1, "name": "x", "tags": ["a", {"b": [1]}], "at": "2024-01-02", "price": 1.10}

  {"price": "2", "name": null, "id": 2, "more": {"id": 9}}
{"id": 3, "id": 4, "n\\u0061me": "\\u00fc\\"", "at": null, "tags": []}
"""


def values(**options: Any) -> list[Any]:
    """Read them all."""
    return list(asyncgen.ndjson(DATA, **options))


def test_columns() -> None:
    native = [json.loads(line) for line in DATA.decode().splitlines() if line.strip()]
    assert values() == native
    for columns in (["name", "id"], ["tags"], ["missing"], ["id", "name", "tags", "at", "price"]):
        expected = [{name: record.get(name) for name in columns} for record in native]
        found = values(columns=columns)
        assert found == expected
        assert [list(record) for record in found] == [columns] * 3


def test_types() -> None:
    types = {"id": float, "at": dt.date, "price": Decimal, "other": int}
    expected = [
        {
            "id": 1.0,
            "name": "x",
            "tags": ["a", {"b": [1]}],
            "at": dt.date(2024, 1, 2),
            "price": Decimal("1.10"),
        },
        {"price": Decimal(2), "name": None, "id": 2.0, "more": {"id": 9}},
        {"id": 4.0, "name": 'ü"', "at": None, "tags": []},
    ]
    assert values(types=types) == expected
    assert values(types={"id": str}, columns=["id"]) == [{"id": "1"}, {"id": "2"}, {"id": "4"}]
    assert list(asyncgen.ndjson(b'{"a": true, "b": "no"}', types={"a": bool, "b": bool})) == [
        {"a": True, "b": False}
    ]


@dataclass
class Item:
    """A record as a class."""

    id: int
    name: str | None
    tags: Any = None


class Pair(NamedTuple):
    """A record as a tuple."""

    id: int
    price: Decimal | None


class Keys(TypedDict):
    """A record as a dict."""

    id: int
    at: dt.date | None


def test_classes(run: Run) -> None:
    async def main() -> None:
        items = [item async for item in asyncgen.ndjson(DATA, rows=Item)]
        assert items == [
            Item(1, "x", ["a", {"b": [1]}]),
            Item(2, None, None),
            Item(4, 'ü"', []),
        ]
        pairs = [pair async for pair in asyncgen.ndjson(DATA, rows=Pair)]
        assert pairs == [(1, Decimal("1.10")), (2, Decimal(2)), (4, None)]
        keys = [key async for key in asyncgen.ndjson(DATA, rows=Keys)]
        assert keys == [{"id": 1, "at": dt.date(2024, 1, 2)}, {"id": 2, "at": None}, keys[2]]
        assert keys[2] == {"id": 4, "at": None}

    run(main)


@pytest.mark.parametrize(
    ("line", "options", "text", "column"),
    [
        ('{"a": "x"}', {"types": {"a": int}}, 'column "a": "\\"x\\"" is not an int', 7),
        (' {"b": 0, "a": [1]}', {"types": {"a": str}}, 'column "a": "[1]" is not a str', 16),
        ('{"a": 1.5}', {"types": {"a": int}, "columns": ["a"]}, 'column "a": "1.5" is not', 7),
        ("[1]", {"columns": ["a"]}, "record 2 is no JSON object", 1),
        ("  7", {"types": {"a": int}}, "record 2 is no JSON object", 3),
        ('{"name": null, "id": null}', {"rows": Item}, 'column "id": "null" is not an int', 22),
        ('{"name": null}', {"rows": Item}, 'column "id": "" is not an int', 1),
    ],
)
def test_faults(line: str, options: Any, text: str, column: int, tmp_path: Path) -> None:
    good = '{"id": 1, "name": "é", "a": 1}'
    path = tmp_path / "a.ndjson"
    path.write_text(f"{good}\n\n{line}\n{good}\n")
    source = asyncgen.ndjson(path, **options)
    next(source)
    with pytest.raises(errors.DecodeError) as raised:
        next(source)
    assert text in str(raised.value)
    assert raised.value.source == str(path)
    assert (raised.value.line, raised.value.column, raised.value.record) == (3, column, 2)
    source = asyncgen.ndjson(path, on_error="collect", **options)
    assert len(list(source)) == 2
    (reject,) = source.rejects
    assert (reject.kind, reject.line, reject.raw) == ("type", 3, line)
    assert source.value is not None
    assert (source.value.records, source.value.rejects) == (2, 1)


@pytest.mark.parametrize("options", [{}, {"columns": ["a", "b"]}])
def test_of_members_of_one_name_the_last_counts(options: Any) -> None:
    data = b'{"a": "x", "b": 1, "a": 2}\n{"a": 3, "b": 4, "a": "y", "b": 5}\n'
    types = {"a": int, "b": int}
    source = asyncgen.ndjson(data, types=types, on_error="collect", **options)
    assert [list(value.items()) for value in source] == [[("a", 2), ("b", 1)]]
    (reject,) = source.rejects
    assert reject.message == 'record 2, column "a": "\\"y\\"" is not an int'
    assert (reject.line, reject.column) == (2, 23)


def test_encoded(run: Run) -> None:
    async def main() -> bytes:
        source = asyncgen.ndjson(DATA, columns=["id", "at"])
        return b"".join([chunk async for chunk in source.encode("csv")])

    assert run(main) == b"id,at\n1,2024-01-02\n2,\n4,\n"


def test_what_is_refused() -> None:
    for options, text in [
        ({"columns": [0]}, "a member is told by its name, not 0"),
        ({"columns": "id"}, "columns must be a list of names"),
        ({"types": {0: int}}, "a member is told by its name, not 0"),
        ({"types": {"a": list}}, "the type of 'a' must be one of str, int"),
        ({"rows": "list"}, "rows must be 'dict', a dataclass, a NamedTuple or a TypedDict"),
        ({"rows": Item, "columns": ["id"]}, "rows=Item says which columns there are"),
    ]:
        wrong: Any = options
        with pytest.raises(errors.UsageError, match=text):
            asyncgen.ndjson(b"", **wrong)
