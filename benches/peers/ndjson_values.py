"""NDJSON into Python values: json, orjson, aiofiles with orjson, and asyncgen."""

import json
from pathlib import Path

import aiofiles
import asyncgen
import orjson

from .loops import pass_over, pass_over_async
from .measure import Contender, Effort, compare, here


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
    """Full decoding into dictionaries, and of three members of each value alone."""
    amount, few = effort.pick(5_000, 200_000), effort.pick(1_000, 20_000)
    long, short = folder / "long.ndjson", folder / "short.ndjson"
    write(long, amount)
    write(short, few)
    contenders = [
        Contender("orjson.loads, for", lambda: with_orjson(long), amount),
        Contender("json.loads, for", lambda: standard(long), amount),
        Contender(
            "asyncgen.ndjson, async for", lambda: pass_over_async(asyncgen.ndjson(long)), amount
        ),
        Contender("asyncgen.ndjson, for", lambda: pass_over(asyncgen.ndjson(long)), amount),
        Contender("aiofiles and orjson, async for", lambda: aiofiles_orjson(short), few),
    ]
    rounds = effort.pick(3, 9)
    compare(f"NDJSON, {here()}", "values/s", contenders, rounds)
    compare(f"NDJSON, three members, {here()}", "values/s", chosen(long, amount), rounds)


#: The members that are wanted of each value.
WANTED = ["id", "kind", "score"]


def chosen(path: Path, amount: int) -> list[Contender]:
    """Three members of each value; against all of them, which who has no choice makes."""

    def ours() -> asyncgen.Source[dict[str, object]]:
        return asyncgen.ndjson(path, columns=WANTED)

    return [
        Contender("orjson.loads, for", lambda: with_orjson(path), amount),
        Contender("orjson.loads and a dict of three, for", lambda: pick(path), amount),
        Contender("asyncgen.ndjson(columns=), async for", lambda: pass_over_async(ours()), amount),
        Contender("asyncgen.ndjson(columns=), for", lambda: pass_over(ours()), amount),
    ]


def pick(path: Path) -> None:
    """Read with orjson the lines of a binary file, and keep the members that are wanted."""
    with path.open("rb") as file:
        for line in file:
            value = orjson.loads(line)
            _kept = {name: value[name] for name in WANTED}


def standard(path: Path) -> None:
    """Read with the standard library."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            json.loads(line)


def with_orjson(path: Path) -> None:
    """Read with orjson the lines of a binary file."""
    with path.open("rb") as file:
        for line in file:
            orjson.loads(line)


async def aiofiles_orjson(path: Path) -> None:
    """Read with aiofiles for the lines, orjson for the values."""
    async with aiofiles.open(path, "rb") as file:
        async for line in file:
            orjson.loads(line)
