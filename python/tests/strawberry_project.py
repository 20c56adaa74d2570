"""A schema of strawberry: it reads annotations, so that they cannot be texts."""

from collections.abc import Iterable
from typing import Any

import strawberry
from strawberry.asgi import GraphQL
from strawberry.relay import Connection, Edge, PageInfo, from_base64, to_base64


def app(count: int) -> Any:
    """An ASGI app with `items`, a connection of so many."""

    @strawberry.type
    class Item:
        id: int

    make: Any = Item

    @strawberry.type
    class Query:
        @strawberry.field
        def items(self, first: int, after: str | None = None) -> Connection[Item]:
            start = int(from_base64(after)[1]) + 1 if after else 0
            numbers: Iterable[int] = range(start, min(start + first, count))
            edges = [Edge(cursor=to_base64("Item", n), node=make(id=n)) for n in numbers]
            info = PageInfo(
                has_next_page=start + first < count,
                has_previous_page=start > 0,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            )
            return Connection(page_info=info, edges=edges)

    return GraphQL(strawberry.Schema(query=Query))
