"""A word about a decorated generator that was left, and that no event loop can close."""

from __future__ import annotations

import sys
import warnings
from opcode import opname
from typing import TYPE_CHECKING, Protocol

from asyncgen._handlers import handlers

if TYPE_CHECKING:
    from types import CodeType, FrameType


class Left(Protocol):
    """What is asked of a generator that was left."""

    @property
    def ag_frame(self) -> FrameType | None:
        """Its frame; None when it is finished."""
        ...

    @property
    def created(self) -> str:
        """Where it was made."""
        ...


def warn_if_left(generator: Left) -> None:
    """Warn if `generator` was left inside a `try` with a `finally`, a `with` or an `async with`.

    For the finaliser of an unfinished generator that no finaliser hook took over. Never raises:
    what goes wrong, a warning that is an error among it, goes to `sys.unraisablehook`.
    """
    if not sys.is_finalizing():
        _Word(generator)


class _Word:
    """Is said when it is dropped: what `__del__` raises goes where a finaliser's errors go."""

    __slots__ = ("_generator",)

    def __init__(self, generator: Left) -> None:
        self._generator = generator

    def __del__(self) -> None:
        generator = self._generator
        frame = generator.ag_frame
        if frame is None or not _cleans_up(frame.f_code, frame.f_lasti):
            return
        message = (
            f"the generator {getattr(generator, '__qualname__', frame.f_code.co_qualname)}, created"
            f" at {generator.created}, was left before its end, and no event loop closes it: what"
            " cleans up after its last yield does not run; use `async with`, or await `aclose()`"
        )
        warnings.warn(message, ResourceWarning, stacklevel=2, source=generator)


def _cleans_up(code: CodeType, offset: int) -> bool:
    """Tell whether a `finally`, a `with` or an `async with` is open at `offset`."""
    return any(_is_cleanup(code.co_code, handler) for handler in handlers(code, offset))


# How the first line of an `except` clause ends, and how the first statement of a `finally` may.
_MATCH = ("CHECK_EXC_MATCH", "CHECK_EG_MATCH")
_STATEMENT = (
    *("POP_TOP", "STORE_", "DELETE_", "POP_JUMP_", "JUMP_", "RETURN_", "RAISE_", "RERAISE"),
    *("SEND", "YIELD_", "BEFORE_", "LOAD_SPECIAL", "GET_ITER", "GET_AITER"),
)
_NOTHING = ("CACHE", "NOP", "EXTENDED_ARG")


def _is_cleanup(bytecode: bytes, handler: int) -> bool:
    """Tell the handler of a `finally` or a `with` from other handlers.

    Others are `except` clauses, and what the compiler puts around awaits and around the body.
    """
    names = (opname[operation] for operation in bytecode[handler::2])
    operations = (name for name in names if name not in _NOTHING)
    if next(operations) != "PUSH_EXC_INFO":
        return False
    first = next(operations)
    if first == "POP_TOP":  # an `except:`
        return False
    for name in (first, *operations):
        if name in _MATCH:
            return False
        if name.startswith(_STATEMENT):
            return True
    return True
