"""What the records become."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import asyncgen
import pytest

CSV = [
    ({}, b"a,b\n1,2\n", [{"a": "1", "b": "2"}]),
    ({}, b"\xef\xbb\xbfa,b\n1,2\n", [{"a": "1", "b": "2"}]),
    ({"rows": "list"}, b"a,b\n1,2\n", [["1", "2"]]),
    ({"header": False}, b"1,2\n3,4", [["1", "2"], ["3", "4"]]),
    ({"header": ["x", "y"]}, b"1,2\n", [{"x": "1", "y": "2"}]),
    ({"header": ["x", "y"], "rows": "list"}, b"1,2\n", [["1", "2"]]),
    ({"delimiter": ";"}, b"a;b\n1;2\n", [{"a": "1", "b": "2"}]),
    ({"quotechar": "'"}, b"a,b\n'1,1',2\n", [{"a": "1,1", "b": "2"}]),
    ({}, b'a,b\n"1 ""x""",2\n', [{"a": '1 "x"', "b": "2"}]),
    ({}, "a,b\nKöln,😀\n,\n".encode(), [{"a": "Köln", "b": "😀"}, {"a": "", "b": ""}]),
]


@pytest.mark.parametrize(("options", "data", "expected"), CSV)
def test_csv(options: dict[str, Any], data: bytes, expected: list[object]) -> None:
    rows = list(asyncgen.csv(data, **options))
    assert [dict(row) if isinstance(expected[0], dict) else list(row) for row in rows] == expected


def test_a_dict_refuses_to_lose_a_column() -> None:
    data = b"a,b,a\n1,2,3\n"
    with pytest.raises(asyncgen.errors.DecodeError, match='the column "a" comes twice') as caught:
        next(asyncgen.csv(data, rows="dict"))
    assert caught.value.source == "<bytes>"
    assert list(asyncgen.csv(data, rows="list")) == [["1", "2", "3"]]


NDJSON = [
    b'{"a": 1, "b": [1.5, true, null, "\\u00e9\\ud83d\\ude00"], "c": {}}',
    b"123456789012345678901234567890",
    b"-9223372036854775808",
    b"9223372036854775808",
    b'{"a": 1, "a": 2}',
    b"[]",
    b'"text"',
    b"1e3",
    b"[[[[[[1]]]]]]",
    '{"Köln": "Straße"}'.encode(),
]


@pytest.mark.parametrize("line", NDJSON)
def test_ndjson_is_what_json_loads_gives(line: bytes) -> None:
    expected = json.loads(line)
    [value] = asyncgen.ndjson(line + b"\n")
    assert value == expected
    assert type(value) is type(expected)
    assert repr(value) == repr(expected)


def test_strings_are_proper_strings() -> None:
    """Built past the interpreter's constructors: they must still hash, compare and intern."""
    [row] = asyncgen.csv(b"abc,d,,x y\n", header=False, rows="list")
    assert row == ["abc", "d", "", "x y"]
    assert {value: index for index, value in enumerate(row)} == {"abc": 0, "d": 1, "": 2, "x y": 3}
    assert "-".join(row).encode() == b"abc-d--x y"
    assert all(value.isascii() for value in row)


@pytest.mark.parametrize(
    "kind",
    [
        "path as str",
        "Path",
        "gzip",
        "bytes",
        "bytearray",
        "BytesIO",
        "file",
        "unbuffered",
        "GzipFile",
    ],
)
def test_inputs(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a\n1\n")
    zipped = tmp_path / "x.csv.gz"
    zipped.write_bytes(gzip.compress(b"a\n") + gzip.compress(b"1\n"))
    make: dict[str, Any] = {
        "path as str": lambda: str(path),
        "Path": lambda: path,
        "gzip": lambda: zipped,
        "bytes": lambda: b"a\n1\n",
        "bytearray": lambda: bytearray(b"a\n1\n"),
        "BytesIO": lambda: io.BytesIO(b"a\n1\n"),
        "file": lambda: path.open("rb"),
        "unbuffered": lambda: path.open("rb", buffering=0),
        "GzipFile": lambda: gzip.open(zipped),
    }
    source = make[kind]()
    assert list(asyncgen.csv(source, rows="dict")) == [{"a": "1"}]
    if hasattr(source, "close"):
        source.close()


def test_same_as_the_csv_module() -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    rows = [[f"{n}", 'quo"te', "two\nlines", "comma,", "", "ünï"] for n in range(20_000)]
    writer.writerows(rows)
    assert list(asyncgen.csv(text.getvalue().encode(), header=False, rows="list")) == rows


MAKE: Any = asyncgen


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: MAKE.csv(b"", delimiter=";;"), asyncgen.errors.UsageError, "delimiter"),
        (lambda: MAKE.csv(b"", delimiter="é"), asyncgen.errors.UsageError, "one ASCII"),
        (lambda: MAKE.csv(b"", rows="set"), asyncgen.errors.UsageError, "rows must be"),
        (lambda: MAKE.csv(b"", rows=set), ValueError, "rows=set is no dataclass, no NamedTuple"),
        (lambda: MAKE.csv(b"", ragged="no"), ValueError, "ragged must be 'error' or 'keep' or"),
        (lambda: MAKE.csv(b"", columns="ab"), ValueError, "columns must be a list of names"),
        (lambda: MAKE.csv(b"", columns=[-1]), ValueError, r"numbers from 0, not \[-1\]"),
        (lambda: MAKE.csv(b"", types=[int]), ValueError, "types must be a dict"),
        (lambda: MAKE.csv(b"", types={"a": set}), ValueError, "the type of 'a' must be one of"),
        (lambda: MAKE.csv(b"", null_values="NA"), ValueError, "a list of str, not 'NA'"),
        (lambda: MAKE.csv(b"", rows="dict", header=False), ValueError, "needs the names"),
        (lambda: MAKE.csv(b"", header="a,b"), ValueError, "a list of names, not 'a,b'"),
        (lambda: MAKE.csv(b"", header=[1, 2]), ValueError, r"a list of names, not \[1, 2\]"),
        (lambda: MAKE.csv(b"", header=None), ValueError, "a list of names, not None"),
        (lambda: MAKE.lines(3), TypeError, "not 'int'"),
        (lambda: MAKE.lines(io.StringIO("a")), TypeError, "'rb'"),
        (lambda: asyncgen.pages("http://x", next="page["), ValueError, "next: auto, link, a path"),
    ],
)
def test_misuse_is_told_at_once(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


def test_what_would_be_slow_where_keys_are_compared_or_digits_converted() -> None:
    many = ",".join(f'"k{n}":{n}' for n in range(100_000))
    same = '"a":1,' * 100_000
    wide, last = asyncgen.ndjson(f'{{{many}}}\n{{{same}"a":2}}\n'.encode())
    assert (len(wide), wide["k99999"], last) == (100_000, 99_999, {"a": 2})
    chosen = asyncgen.ndjson(f"{{{many}}}\n".encode(), columns=["k99999", "k5"])
    assert list(chosen) == [{"k99999": 99_999, "k5": 5}]
    with pytest.raises(asyncgen.errors.DecodeError, match=r":1:4302: .* number out of range"):
        list(asyncgen.ndjson(b"9" * 10_000_000))
