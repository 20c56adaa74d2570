"""One side of the comparison in `test_stateful`: a generator, its awaitables, and a log of all."""

from __future__ import annotations

import gc
import sys
import warnings
from asyncio import CancelledError
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeAlias

Outcome: TypeAlias = tuple[object, ...]

#: Each raises anew, so that the two sides share no exception.
THROWN: dict[str, Callable[[], Any]] = {
    "ValueError": lambda: ValueError("thrown"),
    "the class KeyError": lambda: KeyError,
    "GeneratorExit": GeneratorExit,
    "CancelledError": CancelledError,
    "StopIteration": lambda: StopIteration("thrown"),
    "StopAsyncIteration": StopAsyncIteration,
    "a class that needs more": lambda: UnicodeDecodeError,
    "no exception": lambda: 5,
}

#: Before 3.13 natives have bugs: closing an awaitable leaves the generator running for ever, a
#: throw into one that has not begun goes into whatever the body awaits for another, and one that
#: was refused or failed can be used again. Ours do as 3.13 does; there all this is left out.
MENDED = sys.version_info >= (3, 13)

VERBS: dict[str, Callable[[Any, str], Any]] = {
    "anext": lambda generator, _error: generator.__anext__(),
    "asend": lambda generator, _error: generator.asend("value"),
    "asend None": lambda generator, _error: generator.asend(None),
    "athrow": lambda generator, error: generator.athrow(THROWN[error]()),
    "aclose": lambda generator, _error: generator.aclose(),
}


class Token:
    """What a body awaits: suspends once, as a future does."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __await__(self) -> Generator[object, object, object]:
        """Give a token to the loop, which is us."""
        sent = yield ("token", self.number)
        return sent


@dataclass
class Step:
    """An awaitable, and what was done with it."""

    awaitable: Any
    throws: bool
    begun: bool = False
    waited: bool = False


class World:
    """A generator of `program` and all that is done to it."""

    def __init__(self, program: str, decorate: Callable[[Any], Any], *, hooked: bool) -> None:
        self.log: list[object] = []
        self.hooked = hooked
        self.awaitables: list[Step] = []
        self.resurrected: list[Any] = []
        self.generator: Any = None
        self._scope = scope = {
            "log": self.log.append,
            "Token": Token,
            "Managed": self.managed,
            "poke": self.poke,
            "CancelledError": CancelledError,
        }
        exec(compile(program, "<program>", "exec"), scope)
        scope["inner"] = decorate(scope["inner"])
        self._make: Any = decorate(scope["outer"])
        self.renew()

    def renew(self) -> None:
        """Begin again with a fresh generator."""
        self.generator = self._make()

    def managed(self, *, swallows: bool) -> Managed:
        """Give a context manager that awaits on both sides."""
        return Managed(self.log, swallows=swallows)

    def poke(self, verb: str) -> None:
        """Step the generator from inside its own body."""
        if self.generator is not None:
            awaitable = VERBS[verb](self.generator, "ValueError")
            self.log.append(("poked", *_outcome(lambda: awaitable.send(None))))

    def do(self, action: Callable[[World], Any]) -> tuple[Outcome, object]:
        """Do something; give what came of it, and all that can be seen afterwards."""
        hooks, unraisable = sys.get_asyncgen_hooks(), sys.unraisablehook
        if self.hooked:
            sys.set_asyncgen_hooks(self._first, self._final)
        else:
            sys.set_asyncgen_hooks(None, None)
        sys.unraisablehook = self._unraisable
        said: list[str] = []
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("always")
                # Ours says what was left, beyond what a native one says.
                warnings.simplefilter("ignore", ResourceWarning)
                # A record of pytest's or of `catch_warnings` would keep what is warned of.
                warnings.showwarning = lambda message, *_: said.append(str(message))
                outcome = _outcome(lambda: action(self))
        finally:
            sys.set_asyncgen_hooks(*hooks)
            sys.unraisablehook = unraisable
        return outcome, (said, self._seen(), tuple(self.log))

    def step(self, verb: str, error: str) -> None:
        """Call a method of the generator, and keep the awaitable."""
        self.keep(VERBS[verb](self.generator, error), throws=verb in {"athrow", "aclose"})

    def keep(self, awaitable: Any, *, throws: bool) -> None:
        """Keep an awaitable that has not begun."""
        self.awaitables.append(Step(awaitable, throws))

    def use(self, which: int, method: str, *arguments: Any) -> Any:
        """Call a method of one of the awaitables."""
        step = self.awaitables[which % len(self.awaitables)]
        if not MENDED and method == "throw" and not step.begun:
            return None
        step.begun = True
        try:
            suspended = getattr(step.awaitable, method)(*arguments)
        except BaseException as error:
            # Natively a throw that has waited can be awaited again when it is over.
            if (step.throws and step.waited) or not (MENDED or isinstance(error, StopIteration)):
                self.drop(which)
            raise
        step.waited = True
        return suspended

    def drop(self, which: int) -> None:
        """Let go of one of the awaitables."""
        del self.awaitables[which % len(self.awaitables)]

    def drop_generator(self) -> None:
        """Let go of the generator and of all that refers to it."""
        self.awaitables.clear()
        self.generator = None

    def leave_in_a_circle(self) -> None:
        """Leave the generator, with an object that refers to it and to itself."""
        circle = [self.generator]
        circle.append(circle)
        self.drop_generator()
        del circle
        gc.collect()

    def end(self) -> None:
        """Let go of everything."""
        self.drop_generator()
        while self.resurrected:
            self.resurrected.pop()
        self._scope.clear()
        gc.collect()

    def take_resurrected(self) -> None:
        """Go on with what the hook was given last, or with a fresh one."""
        if self.resurrected:
            self.generator = self.resurrected.pop()
        else:
            self.renew()

    def _seen(self) -> Outcome:
        generator = self.generator
        if generator is None:
            return (len(self.resurrected),)
        names = ["ag_running"]
        if sys.version_info >= (3, 12):
            names.append("ag_suspended")
        flags = [getattr(generator, name) for name in names]
        return (*flags, generator.ag_frame is None, generator.ag_await is None)

    def _first(self, generator: Any) -> None:
        self.log.append(("first", generator.__name__))

    def _final(self, generator: Any) -> None:
        self.log.append(("final", generator.__name__))
        self.resurrected.append(generator)

    def _unraisable(self, told: Any) -> None:
        self.log.append(("unraisable", told.exc_type, getattr(told.exc_value, "args", None)))


class Managed:
    """An async context manager that suspends when it is left, and may swallow what was raised."""

    def __init__(self, log: list[object], *, swallows: bool) -> None:
        self.log = log
        self.swallows = swallows

    async def __aenter__(self) -> None:
        """Say so."""
        self.log.append("enter")

    async def __aexit__(self, kind: object, *_exc_info: object) -> bool:
        """Say so, and suspend."""
        self.log.append(("exit", kind))
        await Token(10)
        return self.swallows


def _outcome(action: Callable[[], Any]) -> Outcome:
    """Tell what `action` gives or raises; nothing of the exception is kept."""
    try:
        return ("gave", action())
    except BaseException as error:  # noqa: BLE001 -- it is compared
        return ("raised", type(error), error.args, *_context(error))


def _context(error: BaseException) -> list[object]:
    chain: list[object] = []
    context = error.__context__
    while context is not None and len(chain) < 5:
        chain.append((type(context), context.args))
        context = context.__context__
    return chain
