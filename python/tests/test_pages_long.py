"""Pages too long to be whole when their first items come."""

from __future__ import annotations

import asyncgen
import pytest
from asyncgen import errors
from test_pages import Api, serving

LONG = [{"id": n, "text": "x" * 1000} for n in range(500)]


class Same(Api):
    """Gives the same long page for every number."""

    def do_GET(self) -> None:  # noqa: N802 -- the name http.server asks for
        """Answer."""
        self.answer({"items": LONG})


def test_a_long_page_that_comes_again_is_a_loop() -> None:
    with serving(Same) as api:
        source = asyncgen.pages(api, next=asyncgen.Page())
        with pytest.raises(errors.PageLoopError):
            list(source)
        repeated = asyncgen.pages(api, next=asyncgen.Page(), on_repeat="stop")
        assert len(list(repeated)) <= 2 * len(LONG)


def test_by_page_ends_with_enough_items() -> None:
    with serving(Same) as api:
        stop = asyncgen.Stop(max_items=len(LONG))
        source = asyncgen.pages(api, next=asyncgen.Page(), stop=stop).by_page()
        assert len(list(source)) == 1
