"""How late a 1 ms ticker is, tick by tick, beside three ways to stream one CSV file."""

import asyncio
import csv
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiocsv
import aiofiles
import asyncgen

from . import csv_rows
from .fairness import TICK, Load
from .measure import Effort, series

#: The ticks within so many seconds are one point, the latest of them.
STEP = 0.02

GROUP = "Lag of a 1 ms ticker over time, asyncio"


def measure(folder: Path, effort: Effort) -> None:
    """Each way to stream, for some seconds."""
    path = folder / "lag.csv"
    csv_rows.write(path, effort.pick(20_000, 300_000))
    seconds = effort.pick(0.3, 3.0)
    streams: dict[str, Load] = {
        "native generator": native,
        "aiocsv": with_aiocsv,
        "asyncgen.csv": with_asyncgen,
    }
    for name, stream in streams.items():
        series(GROUP, name, "ms", STEP, asyncio.run(lag_beside(stream, path, seconds)))


async def lag_beside(stream: Load, path: Path, seconds: float) -> list[float]:
    """Measure the greatest lag of each step, in milliseconds."""
    lags = [0.0] * int(seconds / STEP)
    began = time.perf_counter()

    async def tick() -> None:
        while True:
            due = time.perf_counter() + TICK
            await asyncio.sleep(TICK)
            now = time.perf_counter()
            # A tick that was late was late in all the steps between.
            for step in range(int((due - began) / STEP), int((now - began) / STEP) + 1):
                if step < len(lags):
                    late = min(now, began + (step + 1) * STEP) - due
                    lags[step] = max(lags[step], late * 1000)

    ticker = asyncio.create_task(tick())
    await asyncio.sleep(0)
    await stream(path, began + seconds)
    await asyncio.sleep(TICK * 2)
    ticker.cancel()
    await asyncio.wait([ticker])
    return lags


async def rows_of(path: Path) -> AsyncIterator[list[str]]:
    """Wrap the standard library, as many do."""
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.reader(file):
            yield row


async def native(path: Path, end: float) -> None:
    """Stream by a native generator."""
    while time.perf_counter() < end:
        async for _row in rows_of(path):
            if time.perf_counter() > end:
                break


async def with_aiocsv(path: Path, end: float) -> None:
    """Stream as the README of aiocsv has it."""
    while time.perf_counter() < end:
        async with aiofiles.open(path, newline="", encoding="utf-8") as file:
            async for _row in aiocsv.AsyncReader(file):
                if time.perf_counter() > end:
                    break


async def with_asyncgen(path: Path, end: float) -> None:
    """Stream by a source."""
    while time.perf_counter() < end:
        async with asyncgen.csv(path, rows="list") as rows:
            async for _row in rows:
                if time.perf_counter() > end:
                    break
