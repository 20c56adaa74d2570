"""`source.arrow()` and `source.__arrow_c_stream__()`: the same values as rows, by column."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gzip
import io
import itertools
import math
import os
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import asyncgen
import pytest
from asyncgen import errors
from conftest import TESTDATA, Run
from hypothesis import given, settings
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow")

CITIES = b"city,people\nBonn,332000\nUlm,\nK\xc3\xb6ln,1073096\n"

TYPED: dict[str, type] = {
    "i": int,
    "f": float,
    "b": bool,
    "d": dt.date,
    "t": dt.datetime,
    "n": Decimal,
    "s": str,
}


def tuples(batches: Any) -> list[tuple[Any, ...]]:
    """Give the rows of some batches."""
    rows: list[tuple[Any, ...]] = []
    for batch in batches:
        columns = pa.record_batch(batch).columns
        lists = [column.to_pylist() for column in columns]
        assert {len(values) for values in lists} <= {len(batch)}
        rows += list(zip(*lists, strict=True)) if lists else [()] * len(batch)
    return rows


def same(one: Any, other: Any) -> bool:
    """Tell whether two rows have the same values; nan is nan, and a Decimal what is written."""
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Decimal):
        return str(one) == str(Decimal(other))
    if isinstance(one, float) and math.isnan(one):
        return isinstance(other, float) and math.isnan(other)
    if isinstance(one, dt.datetime) and one.tzinfo is not None:
        return isinstance(other, dt.datetime) and other.tzinfo is not None and one == other
    return type(one) is type(other) and bool(one == other)


def outcome(run: Any) -> tuple[list[Any], Any]:
    """Give the rows that come, and what is told of the fault that ends them."""
    rows: list[Any] = []
    try:
        for some in run:
            rows += some
    except errors.DecodeError as error:
        return rows, (str(error), error.line, error.column, error.offset, error.item)
    return rows, None


def compare(make: Any, *, rows: int | None = None) -> None:
    """Hold a table against the rows of the same source: values, fault, rejects and summary."""
    by_row, by_column = make(rows="tuple"), make(rows="tuple")
    expected, fault = outcome([row] for row in by_row)
    found, same_fault = outcome(tuples([batch]) for batch in by_column.arrow(rows))
    width = max(map(len, found), default=0)
    # A row of a table has all columns.
    expected = [(*row, *[None] * (width - len(row))) for row in expected]
    assert len(expected) == len(found)
    assert all(map(same, expected, found)), (expected, found)
    assert fault == same_fault
    if fault is None:
        told = [list(map(str, source.rejects)) for source in (by_row, by_column)]
        assert told[0] == told[1]
        assert by_row.value == by_column.value
        assert by_row.position == by_column.position


@pytest.mark.parametrize("rows", [None, 1, 2, 7, 10**9])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"columns": ["b", "a"]},
        {"columns": [1, 1]},
        {"types": {"a": int, "c": float}},
        {"types": {0: str}, "null_values": ["1", "x"]},
        {"header": False, "types": {0: str}},
        {"on_error": "skip", "types": {"b": int}},
        {"on_error": "collect", "types": {"a": int, "b": int}},
        {"types": {"b": int}},
        {"blank": "keep", "ragged": "keep"},
    ],
    ids=str,
)
def test_the_values_of_rows(options: dict[str, Any], rows: int | None) -> None:
    data = b'a,b,c\n1,x,.5\n2,3,\n,"q""q",7e3\n' + b"4,5,6\n" * 20 + b"\n" + b"5,y,1\n"
    compare(lambda **more: asyncgen.csv(data, **options, **more), rows=rows)


CELLS: dict[str, st.SearchStrategy[str]] = {
    "i": st.integers(-(2**63), 2**63 - 1).map(str) | st.sampled_from(["+5", " 7 ", "007", "-0"]),
    "f": st.floats().map(str) | st.floats(-1e6, 1e6).map("{:.3f}".format) | st.just("1."),
    "b": st.sampled_from(["true", "F", "1", "0", "Yes", " no"]),
    "d": st.dates().map(str) | st.dates().map("{:%G-W%V-%u}".format).filter(lambda d: len(d) > 9),
    "t": st.datetimes().map(str) | st.datetimes().map(dt.datetime.isoformat),
    "n": st.decimals().map(str),
    "s": st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=20),
}
BAD = st.sampled_from(["", "x", "1.5.2", "2024-13-01", "9" * 30 + "x", "--1", "1_0", "é"])


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Draw a CSV text whose columns have values of the types, most of them well-formed."""
    lines = ["i,f,b,d,t,n,s"]
    for _ in range(draw(st.integers(0, 8))):
        cells = [draw(cell if draw(st.integers(0, 15)) else BAD) for cell in CELLS.values()]
        lines.append(",".join('"' + cell.replace('"', '""') + '"' for cell in cells))
    return "\n".join(lines).encode()


@settings(max_examples=150, deadline=None)
@given(tables(), st.sampled_from(["raise", "skip", "collect"]), st.sampled_from([None, 1, 3]))
def test_typed_values_of_any_table(data: bytes, on_error: Any, rows: int | None) -> None:
    compare(lambda **more: asyncgen.csv(data, types=TYPED, on_error=on_error, **more), rows=rows)


DIGITS = st.integers(0, 99).map("{:02}".format)
TIMES = st.builds(
    "{}{}".format,
    st.sampled_from(["{0}", "{0}:{1}", "{0}:{1}:{2}", "{0}{1}", "{0}{1}{2}", "{0}:{1}:{2}.{3}"]),
    st.sampled_from(["", "Z", "+{4}:{5}", "-{4}{5}", "+{4}", "+{4}:{5}:{0}", "Z0", "+"]),
)


@settings(max_examples=400, deadline=None)
@given(
    st.dates().flatmap(
        lambda d: st.sampled_from([f"{d}", f"{d:%Y%m%d}", f"{d:%G-W%V-%u}", f"{d:%GW%V}", "2024"])
    ),
    st.sampled_from(["T", " ", "-", "é", "TT"]),
    TIMES,
    st.lists(st.integers(0, 30).map("{:02}".format), min_size=6, max_size=6),
)
def test_times_as_python_reads_them(date: str, mark: str, time: str, parts: list[str]) -> None:
    text = f"{date}{mark}{time.format(*parts)}"
    try:
        expected: Any = dt.datetime.fromisoformat(text)
    except ValueError:
        expected = None
    source = asyncgen.csv(f"t\n{text}\n".encode(), types={"t": dt.datetime}, on_error="skip")
    found = tuples(source.arrow())
    assert len(found) == (expected is not None), text
    for (value,) in found:
        assert same(expected, value), text


def test_the_types_of_columns() -> None:
    data = b"i,f,b,d,t,n,s,u\n1,2,1,2024-01-02,2024-01-02T03:04:05,1.50,x,y\n"
    schema = pa.table(asyncgen.csv(data, types=TYPED)).schema
    expected = {
        "i": pa.int64(),
        "f": pa.float64(),
        "b": pa.bool_(),
        "d": pa.date32(),
        "t": pa.timestamp("us"),
        "n": pa.string_view(),
        "s": pa.string_view(),
        "u": pa.string_view(),
    }
    assert dict(zip(schema.names, schema.types, strict=True)) == expected


def test_the_first_time_says_whether_all_have_an_offset() -> None:
    head = b"t\n\n2024-01-02T03:04:05+02:00\n"
    types = {"t": dt.datetime}
    source = asyncgen.csv(head, types=types, blank="keep", ragged="keep")
    table = pa.table(source)
    assert table.schema.types == [pa.timestamp("us", "UTC")]
    assert table["t"].to_pylist()[1] == dt.datetime.fromisoformat("2024-01-02T03:04:05+02:00")
    for data, expected in [
        (head + b"2024-01-02\n", '"2024-01-02" is not a datetime with an offset'),
        (
            b"t\n2024-01-02\n2024-01-02T00Z\n",
            '"2024-01-02T00Z" is not a datetime without an offset',
        ),
    ]:
        with pytest.raises(errors.DecodeError, match=expected):
            list(asyncgen.csv(data, types=types).arrow())


@pytest.mark.parametrize(
    ("cell", "as_type", "expected"),
    [
        ("9223372036854775808", None, "an int of 64 bits"),
        ("1.5", None, "an int"),
        ("128", "int8", "an int of 8 bits"),
        ("-1", "uint16", "an int of 16 bits without a sign"),
        ("x", "uint16", "an int"),
        ("x", "float32", "a float"),
        ("2024-01-02T03:04:05.5", "timestamp[s]", "a datetime in whole seconds"),
        ("2300-01-01", "timestamp[ns]", "a datetime from 1677 to 2262, as nanoseconds have it"),
        ("1.234", "decimal128(5, 2)", "a Decimal of so many digits"),
        ("x", "string", "an int"),
    ],
)
def test_what_is_wrong_with_a_cell(cell: str, as_type: str | None, expected: str) -> None:
    data = f"s,i\nfirst,7\nsecond,{cell}\n".encode()
    first = {"timestamp[s]": "2024-01-02", "timestamp[ns]": "2024-01-02"}.get(as_type or "", "7")
    data = data.replace(b"7", first.encode())
    types = {
        "timestamp[s]": pa.timestamp("s"),
        "timestamp[ns]": pa.timestamp("ns"),
        "decimal128(5, 2)": pa.decimal128(5, 2),
    }
    type_ = as_type and (types.get(as_type) or getattr(pa, as_type)())
    schema: Any = type_ and pa.schema([("s", pa.string()), ("i", type_)])
    batches = asyncgen.csv(data, types={"i": int}).arrow(schema=schema)
    assert len(next(batches)) == 1
    with pytest.raises(errors.DecodeError) as caught:
        next(batches)
    message = f'<bytes>:3:8: record 2, column "i": "{cell}" is not {expected}'
    assert str(caught.value) == message
    assert (caught.value.line, caught.value.column, caught.value.item) == (3, 8, 2)
    assert list(batches) == []


def test_records_after_a_fault_still_come() -> None:
    batches = asyncgen.csv(b"a\n1\nx\n3\n4\ny\n", types={"a": int}).arrow()
    seen: list[Any] = []
    for _ in range(4):
        try:
            seen.append(tuples([next(batches)]))
        except errors.DecodeError as error:
            seen.append(error.line)
    assert seen == [[(1,)], 3, [(3,), (4,)], 6]
    assert list(batches) == []


def test_more_fields_than_columns_are_a_fault() -> None:
    def rows(**options: Any) -> asyncgen.ArrowBatches:
        return asyncgen.csv(b"a,b\n1\n1,2,3\n", ragged="keep", **options).arrow()

    batches = rows()
    assert tuples([next(batches)]) == [("1", None)]
    with pytest.raises(errors.DecodeError, match="record 2 has 3 fields, the table has 2"):
        next(batches)
    assert tuples(rows(columns=["a"])) == [("1",), ("1",)]
    assert tuples(rows(on_error="skip")) == [("1", None)]


@pytest.mark.parametrize(
    ("data", "options", "names", "count"),
    [
        (b"a,a\n1,2\n", {}, ["a", "a"], 1),
        (b"1,2\n", {"header": False}, ["0", "1"], 1),
        (b"1,2\n", {"header": False, "columns": [1]}, ["1"], 1),
        (b"a,b\n", {}, ["a", "b"], 0),
        (b"", {}, [], 0),
        (b"", {"columns": ["x"]}, ["x"], 0),
        (b"a\n\n\n", {"blank": "keep", "ragged": "keep"}, ["a"], 2),
    ],
)
def test_columns(data: bytes, options: dict[str, Any], names: list[str], count: int) -> None:
    table = pa.table(asyncgen.csv(data, **options))
    assert (table.column_names, table.num_rows) == (names, count)
    assert sum(map(len, asyncgen.csv(data, **options).arrow())) == count


def test_classes_say_what_columns_there_are() -> None:
    @dataclasses.dataclass
    class City:
        people: int | None
        city: str

    table = pa.table(asyncgen.csv(CITIES, rows=City))
    assert table.to_pylist()[1] == {"people": None, "city": "Ulm"}
    assert [field.nullable for field in table.schema] == [True, False]
    rows = asyncgen.csv(b"city,people\n,1\n", rows=City).arrow()
    assert tuples(rows) == [(1, "")]


JSONS = rb"""
{"id": 1, "name": "K\u00f6ln", "x": {"y": [1]}, "on": "2024-01-02"}
{"name": "a\"b", "id": null, "extra": true, "on": null}
{"id": "7", "id": 8, "x": 1.50, "on": "2024-01-03"}
"""


def test_members_are_columns() -> None:
    types = {"id": int, "on": dt.date}
    source = asyncgen.ndjson(JSONS, columns=["id", "name", "x", "on"], types=types)
    assert tuples(source.arrow()) == [
        (1, "Köln", '{"y": [1]}', dt.date(2024, 1, 2)),
        (None, 'a"b', None, None),
        (8, None, "1.50", dt.date(2024, 1, 3)),
    ]
    assert pa.table(asyncgen.ndjson(JSONS, types=types)).column_names == ["id", "on"]


@dataclasses.dataclass
class Named:
    """What must have a text."""

    a: str


@pytest.mark.parametrize(
    ("line", "options", "expected"),
    [
        ('{"a": "x"}', {"types": {"a": int}}, '3:7: record 2, column "a": "\\"x\\"" is not an int'),
        ('{"a": [1]}', {"types": {"a": str}}, '3:7: record 2, column "a": "[1]" is not a str'),
        ("[1]", {"columns": ["a"]}, "3:1: record 2 is no JSON object"),
        ('{"a": [1]}', {"rows": Named}, '3:7: record 2, column "a": "[1]" is not a str'),
        *(
            (
                line,
                {"types": {"a": str, "b": str}},
                f'3:{column}: record 2, column "{name}": {what}',
            )
            for line, column, name, what in [
                ('{"a": [1], "b": {}}', 7, "a", '"[1]" is not a str'),
                ('{"b": {}, "a": [1]}', 16, "a", '"[1]" is not a str'),
                ('{"a": [1], "b": {}, "b": "x"}', 7, "a", '"[1]" is not a str'),
                ('{"b": {}, "a": [1], "a": 2}', 7, "b", '"{}" is not a str'),
            ]
        ),
        (
            '{"b": {}, "a": "x"}',
            {"types": {"a": int, "b": str}},
            '3:16: record 2, column "a": "\\"x\\"" is not an int',
        ),
        (
            '{"b": 1, "a": 99999999999999999999}',
            {"types": {"a": int}},
            '3:15: record 2, column "a": "99999999999999999999" is not an int of 64 bits',
        ),
    ],
)
@pytest.mark.parametrize("on_error", ["raise", "collect"])
def test_faults_of_members(
    line: str, options: dict[str, Any], expected: str, on_error: Any
) -> None:
    data = f'{{"a": "1"}}\n\n{line}\n{{"a": "3"}}\n'.encode()
    source = asyncgen.ndjson(data, on_error=on_error, **options)
    batches = source.arrow()
    if on_error == "collect":
        assert [str(value) for value, *_ in tuples(batches)] == ["1", "3"]
        assert [reject.line for reject in source.rejects] == [3]
        assert source.value is not None
        assert (source.value.records, source.value.rejects) == (2, 1)
        return
    assert len(next(batches)) == 1
    with pytest.raises(errors.DecodeError) as caught:
        next(batches)
    assert str(caught.value) == f"<bytes>:{expected}"
    assert len(next(batches)) == 1


def test_what_no_table_is_made_of() -> None:
    cases: list[tuple[Callable[[], asyncgen.Source[Any]], str]] = [
        (lambda: asyncgen.ndjson(JSONS), r"say which as columns=\[...\] or types="),
        (lambda: asyncgen.lines(b""), "of the records of csv and ndjson alone"),
    ]
    for make, expected in cases:
        with pytest.raises(errors.UsageError, match=expected):
            make().arrow()
        with pytest.raises(errors.UsageError, match=expected):
            pa.table(make())
    with pytest.raises(errors.UsageError, match="at least one row"):
        asyncgen.csv(CITIES).arrow(0)
    with pytest.raises(
        errors.UsageError, match=r"must be an Arrow schema, of pyarrow for .* not int"
    ):
        asyncgen.csv(CITIES).arrow(schema=7)  # type: ignore[arg-type]  # what is refused
    with pytest.raises(errors.UsageError, match="the schema has the columns a, the table has city"):
        pa.table(asyncgen.csv(CITIES), schema=pa.schema([("a", pa.string())]))
    with pytest.raises(errors.UsageError, match='"city": no text is read as List'):
        asyncgen.csv(CITIES, columns=["city"]).arrow(
            schema=pa.schema([("city", pa.list_(pa.int8()))])
        ).__arrow_c_stream__()


def test_a_batch_has_so_many_rows() -> None:
    data = b"a,b\n" + b"".join(b"%d,%d\n" % (n, n % 7) for n in range(100_000))
    options: dict[str, Any] = {"types": {"b": int}, "null_values": ["3"], "on_error": "skip"}
    for rows in [1000, 99_999, 1_000_000]:
        lens = [len(batch) for batch in asyncgen.csv(data, **options).arrow(rows)]
        assert lens == [*[rows] * (100_000 // rows), *[100_000 % rows][: 100_000 % rows]]
    # Those that are passed over are none of them.
    odd = data.replace(b",3\n", b",x\n")
    lens = [len(batch) for batch in asyncgen.csv(odd, **options).arrow(1000)]
    assert set(lens[:-1]) == {1000}
    assert sum(lens) == sum(n % 7 != 3 for n in range(100_000))
    # About a mebibyte of text, unless that is said.
    lens = [len(batch) for batch in asyncgen.csv(data * 4, header=False).arrow()]
    assert 2 <= len(lens) <= 5


@pytest.mark.soak
@pytest.mark.skipif("ASYNCGEN_SOAK" not in os.environ, reason="takes 3 GB of memory")
@pytest.mark.timeout(300)
def test_a_batch_ends_where_the_offsets_of_a_column_do() -> None:
    """One row in eight is kept, so that a batch takes its text little by little."""
    text = b"x" * (8 << 20)
    rows = 300
    data = io.BufferedReader(Repeated(b"1,%b\n" % text + b"x,\n" * 7, rows))
    source = asyncgen.csv(data, header=False, types={0: int}, on_error="skip")
    schema = pa.schema([("0", pa.int64()), ("1", pa.string())])
    lens = []
    for batch in source.arrow(rows, schema=schema):
        texts = pa.record_batch(batch).column(1)
        assert texts[0].as_py() == texts[-1].as_py() == text.decode()
        lens.append(len(batch))
    assert lens == [255, 45]
    assert source.value is not None
    assert source.value.rejects == rows * 7


class Repeated(io.RawIOBase):
    """Bytes again and again."""

    def __init__(self, block: bytes, times: int) -> None:
        """Begin."""
        self.blocks = itertools.repeat(block, times)
        self.rest = memoryview(b"")

    def readable(self) -> bool:
        """Say so."""
        return True

    def readinto(self, room: Any) -> int:
        """Give some of them."""
        self.rest = self.rest or memoryview(next(self.blocks, b""))
        count = min(len(room), len(self.rest))
        room[:count] = self.rest[:count]
        self.rest = self.rest[count:]
        return count


def test_on_each_loop(run: Run) -> None:
    path = TESTDATA / "docs" / "flights.csv"
    expected = tuples(asyncgen.csv(path).arrow())

    async def main() -> None:
        for rows in [None, 1, 2]:
            source = asyncgen.csv(path)
            async with source.arrow(rows) as batches:
                assert tuples([batch async for batch in batches]) == expected
            assert source.value is not None
            assert source.value.records == len(expected)
        with pytest.raises(TypeError, match="async for"):
            iter(asyncgen.csv(path).arrow())
        # A stream blocks, by the consent of who reads it.
        table = pa.table(asyncgen.csv(path))
        assert tuples(table.to_batches()) == expected

    run(main)


def test_under_a_loop_with_faults(run: Run) -> None:
    async def main() -> list[Any]:
        batches = asyncgen.csv(b"a\n1\nx\n3\n4,5\n", types={"a": int}).arrow()
        seen: list[Any] = []
        for _ in range(5):
            try:
                seen.append(tuples([await anext(batches)]))
            except errors.DecodeError as error:
                seen.append(error.line)
            except StopAsyncIteration:
                seen.append("end")
        return seen

    assert run(main) == [[(1,)], 3, [(3,)], 5, "end"]


def test_chunks_that_a_task_pulls(run: Run) -> None:
    async def chunks() -> Any:
        for start in range(0, len(CITIES), 5):
            yield CITIES[start : start + 5]

    async def main() -> None:
        source = asyncgen.csv(chunks(), types={"people": int})
        assert len(tuples([batch async for batch in source.arrow(2)])) == 3
        with pytest.raises(errors.AsyncOnlyError, match="is an async iterable"):
            asyncgen.csv(chunks()).__arrow_c_stream__()

    run(main)


def test_faces_share_the_source() -> None:
    source = asyncgen.csv(CITIES, rows="tuple")
    assert next(iter(source)) == ("Bonn", "332000")
    batches = source.arrow(1)
    assert tuples([next(batches)]) == [("Ulm", "")]
    assert source.position.record == 2
    # A capsule that nobody reads takes nothing.
    batches.__arrow_c_stream__()
    source.__arrow_c_stream__()
    assert source.position.record == 2
    assert list(source) == [("Köln", "1073096")]
    assert list(batches) == []


def test_the_position_is_that_of_what_was_handed_out(tmp_path: Any) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a\n" + "".join(f"{n}\n" for n in range(1000)))
    source = asyncgen.csv(path, types={"a": int})
    first = list(itertools.islice(source.arrow(300), 2))
    assert tuples(first) == [(n,) for n in range(600)]
    rest = asyncgen.csv(path, types={"a": int}, resume=source.position)
    assert tuples(rest.arrow()) == [(n,) for n in range(600, 1000)]


def test_a_schema_that_is_refused_takes_no_record() -> None:
    source = asyncgen.csv(CITIES)
    for _ in range(2):
        with pytest.raises(errors.UsageError, match="the schema has the columns a"):
            next(iter(source.arrow(schema=pa.schema([("a", pa.string())]))))
    assert [row["city"] for row in source] == ["Bonn", "Ulm", "Köln"]


def test_a_schema_that_was_released() -> None:
    capsule = pa.schema([("city", pa.string()), ("people", pa.string())]).__arrow_c_schema__()
    pa.Schema._import_from_c_capsule(capsule)
    with pytest.raises(ValueError, match="the Arrow schema was released"):
        asyncgen.csv(CITIES).__arrow_c_stream__(capsule)


def test_rows_come_before_what_ends_the_source() -> None:
    cut = gzip.compress(b"a\n1\nx\n3\n")[:-4]
    batches = iter(asyncgen.csv(cut, types={"a": int}, on_error="skip").arrow(3))
    assert tuples([next(batches)]) == [(1,), (3,)]
    with pytest.raises(errors.CompressionError):
        next(batches)


def test_closing() -> None:
    data = b"a\n" + b"1\n" * 200_000
    source = asyncgen.csv(data)
    batches = source.arrow(1000)
    batch = next(batches)
    batches.close()
    assert list(batches) == []
    assert pa.record_batch(batch).num_rows == 1000
    assert pa.table(asyncgen.csv(data).arrow(1000)).num_rows == 200_000
    stream = pa.RecordBatchReader.from_stream(asyncgen.csv(data))
    assert stream.read_next_batch().num_rows > 0
    source = asyncgen.csv(data)
    stream = pa.RecordBatchReader.from_stream(source)
    source.close()
    assert stream.read_all().num_rows == 0


def test_what_it_is() -> None:
    batches = asyncgen.csv(CITIES, types={"people": int}).arrow()
    assert (
        repr(batches) == "<arrow batches of <asyncgen.csv of <bytes> at record 0, line 1, byte 0>>"
    )
    batch = next(batches)
    assert repr(batch) == "<ArrowBatch of 3 rows: city: Utf8View, people: Int64>"
    assert (len(batch), batch.columns) == (3, ("city", "people"))
    assert pa.schema(batch) == pa.record_batch(batch).schema
