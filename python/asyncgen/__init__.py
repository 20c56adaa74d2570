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
from asyncgen._asyncgen import (
    ArrowBatch,
    ArrowBatches,
    Batched,
    Encoded,
    Generator,
    Row,
    Source,
    Stream,
    __version__,
    leave,
)
from asyncgen._csv import csv
from asyncgen._facts import (
    Dialect,
    Event,
    PagePosition,
    PagesSummary,
    Position,
    Progress,
    Reject,
    Summary,
    WholePage,
)
from asyncgen._generator import Return, generator
from asyncgen._pages import pages
from asyncgen._paging import (
    ApiKey,
    Basic,
    Bearer,
    Cursor,
    Offset,
    Page,
    Rate,
    Relay,
    Retry,
    SeenPage,
    Stop,
    Timeout,
)
from asyncgen._sources import chunks, lines, ndjson
from asyncgen._sse import sse
from asyncgen.errors import Error

__all__ = [
    "ApiKey",
    "ArrowBatch",
    "ArrowBatches",
    "Basic",
    "Batched",
    "Bearer",
    "Cursor",
    "Dialect",
    "Encoded",
    "Error",
    "Event",
    "Generator",
    "Offset",
    "Page",
    "PagePosition",
    "PagesSummary",
    "Position",
    "Progress",
    "Rate",
    "Reject",
    "Relay",
    "Retry",
    "Return",
    "Row",
    "SeenPage",
    "Source",
    "Stop",
    "Stream",
    "Summary",
    "Timeout",
    "WholePage",
    "__version__",
    "chunks",
    "csv",
    "errors",
    "generator",
    "lines",
    "ndjson",
    "pages",
    "sse",
]

# Threads that wait inside the extension module must have left it when the interpreter is torn
# down; registered first, it runs last.
atexit.register(leave)
