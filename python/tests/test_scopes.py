"""The warning about a yield inside a timeout, a cancel scope or a task group."""

from __future__ import annotations

import asyncio
import sys
import textwrap
import warnings
from collections.abc import AsyncGenerator
from types import FunctionType
from typing import Any

import anyio
import pytest
import trio
from asyncgen._scopes import warn_about_scopes
from asyncgen.errors import ScopeWarning


def scopes(body: str, outer: dict[str, Any] | None = None, *, context: str = "") -> list[str]:
    """Give the `scope:line` of each warning about a function with this body, from line 3 on."""
    code = "\n".join(
        [
            "def outside():",
            textwrap.indent(context or "pass", "    "),
            "    async def numbers(self=None):",
            textwrap.indent(textwrap.dedent(body), "        "),
            "    return numbers",
        ]
    )
    names = dict(outer or {})
    exec(code, names)
    function = names["outside"]()
    assert isinstance(function, FunctionType)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        warn_about_scopes(function)
    assert {warning.category for warning in said} <= {ScopeWarning}
    assert {warning.lineno for warning in said} <= {3}
    texts = [str(warning.message) for warning in said]
    assert all("outside.<locals>.numbers yields inside" in text for text in texts)
    return [text.split("`")[1] + ":" + text.split("(line ")[1].split(")")[0] for text in texts]


def test_each_scope_by_name() -> None:
    for package, name in [
        (asyncio, "timeout"),
        (asyncio, "timeout_at"),
        (asyncio, "TaskGroup"),
        (trio, "open_nursery"),
        (trio, "move_on_after"),
        (trio, "move_on_at"),
        (trio, "fail_after"),
        (trio, "fail_at"),
        (trio, "CancelScope"),
        (anyio, "create_task_group"),
        (anyio, "move_on_after"),
        (anyio, "fail_after"),
        (anyio, "CancelScope"),
    ]:
        module, scope = package.__name__, getattr(package, name)
        for kind in ("with", "async with"):
            call = f"{kind} {module}.{name}(1):\n    yield 1"
            assert scopes(call, {module: package}) == [f"{module}.{name}:4"]
            assert scopes(call) == [f"{module}.{name}:4"], "not imported where it can be seen"
            call = f"{kind} alias(1):\n    yield 1"
            assert scopes(call, {"alias": scope}) == ["alias:4"]
            assert scopes(call, context=f"from {module} import {name} as alias") == ["alias:4"]
            assert scopes(f"from {module} import {name}\n{kind} {name}(1):\n    yield") == [
                f"{name}:5"
            ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("async with asyncio.timeout(1):\n    yield 1\n    yield 2", ["asyncio.timeout:4"]),
        ("async with asyncio.timeout(1) as limit:\n    yield 1", ["asyncio.timeout:4"]),
        ("async with asyncio.timeout(len(str(sys.maxsize)) if 1 else 2):\n    yield", None),
        ("async with open(1) as f, asyncio.timeout(1):\n    yield 1", ["asyncio.timeout:4"]),
        (
            "async with (\n    asyncio.timeout(1),\n    asyncio.TaskGroup() as g,\n):\n    yield",
            ["asyncio.TaskGroup:6", "asyncio.timeout:5"],
        ),
        (
            "async with asyncio.timeout(1):\n    with x:\n        try: yield\n        finally: x",
            None,
        ),
        (
            "async with asyncio.timeout(1):\n    try:\n        x\n    finally:\n        yield 1",
            None,
        ),
        ("async with asyncio.timeout(1):\n    async for x in y:\n        yield x", None),
        ("async with asyncio.timeout(1):\n    while True:\n        yield await x", None),
        ("async with asyncio.timeout(1):\n    if (yield 1):\n        return", None),
        ("import asyncio as a\nasync with a.timeout(1):\n    yield 1", ["a.timeout:5"]),
        ("from asyncio import timeout\nasync with timeout(1):\n    yield 1", ["timeout:5"]),
        ("from asyncio import timeout as t\nasync with t(1):\n    yield 1", ["t:5"]),
        ("from async_timeout import timeout\nasync with timeout(1):\n    yield 1", ["timeout:5"]),
        ("import quattro\nwith quattro.move_on_after(1):\n    yield", ["quattro.move_on_after:5"]),
        # No yield inside.
        ("async with asyncio.timeout(1):\n    await x\nyield 1", []),
        ("yield 1\nasync with asyncio.timeout(1):\n    await x", []),
        ("async with asyncio.timeout(1):\n    async for x in y:\n        await x\nyield", []),
        ("async with asyncio.timeout((yield 1)):\n    await x", []),
        ("async with asyncio.timeout(1):\n    async def inner():\n        yield 1\nyield 1", []),
        ("async with asyncio.timeout(1):\n    x = (y async for y in z)\nyield 1", []),
        ("async with asyncio.timeout(1):\n    x = [y async for y in z]\nyield 1", []),
        ("try:\n    async with asyncio.timeout(1):\n        await x\nexcept E:\n    yield 1", []),
        # No scope of theirs.
        ("async with self.timeout(1):\n    yield 1", []),
        ("async with timeout(1):\n    yield 1", []),
        ("async with open(asyncio.timeout):\n    yield 1", []),
        ("async with asyncio.timeout(1).lock:\n    yield 1", None),
        ("async with asyncio.Lock():\n    asyncio.timeout(1)\n    yield 1", []),
        ("async with self:\n    asyncio.timeout(1)\n    yield 1", []),
        ("with open(1):\n    yield 1", []),
        ("timeout = TaskGroup = CancelScope = 1\nyield 1", []),
    ],
)
def test_where_the_yield_is(body: str, expected: list[str] | None) -> None:
    if expected is None:
        expected = ["asyncio.timeout:4"]
    assert scopes(body) == expected
    assert scopes(body, {"asyncio": asyncio, "sys": sys}) == expected


def test_a_scope_of_the_same_name_is_not_meant() -> None:
    class Client:
        @staticmethod
        def timeout(seconds: float) -> object:
            return seconds

    assert scopes("async with client.timeout(1):\n    yield 1", {"client": Client}) == []
    assert scopes("async with timeout(1):\n    yield 1", {"timeout": Client.timeout}) == []


def test_what_it_says() -> None:
    async def ticks() -> AsyncGenerator[int, None]:
        async with asyncio.timeout(1):
            yield 1

    assert isinstance(ticks, FunctionType)
    line = ticks.__code__.co_firstlineno
    with pytest.warns(ScopeWarning) as said:
        warn_about_scopes(ticks)
    assert str(said[0].message) == (
        f"test_what_it_says.<locals>.ticks yields inside `asyncio.timeout` (line {line + 1}), which"
        " would cancel its consumer: `@asyncgen.generator(isolated=True)` runs the body in a task"
        " of its own. Under `@asynccontextmanager` it does no harm: ignore"
        " asyncgen.errors.ScopeWarning, or say isolated=True as well"
    )
    assert (said[0].filename, said[0].lineno) == (__file__, line)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScopeWarning)
        warn_about_scopes(ticks)


def test_without_columns() -> None:
    async def ticks() -> AsyncGenerator[int, None]:
        async with asyncio.timeout(1):
            yield 1

    assert isinstance(ticks, FunctionType)
    bare = ticks.__code__.replace(co_linetable=b"")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScopeWarning)
        warn_about_scopes(FunctionType(bare, globals()))
