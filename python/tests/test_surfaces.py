"""What can be said of a source in Python can be said in the shell, by that name or as told here."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import asyncgen
import pytest
from asyncgen import _request

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
}


@pytest.mark.parametrize("name", ["lines", "csv", "ndjson", "chunks"])
def test_options(name: str) -> None:
    text = HELP.read_text()
    [section] = re.findall(rf"## `asyncgen {name}`\n(.*?)(?:\n## |\Z)", text, re.DOTALL)
    known = set(re.findall(r"^ +(?:-\w, )?--([a-z-]+)", section, re.MULTILINE))
    source: Any = getattr(asyncgen, name)
    options = set(inspect.signature(source).parameters) - {"source", "reading"}
    [kind] = re.findall(
        r"Unpack\[(\w+)\]", inspect.signature(source).parameters["reading"].annotation
    )
    options |= getattr(_request, kind).__optional_keys__
    asked = {OTHERWISE.get(option, option.replace("_", "-")) for option in options - MISSING.keys()}
    assert asked - known == set()
