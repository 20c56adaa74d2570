"""`@asyncgen.generator`: a Python body with what a plain async generator lacks.

First of all, a yield lets other tasks run: after a slice of time the next step suspends once. Then,
an error says which item it hit and where the generator was made. What a generator does is in the
extension module; this makes functions that give one.
"""

from __future__ import annotations

import functools
import inspect
import types
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

from asyncgen import _asyncgen
from asyncgen._isolated import Isolated
from asyncgen._scopes import warn_about_scopes
from asyncgen._where import caller

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable

    from asyncgen._asyncgen import Generator

P = ParamSpec("P")
Y = TypeVar("Y")
S = TypeVar("S")


class Return(BaseException):
    """Raised in the body of an `@asyncgen.generator`: end, with a return value.

    The value is that of the StopAsyncIteration. It is a BaseException so that the body's own
    `except Exception` does not catch it.
    """

    def __init__(self, value: object = None) -> None:
        """Return `value`."""
        super().__init__(value)
        self.value = value


class GeneratorDecorator:
    """Make an `async def` with `yield` into a fair generator whose errors say where.

    What the function gives is an async generator to the letter of PEP 525, also for who asks
    `inspect`. `fair` is how long it serves before other tasks get their turn: True for 0.25 ms,
    False for no limit, or seconds. With `isolated`, the body runs in a task of its own, so that
    its timeouts and task groups never reach the consumer (PEP 789). `notes` are put on errors.

    >>> import asyncio, asyncgen
    >>> @asyncgen.generator
    ... async def count(to: int):
    ...     for n in range(to):
    ...         yield n
    >>> async def main():
    ...     return [n async for n in count(3)]
    >>> asyncio.run(main())
    [0, 1, 2]
    """

    @overload
    def __call__(
        self, function: Callable[P, AsyncGenerator[Y, S]], /
    ) -> Callable[P, Generator[Y, S]]: ...
    @overload
    def __call__(
        self, function: Callable[P, AsyncIterator[Y]], /
    ) -> Callable[P, Generator[Y, None]]: ...
    @overload
    def __call__(
        self, /, *, fair: bool | float = True, isolated: bool = False, notes: bool = True
    ) -> Decorator: ...
    def __call__(
        self,
        function: Any = None,
        /,
        *,
        fair: bool | float = True,
        isolated: bool = False,
        notes: bool = True,
    ) -> Any:
        """Decorate `function`, or give the decorator with these options."""
        _asyncgen.check_fair(fair)
        if function is None:
            return functools.partial(self, fair=fair, isolated=isolated, notes=notes)
        if not inspect.isasyncgenfunction(function):
            message = f"generator takes an `async def` with `yield`, not {function!r}"
            raise TypeError(message)
        if not isolated:
            warn_about_scopes(function)

        def make(*args: Any, **kwargs: Any) -> Generator[Any, Any]:
            body: Any = function(*args, **kwargs)
            return _asyncgen.generate(Isolated(body) if isolated else body, caller(), fair, notes)

        return functools.update_wrapper(_disguised(make), function)

    @staticmethod
    def genexp(function: Callable[[], AsyncGenerator[Y, None]], /) -> Generator[Y, None]:
        r"""Give what `function` does, an async generator expression, as a fair generator.

        >>> import asyncio, asyncgen
        >>> async def main():
        ...     lines = asyncgen.lines(b"1\n2\n")
        ...     squares = asyncgen.generator.genexp(lambda: (int(n) ** 2 async for n in lines))
        ...     return [square async for square in squares]
        >>> asyncio.run(main())
        [1, 4]
        """
        return _asyncgen.generate(function(), caller(), fair=True, notes=True)


generator = GeneratorDecorator()


def _disguised(make: Any) -> types.FunctionType:
    """Give a function that `inspect.isasyncgenfunction` is true for.

    The flag only informs: since 3.11 it is an instruction at the start of the code which makes a
    call give a generator. A function-like object would not do, as trio and aiostream ask for a
    real one.
    """
    code = make.__code__.replace(co_flags=make.__code__.co_flags | inspect.CO_ASYNC_GENERATOR)
    return types.FunctionType(code, make.__globals__, make.__name__, None, make.__closure__)


async def _example(value: object) -> AsyncGenerator[object, None]:
    yield value


_asyncgen.learn(_example(value := object()), value)

if TYPE_CHECKING:
    from typing import Protocol

    class Decorator(Protocol):
        """What `generator(fair=…)` gives."""

        @overload
        def __call__(
            self, function: Callable[P, AsyncGenerator[Y, S]], /
        ) -> Callable[P, Generator[Y, S]]: ...
        @overload
        def __call__(
            self, function: Callable[P, AsyncIterator[Y]], /
        ) -> Callable[P, Generator[Y, None]]: ...
