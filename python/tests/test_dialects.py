"""`dialect=`: what is worked out of a text, and what Python's csv module calls a dialect."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncgen
import dialect_set
import pytest
from asyncgen import errors
from conftest import Run
from dialect_cases import CASES
from dialect_set import TABLES, Chance

TABLE = "Made on Monday\n\nArtikel;Preis\nKäse;7,99\nBrot;3,20\n"
ROWS = [["Käse", "7,99"], ["Brot", "3,20"]]
FOUND = asyncgen.Dialect(
    delimiter=";",
    quotechar='"',
    escapechar=None,
    skipinitialspace=False,
    header=True,
    skip=2,
    encoding="UTF-8",
)


def read(source: Any, **options: Any) -> tuple[list[list[str]], asyncgen.Dialect | None]:
    """Give the rows and the dialect."""
    rows = asyncgen.csv(source, rows="list", **{"dialect": "detect", **options})
    assert rows.dialect is None
    return list(rows), rows.dialect


def test_the_files_are_made_by_the_script() -> None:
    assert {path.name: path.read_bytes() for path in dialect_set.FOLDER.iterdir()} == (
        dialect_set.files()
    )


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TABLE.encode(), "UTF-8"),
        (TABLE.encode("cp1252"), "windows-1252"),
        (TABLE.encode("utf-16"), "UTF-16LE"),
        (gzip.compress(TABLE.encode()), "UTF-8"),
    ],
)
def test_what_is_not_said(data: bytes, encoding: str, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    expected = FOUND._replace(encoding=encoding)
    assert read(path) == (ROWS, expected)
    assert read(io.BytesIO(data)) == (ROWS, expected)

    async def chunks() -> AsyncIterator[bytes]:
        for byte in data:
            yield bytes([byte])

    async def main() -> None:
        rows = asyncgen.csv(chunks(), dialect="detect")
        assert [list(row) async for row in rows] == ROWS
        assert (rows.columns, rows.dialect) == (("Artikel", "Preis"), expected)

    run(main)
    # What was found can be given again, and written down.
    assert read(path, dialect=expected) == (ROWS, expected)
    assert read(path, dialect=None, **expected._asdict()) == (ROWS, expected)


def test_it_shows_the_options() -> None:
    assert repr(FOUND) == (
        "Dialect(delimiter=';', quotechar='\"', escapechar=None, skipinitialspace=False,"
        " header=True, skip=2, encoding='UTF-8')"
    )


def test_what_is_said_counts() -> None:
    pairs = b"1,5;2,5\n3,5;4,5\n"
    assert read(pairs)[0] == [["1,5", "2,5"], ["3,5", "4,5"]]
    assert read(pairs, delimiter=",")[0] == [["1", "5;2", "5"], ["3", "5;4", "5"]]
    assert read(pairs, header=True)[0] == [["3,5", "4,5"]]
    assert read(pairs, header=["x", "y"])[0] == [["1,5", "2,5"], ["3,5", "4,5"]]
    assert read(b"a,b\n'1','2'\n", quotechar='"')[0] == [["'1'", "'2'"]]
    assert read(b"a,b\n'1','2'\n", quotechar=None)[0] == [["'1'", "'2'"]]
    assert read(b"t\nu,v\n1,2\n3,4\n", skip=1)[0] == [["1", "2"], ["3", "4"]]
    with pytest.raises(errors.DecodeError, match="not UTF-8"):
        read("ä;b\n1;2\n".encode("latin-1"), encoding="utf-8")
    # Beside what the csv module calls a dialect, and what a source told, too.
    assert read(b"1;2\n", dialect="excel-tab", header=False, delimiter=";")[0] == [["1", "2"]]
    assert read(pairs, dialect=FOUND, skip=0, header=False)[0] == [["1,5", "2,5"], ["3,5", "4,5"]]


def test_what_does_not_fit_is_told() -> None:
    rows = asyncgen.csv(b"a|b\n1|2\n3\n", dialect="detect")
    with pytest.raises(errors.DecodeError, match=r"<bytes>:3:2: record 2 has 1 field"):
        list(rows)
    assert rows.dialect is not None
    assert rows.dialect.delimiter == "|"
    with pytest.raises(errors.UsageError, match="and the text has no header"):
        list(asyncgen.csv(b"1,2\n3,4\n", dialect="detect", rows="dict"))
    assert list(asyncgen.csv(b"a,b\n1,2\n", dialect="detect", rows="dict")) == [
        {"a": "1", "b": "2"}
    ]
    assert read(b"") == ([], FOUND._replace(delimiter=",", skip=0))


def test_without_detection_it_is_what_was_said() -> None:
    expected = FOUND._replace(delimiter=",", skip=0)
    assert read(b"a\n1\n", dialect=None) == ([["1"]], expected)
    assert asyncgen.lines(b"a\n").dialect is None


class Odd(csv.Dialect):
    delimiter = ":"
    quotechar = "'"
    escapechar = "\\"
    doublequote = False
    skipinitialspace = True
    lineterminator = "\n"
    quoting = csv.QUOTE_MINIMAL


class Bare(csv.excel):
    quoting = csv.QUOTE_NONE


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("excel", 'a,"b,c"\n'),
        ("excel-tab", 'a\t"b\tc"\n'),
        ("unix", '"a","b"\n'),
        (Odd, "a: 'b:c': d\\:e\n"),
        (Odd(), "a: 'b:c': d\\:e\n"),
        (Bare, '"a,b"\n'),
        (csv.get_dialect("excel-tab"), 'a\t"b\tc"\n'),
        (csv.Sniffer().sniff("a;'b';c\nd;'e;f';g\n"), "a;'b;c'\n"),
    ],
)
def test_dialects_of_the_csv_module(dialect: Any, text: str) -> None:
    expected = list(csv.reader(io.StringIO(text), dialect))
    assert read(text.encode(), dialect=dialect, header=False)[0] == expected


@pytest.mark.parametrize("dialect", ["exel", 5, b"excel", object()])
def test_what_is_no_dialect(dialect: Any) -> None:
    with pytest.raises(errors.UsageError, match="dialect must be 'detect', a dialect of the csv"):
        asyncgen.csv(b"", dialect=dialect)


def test_resumed(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(TABLE.encode("cp1252"))
    rows = asyncgen.csv(path, dialect="detect", rows="list")
    assert next(rows) == ROWS[0]
    position = json.loads(json.dumps(rows.position))
    again = asyncgen.csv(path, dialect="detect", rows="list", resume=position)
    assert (list(again), again.dialect) == (ROWS[1:], rows.dialect)
    # From the very beginning it is worked out.
    rows = asyncgen.csv(path, dialect="detect", rows="list")
    assert read(path, resume=rows.position)[0] == ROWS
    path.write_bytes(TABLE.replace(";", ",").encode("cp1252"))
    with pytest.raises(errors.ChangedError):
        list(asyncgen.csv(path, dialect="detect", resume=position))


TRIES = 2000 if "ASYNCGEN_SOAK" in os.environ else 300


@pytest.mark.soak
def test_what_the_csv_module_writes_is_read_again() -> None:
    """Tables of random columns in random dialects, other ones than those of the files."""
    columns = [column for table in TABLES.values() for column in table]
    wrong = []
    for number in range(TRIES):
        chance = Chance(f"table {number}")
        chosen = [chance.of(columns) for _ in range(2 + chance.below(6))]
        rows = [[make(chance) for _, make in chosen] for _ in range(3 + chance.below(40))]
        if chance.below(2):
            rows.insert(0, [name for name, _ in chosen])
        dialect: dict[str, Any] = {
            "delimiter": chance.of(",;\t|"),
            "quotechar": chance.of('""\''),
            "quoting": chance.of([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
            "lineterminator": chance.of(["\n", "\r\n"]),
        }
        if chance.below(3) == 0:
            dialect |= {"escapechar": "\\", "doublequote": False}
        text = io.StringIO()
        csv.writer(text, **dialect).writerows(rows)
        try:
            same = read(text.getvalue().encode(), header=False)[0] == rows
        except errors.DecodeError:
            same = False
        if not same:
            wrong.append((number, dialect))
    print(f"read again: {TRIES - len(wrong)} of {TRIES} tables")  # noqa: T201 -- for who asks by -s
    assert len(wrong) <= TRIES * 0.02, wrong


def test_against_the_sniffer() -> None:
    """`csv.Sniffer` is given the text without its encoding, and one column if it finds nothing."""
    ours = theirs = 0
    cases = [*CASES, *dialect_set.generated()]
    for case in cases:
        text = case.data.decode(case.codec).removeprefix("\ufeff")
        try:
            sniffed = csv.Sniffer().sniff(text).delimiter
        except csv.Error:
            sniffed = ""
        theirs += sniffed == case.delimiter
        rows, found = read(case.data, ragged="keep", on_error="skip", header=False)
        assert found is not None
        one = all(len(row) < 2 for row in rows)
        ours += one if case.delimiter == "" else found.delimiter == case.delimiter
    print(f"delimiters: {ours} of {len(cases)} right, csv.Sniffer {theirs}")  # noqa: T201 -- the same
    assert ours >= 0.95 * len(cases)
    assert ours > theirs
