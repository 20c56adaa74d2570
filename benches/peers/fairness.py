"""How late a 1 ms ticker is beside a stream at full speed, against the same ticker alone."""

import asyncio
import csv
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

import asyncgen
import uvloop

from . import csv_rows
from .measure import Effort, figure

#: What the ticker sleeps, in seconds.
TICK = 0.001

#: Rows between two suspensions of the hand-made remedy.
EVERY = 1000

Load = Callable[[Path, float], Coroutine[object, object, None]]


def measure(folder: Path, effort: Effort) -> None:
    """Each load on each loop."""
    path = folder / "ticks.csv"
    csv_rows.write(path, effort.pick(20_000, 300_000))
    seconds = effort.pick(0.5, 10.0)
    loads: dict[str, Load] = {
        "idle": idle,
        "asyncgen.csv": stream,
        f"csv.reader, sleep(0) each {EVERY} rows": by_hand,
    }
    for loop, run in (("asyncio", asyncio.run), ("uvloop", uvloop.run)):
        for name, load in loads.items():
            late = sorted(run(ticks_beside(load, path, seconds)))
            for percent in (50.0, 99.0, 99.9):
                at = late[min(len(late) - 1, int(len(late) * percent / 100))]
                note = f"of {len(late):,} ticks in {seconds:g} s"
                figure(
                    f"Lateness of a 1 ms ticker, p{percent:g}, {loop}",
                    name,
                    "ms",
                    at * 1000,
                    note=note,
                )


async def ticks_beside(load: Load, path: Path, seconds: float) -> list[float]:
    """How late each tick was, in seconds."""
    late: list[float] = []
    ticker = asyncio.create_task(tick(late))
    await load(path, time.perf_counter() + seconds)
    ticker.cancel()
    await asyncio.wait([ticker])
    # A load that never let the ticker run was late the whole time.
    return late or [seconds]


async def tick(late: list[float]) -> None:
    """Sleep and see how late it got."""
    while True:
        due = time.perf_counter() + TICK
        await asyncio.sleep(TICK)
        late.append(time.perf_counter() - due)


async def idle(_path: Path, end: float) -> None:
    """Nothing."""
    await asyncio.sleep(end - time.perf_counter())


async def stream(path: Path, end: float) -> None:
    """Row after row, with nothing in the body that would let others run."""
    while time.perf_counter() < end:
        async for _row in asyncgen.csv(path, rows="list"):
            pass


async def by_hand(path: Path, end: float) -> None:
    """Write it without a library: the loop gets a turn each so many rows."""
    while time.perf_counter() < end:
        with path.open(newline="", encoding="utf-8") as file:
            for number, _row in enumerate(csv.reader(file)):
                if number % EVERY == 0:
                    await asyncio.sleep(0)
