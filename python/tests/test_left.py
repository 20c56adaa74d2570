"""The warning about a generator that was left where its cleanup is skipped."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, suppress
from types import FrameType
from typing import Any

import pytest
from asyncgen._left import warn_if_left


class Wrapped:
    """What the finaliser passes: a generator that knows where it was made."""

    created = "ticks.py:7"

    def __init__(self, body: AsyncGenerator[Any, Any]) -> None:
        self._body: Any = body
        self.__qualname__ = "ticks"

    @property
    def ag_frame(self) -> FrameType | None:
        frame: FrameType | None = self._body.ag_frame
        return frame


class Context(AbstractContextManager[None], AbstractAsyncContextManager[None]):
    """Cleans up, either way."""

    def __exit__(self, *_error: object) -> None:
        """Do nothing."""

    async def __aexit__(self, *_error: object) -> None:
        """Do nothing."""


def step(awaitable: Any) -> None:
    """Drive it until it suspends or is done."""
    with suppress(StopIteration, StopAsyncIteration):
        awaitable.send(None)


def warned(body: str, steps: int = 1) -> bool:
    """Tell whether a word is said about a generator with this body, left after some steps."""
    names: dict[str, Any] = {"Context": Context, "nothing": lambda *_: 1, "A": KeyError}
    exec("async def ticks():\n" + textwrap.indent(textwrap.dedent(body), "    "), names)
    native = names["ticks"]()
    for _ in range(steps):
        step(native.__anext__())
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        warn_if_left(Wrapped(native))
    with suppress(Exception):  # of the cleanup
        step(native.aclose())
    assert [warning.category for warning in said] in ([], [ResourceWarning])
    return bool(said)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("yield 1", False),
        ("try:\n    yield 1\nfinally:\n    nothing()", True),
        ("try:\n    yield 1\nfinally:\n    nothing", True),
        ("try:\n    yield 1\nfinally:\n    x = 1", True),
        ("try:\n    yield 1\nfinally:\n    if nothing():\n        nothing()", True),
        ("try:\n    yield 1\nfinally:\n    for x in nothing():\n        pass", True),
        (
            "try:\n    yield 1\nfinally:\n    try:\n        nothing()\n    except A:\n        pass",
            True,
        ),
        ("try:\n    yield 1\nfinally:\n    with Context():\n        pass", True),
        ("try:\n    yield 1\nfinally:\n    async with Context():\n        pass", True),
        ("x = 1\ntry:\n    yield 1\nfinally:\n    del x", True),
        ("try:\n    yield 1\nfinally:\n    import sys", True),
        ("try:\n    yield 1\nfinally:\n    await nothing()", True),
        ("try:\n    yield 1\nfinally:\n    raise A", True),
        ("try:\n    yield 1\nexcept A:\n    raise\nfinally:\n    nothing()", True),
        ("try:\n    raise A\nexcept A:\n    yield 1\nfinally:\n    nothing()", True),
        (
            "try:\n    try:\n        yield 1\n    except A:\n        pass\nfinally:\n    nothing()",
            True,
        ),
        ("with Context():\n    yield 1", True),
        ("async with Context():\n    yield 1", True),
        ("async with Context() as x:\n    yield 1", True),
        ("with Context():\n    try:\n        yield 1\n    except A:\n        pass", True),
        (
            "with Context():\n    try:\n        raise A\n    except A as error:\n        yield 1",
            True,
        ),
        ("with Context():\n    while True:\n        yield 1", True),
        ("with Context():\n    pass\nyield 1", False),
        ("yield 1\nwith Context():\n    pass", False),
        ("try:\n    nothing()\nfinally:\n    nothing()\nyield 1", False),
        ("try:\n    yield 1\nexcept A:\n    nothing()", False),
        ("try:\n    yield 1\nexcept A as error:\n    nothing(error)", False),
        ("try:\n    yield 1\nexcept (A, nothing(A)):\n    nothing()", False),
        ("try:\n    yield 1\nexcept A:\n    nothing()\nelse:\n    nothing()", False),
        ("try:\n    yield 1\nexcept* A:\n    nothing()", False),
        ("try:\n    yield 1\nexcept:\n    nothing()", False),
        ("try:\n    raise A\nexcept A as error:\n    yield 1", False),
        ("try:\n    raise A\nexcept:\n    yield 1", False),
        ("for x in 1, 2:\n    yield x", False),
        ("async def inner():\n    with Context():\n        yield 1\nyield 1", False),
    ],
)
def test_where_it_was_left(body: str, *, expected: bool) -> None:
    assert warned(body) == expected
    assert not warned(body, 0), "not begun"
    assert warned(f"for n in range(300): nothing(n)\n{body}") == expected, "further on"
    assert not warned("return\n" + body), "finished"


async def left() -> AsyncGenerator[int, None]:
    with Context():
        yield 1


def test_what_it_says() -> None:
    native = left()
    step(native.__anext__())
    generator = Wrapped(native)
    with pytest.warns(ResourceWarning) as said:
        warn_if_left(generator)
    assert str(said[0].message) == (
        "the generator ticks, created at ticks.py:7, was left before its end, and no event loop"
        " closes it: what cleans up after its last yield does not run; use `async with`, or await"
        " `aclose()`"
    )
    assert said[0].source is generator
    step(native.aclose())


def test_it_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    ignored: list[Any] = []
    monkeypatch.setattr("sys.unraisablehook", lambda it: ignored.append(it.exc_type))
    native = left()
    step(native.__anext__())
    warn_if_left(Wrapped(native))  # warnings are errors in the tests
    assert ignored == [ResourceWarning]
    warn_if_left(object())  # type: ignore[arg-type]  # -- on purpose
    assert ignored == [ResourceWarning, AttributeError]
    step(native.aclose())


def test_nothing_at_the_end_of_the_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    native = left()
    step(native.__anext__())
    with monkeypatch.context() as patch:
        patch.setattr("sys.is_finalizing", lambda: True)
        warn_if_left(Wrapped(native))
    step(native.aclose())
