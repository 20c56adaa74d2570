"""Paged APIs: aiohttp and orjson by hand, dlt, and asyncgen; plain, and by TLS and gzip."""

import asyncio
import gzip
import multiprocessing
import ssl
import statistics
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import aiohttp
import asyncgen
import orjson
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator

from .measure import Contender, Effort, compare, figure

#: A certificate for 127.0.0.1, and that of who vouches for it.
TLS = Path(__file__).parents[2] / "testdata" / "tls"

#: As most APIs have it: a hundred items, 32 KB a page.
ITEMS = 100
AT_ONCE = 8


def measure(_folder: Path, effort: Effort) -> None:
    """Measure pages in order, from a server that answers at once or soon."""
    pages, rounds = effort.pick(20, 300), effort.pick(3, 9)
    for delay in (0.0, 0.005):
        with serving(pages, delay) as url:
            contenders = [by_hand(url, pages), ours(url, pages, AT_ONCE), ours(url, pages, 1)]
            title = f"Paged JSON, {delay * 1000:.0f} ms a page"
            compare(title, "pages/s", [*contenders, with_dlt(url, pages)], rounds)
            if not delay:
                work(title, contenders[:2], rounds)
    with serving(pages, 0.0, secure=True) as url:
        contenders = [by_hand(url, pages), ours(url, pages, AT_ONCE)]
        title = "Paged JSON, TLS and gzip"
        compare(title, "pages/s", contenders, rounds)
        work(title, contenders, rounds)


def work(title: str, contenders: list[Contender], rounds: int) -> None:
    """Print how long a page keeps the event loop's thread, and all threads together."""
    clocks = {"the loop's thread": time.thread_time, "all threads": time.process_time}
    took: dict[tuple[str, str], list[float]] = {
        (clock, contender.name): [] for clock in clocks for contender in contenders
    }
    for _ in range(rounds):
        for contender in contenders:
            before = {clock: read() for clock, read in clocks.items()}
            asyncio.run(cast("Callable[[], Coroutine[object, object, None]]", contender.job)())
            for clock, read in clocks.items():
                took[clock, contender.name].append((read() - before[clock]) / contender.amount)
    for (clock, name), times in took.items():
        first = took[clock, contenders[0].name]
        ratio = statistics.median(own / base for own, base in zip(times, first, strict=True))
        figure(f"{title}: {clock}", name, "µs/page", statistics.median(times) * 1e6, ratio=ratio)


def ours(url: str, pages: int, concurrency: int) -> Contender:
    """Measure asyncgen."""

    async def job() -> None:
        count = 0
        source = asyncgen.pages(
            url,
            next=asyncgen.Page(),
            concurrency=concurrency,
            ca=TLS / "ca.pem" if url.startswith("https") else None,
        )
        async for _item in source:
            count += 1
        assert count == pages * ITEMS

    return Contender(f"asyncgen.pages, concurrency={concurrency}", job, pages)


def by_hand(url: str, pages: int) -> Contender:
    """Measure what one writes for want of it: a window of requests over aiohttp, and orjson."""

    async def job() -> None:
        count = 0
        trusted = ssl.create_default_context(cafile=TLS / "ca.pem")
        connector = aiohttp.TCPConnector(ssl=trusted)
        async with aiohttp.ClientSession(connector=connector) as session:

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


def with_dlt(url: str, pages: int) -> Contender:
    """Measure dlt's paginator."""
    client = RESTClient(url, paginator=PageNumberPaginator(base_page=1, total_path=None))

    def job() -> None:
        count = sum(len(page) for page in client.paginate("", data_selector="items"))
        assert count == pages * ITEMS

    return Contender("dlt", job, pages)


@contextmanager
def serving(pages: int, delay: float, *, secure: bool = False) -> Iterator[str]:
    """Serve so many pages from a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    ports = spawn.SimpleQueue()
    server = spawn.Process(target=serve, args=(ports.put, pages, delay, secure), daemon=True)
    server.start()
    try:
        yield f"http{'s' if secure else ''}://127.0.0.1:{ports.get()}/items"
    finally:
        server.terminate()
        server.join()


def serve(tell: Callable[[int], None], pages: int, delay: float, secure: bool) -> None:  # noqa: FBT001 -- a process is given no keywords
    """Answer `?page=1` and so on; the pages are made before."""
    pack: Callable[[bytes], bytes] = gzip.compress if secure else bytes
    bodies = [pack(page(number)) for number in range(pages)]
    end = pack(b'{"items": []}')
    start = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    context = None
    if secure:
        start += b"Content-Encoding: gzip\r\n"
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(TLS / "server.pem", TLS / "server.key")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                number = int(head.split(b"page=")[1].split(b" ")[0])
                body = bodies[number - 1] if number <= pages else end
                await asyncio.sleep(delay)
                writer.write(start + b"Content-Length: %d\r\n\r\n" % len(body) + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
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
