"""Event loops come and go, several at once, in several threads and processes."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncgen
import pytest
import trio
from asyncgen import errors
from conftest import LOOPS, Run, open_things

MANY = 1000


class Fed:
    """A file object that has to be waited for: each read is let through by `go`."""

    name = "fed"

    def __init__(self, *chunks: bytes) -> None:
        self.chunks = list(chunks)

    def read(self, _size: int) -> bytes:
        """Give the next chunk."""
        return self.chunks.pop(0) if self.chunks else b""


def test_many_loops_leave_descriptors_flat(run_on_asyncio: Run) -> None:
    async def main() -> list[str]:
        return [line async for line in asyncgen.lines(Fed(b"a\n", b"b\n"))]

    assert run_on_asyncio(main) == ["a", "b"]
    before = open_things()["descriptors"]
    for _ in range(MANY // 2):
        run_on_asyncio(main)
    assert open_things()["descriptors"] <= before + 2


def test_many_runs_of_trio_leave_descriptors_flat() -> None:
    async def main() -> list[str]:
        return [line async for line in asyncgen.lines(Fed(b"a\n", b"b\n"))]

    trio.run(main)
    before = open_things()["descriptors"]
    for _ in range(MANY // 5):
        trio.run(main)
    assert open_things()["descriptors"] <= before + 2


def test_a_source_moves_from_loop_to_loop() -> None:
    source = asyncgen.lines(Fed(*(b"%d\n" % n for n in range(9))))
    got = []

    async def main() -> None:
        got.append(await anext(source))

    for _ in range(3):
        for run in LOOPS.values():
            run(main)
    assert got == [str(n) for n in range(9)]


def test_several_loops_in_several_threads() -> None:
    data = b"".join(b"%d\n" % n for n in range(50_000))

    async def main() -> int:
        return sum([int(line) async for line in asyncgen.lines(data)])

    def work(kind: str) -> Any:
        return LOOPS[kind](main)

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(work, [*LOOPS, *LOOPS])) == {sum(range(50_000))}


def test_threads_share_a_source() -> None:
    """Each record goes to one of them; who comes while another waits is refused."""
    source = asyncgen.lines(b"".join(b"%d\n" % n for n in range(20_000)))
    rows = source.sync()
    got: list[list[int]] = [[], [], []]

    def work(mine: list[int]) -> None:
        while True:
            try:
                mine.append(int(next(rows)))
            except StopIteration:
                return
            except RuntimeError:
                continue

    threads = [threading.Thread(target=work, args=(mine,)) for mine in got]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted([number for mine in got for number in mine]) == list(range(20_000))


def in_child(work: Any) -> int:
    """Run in a forked child; its exit code."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 -- the parent sees the code
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_fork() -> None:
    old = asyncgen.lines(b"a\n" * 500_000)
    assert next(old) == "a"

    def work() -> None:
        with pytest.raises(errors.ForkedError, match="fork"):
            for _ in old:
                pass
        assert list(asyncgen.lines(b"a\nb\n")) == ["a", "b"]

        async def main() -> list[str]:
            return [line async for line in asyncgen.lines(b"a\nb\n")]

        assert asyncio.run(main()) == ["a", "b"]

    assert [in_child(work) for _ in range(3)] == [0, 0, 0]
    assert sum(1 for _ in old) == 499_999, "the parent goes on"


def test_keyboard_interrupt_while_it_waits() -> None:
    import signal

    reading, writing = os.pipe()
    # A process started in the background ignores SIGINT until it says otherwise.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with open(reading, "rb") as file, open(writing, "wb") as other:
        del other
        source = asyncgen.lines(file)
        rows = iter(source)
        main = threading.get_ident()

        def interrupt() -> None:
            while not source.ag_running:
                pass
            signal.pthread_kill(main, signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            next(rows)
        thread.join()
        source.close()
    signal.signal(signal.SIGINT, before)
