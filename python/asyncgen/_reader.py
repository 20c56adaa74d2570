"""Reads a Python file object in a daemon thread and pushes the bytes into a source.

A thread that waits for a pipe, a terminal or a socket must end at once when the consumer leaves,
must not steal bytes it has no use for, and must not hold the lock of `sys.stdin.buffer` when the
interpreter exits, which would be fatal. So it waits in poll(2) for {file, consumer gone} and reads
only what is there.
"""

from __future__ import annotations

import io
import os
import select
import stat
import threading
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from asyncgen._asyncgen import Feed

# The bytes of one read. As large as a pipe: more is never there at once, less costs more turns.
CHUNK = 64 * 1024

# The most bytes of one read where nothing tells how many are there. Each read needs the GIL, which
# a busy consumer lets go every 5 ms: with less it would run dry meanwhile.
MOST = 1024 * 1024

# The seconds above which the next read asks for less again: what comes slowly should not come late.
SLOW = 0.05


class Reader:
    """The thread of one source, and what went wrong in it."""

    __slots__ = ("_feed", "_file", "error")

    def __init__(self, file: Any, feed: Feed) -> None:
        self._file = file
        self._feed = feed
        self.error: BaseException | None = None

    def start(self) -> None:
        """Start to read; called by the source at its first step."""
        threading.Thread(target=self._run, name="asyncgen reader", daemon=True).start()

    def _run(self) -> None:
        try:
            read = _reading(self._file, self._feed)
            while (chunk := read()) != b"":
                if not isinstance(chunk, bytes):
                    raise _no_bytes(chunk)  # noqa: TRY301 -- as any failure to read
                if not self._feed.push(chunk):
                    return
        except BaseException as error:  # noqa: BLE001 -- raised again where it is consumed
            self.error = error
            self._feed.fail(f"{type(error).__name__}: {error}")
        else:
            self._feed.finish()


def _no_bytes(chunk: object) -> Exception:
    """Say what is wrong with a `read` that gives this."""
    if chunk is None:
        # The end is b"": to take this for it would lose what is still to come.
        return BlockingIOError("read() gave None: it is non-blocking; give one that waits")
    return TypeError(f"read() gave {type(chunk).__name__}, not bytes: open it with 'rb'")


def _reading(file: Any, feed: Feed) -> Callable[[], object]:
    """Choose how to read the next chunk of `file`."""
    if not _can_block(file):
        return _growing(file.read)
    buffered = type(file) is io.BufferedReader
    read1: Callable[[int], bytes | None] = file.read1 if buffered else file.read
    ahead = _buffered(file) if buffered else b""
    poll = select.poll()
    poll.register(file.fileno(), select.POLLIN)
    gone = feed.fileno()
    poll.register(gone, select.POLLIN)

    def read() -> object:
        nonlocal ahead
        if ahead:
            first, ahead = ahead, b""
            return first
        while True:
            ready = [descriptor for descriptor, _event in poll.poll()]
            if gone in ready:
                return b""
            chunk = read1(CHUNK)
            # A non-blocking file says None when somebody else was faster.
            if chunk is not None:
                return chunk

    return read


def _growing(read: Callable[[int], object]) -> Callable[[], object]:
    """Ask for more with each read, as long as it comes fast."""
    size = CHUNK

    def read_more() -> object:
        nonlocal size
        began = monotonic()
        chunk = read(size)
        size = min(2 * size, MOST) if monotonic() - began < SLOW else CHUNK
        return chunk

    return read_more


def _can_block(file: Any) -> bool:
    """Whether reading `file` can wait for ever, and poll(2) can tell when it will not."""
    raw: Any = getattr(file, "raw", None) if type(file) is io.BufferedReader else file
    if not isinstance(raw, io.FileIO) and type(raw).__name__ != "SocketIO":
        return False
    mode = os.fstat(raw.fileno()).st_mode
    return not (stat.S_ISREG(mode) or stat.S_ISBLK(mode) or stat.S_ISDIR(mode))


def _buffered(file: Any) -> bytes:
    """Take the bytes that stand in the buffer of `file` without reading more."""
    # `peek` asks the raw file when the buffer is empty; for that moment the answer is that
    # nothing is there yet.
    raw: object = file.raw
    shadow = vars(raw)
    shadow["readinto"] = _nothing_yet
    try:
        waiting = len(file.peek())
        ahead: bytes = file.read1(waiting) if waiting else b""
    finally:
        del shadow["readinto"]
    return ahead


def _nothing_yet(_buffer: object) -> None:
    """Answer as a non-blocking file that has nothing."""
