"""A real server: Django REST framework, page numbers, limit/offset and cursors."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import asyncgen
import django_project
import pytest
from conftest import Run
from django.test import override_settings

pytestmark = pytest.mark.one_python

COUNT = 23
EXPECTED = [{"id": n} for n in range(COUNT)]


class Threading(ThreadingMixIn, WSGIServer):
    """One thread for each connection."""

    daemon_threads = True
    #: Of eight that come at once the sixth would be told nothing, and ask again after a second.
    request_queue_size = 64


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base has it so
        """Say nothing."""


def application() -> Any:
    """A project of two views, in memory."""
    django_project.configure()
    from django.core.wsgi import get_wsgi_application
    from django.db import connection, models
    from django.urls import path
    from rest_framework import generics, pagination, serializers

    class Item(serializers.Serializer):
        id = serializers.IntegerField()

    class Numbered(pagination.PageNumberPagination):
        page_size = 5

    class Offset(pagination.LimitOffsetPagination):
        default_limit = 4

    class Cursors(pagination.CursorPagination):
        page_size = 6
        ordering = "id"

    class Row(models.Model):  # noqa: DJ008 -- nobody prints one
        class Meta:
            app_label = "rest_framework"

    with connection.schema_editor() as editor:
        editor.create_model(Row)
    Row.objects.bulk_create([Row(id=item["id"]) for item in EXPECTED])

    class Rows(generics.ListAPIView):
        serializer_class = Item
        pagination_class = Cursors
        queryset = Row.objects.all()

    class Items(generics.ListAPIView):
        serializer_class = Item

        def get_queryset(self) -> list[dict[str, int]]:
            return EXPECTED

    urlpatterns.extend(
        [
            path("numbered/", Items.as_view(pagination_class=Numbered)),
            path("offset/", Items.as_view(pagination_class=Offset)),
            path("cursor/", Rows.as_view()),
        ]
    )
    return get_wsgi_application()


urlpatterns: list[Any] = []


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The project, served on loopback."""
    wsgi_application = application()
    with (
        override_settings(ROOT_URLCONF=__name__),
        make_server("127.0.0.1", 0, wsgi_application, Threading, Quiet) as wsgi,
    ):
        thread = threading.Thread(target=wsgi.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{wsgi.server_port}"
        finally:
            wsgi.shutdown()
            thread.join()


WAYS: list[tuple[str, dict[str, Any]]] = [
    ("numbered/", {"next": asyncgen.Page("page", 1), "items": "/results"}),
    ("numbered/", {"next": asyncgen.Page()}),
    ("numbered/", {}),
    ("numbered/", {"next": "/next"}),
    ("offset/", {}),
    ("offset/", {"next": "/next", "items": "/results"}),
    ("offset/", {"params": {"limit": 7}}),
    ("offset/", {"next": asyncgen.Offset("offset", "limit", 5)}),
    ("offset/", {"next": asyncgen.Offset(), "stop": asyncgen.Stop(total="/count")}),
    ("cursor/", {}),
    ("cursor/", {"next": "$.next", "items": "$.results"}),
]


@pytest.mark.leaves_things
@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize(("path", "options"), WAYS)
def test_every_item_once(
    path: str, options: dict[str, Any], concurrency: int, server: str, run: Run
) -> None:
    async def main() -> list[Any]:
        source = asyncgen.pages(f"{server}/{path}", concurrency=concurrency, **options)
        return [item async for item in source]

    assert run(main) == EXPECTED
