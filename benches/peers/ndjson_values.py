"""NDJSON into Python values: json, orjson, aiofiles with orjson, and asyncgen."""

import json
from pathlib import Path

import aiofiles
import asyncgen
import orjson

from .measure import Contender, Effort, compare


def write(path: Path, values: int) -> None:
    """Write an event of six fields a line, about 150 bytes."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(values):
            event = {
                "id": number,
                "kind": "PushEvent",
                "actor": {"login": f"user{number % 997}", "admin": False},
                "score": number / 8,
                "tags": ["a", "bc", "def"],
                "parent": None,
            }
            file.write(json.dumps(event) + "\n")


def measure(folder: Path, effort: Effort) -> None:
    """Full decoding into dictionaries."""
    amount, few = effort.pick(5_000, 200_000), effort.pick(1_000, 20_000)
    long, short = folder / "long.ndjson", folder / "short.ndjson"
    write(long, amount)
    write(short, few)
    contenders = [
        standard(long, amount),
        with_orjson(long, amount),
        asyncgen_values(long, amount),
        asyncgen_values_plain(long, amount),
        aiofiles_orjson(short, few),
    ]
    compare("NDJSON", "values/s", contenders, effort.pick(3, 9))


def standard(path: Path, amount: int) -> Contender:
    """Measure the standard library."""

    def job() -> None:
        with path.open(encoding="utf-8") as file:
            for line in file:
                json.loads(line)

    return Contender("json.loads, for", job, amount)


def with_orjson(path: Path, amount: int) -> Contender:
    """Measure orjson on the lines of a binary file."""

    def job() -> None:
        with path.open("rb") as file:
            for line in file:
                orjson.loads(line)

    return Contender("orjson.loads, for", job, amount)


def asyncgen_values(path: Path, amount: int) -> Contender:
    """Measure asyncgen in a coroutine."""

    async def job() -> None:
        async for _value in asyncgen.ndjson(path):
            pass

    return Contender("asyncgen.ndjson, async for", job, amount)


def asyncgen_values_plain(path: Path, amount: int) -> Contender:
    """Measure asyncgen in a plain loop."""

    def job() -> None:
        for _value in asyncgen.ndjson(path):
            pass

    return Contender("asyncgen.ndjson, for", job, amount)


def aiofiles_orjson(path: Path, amount: int) -> Contender:
    """Measure aiofiles for the lines, orjson for the values."""

    async def job() -> None:
        async with aiofiles.open(path, "rb") as file:
            async for line in file:
                orjson.loads(line)

    return Contender("aiofiles and orjson, async for", job, amount)
