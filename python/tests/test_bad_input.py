"""Bad input of every kind: a clear error with its place, all before it delivered, nothing left."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import asyncgen
import pytest
from asyncgen import errors
from conftest import Run, assert_settles_to, open_things
from test_pages import ITEMS, Api, serving

TIMES = 200 if os.environ.get("ASYNCGEN_SOAK") else 10

#: Nobody listens there.
REFUSED = "http://127.0.0.1:1"

Make = Callable[..., "asyncgen.Source[Any]"]


class Fault(NamedTuple):
    """A source, what comes out of it, and the error that ends it."""

    make: Make
    source: str
    content: bytes | None
    before: int
    kind: type[asyncgen.Error]
    text: str
    options: Mapping[str, Any] = MappingProxyType({})


FAULTS = {
    "missing": Fault(
        asyncgen.csv,
        "FOLDER/missing.csv",
        None,
        0,
        errors.NotFound,
        "FOLDER/missing.csv: cannot open: No such file or directory (os error 2)",
    ),
    "directory": Fault(
        asyncgen.lines,
        "FOLDER",
        None,
        0,
        errors.IsADirectory,
        "FOLDER: cannot open: it is a directory",
    ),
    "permission": Fault(
        asyncgen.lines,
        "FOLDER/secret",
        b"secret\n",
        0,
        errors.PermissionDenied,
        "FOLDER/secret: cannot open: Permission denied (os error 13)",
    ),
    "invalid UTF-8": Fault(
        asyncgen.csv,
        "FOLDER/a.csv",
        b"a,b\n1,2\n3,\xfc\n",
        1,
        errors.DecodeError,
        "FOLDER/a.csv:3:3: record 2: not UTF-8, byte 0xfc",
    ),
    "ragged row": Fault(
        asyncgen.csv,
        "FOLDER/a.csv",
        b"a,b\n1,2\n3,4\n5\n",
        2,
        errors.DecodeError,
        "FOLDER/a.csv:4:2: record 3 has 1 field, the header has 2",
    ),
    "unclosed quote": Fault(
        asyncgen.csv,
        "FOLDER/a.csv",
        b'a,b\n1,2\n3,"4\n5,6\n',
        1,
        errors.DecodeError,
        "FOLDER/a.csv:3:3: record 2: the quote opened here is never closed",
    ),
    "truncated gzip": Fault(
        asyncgen.lines,
        "FOLDER/a.gz",
        gzip.compress(b"x\n" * 9)[:-4],
        9,
        errors.CompressionError,
        "FOLDER/a.gz: bad compressed data: the gzip data end too early",
    ),
    "not JSON": Fault(
        asyncgen.ndjson,
        "FOLDER/a.ndjson",
        b'{"a": 1}\n{"a": x}\n',
        1,
        errors.DecodeError,
        "FOLDER/a.ndjson:2:7: record 2 is not JSON: expected value",
    ),
    "connection refused": Fault(
        asyncgen.pages,
        f"{REFUSED}/items",
        None,
        0,
        errors.ConnectError,
        f"{REFUSED}/items: page 1: connection failed: Connection refused (os error 111)",
        {"retry": 0},
    ),
    "500s": Fault(
        asyncgen.pages,
        "API/broken",
        None,
        3,
        errors.StatusError,
        "API/broken/2: page 2: the server answered 500 Internal Server Error after 2 attempts",
        {"retry": 1},
    ),
    "a page of HTML": Fault(
        asyncgen.pages,
        "API/expired",
        None,
        3,
        errors.NotJson,
        "API/expired/2: page 2: the body is not JSON, the server calls it text/html",
    ),
}


class Failing(Api):
    """A good first page, and a second one that is none."""

    def do_GET(self) -> None:  # noqa: N802 -- the base has it so
        """Answer."""
        match self.path:
            case "/broken" | "/expired":
                self.answer(ITEMS[:3], link=f'<{self.path}/2>; rel="next"')
            case "/expired/2":
                self.send("text/html", b"<h1>Log in</h1>")
            case _:
                self.answer({}, 500)


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """Serve pages that go wrong."""
    with serving(Failing) as address:
        yield address


@contextmanager
def somebody() -> Iterator[None]:
    """Be anybody but root, who may read everything; not even what was installed, perhaps."""
    for bridge in ("asyncio", "trio"):
        import_module(f"asyncgen._bridge_{bridge}")
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


class Stage:
    """Where the sources of the faults are."""

    def __init__(self, folder: Path, api: str) -> None:
        self._folder = folder
        self._api = api

    def make(self, fault: Fault) -> Any:
        """Write its file and make the source."""
        source = self.named(fault.source)
        if fault.content is not None and not Path(source).exists():
            Path(source).write_bytes(fault.content)
            if fault.kind is errors.PermissionDenied:
                Path(source).chmod(0)
        return fault.make(source, **fault.options)

    def named(self, text: str) -> str:
        """Put the real names in."""
        return text.replace("FOLDER", str(self._folder)).replace("API", self._api)

    def check(self, fault: Fault, run: Callable[[Any], tuple[int, asyncgen.Error]]) -> None:
        """Run the source to its error."""
        source = self.make(fault)
        with somebody() if fault.kind is errors.PermissionDenied else nullcontext():
            got, error = run(source)
        assert (type(error), str(error)) == (fault.kind, self.named(fault.text))
        assert got == fault.before, "everything before the fault is delivered"
        assert error.source == self.named(fault.source)


def consume(source: Any) -> tuple[int, asyncgen.Error]:
    """Take all in a plain `for`."""
    got = 0
    with pytest.raises(asyncgen.Error) as failure:
        for _ in source:
            got += 1
    return got, failure.value


def consumer(run: Run) -> Callable[[Any], tuple[int, asyncgen.Error]]:
    """Take all in `async for`."""

    def consume(source: Any) -> tuple[int, asyncgen.Error]:
        async def main() -> tuple[int, asyncgen.Error]:
            got = 0
            with pytest.raises(asyncgen.Error) as failure:
                async for _ in source:
                    got += 1
            return got, failure.value

        taken: tuple[int, asyncgen.Error] = run(main)
        return taken

    return consume


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_in_async_for(fault: Fault, tmp_path: Path, api: str, run: Run) -> None:
    Stage(tmp_path, api).check(fault, consumer(run))


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_in_for(fault: Fault, tmp_path: Path, api: str) -> None:
    Stage(tmp_path, api).check(fault, consume)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_nothing_is_left(fault: Fault, tmp_path: Path, api: str) -> None:
    """Count before and after many of them."""
    stage = Stage(tmp_path, api)
    stage.check(fault, consume)
    before = counted()
    for _ in range(TIMES):
        stage.check(fault, consume)
    assert_settles_to(before, counted)


def counted() -> dict[str, int]:
    """Count what a leak would leave, the threads of Rust as well."""
    return {"threads": len(os.listdir("/proc/self/task")), **open_things()}
