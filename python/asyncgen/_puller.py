"""Pulls an async iterable of bytes in the task of the consumer.

A step of the source that has no record left drives `pull`, which asks the iterable for one chunk.
No other task is made, so that the iterable sees the cancellation, the timeouts and the context of
whoever consumes the records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncgen.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator
    from typing import Any

    from asyncgen._asyncgen import Hand


class Puller:
    """What gives the chunks of one iterable, and what went wrong in it."""

    __slots__ = ("_chunks", "_closes", "_cut", "_hand", "_inside", "_iterable", "_name", "error")

    def __init__(self, iterable: AsyncIterable[Any], hand: Hand, name: str) -> None:
        self._iterable = iterable
        self._hand = hand
        self._name = name
        self._chunks: AsyncIterator[Any] | None = None
        # Whether a step waits in the iterable, and whether it is to be closed after that.
        self._inside = False
        self._closes = False
        # What has ended the iterable, though it was not its own: the name of a cancellation.
        self._cut: str | None = None
        self.error: Exception | None = None

    async def pull(self) -> None:
        """Get one chunk and give it to the source."""
        self._inside = True
        try:
            if self._chunks is None:
                self._chunks = aiter(self._iterable)
            chunk = await anext(self._chunks)
        except StopAsyncIteration:
            self._finish()
        except Exception as error:  # noqa: BLE001 -- raised again by the source
            self._fail(error)
        except BaseException as error:
            if _is_over(self._chunks):
                self._cut = type(error).__name__
            raise
        else:
            self._give(chunk)
        finally:
            self._inside = False
        if self._closes:
            await self.aclose()

    async def aclose(self) -> None:
        """Close the iterable, now or, where another step waits in it, after that."""
        if self._inside:
            self._closes = True
            return
        try:
            await _close(self._chunks)
        finally:
            if self._iterable is not self._chunks:
                await _close(self._iterable)

    def _give(self, chunk: Any) -> None:
        if isinstance(chunk, bytes):
            self._hand.give(chunk)
        elif isinstance(chunk, (bytearray, memoryview)):
            self._hand.give(bytes(chunk))  # pyright: ignore[reportUnknownArgumentType] -- of a view no check says of what
        else:
            message = f"{self._name} gave {type(chunk).__name__}, not bytes"
            self._fail(TypeError(message))

    def _finish(self) -> None:
        if self._cut is None:
            self._hand.finish()
            return
        # An async generator that a cancellation went through is over, whatever it had left.
        message = f"{self._name}: {self._cut} has ended it, what it had left is lost"
        error = ReadError(message)
        error.source = self._name
        self._fail(error)

    def _fail(self, error: Exception) -> None:
        self.error = error
        self._hand.fail(f"{type(error).__name__}: {error}")


def _is_over(chunks: object) -> bool:
    """Whether it is an async generator that has ended."""
    return getattr(chunks, "ag_frame", chunks) is None


async def _close(closed: object) -> None:
    aclose: Any = getattr(closed, "aclose", None)
    if aclose is not None:
        await aclose()
