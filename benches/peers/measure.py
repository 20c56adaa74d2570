"""Paired rounds: every contender takes its turn in each round, and ratios are taken within a round.

A machine that is slow for a minute is slow for all of them then; medians leave out the round in
which something else ran.
"""

import asyncio
import enum
import inspect
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


class Effort(enum.Enum):
    """How long to measure."""

    QUICK = "quick"
    FULL = "full"

    def pick(self, quick: T, full: T) -> T:
        """Pick the value for this effort."""
        return quick if self is Effort.QUICK else full


@dataclass(frozen=True)
class Contender:
    """Who does the job, and how many things one run of it goes through; a coroutine is run."""

    name: str
    job: Callable[[], object]
    amount: int


@dataclass(frozen=True)
class Turn:
    """What one run took, per thing, in seconds."""

    wall: float
    cpu: float


def here() -> str:
    """Which Python this is, and whether it has but one core: part of a group's name."""
    version = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
    return version if len(os.sched_getaffinity(0)) > 1 else f"{version}, one core"


def compare(group: str, unit: str, contenders: Iterable[Contender], rounds: int) -> None:
    """Print a figure for each contender: things a second, and the ratio to the first of them."""
    contenders = list(contenders)
    turns: dict[str, list[Turn]] = {contender.name: [] for contender in contenders}
    for number in range(rounds):
        # The one that goes first finds a colder machine: each is first in its turn.
        start = number % len(contenders)
        for contender in contenders[start:] + contenders[:start]:
            turns[contender.name].append(take(contender))
        print(f"  {group}: round {number + 1} of {rounds}", file=sys.stderr)
    first = turns[contenders[0].name]
    for contender in contenders:
        own = turns[contender.name]
        wall = statistics.median(turn.wall for turn in own)
        cpu = statistics.median(turn.cpu for turn in own)
        ratio = statistics.median(
            base.wall / turn.wall for base, turn in zip(first, own, strict=True)
        )
        note = (
            f"{wall * 1e9:,.0f} ns each, {1 / ratio:.2f} of the first;"
            f" CPU {cpu * 1e9:,.0f} ns; median of {rounds}"
        )
        figure(group, contender.name, unit, 1 / wall, ratio=ratio, note=note)


def take(contender: Contender) -> Turn:
    """Run the job once."""
    cpu, wall = time.process_time(), time.perf_counter()
    outcome = contender.job()
    if inspect.iscoroutine(outcome):
        asyncio.run(outcome)
    return Turn(
        (time.perf_counter() - wall) / contender.amount,
        (time.process_time() - cpu) / contender.amount,
    )


def figure(  # noqa: PLR0913 -- the columns of the table
    group: str, name: str, unit: str, value: float, *, ratio: float | None = None, note: str = ""
) -> None:
    """Print one figure."""
    fields = {"group": group, "name": name, "unit": unit, "value": float(f"{value:.6g}")}
    if ratio is not None:
        fields["ratio"] = float(f"{ratio:.4g}")
    if note:
        fields["note"] = note
    print(json.dumps(fields), flush=True)


def series(group: str, name: str, unit: str, step: float, values: Iterable[float]) -> None:
    """Print a line of a chart over time: a value for each `step` seconds."""
    rounded = [float(f"{value:.4g}") for value in values]
    fields = {"group": group, "name": name, "unit": unit, "step": step, "values": rounded}
    print(json.dumps(fields), flush=True)
