"""Steps that are cancelled and sources that are left: of pages and events nothing stays behind."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncgen
import pytest
from conftest import assert_settles_to

TIMES = 10_000 if os.environ.get("ASYNCGEN_SOAK") else 60

#: How many kB more are no leak: 10,000 turns that leave one each would take 10,000.
MEMORY = 8_000

#: The connections that are kept for the next request.
KEPT = 8

#: A process of its own, so that what is open there is not open here.
SERVER = """
import asyncio, json

async def talk(reader, writer):
    try:
        while head := await reader.readuntil(b"\\r\\n\\r\\n"):
            target = head.split(b" ")[1].decode()
            if target == "/events":
                events = "".join(f"id: {number}\\ndata: {number}\\n\\n" for number in range(1, 4))
                writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\n\\r\\n")
                writer.write(events.encode())
                # Until the client has gone.
                await reader.read()
                break
            page = int(target.split("page=")[1])
            body = json.dumps([page * 10 + item for item in range(3 if page < 9 else 0)])
            head = f"HTTP/1.1 200 OK\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n"
            writer.write((head + body).encode())
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()

async def main():
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE) as process:
        assert process.stdout
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.kill()


def one_after_the_other(url: str) -> Any:
    return asyncgen.pages(f"{url}/items", next=asyncgen.Page())


def eight_at_once(url: str) -> Any:
    return asyncgen.pages(f"{url}/items", next=asyncgen.Page(), concurrency=8)


def events(url: str) -> Any:
    return asyncgen.sse(f"{url}/events")


SOURCES: list[tuple[Callable[[str], Any], Any]] = [
    (one_after_the_other, 10),
    (eight_at_once, 10),
    (events, asyncgen.Event("message", "1", "1")),
]


@pytest.mark.soak
@pytest.mark.leaves_things
@pytest.mark.timeout(900 if TIMES > 60 else 60)
@pytest.mark.parametrize(
    ("make", "first"), SOURCES, ids=lambda value: getattr(value, "__name__", "")
)
def test_nothing_stays_behind(make: Callable[[str], Any], first: Any, server: str) -> None:
    struck = 0

    async def leave(turns: int) -> None:
        nonlocal struck
        source = make(server)
        step = asyncio.ensure_future(anext(source))
        for _ in range(turns):
            await asyncio.sleep(0)
        if step.cancel():
            with suppress(asyncio.CancelledError):
                await step
            struck += 1
            # The step that was cancelled has taken nothing.
            assert turns % 2 or await anext(source) == first
        await source.aclose()

    async def main(times: int) -> None:
        for number in range(times):
            await leave(number % 40)

    asyncio.run(main(max(20, TIMES // 20)))
    before = counted(server)
    before = {**before, "connections": KEPT, "memory": before["memory"] + MEMORY}
    asyncio.run(main(TIMES))
    assert struck > TIMES // 4
    assert_settles_to(before, lambda: counted(server))


def counted(server: str) -> dict[str, int]:
    """Count the connections to the server and what else is open, and the memory in kB."""
    descriptors = [int(name) for name in os.listdir("/proc/self/fd")]
    connections = sum(peer(descriptor) == server for descriptor in descriptors)
    status = Path("/proc/self/status").read_text()
    memory = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return {
        "connections": connections,
        "other descriptors": len(descriptors) - connections,
        "threads": len(os.listdir("/proc/self/task")),
        "memory": memory,
    }


def peer(descriptor: int) -> str | None:
    """Tell what the descriptor is connected to, if it is a connection."""
    try:
        connection = socket.socket(fileno=descriptor)
    except OSError:
        return None
    try:
        host, port = connection.getpeername()
    except (OSError, ValueError):
        return None
    finally:
        connection.detach()
    return f"http://{host}:{port}"
