"""Random JSON texts: what becomes of them is what `json.loads` gives, to the last bit."""

from __future__ import annotations

import json
from typing import Any

import asyncgen
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

#: Numbers as they may be written, not as they are printed.
WRITTEN = st.from_regex(
    r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?", fullmatch=True
)
PLAIN = st.sampled_from(["null", "true", "false", '""', "[]", "{}", "[ ]", "{ }"])
ESCAPES = [
    '\\"',
    "\\\\",
    "\\/",
    "\\n",
    "\\t",
    "\\b",
    "\\f",
    "\\r",
    "\\u0000",
    "\\u00e9",
    "\\uD83D\\uDE00",
]
LETTERS = st.one_of(
    st.sampled_from(ESCAPES),
    st.characters(exclude_characters='"\\', exclude_categories=["Cs"], min_codepoint=0x20),
    st.text("abcdefgh ", min_size=1, max_size=12),
)
STRINGS = st.lists(LETTERS, max_size=6).map(lambda letters: f'"{"".join(letters)}"')
#: Few, so that they repeat in one object and from one to the next; some too long to be kept.
KEYS = st.one_of(
    st.sampled_from(['"a"', '"id"', '"a longer key"', f'"{"k" * 70}"', '"\\u0061"']), STRINGS
)
SPACE = st.sampled_from(["", "", " ", "\t", " \r "])


@st.composite
def nested(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    inner = draw(st.lists(values, max_size=5))
    space = draw(SPACE)
    if draw(st.booleans()):
        return f"[{space}{f'{space},{space}'.join(inner)}{space}]"
    members = [f"{draw(KEYS)}{space}:{space}{value}" for value in inner]
    return f"{{{space}{f',{space}'.join(members)}{space}}}"


TEXTS = st.recursive(st.one_of(WRITTEN, PLAIN, STRINGS), nested, max_leaves=30)


@pytest.mark.timeout(300)
@settings(deadline=None, max_examples=100)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_values_are_those_of_json_loads(texts: list[str]) -> None:
    lines = "\n".join(texts).encode()
    values = list(asyncgen.ndjson(lines))
    assert len(values) == len(texts)
    for text, value in zip(texts, values, strict=True):
        same(value, json.loads(text))


def same(value: Any, expected: Any) -> None:
    """Compare, and tell 1 from 1.0 and from True, and 0.0 from -0.0."""
    assert type(value) is type(expected)
    if isinstance(expected, dict):
        assert list(value) == list(expected)
        for key in expected:
            same(value[key], expected[key])
    elif isinstance(expected, list):
        assert len(value) == len(expected)
        for one, other in zip(value, expected, strict=True):
            same(one, other)
    else:
        assert repr(value) == repr(expected)
        assert value == expected
        assert hash(value) == hash(expected)
