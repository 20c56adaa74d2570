"""One page of 32 MB: when its first item comes, how fast all come, and what memory they take."""

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from . import paged
from .measure import Effort, figure

#: What each reader does in a process of its own; the figures are Linux's, in kB.
CHILD = """
import json, sys, time
from urllib.request import urlopen
import asyncgen, ijson

def status(key):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(key))

def items(url):
    if sys.argv[1] == "ijson":
        with urlopen(url) as answer:
            yield from ijson.items(answer, "items.item")
    else:
        yield from asyncgen.pages(url, next="link")

with open("/proc/self/clear_refs", "w") as file:
    file.write("5")
before, start, first, count = status("VmRSS"), time.perf_counter(), 0.0, 0
for item in items(sys.argv[2]):
    first = first or time.perf_counter() - start
    count += 1
took = time.perf_counter() - start
kb = status("VmHWM") - before
print(json.dumps({"first": first, "took": took, "kb": kb, "items": count}))
"""


def measure(_folder: Path, effort: Effort) -> None:
    """Read it with ijson and with asyncgen."""
    megabytes = effort.pick(2, 32)
    with_items = paged.page(0)
    start, rest = with_items.split(b"[", 1)
    page, end = rest.rsplit(b"]", 1)
    pages = megabytes * 1_000_000 // len(page)
    body = start + b"[" + b",".join([page] * pages) + b"]" + end

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base has it so
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    group, rounds = f"One page of {megabytes} MB", effort.pick(1, 5)
    try:
        url = f"http://127.0.0.1:{server.server_port}/"
        first = 0.0
        for reader in ("ijson", "asyncgen"):
            turns = [run(reader, url, pages) for _ in range(rounds)]
            best = min(turns, key=lambda turn: turn["took"])
            first = first or best["took"]
            speed = len(body) / 1e6 / best["took"]
            figure(group, reader, "MB/s", speed, ratio=first / best["took"])
            figure(f"{group}: peak memory", reader, "MB", best["kb"] / 1024)
            share = best["first"] / best["took"]
            figure(f"{group}: its first item", reader, "share of the time", share)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def run(reader: str, url: str, pages: int) -> dict[str, float]:
    """Read all in a process of its own; its one line of answer."""
    words = [sys.executable, "-c", CHILD, reader, url]
    answer: dict[str, float] = json.loads(subprocess.check_output(words))
    assert answer["items"] == pages * paged.ITEMS, answer
    return answer
