"""Where a decorated generator could differ from a native one: garbage, bad throws, interpreters."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import warnings
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncgen
import pytest
from conftest import Run


def drive(awaitable: Awaitable[Any]) -> object:
    """Resume it once: what it gives, or what it raises."""
    step: Any = awaitable
    try:
        return step.send(None)
    except StopIteration as end:
        return end.value
    except BaseException as error:  # noqa: BLE001 -- it is the result
        return type(error), str(error)


class Circle:
    """Holds a generator, whose body holds it."""

    generator: Any


def native(body: Callable[[Circle], AsyncIterator[int]]) -> Callable[[Circle], Any]:
    """Decorate with nothing."""
    return body


@pytest.mark.parametrize("decorate", [native, asyncgen.generator])
def test_a_cleanup_may_await_in_a_circle_of_garbage(
    run_on_asyncio: Run, decorate: Callable[[Any], Any]
) -> None:
    steps: list[str] = []

    @decorate
    async def body(_circle: Circle) -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            steps.append("begun")
            await asyncio.sleep(0)
            steps.append("done")

    async def main() -> None:
        circle = Circle()
        circle.generator = body(circle)
        assert await anext(circle.generator) == 1
        del circle
        gc.collect()
        for _ in range(10):
            await asyncio.sleep(0)

    run_on_asyncio(main)
    assert steps == ["begun", "done"]


async def obstinate() -> AsyncIterator[object]:
    """Go on after each exception, and tell which it was."""
    while True:
        try:
            yield "fresh"
        except Exception as error:  # noqa: BLE001 -- any
            yield "caught", str(error)


class UnwillingError(Exception):
    """An exception that cannot be made."""

    def __init__(self) -> None:
        message = "unwilling"
        raise KeyError(message)


THROWN: list[tuple[object, ...]] = [
    (1,),
    ("text",),
    (int,),
    (ValueError(1), 2),
    (ValueError, None, 3),
    (UnwillingError,),
    (ValueError,),
]


@pytest.mark.parametrize("args", THROWN, ids=repr)
@pytest.mark.parametrize("verb", ["athrow", "asend.throw", "aclose.throw"])
def test_what_is_no_exception_is_refused_and_does_not_reach_the_body(
    verb: str, args: tuple[object, ...]
) -> None:
    if verb == "aclose.throw" and sys.version_info < (3, 13):
        pytest.skip("ends differently before 3.13")

    def outcome(function: Callable[[], Any]) -> list[object]:
        generator = function()
        results = [drive(generator.__anext__())]
        awaitable: Any = None
        try:
            if verb == "athrow":
                awaitable = generator.athrow(*args)
                results.append(drive(awaitable))
            else:
                awaitable = generator.asend(None) if verb == "asend.throw" else generator.aclose()
                awaitable.throw(*args)
        except StopIteration as end:
            results.append(end.value)
        except (TypeError, KeyError, RuntimeError) as error:
            results.append((type(error), str(error)))
        return [*results, drive(awaitable), generator.ag_running, drive(generator.__anext__())]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert outcome(asyncgen.generator(obstinate)) == outcome(obstinate)


def test_an_error_that_takes_no_note_is_the_error_all_the_same() -> None:
    @asyncgen.generator
    async def body() -> AsyncIterator[int]:
        message = "mine"
        error = ValueError(message)
        vars(error)["__notes__"] = ("a tuple",)
        raise error
        yield 1

    assert drive(body().__anext__()) == (ValueError, "mine")


def test_awaitables_take_no_weak_references() -> None:
    # One that is done is used again: a weak reference would see it rise.
    @asyncgen.generator
    async def body() -> AsyncIterator[int]:
        yield 1

    generator = body()
    awaitables: list[Any] = [generator.__anext__(), generator.aclose()]
    for awaitable in awaitables:
        with pytest.raises(TypeError, match="cannot create weak reference"):
            weakref.ref(awaitable)
        drive(awaitable)


def test_what_aenter_gives_is_collected() -> None:
    @asyncgen.generator
    async def body(circle: Circle) -> AsyncIterator[int]:
        entered = circle.generator.__aenter__()
        yield 1
        del entered

    circle = Circle()
    circle.generator = body(circle)
    assert drive(circle.generator.__anext__()) == 1
    gone = weakref.ref(circle)
    del circle
    gc.collect()
    assert gone() is None


class SelfReading:
    """A file that holds the source which reads it."""

    def __init__(self) -> None:
        self.chunks = [b"a\n", b""]
        self.source = asyncgen.lines(self)

    def read(self, _size: int) -> bytes:
        """Give the next chunk."""
        return self.chunks.pop(0)


def test_a_step_keeps_what_reads_for_it_from_the_garbage_collector(run: Run) -> None:
    async def main() -> None:
        file = SelfReading()
        step = anext(file.source)
        del file
        gc.collect()
        assert await step == "a"

    run(main)


def test_a_file_and_its_source_are_collected() -> None:
    file = SelfReading()
    anext(file.source)
    gone = weakref.ref(file)
    del file
    gc.collect()
    assert gone() is None


SUBINTERPRETER = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

TRY = '''
try:
    import asyncgen
except ImportError as error:
    print(error, flush=True)
'''

def run():
    config = ("legacy",) if interpreters.__name__ == "_interpreters" else ()
    try:
        interpreter = interpreters.create(*config)
    except TypeError:
        interpreter = interpreters.create(isolated=False)
    interpreters.run_string(interpreter, TRY)
    interpreters.destroy(interpreter)

run()
import asyncgen
run()
print(list(asyncgen.lines(b"a")), flush=True)
"""


def test_subinterpreters_are_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SUBINTERPRETER],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, "")
    *refusals, lines = done.stdout.splitlines()
    assert lines == "['a']"
    assert len(refusals) == 2
    for refusal in refusals:
        # An isolated one is refused by the interpreter itself.
        assert refusal.startswith(
            (
                "asyncgen works in the main interpreter alone, and this is subinterpreter ",
                "module asyncgen._asyncgen does not support loading in subinterpreters",
            )
        )
