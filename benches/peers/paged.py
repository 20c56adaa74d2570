"""Paged APIs: aiohttp with orjson written by hand, and asyncgen; and one long page."""

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import asyncgen
import orjson

from .measure import Contender, Effort, compare

#: As most APIs have it: a hundred items, 32 KB a page.
ITEMS = 100
AT_ONCE = 8


def measure(_folder: Path, effort: Effort) -> None:
    """Measure pages in order, from a server that answers at once or soon."""
    pages = effort.pick(20, 300)
    for delay in (0.0, 0.005):
        with serving(pages, delay) as url:
            contenders = [by_hand(url, pages), ours(url, pages, AT_ONCE), ours(url, pages, 1)]
            title = f"Paged JSON, {delay * 1000:.0f} ms a page"
            compare(title, "pages/s", contenders, effort.pick(3, 9))


def ours(url: str, pages: int, concurrency: int) -> Contender:
    """Measure asyncgen."""

    async def job() -> None:
        count = 0
        source = asyncgen.pages(url, next=asyncgen.Page(), concurrency=concurrency)
        async for _item in source:
            count += 1
        assert count == pages * ITEMS

    return Contender(f"asyncgen.pages, concurrency={concurrency}", job, pages)


def by_hand(url: str, pages: int) -> Contender:
    """Measure what one writes for want of it: a window of requests over aiohttp, and orjson."""

    async def job() -> None:
        count = 0
        async with aiohttp.ClientSession() as session:

            async def get(page: int) -> list[object]:
                async with session.get(url, params={"page": page}) as answer:
                    items: list[object] = orjson.loads(await answer.read())["items"]
                    return items

            window = [asyncio.ensure_future(get(page)) for page in range(1, AT_ONCE + 1)]
            following = AT_ONCE + 1
            while items := await window.pop(0):
                for _item in items:
                    count += 1
                window.append(asyncio.ensure_future(get(following)))
                following += 1
            for task in window:
                task.cancel()
        assert count == pages * ITEMS

    return Contender(f"aiohttp and orjson, {AT_ONCE} at once", job, pages)


@contextmanager
def serving(pages: int, delay: float) -> Iterator[str]:
    """Serve so many pages from a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    ports = spawn.SimpleQueue()
    server = spawn.Process(target=serve, args=(ports.put, pages, delay), daemon=True)
    server.start()
    try:
        yield f"http://127.0.0.1:{ports.get()}/items"
    finally:
        server.terminate()
        server.join()


def serve(tell: Callable[[int], None], pages: int, delay: float) -> None:
    """Answer `?page=1` and so on; the pages are made before."""
    bodies = [page(number) for number in range(pages)]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                number = int(head.split(b"page=")[1].split(b" ")[0])
                body = bodies[number - 1] if number <= pages else b'{"items": []}'
                await asyncio.sleep(delay)
                start = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                writer.write(start + b"Content-Length: %d\r\n\r\n" % len(body) + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        tell(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def page(number: int) -> bytes:
    """Make a page of items of about 320 bytes."""
    items = [
        {
            "id": number * ITEMS + item,
            "name": f"item {item} of page {number}",
            "score": item / 8,
            "tags": ["a", "bc", "def"],
            "owner": {"login": f"user{item % 97}", "admin": False, "parent": None},
            "text": "x" * 180,
        }
        for item in range(ITEMS)
    ]
    return orjson.dumps({"total": 10**6, "items": items})
