"""Leaving early, in a process of its own: exit code 0 and nothing on stderr."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from forks import Forks, forks

TIMES = 200 if os.environ.get("ASYNCGEN_SOAK") else 3

IMPORTS = "import asyncio, os, sys, threading, time, asyncgen"

PRELUDE = """
ASYNCIO = LOOP
reading, writing = os.pipe()
other = open(writing, "wb", buffering=0)
endless = b"x,y\\n" * 400_000

async def anext_of(source):
    return await anext(source)

def drive(awaitable):
    try:
        awaitable.send(None)
    except StopIteration as end:
        return end.value
"""

LEAVING = {
    "break out of for": """
        for row in asyncgen.lines(endless):
            break
    """,
    "break out of async for": """
        async def main():
            async for row in asyncgen.lines(endless):
                break
        LOOP(main)
    """,
    "break out of async with": """
        async def main():
            async with asyncgen.csv(endless) as rows:
                async for row in rows:
                    break
        LOOP(main)
    """,
    "a named source that is never closed": """
        source = asyncgen.lines(endless)
        async def main():
            async for row in source:
                break
        LOOP(main)
    """,
    "an exception in the loop body": """
        async def main():
            async for row in asyncgen.lines(endless):
                raise KeyError(row)
        try:
            LOOP(main)
        except KeyError:
            pass
    """,
    "task cancelled while it waits": """
        async def main():
            file = open(reading, "rb")
            async def wait():
                async for row in asyncgen.lines(file):
                    pass
            task = asyncio.ensure_future(wait())
            await asyncio.sleep(0.001)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                pass
        ASYNCIO(main)
    """,
    "task cancelled by the end of the loop": """
        async def main():
            file = open(reading, "rb")
            async def wait():
                async for row in asyncgen.lines(file):
                    pass
            task = asyncio.ensure_future(wait())
            await asyncio.sleep(0.001)
        ASYNCIO(main)
    """,
    "loop closed mid-stream": """
        loop = asyncio.new_event_loop()
        source = asyncgen.lines(endless)
        async def main():
            async for row in source:
                break
        loop.run_until_complete(main())
        loop.close()
        assert asyncio.run(anext_of(source)) == "x,y"
    """,
    "exit while a reader waits": """
        file = open(reading, "rb")
        source = asyncgen.lines(file)
        other.write(b"a\\n")
        assert next(source) == "a"
    """,
    "sys.exit in the loop body": """
        async def main():
            async for row in asyncgen.lines(endless):
                sys.exit(0)
        LOOP(main)
    """,
    "exit while a daemon thread waits in for": """
        started = threading.Event()
        def wait():
            file = open(reading, "rb")
            started.set()
            for row in asyncgen.lines(file):
                pass
        threading.Thread(target=wait, daemon=True).start()
        started.wait()
        # From 3.12 on no thread can be started any more when the exit has begun.
        while not any(thread.name == "asyncgen reader" for thread in threading.enumerate()):
            threading.Event().wait(0.001)
    """,
    "exit while daemon threads run loops": """
        started = threading.Event()
        async def main():
            while True:
                async for row in asyncgen.lines(endless):
                    started.set()
        for _ in range(3):
            threading.Thread(target=lambda: LOOP(main), daemon=True).start()
        started.wait()
    """,
    "exit while a file object pushes": """
        class Endless:
            def read(self, size):
                return b"x\\n" * 32768
        source = asyncgen.lines(Endless())
        assert next(source) == "x"
    """,
    "silent stdin": """
        source = asyncgen.lines(sys.stdin.buffer)
        async def main():
            async def wait():
                async for row in source:
                    pass
            task = asyncio.ensure_future(wait())
            await asyncio.sleep(0.001)
        ASYNCIO(main)
    """,
    "silent stdin, trio": """
        import trio
        async def main():
            with trio.move_on_after(0.001):
                async for row in asyncgen.lines(sys.stdin.buffer):
                    pass
        trio.run(main)
    """,
    "silent FIFO": """
        import tempfile
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "fifo")
            os.mkfifo(path)
            async def main():
                async def wait():
                    async for row in asyncgen.lines(path):
                        pass
                task = asyncio.ensure_future(wait())
                await asyncio.sleep(0.001)
            ASYNCIO(main)
    """,
    "exit while the body of a generator gives the GIL up": """
        started = threading.Event()
        gate = threading.Lock()
        gate.acquire()
        @asyncgen.generator
        async def bodies():
            try:
                yield 1
                started.set()
                gate.acquire(timeout=0.01)
                while True:
                    yield 2
            finally:
                started.set()
                gate.acquire()
        async def go_on():
            async for item in bodies():
                pass
        async def close():
            async with bodies() as generator:
                await anext(generator)
        for main in go_on, close:
            threading.Thread(target=LOOP, args=(main,), daemon=True).start()
        started.wait()
    """,
    "exit while an iterable gives the GIL up": """
        started = threading.Event()
        async def chunks():
            yield b"a\\n"
            while True:
                started.set()
                time.sleep(0.001)
        async def main():
            async for line in asyncgen.lines(chunks()):
                pass
        threading.Thread(target=lambda: LOOP(main), daemon=True).start()
        started.wait()
    """,
    "Ctrl-C in the loop body": """
        import signal
        signal.signal(signal.SIGINT, signal.default_int_handler)
        async def main():
            async for row in asyncgen.lines(endless):
                signal.raise_signal(signal.SIGINT)
        try:
            LOOP(main)
        except KeyboardInterrupt:
            sys.exit(0)
        sys.exit("no interrupt")
    """,
    "Ctrl-C while it waits": """
        import signal
        signal.signal(signal.SIGINT, signal.default_int_handler)
        file = open(reading, "rb")
        source = asyncgen.lines(file)
        this = threading.get_ident()
        def interrupt():
            while not source.ag_running:
                pass
            signal.pthread_kill(this, signal.SIGINT)
        async def main():
            threading.Thread(target=interrupt).start()
            async for row in source:
                pass
        try:
            LOOP(main)
        except KeyboardInterrupt:
            sys.exit(0)
        sys.exit("no interrupt")
    """,
    "generators that the teardown meets": """
        @asyncgen.generator
        async def bodies():
            yield 1
            yield 2
        fresh, suspended = bodies(), bodies()
        async def step(generator):
            return await anext(generator)
        assert drive(step(suspended)) == 1
    """,
    "generators that are stepped and closed in the teardown": """
        @asyncgen.generator
        async def bodies():
            yield 1
            yield 2
        class Late:
            def __init__(self):
                self.generator = bodies()
            def __del__(self):
                async def step():
                    return await anext(self.generator)
                assert [drive(step()), drive(step())] == [1, 2]
                assert drive(self.generator.aclose()) is None
        Late()
        # What stands in the place of a module lives longest.
        sys.modules["late"] = Late()
    """,
    "a source in a circle of garbage": """
        async def main():
            source = asyncgen.lines(endless)
            circle = [source]
            circle.append(circle)
            await anext(source)
        LOOP(main)
    """,
}

LOOPS = {
    "asyncio": "LOOP = lambda main: asyncio.run(main())",
    "uvloop": (
        "import uvloop\n"
        "LOOP = lambda main: asyncio.Runner(loop_factory=uvloop.new_event_loop).run(main())"
    ),
    "trio": "import trio\nLOOP = lambda main: trio.run(main)",
}

CASES = [
    pytest.param(loop, body, id=f"{name}, {loop}")
    for name, body in LEAVING.items()
    for loop in (
        LOOPS if "LOOP(" in body else ["asyncio", "uvloop"] if "ASYNCIO(" in body else ["asyncio"]
    )
]


@pytest.fixture(scope="module")
def parents() -> Iterator[dict[str, Forks]]:
    """For each loop an interpreter that has imported what it needs."""
    with ExitStack() as stack:
        yield {
            loop: stack.enter_context(forks(f"{IMPORTS}\n{made}", "-X", "faulthandler"))
            for loop, made in LOOPS.items()
        }


def program(loop: str, body: str) -> str:
    """All that runs."""
    return "\n".join([IMPORTS, LOOPS[loop], PRELUDE, textwrap.dedent(body)])


@contextmanager
def silent() -> Iterator[int]:
    """Give a pipe that nobody writes to."""
    reading, writing = os.pipe()
    with open(reading, "rb"), open(writing, "wb"):
        yield reading


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("loop", "body"), CASES)
def test_leaving_is_silent(loop: str, body: str, parents: dict[str, Forks]) -> None:
    for _ in range(TIMES):
        with silent() as stdin:
            assert parents[loop].run(program(loop, body), stdin) == (0, "", "")


@pytest.mark.one_python
@pytest.mark.parametrize("body", LEAVING.values(), ids=LEAVING)
def test_nor_is_a_word_said_in_a_process_that_is_no_fork(body: str) -> None:
    with silent() as stdin:
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-c", program("asyncio", body)],
            stdin=stdin,
            capture_output=True,
            check=False,
            text=True,
        )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
