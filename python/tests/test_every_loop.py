"""What a source does on every event loop: asyncio, uvloop, trio, and anyio on each of them.

None of them may be skipped in CI: see `every_loop` in conftest.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import anyio
import anyio.lowlevel
import asyncgen
import pytest
from conftest import LOOPS, Run
from test_protocol import Quiet

pytestmark = pytest.mark.every_loop


def on_anyio(backend: str, *, uvloop: bool = False) -> Run:
    """Run by `anyio.run`."""
    options = {"use_uvloop": uvloop} if backend == "asyncio" else {}
    return lambda main: anyio.run(main, backend=backend, backend_options=options)


EVERY: dict[str, Run] = {
    **LOOPS,
    "anyio on asyncio": on_anyio("asyncio"),
    "anyio on uvloop": on_anyio("asyncio", uvloop=True),
    "anyio on trio": on_anyio("trio"),
}


@pytest.fixture(params=EVERY)
def every(request: pytest.FixtureRequest) -> Run:
    """Run an async function on every event loop, also under anyio."""
    return EVERY[request.param]


class Piped:
    """The two ends of a pipe; reading is a source."""

    def __init__(self) -> None:
        reading, writing = os.pipe()
        self.file = open(reading, "rb")
        self.writing = open(writing, "wb", buffering=0)
        self.source = asyncgen.lines(self.file)

    def close(self) -> None:
        """Close both ends, and the source first."""
        self.source.close()
        self.writing.close()
        self.file.close()


async def parked(source: asyncgen.Source[str]) -> None:
    """Wait until a step of the source waits."""
    while not source.ag_running:
        await anyio.lowlevel.checkpoint()


def test_bytes_and_pipes(every: Run) -> None:
    piped = Piped()

    async def main() -> list[str]:
        got = [line async for line in asyncgen.lines(b"a\nb\n")]
        async with anyio.create_task_group() as group:

            async def write() -> None:
                await parked(piped.source)
                piped.writing.write(b"c\n")
                await parked(piped.source)
                piped.writing.close()

            group.start_soon(write)
            got += [line async for line in piped.source]
        return got

    assert every(main) == ["a", "b", "c"]
    piped.close()


def test_aclose_ends_a_step_that_waits(every: Run) -> None:
    """The step that waits raises StopAsyncIteration without a value: no end was reached."""
    quiet = Quiet(b"a\n")

    async def main() -> list[object]:
        told: list[object] = []
        source = asyncgen.lines(quiet)
        assert await anext(source) == "a"

        async def wait() -> None:
            try:
                await anext(source)
            except StopAsyncIteration as end:
                told.append(vars(end).get("value"))

        async with anyio.create_task_group() as group:
            group.start_soon(wait)
            await parked(source)
            await source.aclose()
        assert not source.ag_running
        assert source.value is None
        told.append(await anext(source, "closed"))
        return told

    assert every(main) == [None, "closed"]
    quiet.go_on.set()


def test_an_async_for_ends_when_another_task_closes(every: Run) -> None:
    piped = Piped()

    async def main() -> str:
        async with anyio.create_task_group() as group:

            async def close() -> None:
                await parked(piped.source)
                await piped.source.aclose()

            group.start_soon(close)
            async for line in piped.source:
                pytest.fail(line)
        return "over"

    assert every(main) == "over"
    piped.close()


def test_from_one_loop_to_the_next() -> None:
    piped = Piped()
    got: list[str] = []

    async def main() -> None:
        async with anyio.create_task_group() as group:

            async def write() -> None:
                await parked(piped.source)
                piped.writing.write(b"%d\n" % len(got))

            group.start_soon(write)
            got.append(await anext(piped.source))

    for run in [*EVERY.values(), *EVERY.values()]:
        run(main)
    assert got == [str(n) for n in range(2 * len(EVERY))]
    piped.close()


def test_all_loops_at_once_in_threads() -> None:
    data = b"".join(b"%d\n" % n for n in range(20_000))
    sums: dict[str, int] = {}

    async def main() -> int:
        return sum([int(line) async for line in asyncgen.lines(data)])

    def work(kind: str) -> None:
        sums[kind] = EVERY[kind](main)

    threads = [threading.Thread(target=work, args=(kind,)) for kind in EVERY]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sums == dict.fromkeys(EVERY, sum(range(20_000)))


def test_keyboard_interrupt_in_the_body(every: Run) -> None:
    async def main() -> None:
        async with asyncgen.lines(b"a\nb\n" * 100_000) as source:
            async for _ in source:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        every(main)


IMPORTING = """
import os, sys
before = os.listdir("/proc/self/fd")
import asyncgen
asyncgen.lines(b"a")
assert os.listdir("/proc/self/fd") == before
assert len(os.listdir("/proc/self/task")) == 1
print(*sorted({"asyncio", "trio", "anyio", "uvloop", "outcome", "sniffio"} & set(sys.modules)))
"""


def test_importing_starts_nothing() -> None:
    package = Path(asyncgen.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", IMPORTING],
        env={**os.environ, "PYTHONPATH": str(package)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "\n")


SKIPPING = """
import pytest

@pytest.mark.every_loop
def test_skips():
    pytest.skip("no such loop")

def test_others_may():
    pytest.skip("nothing to see")
"""


@pytest.mark.one_python
@pytest.mark.parametrize(("ci", "summary"), [("true", "1 failed, 1 skipped"), ("", "2 skipped")])
def test_a_skip_fails_in_ci(ci: str, summary: str, tmp_path: Path) -> None:
    (tmp_path / "test_skips.py").write_text(SKIPPING)
    words = ["-p", "conftest", "-p", "no:cacheprovider", "-c", os.devnull, str(tmp_path)]
    here = str(Path(__file__).parent)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        env={
            **os.environ,
            "CI": ci,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": os.pathsep.join([here, *sys.path]),
        },
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert summary in done.stdout
