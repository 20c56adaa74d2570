"""Sources in the hands of libraries that know Arrow; one that is not installed is skipped."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import sys
import threading
from pathlib import Path
from typing import Any

import asyncgen
import pytest
from asyncgen import errors
from conftest import Run

DATA = (
    b"name,people,share,old,founded,seen\n"
    b"Bonn,332000,.25,true,0011-01-01,2024-01-02T03:04:05\n"
    b"a rather long name of a town,,,,,\n"
    b"K\xc3\xb6ln,1073096,1e-3,no,1815-06-15,2024-01-02T03:04:05.678901\n"
)
TYPES: dict[str, type] = {
    "people": int,
    "share": float,
    "old": bool,
    "founded": dt.date,
    "seen": dt.datetime,
}
NAMES = ["Bonn", "a rather long name of a town", "Köln"]
PEOPLE = [332000, None, 1073096]


def source() -> asyncgen.Source[Any]:
    return asyncgen.csv(DATA, types=TYPES)


def expected() -> list[tuple[Any, ...]]:
    return list(asyncgen.csv(DATA, types=TYPES, rows="tuple"))


def by_pyarrow() -> list[tuple[Any, ...]]:
    pa = pytest.importorskip("pyarrow")
    tables = [pa.table(source()), pa.RecordBatchReader.from_stream(source()).read_all()]
    tables.append(pa.table(source().arrow(2)))
    assert len({str(table.to_pydict()) for table in tables}) == 1
    return list(zip(*(column.to_pylist() for column in tables[0].columns), strict=True))


def by_polars() -> list[tuple[Any, ...]]:
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(source())
    assert frame.equals(pl.DataFrame(source().arrow(1)))
    return [tuple(row) for row in frame.rows()]


def by_pandas() -> list[tuple[Any, ...]]:
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame.from_arrow(source())
    assert list(frame["name"]) == NAMES
    rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
    made = [tuple(row) for row in rows]
    return [
        (name, None if people is None else int(people), *rest, seen and seen.to_pydatetime())
        for name, people, *rest, seen in made
    ]


def by_duckdb() -> list[tuple[Any, ...]]:
    duckdb = pytest.importorskip("duckdb")
    rows = source()  # noqa: F841 -- DuckDB finds it by its name
    found = duckdb.sql("from rows").fetchall()
    with duckdb.connect() as connection:
        connection.register("registered", source())
        assert found == connection.sql("from registered").fetchall()
        assert found == duckdb.from_arrow(source().arrow(1)).fetchall()
    return [tuple(row) for row in found]


LIBRARIES = [by_pyarrow, by_polars, by_pandas, by_duckdb]


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_values_of_rows(library: Any) -> None:
    assert library() == expected()


def test_a_batch_by_itself() -> None:
    pa, pl = pytest.importorskip("pyarrow"), pytest.importorskip("polars")
    table = pa.table(source())
    batches = list(source().arrow(1))
    assert pa.Table.from_batches(map(pa.record_batch, batches)).combine_chunks() == table
    assert pl.concat(map(pl.DataFrame, batches)).equals(pl.DataFrame(table))


@pytest.mark.parametrize("library", LIBRARIES)
def test_under_a_running_loop(library: Any, run: Run) -> None:
    async def main() -> Any:
        return library()

    assert run(main) == expected()


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_file_that_python_reads(library: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """Its thread takes the GIL that the reader of the stream must not hold."""
    path = tmp_path / "rows.csv"
    path.write_bytes(DATA)
    opened: list[Any] = []

    def from_file() -> asyncgen.Source[Any]:
        opened.append(path.open("rb"))
        return asyncgen.csv(opened[-1], types=TYPES)

    monkeypatch.setattr(sys.modules[__name__], "source", from_file)
    assert library() == expected()
    for file in opened:
        file.close()


def test_texts_as_they_are_requested() -> None:
    pa = pytest.importorskip("pyarrow")
    for kind in [pa.string(), pa.large_string(), pa.string_view()]:
        schema = pa.schema([("name", kind), ("people", pa.int64())])
        options: dict[str, Any] = {"columns": ["name", "people"], "types": {"people": int}}
        table = pa.table(asyncgen.csv(DATA, **options), schema=schema)
        assert table.schema == schema
        assert table["name"].to_pylist() == NAMES
        reader = pa.RecordBatchReader.from_stream(asyncgen.csv(DATA, **options), schema=schema)
        assert reader.schema == schema
        assert reader.read_all() == table
        batches = list(asyncgen.csv(DATA, **options).arrow(1, schema=schema))
        assert pa.Table.from_batches(map(pa.record_batch, batches)) == table.combine_chunks()
        assert pa.table(asyncgen.csv(DATA, **options).arrow(), schema=schema) == table


@pytest.mark.parametrize(
    ("kind", "texts", "values"),
    [
        ("int8", ["-128", "127"], [-128, 127]),
        ("int16", ["-32768", "", "1"], [-32768, None, 1]),
        ("int32", ["7"], [7]),
        ("uint8", ["255", "-0"], [255, 0]),
        ("uint16", ["65535"], [65535]),
        ("uint32", ["4294967295"], [4294967295]),
        ("uint64", ["18446744073709551615"], [2**64 - 1]),
        ("float32", ["1.5", "inf"], [1.5, float("inf")]),
        ("float64", ["0.1", "-1e300"], [0.1, -1e300]),
        ("bool_", ["T", "no"], [True, False]),
        ("date32", ["2024-01-02"], [dt.date(2024, 1, 2)]),
        ("large_string", ["x", ""], ["x", ""]),
    ],
)
def test_types_as_they_are_requested(kind: str, texts: list[str], values: list[Any]) -> None:
    """What text is read as needs no `types`."""
    pa = pytest.importorskip("pyarrow")
    schema = pa.schema([("a", getattr(pa, kind)())])
    data = "\n".join(["a", *(f'"{text}"' for text in texts)]).encode()
    assert pa.table(asyncgen.csv(data), schema=schema)["a"].to_pylist() == values
    lines = "\n".join(f'{{"a": "{text}"}}' for text in texts).encode()
    if "" not in texts:
        assert pa.table(asyncgen.ndjson(lines), schema=schema)["a"].to_pylist() == values


def test_times_and_decimals_as_they_are_requested() -> None:
    pa = pytest.importorskip("pyarrow")
    data = b"a,b\n2024-01-02T03:04:05+01:00,-1.5\n,\n"
    for unit in ["s", "ms", "us", "ns"]:
        kinds = [pa.timestamp(unit, "Europe/Berlin"), pa.decimal128(12, 3)]
        schema = pa.schema(list(zip("ab", kinds, strict=True)))
        table = pa.table(asyncgen.csv(data), schema=schema)
        assert table.schema == schema
        assert table["a"].cast(pa.timestamp("s", "UTC")).cast(pa.int64()).to_pylist() == [
            1704161045,
            None,
        ]
        assert list(map(str, table["b"].to_pylist())) == ["-1.500", "None"]


def test_what_may_not_be_null() -> None:
    pa = pytest.importorskip("pyarrow")
    schema = pa.schema([pa.field("a", pa.int32(), nullable=False)])
    assert pa.table(asyncgen.csv(b"a\n1\n"), schema=schema).schema == schema
    with pytest.raises(
        pa.ArrowInvalid, match='<bytes>:3:1: record 2, column "a": "" is not an int'
    ):
        pa.table(asyncgen.csv(b'a\n1\n""\n'), schema=schema)


def test_a_fault_has_its_place() -> None:
    pa = pytest.importorskip("pyarrow")
    data = b"a\n" + b"1\n" * 100_000 + b"x\0\n"
    with pytest.raises(pa.ArrowInvalid, match='<bytes>:100002:1: record 100001, column "a": "x'):
        pa.table(asyncgen.csv(data, types={"a": int}))
    with pytest.raises(pa.ArrowInvalid, match="record 3 has 2 fields, the header has 1"):
        pa.table(asyncgen.csv(b"a\n1\n2\n3,4\n"))
    with pytest.raises(errors.NotFound, match="no_such_file"):
        pa.table(asyncgen.csv("no_such_file.csv"))
    with pytest.raises(errors.UsageError, match='no column "b"'):
        pa.table(asyncgen.csv(b"a\n1\n", columns=["b"]))
    skipping = asyncgen.csv(b"a\n1\nx\n3\n", types={"a": int}, on_error="collect")
    assert pa.table(skipping)["a"].to_pylist() == [1, 3]
    assert [reject.raw for reject in skipping.rejects] == ["x"]
    assert skipping.value is not None
    assert (skipping.value.records, skipping.value.rejects) == (2, 1)


def test_nothing_leaks() -> None:
    """The memory of batches goes with their last reader, not with the source."""
    pa = pytest.importorskip("pyarrow")
    data = b"a,b\n" + b"1,a text that is longer than a view\n" * 100_000
    path = Path("/proc/self/statm")

    def resident() -> int:
        gc.collect()
        return int(path.read_text().split()[1]) * 4096

    kept: list[Any] = []
    for number in range(40):
        rows = asyncgen.csv(data, types={"a": int})
        stream = pa.RecordBatchReader.from_stream(rows)
        first = stream.read_next_batch()
        if number % 4 == 0:
            stream.read_all()
        for batch in asyncgen.csv(data, types={"a": int}).arrow(50_000):
            # Capsules that nobody takes release what they hold.
            batch.__arrow_c_array__()
        if number == 9:
            before = resident()
        if number == 0:
            kept.append(first)
    assert resident() - before < 32 * 2**20
    assert kept[0].column(1)[0].as_py() == "a text that is longer than a view"
    kept[0].validate(full=True)


def test_a_thread_that_python_does_not_know(tmp_path: Path) -> None:
    """DuckDB reads the stream in threads of its own, while Python code runs here."""
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n" + "".join(f"{n},{n % 10}\n" for n in range(300_000)))
    over = threading.Event()
    turns = 0

    def busy() -> None:
        nonlocal turns
        while not over.wait(0):
            turns += 1

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        rows = asyncgen.csv(path, types={"a": int, "b": int})  # noqa: F841 -- as above
        query = "select b, count(*), sum(a) from rows group by b order by b"
        total = duckdb.sql(query).fetchall()
    finally:
        over.set()
        thread.join()
    assert total == [(b, 30_000, sum(range(b, 300_000, 10))) for b in range(10)]


def test_the_loop_goes_on_while_batches_are_built() -> None:
    data = b"a,b\n" + b"1.25,some text\n" * 300_000

    async def main() -> tuple[int, int]:
        turns, over = 0, False

        async def tick() -> None:
            nonlocal turns
            while not over:
                turns += 1
                await asyncio.sleep(0)

        ticker = asyncio.create_task(tick())
        count = 0
        async for batch in asyncgen.csv(data, types={"a": float}).arrow():
            count += len(batch)
        over = True
        await ticker
        return count, turns

    count, turns = asyncio.run(main())
    assert count == 300_000
    assert turns > 10
