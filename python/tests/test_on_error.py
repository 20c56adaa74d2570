"""Records that are not as they should be: raised, passed over, or collected."""

from __future__ import annotations

import datetime as dt
from typing import Any

import asyncgen
import pytest
from asyncgen import Reject, errors
from conftest import Run

TABLE = b'n,day\n1,2024-01-01\ntwo,2024-01-02\n3\n"4"x,2024-01-04\n5,never\n6,\xff\n7,"2024-01-07\n'
TYPES: Any = {"n": int, "day": dt.date}
KINDS = [
    (3, "type", 'record 2, column "n": "two" is not an int', "two,2024-01-02"),
    (4, "ragged", "record 3 has 1 field, the header has 2", "3"),
    (5, "quote", "record 3: text after the closing quote", '"4"x,2024-01-04'),
    (6, "type", 'record 3, column "day": "never" is not a date', "5,never"),
    (7, "encoding", "record 4: not UTF-8, byte 0xff", "6,\ufffd"),
    (8, "quote", "record 4: the quote opened here is never closed", '7,"2024-01-07\n'),
]


def test_it_is_raised() -> None:
    with pytest.raises(errors.DecodeError, match='"two" is not an int'):
        list(asyncgen.csv(TABLE, types=TYPES))


@pytest.mark.parametrize("rows", ["row", "list", "dict"])
def test_it_is_collected(rows: Any, run: Run) -> None:
    def source() -> Any:
        return asyncgen.csv(TABLE, rows=rows, types=TYPES, on_error="collect")

    async def main() -> tuple[Any, Any]:
        table = source()
        return [row async for row in table], table

    async def batched() -> tuple[Any, Any]:
        table = source()
        return [row async for batch in table.batches(3) for row in batch], table

    blocking = source()
    for seen, table in [(list(blocking), blocking), run(main), run(batched)]:
        assert [row["n" if rows == "dict" else 0] for row in seen] == [1]
        rejects = sorted(table.rejects)
        assert [(r.line, r.kind, r.message, r.raw) for r in rejects] == KINDS
        assert [f"record {r.record}" for r in rejects] == [r.message[:8] for r in rejects]
        assert all(TABLE[r.offset : r.end].decode(errors="replace") == r.raw for r in rejects)
        assert (table.value.records, table.value.rejects) == (1, 6)


def test_it_is_passed_over() -> None:
    source = asyncgen.csv(TABLE, on_error="skip")
    assert [row["n"] for row in source] == ["1", "two", "5"]
    assert source.rejects == []
    assert source.value is not None
    assert (source.value.records, source.value.rejects) == (3, 4)


def test_of_ndjson() -> None:
    source = asyncgen.ndjson(b'{"a": 1}\n{"a": tru}\n[2]\n', on_error="collect")
    assert list(source) == [{"a": 1}, [2]]
    assert source.rejects == [
        Reject(
            "<bytes>", 2, 2, 9, 19, 10, "json", "record 2 is not JSON: expected ident", '{"a": tru}'
        )
    ]


def test_the_first_thousand_are_kept() -> None:
    data = b"a,b\n" + b"1\n" * 5000 + b"1,2\n"
    source = asyncgen.csv(data, on_error="collect")
    assert len(list(source)) == 1
    assert len(source.rejects) == 1000
    assert source.rejects[-1].line == 1001
    assert source.value is not None
    assert source.value.rejects == 5000


def test_limits_and_headers_are_errors_all_the_same() -> None:
    with pytest.raises(errors.DecodeError, match="longer than the limit of 3 bytes"):
        list(asyncgen.csv(b"a\nlong\n", max_record=3, on_error="skip"))
    with pytest.raises(errors.DecodeError, match="the header: text after the closing quote"):
        list(asyncgen.csv(b'"a"b\n1\n', on_error="skip"))


def test_what_it_says() -> None:
    wrong: Any = {"on_error": "ignore"}
    for make in (asyncgen.csv, asyncgen.ndjson):
        with pytest.raises(
            errors.UsageError, match="on_error must be 'raise', 'skip' or 'collect'"
        ):
            make(b"", **wrong)
