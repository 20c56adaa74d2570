"""Keys are expected where they were in the record before: what comes is what is written."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterable

import asyncgen
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

#: More than are kept.
MANY = [f"key{number}" for number in range(3000)]
LONG = "k" * 64


def record(*keys: str, value: str = "1") -> str:
    """Write an object whose keys are written `keys`."""
    members = ", ".join(f'"{key}": {value}' for key in keys)
    return f"{{{members}}}"


RECORDS = {
    "same": [record("id", "name", "a longer key")] * 3,
    "other": [record("id", "name"), record("ID", "nama"), record("id", "name")],
    "longer": [record("ab", "cd"), record("abc", "cde"), record("ab", "cd")],
    "lengths": [record(*("abcdefghijk"[:length] for length in range(12)))] * 2,
    "longer by one": [
        record("abcdefghijk"[:length] + end) for length in range(11) for end in "xyx"
    ],
    "same beginning": [record("a longer key"), record("a longer kez"), record("a longer k")],
    "ends early": ['{"a":1}', '{"a":1}', '{"ab":1}', '{"abcdefg":1}', '{"abcdefg":1}'],
    "empty": [record(""), record("", "a"), record("a", ""), "{}", record("")],
    "missing": [record("a", "b", "c"), record("a", "c"), record("b", "c"), record("a", "b", "c")],
    "additional": [record("a", "c"), record("a", "b", "c", "d"), record("a", "c")],
    "another order": [record("a", "b", "c"), record("c", "b", "a"), record("a", "b", "c")],
    "twice": [record("a", "b"), record("a", "a"), record("a", "b", "a"), record("b", "a", "a")] * 2,
    "twice, of a value each": ['{"a": 1, "b": 2, "a": [3]}'] * 2,
    "escaped": [record("a", "b"), record("\\u0061", "b"), record("a", "\\u0062")] * 2,
    "escapes": [record("\\b", 'a\\"b'), record("\\\\b", "a\\\\"), record("\\b", 'a\\"b')] * 2,
    "a backslash and a letter": [record("a\\\\tb"), record("a\\tb"), record("a\\\\tb")] * 2,
    "letters": [record("é", "日本語のキー"), record("è", "日本語のキ"), record("\\u00e9", "😀")]
    * 2,
    "long": [record(LONG, "a"), record(LONG + "k", "a"), record(LONG + "l", LONG)] * 2,
    "inside of a long one": [record(LONG + "k", "a", value=record("a", "b")), record("a")] * 2,
    "shapes in turn": [record("a", "b"), record("b", "d"), record("a", "d", "b")] * 3,
    "in one another": [record("a", "b", value=record("a", "b", value=record("b", "a")))] * 2,
    "in lists": [f"[{record('a', 'b')}, {record('a')}, [{record('b')}], 1]"] * 2,
    "of many kinds": [record("a", value=value) for value in (record("b"), "[]", "1", record("b"))],
    "large and small": [record(*MANY[:size]) for size in (5, 6, 7, 11, 90, 1, 2, 6, 0, 40)] * 2,
    "more than are kept": [record(*MANY), record(*MANY[::-1]), record(*MANY)],
    "one a record": [record(key) for key in MANY] * 2,
    "space": ['{"a":1,"b":2}', '{ "a" : 1 , "b" : 2 }', '{"a"\t:1,\t"b":  2}'] * 2,
}


@pytest.mark.parametrize("name", RECORDS)
def test_keys_are_those_that_are_written(name: str) -> None:
    check(RECORDS[name])


SOME = st.sampled_from(
    ["a", "b", "ab", "a longer key", "a longer kez", "\\u0061", "\\\\u0061", "é"]
)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.lists(SOME, max_size=8), min_size=2, max_size=12))
def test_random_shapes(shapes: list[list[str]]) -> None:
    inner = record("a", "b", value="null")
    check(record(*keys, value=inner if len(keys) % 2 else "1") for keys in shapes)


def check(records: Iterable[str]) -> None:
    """Compare what comes of records with what `json.loads` makes of each, the order of keys too."""
    records = list(records)
    expected = [json.loads(one) for one in records]
    text = "\n".join(records).encode()
    assert shown(asyncgen.ndjson(text)) == shown(expected)
    members = [one for one in records if one.startswith("{")]
    lines = "\n".join(members).encode()
    # The readers of some members, and of those with types.
    typed = asyncgen.ndjson(lines, types={"no such member": int})
    assert shown(typed) == shown(map(json.loads, members))
    chosen = asyncgen.ndjson(lines, columns=["a", "b"])
    assert shown(chosen) == shown(
        {"a": one.get("a"), "b": one.get("b")} for one in map(json.loads, members)
    )


def shown(values: Iterable[object]) -> list[str]:
    return [json.dumps(value) for value in values]


def test_keys_are_shared_and_let_go() -> None:
    key = "a key of this test"
    source = asyncgen.ndjson(f"{record(key)}\n{record(key)}".encode())
    (first,), (second,) = source
    assert first is second
    del source
    gc.collect()
    # Both names and the argument.
    assert sys.getrefcount(first) == 3


@pytest.mark.parametrize("name", ["twice", "shapes in turn", "escaped", "large and small", "long"])
def test_nothing_is_left(name: str) -> None:
    # Floats, as small integers are there in any case.
    text = "\n".join(RECORDS[name] * 20).replace(": 1", ": 1.5").encode()

    def read() -> int:
        for _ in asyncgen.ndjson(text):
            pass
        gc.collect()
        return sys.getallocatedblocks()

    read()
    before = read()
    # One that is left of each object would be hundreds.
    assert min(read() for _ in range(3)) - before < 50
