"""Async generators that keep their promise: data streamed item by item, while other tasks run.

>>> import asyncgen
>>> async def main():
...     async for row in asyncgen.csv("flights.csv"):
...         print(row["dest"])

The same sources work in a plain `for`.
"""

from __future__ import annotations

import atexit

from asyncgen import errors
from asyncgen._asyncgen import Batched, Encoded, Generator, Row, Source, Stream, __version__, leave
from asyncgen._csv import csv
from asyncgen._facts import Position, Progress, Summary
from asyncgen._generator import Return, generator
from asyncgen._sources import Page, lines, ndjson, pages
from asyncgen.errors import Error

__all__ = [
    "Batched",
    "Encoded",
    "Error",
    "Generator",
    "Page",
    "Position",
    "Progress",
    "Return",
    "Row",
    "Source",
    "Stream",
    "Summary",
    "__version__",
    "csv",
    "errors",
    "generator",
    "lines",
    "ndjson",
    "pages",
]

# Threads that wait inside the extension module must have left it when the interpreter is torn
# down; registered first, it runs last.
atexit.register(leave)
