"""What can be said of a source in Python can be said in the shell, by that name or as told here."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import asyncgen
import pytest
from asyncgen import _pages, _request, _sse

HELP = Path(__file__).parents[2] / "docs" / "cli.md"

#: What is called otherwise in the shell.
OTHERWISE = {
    "allow_hosts": "allow-host",
    "columns": "select",
    "dialect": "detect",
    "headers": "http-header",
    "http": "no-http",
    "params": "param",
    "strict": "no-strict",
}

#: What is not there, and why.
MISSING = {
    "fair": "one task alone runs there",
    "rows": "what a record becomes is text, in the form that --to says",
    "stop": "what it has is said by itself",
}

#: What the objects have that options are given as.
PARTS: dict[Any, dict[str, str]] = {
    asyncgen.Retry: {
        "times": "retry",
        "base": "retry-base",
        "longest": "retry-longest",
        "longest_asked": "retry-after",
        "budget": "retry-budget",
        "post": "retry-post",
    },
    asyncgen.Rate: {"requests": "rate", "per": "rate", "headers": "rate-headers"},
    asyncgen.Timeout: {
        "connect": "connect-timeout",
        "read": "read-timeout",
        "total": "timeout",
        "min_rate": "min-rate",
    },
    asyncgen.Stop: {
        "empty": "stop-empty",
        "has_more": "stop-has-more",
        "total": "stop-total",
        "status": "stop-status",
        "max_pages": "max-pages",
        "max_items": "take",
    },
}


def known(name: str) -> set[str]:
    """The options of a command."""
    text = HELP.read_text()
    [section] = re.findall(rf"## `asyncgen {name}`\n(.*?)(?:\n## |\Z)", text, re.DOTALL)
    return set(re.findall(r"^ +(?:-\w, )?--([a-z-]+)", section, re.MULTILINE))


def asked(options: set[str]) -> set[str]:
    """What they are called in the shell."""
    return {OTHERWISE.get(option, option.replace("_", "-")) for option in options - MISSING.keys()}


@pytest.mark.parametrize("name", ["lines", "csv", "ndjson", "chunks"])
def test_options(name: str) -> None:
    source: Any = getattr(asyncgen, name)
    options = set(inspect.signature(source).parameters) - {"source", "reading"}
    [kind] = re.findall(
        r"Unpack\[(\w+)\]", inspect.signature(source).parameters["reading"].annotation
    )
    options |= getattr(_request, kind).__optional_keys__
    assert asked(options) - known(name) == set()


@pytest.mark.parametrize(
    ("name", "typed"), [("pages", _pages.Options), ("sse", _sse.Options)], ids=["pages", "sse"]
)
def test_options_of_requests(name: str, typed: Any) -> None:
    options = set(inspect.signature(getattr(asyncgen, name)).parameters) - {"url", "rows"}
    # What type checkers know of them is all there is.
    assert options == typed.__optional_keys__
    assert asked(options) - known(name) == set()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_parts_of_options(part: Any) -> None:
    assert PARTS[part].keys() == set(part._fields)
    options = set(PARTS[part].values())
    assert options - known("pages") == set()
    if part is not asyncgen.Stop:
        assert all(options - known(name) == set() for name in ("lines", "csv", "ndjson", "sse"))
