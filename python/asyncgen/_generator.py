"""`@asyncgen.generator`: a Python body with what a plain async generator lacks.

First of all, a yield lets other tasks run: after a slice of time the next step suspends once. Then,
an error says which item it hit and where the generator was made.
"""

from __future__ import annotations

import functools
import types
from time import perf_counter
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, overload

from asyncgen._bridge import pause
from asyncgen._where import caller

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
    from collections.abc import Generator as SyncGenerator
    from types import TracebackType
    from typing import Self

P = ParamSpec("P")
Y_co = TypeVar("Y_co", covariant=True)
S_contra = TypeVar("S_contra", contravariant=True)
Z = TypeVar("Z")

# How long other tasks wait at most, in seconds; as in the extension module.
SLICE = 0.000_25


class Return(BaseException):
    """Raised in the body of an `@asyncgen.generator`: end, with a return value.

    The value is that of the StopAsyncIteration. It is a BaseException so that the body's own
    `except Exception` does not catch it.
    """

    def __init__(self, value: object = None) -> None:
        """Return `value`."""
        super().__init__(value)
        self.value = value


class Generator(Generic[Y_co, S_contra]):
    """An async generator made by a function under `@asyncgen.generator`."""

    __slots__ = ("__weakref__", "_body", "_created", "_fair", "_items", "_name", "_slice", "value")

    def __init__(
        self, body: AsyncGenerator[Y_co, S_contra], *, name: str, created: str, fair: bool
    ) -> None:
        """Wrap the native generator `body`."""
        self._body = body
        self._name = name
        self._created = created
        self._fair = fair
        self._items = 0
        self._slice = 0.0
        self.value: object = None
        """What the body returned, after the end."""

    def __aiter__(self) -> Self:
        """Give itself."""
        return self

    def __anext__(self) -> Awaitable[Y_co]:
        """Go on to the next item."""
        return self._step(self._body.__anext__())

    def asend(self, value: S_contra, /) -> Awaitable[Y_co]:
        """Go on, with `value` as what the yield gives."""
        return self._step(self._body.asend(value))

    def athrow(self, *error: Any) -> Awaitable[Y_co]:
        """Go on with an exception at the yield."""
        return self._step(self._body.athrow(*error))

    def aclose(self) -> Awaitable[None]:
        """End the body: GeneratorExit at the yield."""
        return self._body.aclose()

    @property
    def ag_running(self) -> bool:
        """Whether a step is being awaited."""
        running: bool = getattr(self._body, "ag_running", False)
        return running

    async def __aenter__(self) -> Self:
        """Give itself; leaving the block closes it at once."""
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Close it."""
        await self.aclose()

    def __repr__(self) -> str:
        """Name it, with how far it is."""
        return f"<asyncgen.generator {self._name}, item {self._items}, created at {self._created}>"

    @types.coroutine
    def _step(self, step: Awaitable[Any]) -> SyncGenerator[Any, Any, Any]:
        if self._fair and perf_counter() - self._slice >= SLICE:
            suspension = pause() if self._slice else False
            if suspension is True:
                yield
            elif suspension:
                yield from suspension.__await__()
            self._slice = perf_counter()
        try:
            item = yield from step.__await__()
        except StopAsyncIteration:
            raise
        except Return as end:
            self.value = end.value
            stop = StopAsyncIteration()
            vars(stop)["value"] = end.value  # as PEP 828 has it
            raise stop from None
        except Exception as error:
            error.add_note(f"item {self._items + 1} of {self._name}, created at {self._created}")
            raise
        self._items += 1
        return item


@overload
def generator(
    function: Callable[P, AsyncGenerator[Y_co, S_contra]], /
) -> Callable[P, Generator[Y_co, S_contra]]: ...
@overload
def generator(
    function: Callable[P, AsyncIterator[Y_co]], /
) -> Callable[P, Generator[Y_co, None]]: ...
@overload
def generator(*, fair: bool = True) -> Decorator: ...
def generator(function: Any = None, /, *, fair: bool = True) -> Any:
    """Make an `async def` with `yield` into a fair generator whose errors say where.

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
    if function is None:
        return functools.partial(generator, fair=fair)

    @functools.wraps(function)
    def make(*args: Any, **kwargs: Any) -> Generator[Any, Any]:
        created = caller()
        body = function(*args, **kwargs)
        return Generator(body, name=function.__qualname__, created=created, fair=fair)

    return make


if TYPE_CHECKING:
    from typing import Protocol

    class Decorator(Protocol):
        """What `generator(fair=…)` gives."""

        @overload
        def __call__(
            self, function: Callable[P, AsyncGenerator[Y_co, S_contra]], /
        ) -> Callable[P, Generator[Y_co, S_contra]]: ...
        @overload
        def __call__(
            self, function: Callable[P, AsyncIterator[Y_co]], /
        ) -> Callable[P, Generator[Y_co, None]]: ...
