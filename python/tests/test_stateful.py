"""Random programs against a native async generator: what one does, the other does.

A random body is made twice, once as it is and once under `@asyncgen.generator`. Then the same
random steps are done to both: methods are called, their awaitables driven by hand, thrown into,
cancelled, used again, dropped. After each step both have given or raised the same, the bodies and
the hooks have logged the same, and all that can be asked of the generators is the same.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import asyncgen
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from random_bodies import PROGRAMS
from world import THROWN, VERBS, World

STEPS = 100_000 if os.environ.get("ASYNCGEN_SOAK") else 10_000
STEPS_OF_ONE = 50

#: Before 3.13 natives have bugs here: closing an awaitable leaves the generator running for ever,
#: and a throw into one that has not begun goes into whatever the body awaits for another.
MENDED = sys.version_info >= (3, 13)

WHICH = st.integers(0, 5)
ERRORS = st.sampled_from(list(THROWN))


class Pair(RuleBasedStateMachine):
    """A native generator and ours, in step."""

    steps = 0

    @initialize(program=PROGRAMS, hooked=st.booleans())
    def begin(self, program: str, hooked: bool) -> None:
        self.native = World(program, lambda function: function, hooked=hooked)
        self.ours = World(program, asyncgen.generator, hooked=hooked)

    def same(self, action: Callable[[World], Any]) -> None:
        Pair.steps += 1
        native = self.native.do(action)
        ours = self.ours.do(action)
        assert ours == native

    def on_awaitable(self, which: int, action: Callable[[Any], Any]) -> None:
        self.same(lambda world: action(world.awaitables[which % len(world.awaitables)]))

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
        self.on_awaitable(which, lambda awaitable: awaitable.send(None))

    @precondition(has_awaitables)
    @rule()
    def go_on(self) -> None:
        self.on_awaitable(-1, next)

    @precondition(has_awaitables)
    @rule(which=WHICH)
    def send_value(self, which: int) -> None:
        self.on_awaitable(which, lambda awaitable: awaitable.send("value"))

    @precondition(has_awaitables)
    @rule(which=WHICH, error=ERRORS)
    def throw(self, which: int, error: str) -> None:
        self.on_awaitable(which, lambda awaitable: awaitable.throw(THROWN[error]()))

    @precondition(lambda self: MENDED and self.has_awaitables())
    @rule(which=WHICH)
    def close(self, which: int) -> None:
        self.on_awaitable(which, lambda awaitable: awaitable.close())

    @precondition(has_awaitables)
    @rule(which=WHICH)
    def drop(self, which: int) -> None:
        self.same(lambda world: world.awaitables.pop(which % len(world.awaitables)) and None)

    @precondition(has_generator)
    @rule()
    def drop_generator(self) -> None:
        self.same(World.drop_generator)

    @precondition(lambda self: not self.has_generator())
    @rule()
    def resurrect(self) -> None:
        self.same(World.take_resurrected)

    @precondition(lambda self: len(self.native.resurrected) > 0)
    @rule()
    def close_resurrected(self) -> None:
        self.same(lambda world: world.awaitables.append(world.resurrected.pop().aclose()))

    def teardown(self) -> None:
        if hasattr(self, "native"):
            for world in (self.native, self.ours):
                world.do(World.end)


@pytest.mark.soak
@pytest.mark.timeout(3600 if STEPS > 10_000 else 120)
def test_in_step_with_a_native_one() -> None:
    Pair.steps = 0
    run_state_machine_as_test(
        Pair,
        settings=settings(
            derandomize=True,
            database=None,
            deadline=None,
            max_examples=STEPS // STEPS_OF_ONE + 20,
            stateful_step_count=STEPS_OF_ONE,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Pair.steps >= STEPS
