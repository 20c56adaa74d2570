"""Secrets in each place that Python takes one: they are told nowhere."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable
from typing import Any

import asyncgen
import pytest
from asyncgen import errors
from scripted import Answer, answering

pytestmark = pytest.mark.leaves_things

SECRET = "pl4nted"

#: Where a source is given a secret: what stands before the host, behind it, and the options.
PLANTS: list[tuple[str, str, dict[str, Any]]] = [
    ("", f"?token={SECRET}", {}),
    (f"{SECRET}:{SECRET}@", "", {}),
    ("", "", {"params": {"api_key": SECRET}}),
    ("", "", {"headers": {"X-Odd-Key": SECRET, "Cookie": f"id={SECRET}"}}),
    ("", "", {"auth": asyncgen.Bearer(SECRET)}),
    ("", "", {"auth": asyncgen.Basic(SECRET, SECRET)}),
    ("", "", {"auth": (SECRET, SECRET)}),
    ("", "", {"auth": asyncgen.ApiKey("X-Odd", SECRET)}),
    ("", "", {"auth": asyncgen.ApiKey("odd", SECRET, "query")}),
    ("", "", {"auth": asyncgen.ApiKey("odd", SECRET, "cookie")}),
    ("", "", {"auth": lambda: SECRET}),
    ("", "", {"auth": lambda: {"X-Odd": SECRET}}),
    ("", "", {"json": {"login": {"password": SECRET}}}),
    ("", "", {"data": {"client_secret": SECRET}}),
]


def events(text: str) -> Answer:
    """Give an event stream."""
    return Answer(text, kind="text/event-stream")


#: What a server answers that knows the secret.
ANSWERS: list[Answer] = [
    Answer(SECRET, 500),
    Answer(SECRET, 401, {"WWW-Authenticate": f"Basic realm={SECRET}"}),
    Answer("", 302, {"Location": f"https://me:{SECRET}@other.example/?a={SECRET}"}),
    Answer("", 302, {"Location": f"http://[{SECRET}"}),
    Answer(f"<p>{SECRET}", kind=f"text/html; x={SECRET}"),
    Answer(f'[1, "{SECRET}" 2]'),
    Answer(f'{{"items": [], "error": "{SECRET}"}}'),
    Answer(f'{{"items": [1], "next": "/?odd={SECRET}"}}'),
    Answer(f'{{"items": [1], "nextPageToken": "{SECRET}"}}'),
    events(f"data: 1\nid: 7\n\ndata: {SECRET}\n\n"),
    events(f"data: 1\nid: {SECRET}\n\n"),
]


def told(source: asyncgen.Source[Any]) -> str:
    """Give all that a source tells of itself, while it runs to its end."""
    all_of_it: list[object] = []

    def tell() -> None:
        all_of_it.extend([source, source._repr_html_(), source.plan, source.progress])
        all_of_it.extend([source.value, source.total, source.columns])
        try:
            position = source.position
        except errors.Error as error:
            tell_of(error)
        else:
            all_of_it.extend([position, pickle.dumps(position)])

    def tell_of(error: errors.Error) -> None:
        all_of_it.extend([error, vars(error), error.args, getattr(error, "__notes__", None)])
        all_of_it.extend([error.__cause__, error.__context__])
        all_of_it.extend(traceback.format_exception_only(error))

    tell()
    try:
        for _ in source:
            tell()
    except errors.Error as error:
        tell_of(error)
    tell()
    source.close()
    return "\n".join(f"{thing!r} {thing}" for thing in all_of_it)


#: A page without a way on, and a stream that has no event.
LAST = Answer('{"items": [2]}')

Make = Callable[..., asyncgen.Source[Any]]

#: Of NDJSON an error shows the line that it is about, which a server may have put anything in.
MAKES: list[tuple[Make, list[Answer]]] = [
    (asyncgen.pages, ANSWERS),
    (asyncgen.ndjson, [answer for answer in ANSWERS if answer.status != 200]),
    (lambda url, **options: asyncgen.sse(url, reconnect=False, **options), ANSWERS),
]


@pytest.mark.parametrize(("make", "answers"), MAKES, ids=["pages", "ndjson", "sse"])
@pytest.mark.parametrize(("before", "behind", "options"), PLANTS)
def test_a_planted_secret_is_told_nowhere(
    make: Make, answers: list[Answer], before: str, behind: str, options: dict[str, Any]
) -> None:
    for found in answers:
        with answering(lambda _: found if len(asked) < 3 else LAST) as (url, asked):  # noqa: B023 -- it ends before the next
            address = url.replace("://", f"://{before}") + f"/{behind}"
            text = told(make(address, retry=0, **options))
            assert asked
            assert SECRET not in text


@pytest.mark.parametrize(
    "proof",
    [asyncgen.Bearer(SECRET), asyncgen.Basic(SECRET, SECRET), asyncgen.ApiKey("odd", SECRET)],
)
def test_what_proves_who_asks_does_not_show_it(proof: object) -> None:
    assert SECRET not in f"{proof!r} {proof}"
