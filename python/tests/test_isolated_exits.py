"""Exits and loops that are closed with a body in a task of its own: never a word."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pytest
from forks import Forks, forks

PRELUDE = """
import asyncio, gc, logging, sys
from asyncgen._isolated import Isolated

# A loop in development mode tells of steps that take long, as they do on a busy machine.
logging.getLogger("asyncio").addFilter(lambda record: "Executing" not in record.getMessage())

async def body():
    try:
        yield 1
        await asyncio.sleep(1000)
    finally:
        await asyncio.sleep(0)

async def swallows():
    while True:
        try:
            yield 1
        except asyncio.CancelledError:
            pass

def LOOP(main):
    with asyncio.Runner(loop_factory=NEW_LOOP) as runner:
        return runner.run(main)

async def begin(kind=body, steps=1):
    global generator
    generator = Isolated(kind())
    await generator.asend(None)
    if steps == 2:
        step = asyncio.ensure_future(generator.asend(None))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        step.cancel()
        try:
            await step
        except asyncio.CancelledError:
            pass
"""

LEAVING = {
    "kept until the exit": "LOOP(begin())",
    "under way at the exit": "LOOP(begin(steps=2))",
    "a body that swallows the end of the loop": "LOOP(begin(swallows))",
    "the loop closed in the middle": """
        loop = NEW_LOOP()
        loop.run_until_complete(begin())
        loop.close()
    """,
    "the loop closed in a step": """
        loop = NEW_LOOP()
        loop.run_until_complete(begin(steps=2))
        loop.close()
    """,
    "the loop closed, the generator dropped": """
        for steps in (1, 2):
            loop = NEW_LOOP()
            loop.run_until_complete(begin(steps=steps))
            loop.close()
            del generator
            gc.collect()
    """,
    "the loop closed before the task began": """
        loop = NEW_LOOP()
        async def main():
            global generator
            generator = Isolated(body())
            try:
                generator.asend(None).send(None)
            except StopIteration:
                pass
        loop.run_until_complete(main())
        loop.close()
        del generator
        gc.collect()
    """,
    "the loop closed, the generator used": """
        loop = NEW_LOOP()
        loop.run_until_complete(begin())
        loop.close()
        async def main():
            try:
                await getattr(generator, verb)(argument)
            except BaseException as error:
                return type(error)
        got = []
        for verb, argument in [("asend", None), ("athrow", GeneratorExit()), ("asend", None)]:
            got.append(LOOP(main()))
        assert got == [RuntimeError, GeneratorExit, StopAsyncIteration], got
    """,
    "only the async generators of the loop are shut down": """
        loop = NEW_LOOP()
        loop.run_until_complete(begin())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
    """,
    "in a circle of garbage": """
        async def main():
            await begin()
            global generator
            circle = [generator]
            circle.append(circle)
            del generator
            del circle
            gc.collect()
        LOOP(main())
    """,
}


NEW_LOOPS = {
    "asyncio": "NEW_LOOP = asyncio.new_event_loop",
    "uvloop": "import uvloop\nNEW_LOOP = uvloop.new_event_loop",
}


@pytest.fixture(scope="module", params=NEW_LOOPS)
def parent(request: pytest.FixtureRequest) -> Iterator[tuple[Forks, str]]:
    """An interpreter that has imported all, and how it makes a loop."""
    new_loop = NEW_LOOPS[request.param]
    with forks(
        f"import asyncio, gc, logging, sys, asyncgen._isolated\n{new_loop}", "-X", "dev"
    ) as parent:
        yield parent, new_loop


@pytest.mark.parametrize("name", LEAVING)
def test_leaving_is_silent(name: str, parent: tuple[Forks, str]) -> None:
    children, new_loop = parent
    code = "\n".join([PRELUDE, new_loop, textwrap.dedent(LEAVING[name])])
    assert children.run(code) == (0, "", "")
