"""When a generator counts as closed: rules of PEP 525 that CPython's own tests do not check.

They hold for any decorator of async generators, the native one that does nothing among them; the
harness's mutants, each with one rule broken, show that they can fail.
"""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any, Self, TypeAlias

import asyncgen
import pytest

Decorate: TypeAlias = Callable[[Any], Callable[[], Any]]
Rule: TypeAlias = Callable[[Decorate], None]

CONFORMANCE = Path(__file__).parents[3] / "shared" / "conformance"


async def two() -> AsyncGenerator[int, None]:
    yield 1
    yield 2


async def one() -> AsyncGenerator[int, None]:
    yield 1


async def stubborn() -> AsyncGenerator[int, None]:
    """Ignores that it is closed, again and again."""
    while True:
        try:
            yield 1
        except GeneratorExit:
            yield 2


async def leaving() -> AsyncGenerator[int, None]:
    yield 1
    raise GeneratorExit


async def careful() -> AsyncGenerator[int, None]:
    try:
        yield 1
    finally:
        cleaned.append("cleaned")


cleaned: list[str] = []


async def none() -> AsyncGenerator[None, None]:
    yield
    yield


def drive(awaitable: Awaitable[Any]) -> Any:
    """Await what never suspends; gives the value, or the class of the exception."""
    try:
        awaitable.__await__().send(None)
    except StopIteration as end:
        return end.value
    except (Exception, GeneratorExit) as error:  # noqa: BLE001 -- it is what is asked for
        return type(error)
    return pytest.fail("it suspends")


class Finalizer:
    """The hooks of an event loop that only notes which generators it is to close."""

    def __init__(self) -> None:
        self.called = 0

    def __call__(self, _generator: object) -> None:
        """Count the call."""
        self.called += 1

    def __enter__(self) -> Self:
        """Set the hooks."""
        self.before = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(firstiter=None, finalizer=self)
        return self

    def __exit__(self, *_exc_info: object) -> None:
        """Set the hooks back."""
        gc.collect()
        sys.set_asyncgen_hooks(*self.before)


def an_unfinished_one_goes_to_the_hook(decorate: Decorate) -> None:
    with Finalizer() as hook:
        generator = decorate(two)()
        assert drive(generator.__anext__()) == 1
        del generator
    assert hook.called == 1


def a_finished_one_does_not_go_to_the_hook(decorate: Decorate) -> None:
    with Finalizer() as hook:
        generator = decorate(one)()
        assert drive(generator.__anext__()) == 1
        assert drive(generator.__anext__()) is StopAsyncIteration
        del generator
    assert hook.called == 0


def one_that_raised_does_not_go_to_the_hook(decorate: Decorate) -> None:
    with Finalizer() as hook:
        generator = decorate(two)()
        assert drive(generator.__anext__()) == 1
        assert drive(generator.athrow(KeyError)) is KeyError
        del generator
        generator = decorate(leaving)()
        assert drive(generator.__anext__()) == 1
        assert drive(generator.__anext__()) is GeneratorExit
        del generator
    assert hook.called == 0


def a_closed_one_does_not_go_to_the_hook(decorate: Decorate) -> None:
    with Finalizer() as hook:
        generator = decorate(two)()
        assert drive(generator.__anext__()) == 1
        assert drive(generator.aclose()) is None
        del generator
        generator = decorate(two)()
        assert drive(generator.aclose()) is None
        del generator
    assert hook.called == 0


def aclose_marks_it_closed_whatever_the_body_says(decorate: Decorate) -> None:
    with Finalizer() as hook:
        generator = decorate(stubborn)()
        assert drive(generator.__anext__()) == 1
        assert drive(generator.aclose()) is RuntimeError
        assert drive(generator.athrow(KeyError)) is StopAsyncIteration
        assert drive(generator.aclose()) is StopAsyncIteration
        assert drive(generator.__anext__()) == 1, "only throws are refused"
        assert drive(generator.athrow(KeyError)) is StopAsyncIteration
        sys.unraisablehook, before = (lambda _: None), sys.unraisablehook
        try:  # the interpreter closes the body once more, and it ignores that as well
            del generator
            gc.collect()
        finally:
            sys.unraisablehook = before
    assert hook.called == 0


def exhaustion_closes_it(decorate: Decorate) -> None:
    with Finalizer() as hook:
        for end in (None, StopAsyncIteration):
            generator = decorate(one)()
            assert drive(generator.__anext__()) == 1
            if end is None:
                assert drive(generator.aclose()) is None
            for _ in range(2):
                assert drive(generator.__anext__()) is StopAsyncIteration
                assert drive(generator.asend(5)) is StopAsyncIteration
                assert drive(generator.athrow(KeyError)) is None
                assert drive(generator.aclose()) is None
            del generator
    assert hook.called == 0


def one_in_a_circle_goes_to_the_hook_first(decorate: Decorate) -> None:
    with Finalizer() as hook:
        generator = decorate(careful)()
        assert drive(generator.__anext__()) == 1
        circle = [generator]
        circle.append(circle)
        cleaned.clear()
        del generator, circle
        gc.collect()
        assert (hook.called, cleaned) == (1, [])


def one_that_the_hook_lets_go_is_not_closed(decorate: Decorate) -> None:
    with Finalizer() as hook:
        generator = decorate(careful)()
        assert drive(generator.__anext__()) == 1
        cleaned.clear()
        del generator
    assert (hook.called, cleaned) == (1, [])


def anything_may_be_sent_to_one_that_ended_before_it_began(decorate: Decorate) -> None:
    generator = decorate(one)()
    assert drive(generator.aclose()) is None
    assert drive(generator.asend(5)) is StopAsyncIteration


def what_is_no_exception_does_not_reach_the_body(decorate: Decorate) -> None:
    generator = decorate(careful)()
    assert drive(generator.__anext__()) == 1
    cleaned.clear()
    assert drive(generator.athrow(5)) is TypeError
    assert cleaned == []
    assert drive(generator.__anext__()) is StopAsyncIteration
    assert cleaned == ["cleaned"]


def none_is_returned_without_an_argument(decorate: Decorate) -> None:
    generator = decorate(none)()
    for step in (generator.__anext__(), generator.asend(None), generator.aclose()):
        with pytest.raises(StopIteration) as end:
            step.send(None)
        assert end.value.args == ()


RULES = [
    an_unfinished_one_goes_to_the_hook,
    a_finished_one_does_not_go_to_the_hook,
    one_that_raised_does_not_go_to_the_hook,
    a_closed_one_does_not_go_to_the_hook,
    aclose_marks_it_closed_whatever_the_body_says,
    exhaustion_closes_it,
]

#: Those that the model which the mutants are made of does not keep itself.
FINER_RULES = [
    one_in_a_circle_goes_to_the_hook_first,
    one_that_the_hook_lets_go_is_not_closed,
    anything_may_be_sent_to_one_that_ended_before_it_began,
    what_is_no_exception_does_not_reach_the_body,
    none_is_returned_without_an_argument,
]


@pytest.mark.parametrize("rule", [*RULES, *FINER_RULES])
@pytest.mark.parametrize("decorate", [lambda f: f, asyncgen.generator], ids=["native", "ours"])
def test_rule(rule: Rule, decorate: Decorate) -> None:
    rule(decorate)


def broken(decorate: Decorate) -> list[str]:
    """Name the rules that do not hold."""
    names = []
    for rule in RULES:
        try:
            rule(decorate)
        except AssertionError:
            names.append(rule.__name__)
    return names


def test_mutants_break_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """`exhaustion_does_not_mark_closed` is not among them: no program can tell it.

    The mark is read in two places, the finaliser and the first step of a throw, and both ask
    first whether the body has ended, which it has for ever when exhaustion would set the mark.
    """
    if not CONFORMANCE.exists():
        pytest.skip("the harness is not at ../shared/conformance")
    monkeypatch.syspath_prepend(str(CONFORMANCE))
    mutants = importlib.import_module("agenmutants")
    assert broken(mutants.control) == []
    assert broken(mutants.finalizer_even_if_done) == [
        "a_finished_one_does_not_go_to_the_hook",
        "one_that_raised_does_not_go_to_the_hook",
        "a_closed_one_does_not_go_to_the_hook",
        "aclose_marks_it_closed_whatever_the_body_says",
        "exhaustion_closes_it",
    ]
    assert broken(mutants.aclose_does_not_mark_closed) == [
        "aclose_marks_it_closed_whatever_the_body_says"
    ]
    assert broken(mutants.exhaustion_does_not_mark_closed) == []
