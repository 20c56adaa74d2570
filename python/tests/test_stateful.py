"""Random programs against a native async generator: what one does, the other does.

A random body is made twice, once as it is and once under `@asyncgen.generator`. Then the same
random steps are done to both: methods are called, their awaitables driven by hand, thrown into,
cancelled, used again, dropped. After each step both have given or raised the same, the bodies and
the hooks have logged the same, and all that can be asked of the generators is the same.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from typing import Any

import asyncgen
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from random_bodies import PROGRAMS
from world import MENDED, THROWN, VERBS, World

STEPS = 100_000 if os.environ.get("ASYNCGEN_SOAK") else 2_500
STEPS_OF_ONE = 50

#: After how many programs the garbage of the machinery is collected: a program leaves half a
#: megabyte, and collecting takes a second.
COLLECT_EACH = 100

WHICH = st.integers(0, 5)
ERRORS = st.sampled_from(list(THROWN))


class Pair(RuleBasedStateMachine):
    """A native generator and ours, in step."""

    steps = 0
    programs = 0

    @initialize(program=PROGRAMS, hooked=st.booleans())
    def begin(self, *, program: str, hooked: bool) -> None:
        Pair.programs += 1
        if Pair.programs % COLLECT_EACH == 0:
            gc.unfreeze()
            gc.collect()
        gc.freeze()  # collecting is quick where there is nothing but this
        self.native = World(program, lambda function: function, hooked=hooked)
        self.ours = World(program, asyncgen.generator, hooked=hooked)

    def same(self, action: Callable[[World], Any]) -> None:
        Pair.steps += 1
        native = self.native.do(action)
        ours = self.ours.do(action)
        assert ours == native

    def use(self, which: int, method: str, argument: Callable[[], Any] | None = None) -> None:
        self.same(lambda world: world.use(which, method, *([argument()] if argument else [])))

    def has_awaitables(self) -> bool:
        return bool(self.native.awaitables)

    def has_generator(self) -> bool:
        return self.native.generator is not None

    @precondition(has_generator)
    @rule(verb=st.sampled_from(list(VERBS)), error=ERRORS)
    def call(self, verb: str, error: str) -> None:
        self.same(lambda world: world.step(verb, error))

    @precondition(has_generator)
    @rule(verb=st.sampled_from(["anext", "asend None"]))
    def call_and_send(self, verb: str) -> None:
        self.call(verb, "")
        self.send_none(-1)

    @precondition(has_awaitables)
    @rule(which=WHICH)
    def send_none(self, which: int) -> None:
        self.use(which, "send", lambda: None)

    @precondition(has_awaitables)
    @rule()
    def go_on(self) -> None:
        self.use(-1, "__next__")

    @precondition(has_awaitables)
    @rule(which=WHICH)
    def send_value(self, which: int) -> None:
        self.use(which, "send", lambda: "value")

    @precondition(has_awaitables)
    @rule(which=WHICH, error=ERRORS)
    def throw(self, which: int, error: str) -> None:
        self.use(which, "throw", THROWN[error])

    @precondition(lambda self: MENDED and self.has_awaitables())
    @rule(which=WHICH)
    def close(self, which: int) -> None:
        self.use(which, "close")

    @precondition(has_awaitables)
    @rule(which=WHICH)
    def drop(self, which: int) -> None:
        self.same(lambda world: world.drop(which))

    @precondition(has_generator)
    @rule()
    def drop_generator(self) -> None:
        self.same(World.drop_generator)

    # Without hooks the order in which the collector closes one and what it awaits is its own.
    @precondition(lambda self: self.has_generator() and self.native.hooked)
    @rule()
    def leave_to_the_collector(self) -> None:
        self.same(World.leave_in_a_circle)

    @precondition(lambda self: not self.has_generator())
    @rule()
    def resurrect(self) -> None:
        self.same(World.take_resurrected)

    @precondition(lambda self: len(self.native.resurrected) > 0)
    @rule()
    def close_resurrected(self) -> None:
        self.same(lambda world: world.keep(world.resurrected.pop().aclose(), throws=True))

    def teardown(self) -> None:
        if hasattr(self, "native"):
            for world in (self.native, self.ours):
                world.do(World.end)


@pytest.fixture
def no_collection_in_between() -> Iterator[None]:
    """Leave garbage until a step collects it, so that a program always does the same."""
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


@pytest.mark.soak
@pytest.mark.usefixtures("no_collection_in_between")
@pytest.mark.timeout(3600 if STEPS > 2_500 else 120)
def test_in_step_with_a_native_one() -> None:
    Pair.steps = 0
    run_state_machine_as_test(
        Pair,
        settings=settings(
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            max_examples=STEPS // 16,  # a program has 19 steps on average
            stateful_step_count=STEPS_OF_ONE,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Pair.steps >= STEPS
