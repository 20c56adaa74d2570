"""What a row of `csv` can be, and what it can do."""

from __future__ import annotations

import copy
import pickle
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypedDict

import asyncgen
import pytest
from asyncgen import Row

TABLE = b'city,people,note\nBonn,332000,"say ""hi"""\n\nK\xc3\xb6ln,1087000,\n'


def rows(data: bytes = TABLE, **options: Any) -> list[Any]:
    """Read all."""
    return list(asyncgen.csv(data, **options))


def test_a_row_is_a_sequence_with_names() -> None:
    bonn, koeln = rows()
    assert list(bonn) == ["Bonn", "332000", 'say "hi"']
    assert (len(bonn), bonn[0], bonn[-1], bonn["people"]) == (3, "Bonn", 'say "hi"', "332000")
    assert (bonn[1:], bonn[::-2], bonn[9:]) == (("332000", 'say "hi"'), ('say "hi"', "Bonn"), ())
    assert bonn.keys() == ["city", "people", "note"]
    assert dict(bonn) == bonn.asdict() == dict(zip(bonn.keys(), bonn, strict=True))
    assert dict(**koeln) == {"city": "Köln", "people": "1087000", "note": ""}
    assert "Bonn" in bonn
    assert (bonn.line, bonn.offset, bonn.source) == (2, 17, "<bytes>")
    assert (koeln.line, koeln.offset) == (4, 43)
    assert repr(koeln) == "Row(city='Köln', people='1087000', note='')"
    match bonn:
        case [city, _, _]:
            assert city == "Bonn"
        case _:
            pytest.fail("a row is no sequence")


def test_a_row_is_what_sqlite3_takes() -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE t (city, people, note)")
    db.executemany("INSERT INTO t VALUES (?, ?, ?)", asyncgen.csv(TABLE))
    assert db.execute("SELECT people FROM t").fetchall() == [("332000",), ("1087000",)]
    db.close()


def test_a_name_is_found_by_what_it_says() -> None:
    [row] = rows(b"city\nBonn\n")
    assert row["city"] == row[bytes(row.keys()[0], "ascii").decode()] == "Bonn"
    for key, kind, message in [
        ("town", KeyError, "no column 'town'"),
        (1, IndexError, "the row has 1 values"),
        (-2, IndexError, "the row has 1 values"),
        (1.0, TypeError, "indices, slices and names, not float"),
    ]:
        with pytest.raises(kind, match=message):
            row[key]
    [row] = rows(b"Bonn\n", header=False)
    assert (row[0], row.keys(), repr(row)) == ("Bonn", [], "Row('Bonn')")
    with pytest.raises(KeyError, match="the columns have no names"):
        row["city"]
    with pytest.raises(TypeError, match="values without a name"):
        row.asdict()


def test_names_that_come_twice() -> None:
    [row] = rows(b"a,b,a\n1,2,3\n")
    assert (list(row), row["b"]) == (["1", "2", "3"], "2")
    with pytest.raises(KeyError, match="the column 'a' comes twice: use an index"):
        row["a"]
    with pytest.raises(KeyError, match="comes twice: a dict has it once"):
        row.asdict()
    with pytest.raises(asyncgen.errors.UsageError, match="name it by its number, from 0"):
        rows(b"a,b,a\n1,2,3\n", columns=["a"])
    assert rows(b"a,b,a\n1,2,3\n", columns=[2, 0], rows="list") == [["3", "1"]]


def test_rows_that_say_the_same_are_equal() -> None:
    one, other = rows(b"a\n1\n1\n")
    [elsewhere] = rows(b"x\n1\n", header=["a"], skip=1)
    [renamed] = rows(b"b\n1\n")
    assert one == other == elsewhere
    assert len({one, other, elsewhere}) == 1
    assert one != renamed
    assert one != ("1",)
    assert rows(b"a\n1\n", types={"a": int}) != [one]


@pytest.mark.parametrize("options", [{}, {"header": False}, {"types": {"people": int}}])
def test_a_row_is_pickled_and_copied(options: dict[str, Any]) -> None:
    data = TABLE if options.get("header", True) else b"Bonn,1\n"
    for row in rows(data, **options):
        for again in [pickle.loads(pickle.dumps(row)), copy.copy(row), copy.deepcopy(row)]:
            assert (again, hash(again), repr(again)) == (row, hash(row), repr(row))
            assert (again.line, again.offset, again.source) == (row.line, row.offset, row.source)
            assert (again.keys(), list(again)) == (row.keys(), list(row))


def test_what_short_and_blank_records_become() -> None:
    data = b"a,b\n1\n\n2,3\n"
    options = {"ragged": "keep", "blank": "keep"}
    assert list(map(dict, rows(data, **options))) == [{"a": "1"}, {}, {"a": "2", "b": "3"}]
    assert rows(data, rows="dict", **options) == [{"a": "1"}, {}, {"a": "2", "b": "3"}]
    assert rows(data, rows="tuple", **options) == [("1",), (), ("2", "3")]
    chosen = {"columns": ["b", "a"], **options}
    assert rows(data, rows="list", **chosen) == [[None, "1"], [None, None], ["3", "2"]]
    assert list(map(tuple, rows(data, **chosen))) == [(None, "1"), (None, None), ("3", "2")]
    [short, _, _] = rows(data, **options)
    with pytest.raises(IndexError, match="the row has 1 values"):
        short["b"]
    with pytest.raises(
        asyncgen.errors.DecodeError, match="record 1 has 2 fields, and a dict has 1"
    ):
        rows(b"a\n1,2\n", rows="dict", ragged="keep")


def test_columns_that_are_chosen() -> None:
    assert [dict(row) for row in rows(columns=["people", "city"])] == [
        {"people": "332000", "city": "Bonn"},
        {"people": "1087000", "city": "Köln"},
    ]
    assert rows(rows="list", columns=[1]) == [["332000"], ["1087000"]]
    assert rows(b"1,2\n", header=False, rows="tuple", columns=[1, 1]) == [("2", "2")]
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"columns": ["x"]}, 'no column "x": the columns are city, people, note'),
        ({"columns": [3]}, "no column 3: there are 3, counted from 0"),
        ({"types": {"x": int}}, 'no column "x": the columns are'),
        ({"columns": ["x"], "header": False}, 'no column "x": the columns have no names'),
    ]
    for options, message in wrong:
        with pytest.raises(asyncgen.errors.UsageError, match=message):
            rows(**options)


@pytest.mark.parametrize(
    ("kind", "good", "bad", "expected"),
    [
        (int, {"1": 1, "-07": -7, " 5 ": 5, "9" * 30: int("9" * 30), "+3": 3}, "1_0", "an int"),
        (int, {"9223372036854775808": 2**63}, "1.0", "an int"),
        (int, {}, "9" * 5000, "an int"),
        (float, {"1": 1.0, "-.5e3": -500.0, " inf ": float("inf")}, "1,5", "a float"),
        (bool, {"true": True, "F": False, "1": True, "No": False}, "maybe", "a bool"),
        (date, {"2024-02-29": date(2024, 2, 29)}, "2023-02-29", "a date"),
        (
            datetime,
            {"2024-05-01T10:00:00Z": datetime(2024, 5, 1, 10, tzinfo=UTC)},
            "yesterday",
            "a datetime",
        ),
        (Decimal, {"1.10": Decimal("1.10"), "1e400": Decimal("1e400")}, "1_0", "a Decimal"),
        (str, {"x": "x"}, None, ""),
    ],
)
@pytest.mark.parametrize("shape", ["row", "list", "tuple", "dict"])
def test_types(
    kind: type, good: dict[str, object], bad: str | None, expected: str, shape: str
) -> None:
    values = [*good.values(), None]
    text = "".join(f'z,"{cell}"\n' for cell in [*good, ""])
    read = rows(f"a,b\n{text}".encode(), rows=shape, types={"b": kind})
    assert [list(row.values() if shape == "dict" else row)[1] for row in read] == values
    assert all(type(row["b" if shape == "dict" else 1]) is kind for row in read[:-1])
    if bad is None:
        return
    with pytest.raises(asyncgen.errors.DecodeError) as caught:
        rows(f'a,b\n"1\n2","{bad}"\n'.encode(), rows=shape, types={"b": kind})
    shown = bad if len(bad) < 60 else bad[:60]
    assert f'<bytes>:3:4: record 1, column "b": "{shown}"' in str(caught.value)
    assert str(caught.value).endswith(f"is not {expected}")
    error = caught.value
    assert (error.line, error.column, error.offset, error.record) == (3, 4, 10, 1)
    assert (error.source, error.item) == ("<bytes>", 1)


def test_null_values() -> None:
    data = b"a,b\nNA,NA\n,\n"
    types = {"a": int}
    assert rows(data, rows="list", types=types, null_values=["NA", ""]) == [
        [None, "NA"],
        [None, ""],
    ]
    assert rows(data, rows="list", types={"b": str}, null_values=["NA"]) == [["NA", None], ["", ""]]
    with pytest.raises(asyncgen.errors.DecodeError, match='column "a": "" is not an int'):
        rows(b'a\n""\n', types=types, null_values=())


class City(NamedTuple):
    """A NamedTuple."""

    city: str
    people: int


@dataclass
class Town:
    """A dataclass, with a field that is not of the file."""

    people: int | None
    city: str
    seen: list[int] = field(init=False, default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A dataclass with keywords alone."""

    note: str
    people: Decimal


class Note(TypedDict):
    """A TypedDict."""

    note: str | None
    people: float


def test_classes() -> None:
    assert rows(rows=City) == [City("Bonn", 332000), City("Köln", 1087000)]
    assert rows(rows=Town) == [Town(332000, "Bonn"), Town(1087000, "Köln")]
    assert rows(rows=Place)[1] == Place(note="", people=Decimal(1087000))
    assert rows(rows=Note) == [
        {"note": 'say "hi"', "people": 332000.0},
        {"note": None, "people": 1087000.0},
    ]
    assert rows(b"people,city\n,Bonn\n", rows=Town) == [Town(None, "Bonn")]
    with pytest.raises(asyncgen.errors.DecodeError, match='column "people": "" is not an int'):
        rows(b"people,city\n,Bonn\n", rows=City)
    with pytest.raises(asyncgen.errors.UsageError, match='no column "people"'):
        rows(b"city\nBonn\n", rows=City)


@dataclass
class Wrong:
    """A dataclass that no CSV can be."""

    tags: list[str]


@dataclass
class Picky:
    """A dataclass that refuses what it is given."""

    people: int

    def __post_init__(self) -> None:
        """Refuse."""
        message = f"{self.people} are too many"
        raise ValueError(message)


def test_classes_that_cannot_be_rows() -> None:
    with pytest.raises(asyncgen.errors.UsageError, match="tags is annotated with list"):
        asyncgen.csv(b"", rows=Wrong)
    options: Any = {"columns": ["people"]}
    with pytest.raises(asyncgen.errors.UsageError, match="rows=City says which columns"):
        asyncgen.csv(b"", rows=City, **options)
    with pytest.raises(asyncgen.errors.DecodeError, match=":2: 332000 are too many") as caught:
        rows(rows=Picky)
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_row_in_an_async_for(run: Any) -> None:
    async def main() -> list[Row[str]]:
        return [row async for row in asyncgen.csv(TABLE)]

    assert run(main) == rows()
