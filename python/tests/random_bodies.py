"""Random bodies of async generators, as hypothesis strategies of source text."""

from __future__ import annotations

import textwrap
from typing import TypeAlias

from hypothesis import strategies as st
from world import MENDED

#: A statement, of one line or more.
Text: TypeAlias = str

ERRORS = [
    "ValueError(1)",
    "KeyError('k')",
    "GeneratorExit()",
    "CancelledError()",
    "StopIteration(2)",
    "StopAsyncIteration()",
    "StopAsyncIteration(3)",
]
CATCHES = ["ValueError", "Exception", "GeneratorExit", "CancelledError", "BaseException"]

#: What yields first, so that most bodies do.
YIELDS = st.builds("log(('sent', (yield {})))".format, st.integers(0, 9))

AWAITS = st.builds("log(('got', await Token({})))".format, st.integers(0, 9))

QUICK = st.one_of(
    YIELDS,
    YIELDS,
    st.builds("raise {}".format, st.sampled_from(ERRORS)),
    st.builds("poke({!r})".format, st.sampled_from(["anext", "athrow", "aclose"])),
    st.just("return"),
    st.just("raise"),
)
LEAVES = QUICK | AWAITS


def _indented(text: Text) -> Text:
    return textwrap.indent(text, "    ")


def _block(statements: st.SearchStrategy[Text]) -> st.SearchStrategy[Text]:
    return st.lists(statements, min_size=1, max_size=3).map("\n".join)


def _compound(inner: st.SearchStrategy[Text]) -> st.SearchStrategy[Text]:
    block = _block(inner).map(_indented)
    caught = st.builds(
        "try:\n{}\nexcept {}:\n    log('caught')\n{}".format, block, st.sampled_from(CATCHES), block
    )
    cleaned = st.builds("try:\n{}\nfinally:\n    log('finally')\n{}".format, block, block)
    again = st.builds("for _ in range(3):\n{}".format, block)
    return st.one_of(caught, cleaned, again)


def _compound_or_managed(inner: st.SearchStrategy[Text]) -> st.SearchStrategy[Text]:
    block = _block(inner).map(_indented)
    swallows = st.sampled_from(["False", "True"])
    managed = st.builds("async with Managed(swallows={}):\n{}".format, swallows, block)
    return _compound(inner) | managed


#: Hands on what an inner generator yields; breaks off after the first, or not.
NESTED = st.builds(
    "async for item in inner():\n    log(('sent', (yield item)))\n    {}".format,
    st.sampled_from(["pass", "break", "await Token(0)"]),
)


def _function(name: str, statements: st.SearchStrategy[Text]) -> st.SearchStrategy[Text]:
    body = st.lists(statements, min_size=2, max_size=5).map("\n".join).map(_indented)
    return body.map(f"async def {name}():\n{{}}\n    if False:\n        yield".format)


# Where a native generator's awaitable cannot be closed, none is left suspended in another.
_INNER = (
    st.recursive(LEAVES, _compound_or_managed, max_leaves=5)
    if MENDED
    else st.recursive(QUICK, _compound, max_leaves=5)
)
_OUTER = st.recursive(LEAVES | LEAVES | NESTED, _compound_or_managed, max_leaves=12)

#: Two generator functions, `outer` and the `inner` that it may use.
PROGRAMS = st.builds("{}\n\n\n{}\n".format, _function("inner", _INNER), _function("outer", _OUTER))
