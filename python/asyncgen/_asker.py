"""Calls the functions that a source of pages asks, in the step of the consumer."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from asyncgen._paging import Bearer, SeenPage
from asyncgen.errors import AsyncOnlyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from asyncgen._asyncgen import Questions


class Asker:
    """What answers the questions of one source, and what went wrong in it."""

    __slots__ = ("_auth", "_choose", "_questions", "error")

    def __init__(
        self,
        questions: Questions,
        choose: Callable[[SeenPage], Any] | None,
        auth: Callable[[], Any] | None,
    ) -> None:
        self._questions = questions
        self._choose = choose
        self._auth = auth
        self.error: Exception | None = None

    async def pull(self) -> None:
        """Answer one question; what the function gives may have to be awaited."""
        try:
            about, given = self._call()
            if inspect.isawaitable(given):
                given = await given
            self._give(about, given)
        except Exception as error:  # noqa: BLE001 -- raised again by the source
            self._fail(error)

    def answer(self) -> None:
        """Answer one question where there is no task to await in."""
        try:
            about, given = self._call()
            if inspect.isawaitable(given):
                if inspect.iscoroutine(given):
                    given.close()
                message = "an async function can be asked in `async for` only"
                raise AsyncOnlyError(message)  # noqa: TRY301 -- the one place that hears of errors
            self._give(about, given)
        except Exception as error:  # noqa: BLE001 -- raised again by the source
            self._fail(error)

    def _call(self) -> tuple[SeenPage | None, Any]:
        page = self._questions.page()
        if page is None:
            return None, self._auth() if self._auth else {}
        url, number, status, headers, items, body = page
        seen = SeenPage(url, number, status, dict(headers), items, body)
        return seen, self._choose(seen) if self._choose else None

    def _give(self, about: SeenPage | None, given: Any) -> None:
        if about is None:
            self._questions.headers(_headers(given))
        elif given is None or given is False:
            self._questions.end()
        elif isinstance(given, str):
            self._questions.to(given)
        elif hasattr(given, "items"):
            self._questions.with_params([(str(key), str(value)) for key, value in given.items()])
        else:
            message = f"next() must give a URL, parameters or None, not {type(given).__name__!r}"
            raise TypeError(message)

    def _fail(self, error: Exception) -> None:
        self.error = error
        self._questions.fail(type(error).__name__)


def _headers(given: Any) -> list[tuple[str, str]]:
    if isinstance(given, Bearer):
        given = given.token
    if isinstance(given, str):
        return [("Authorization", f"Bearer {given}")]
    if hasattr(given, "items"):
        headers: Mapping[str, str] = given
        return list(headers.items())
    message = f"auth() must give a token or headers, not {type(given).__name__!r}"
    raise TypeError(message)
