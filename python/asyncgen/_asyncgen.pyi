"""The extension module: what Rust gives to the package."""

from collections import abc
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Coroutine, Iterator, Mapping
from os import PathLike
from types import CodeType, FrameType, GenericAlias, TracebackType
from typing import Any, Generic, Literal, Self, TypeAlias, TypeVar, final, overload

from asyncgen._facts import Dialect, Position, Progress, Reject, Summary, WholePage
from asyncgen._protocols import HasArrowSchema, Puller, Reader

__all__ = [
    "ArrowBatch",
    "ArrowBatches",
    "Asend",
    "Athrow",
    "Batched",
    "Blocking",
    "Bridge",
    "Encoded",
    "Feed",
    "Generator",
    "Hand",
    "Input",
    "Questions",
    "Row",
    "Source",
    "Step",
    "Stream",
    "__version__",
    "check_fair",
    "chunks",
    "cli",
    "csv",
    "generate",
    "learn",
    "leave",
    "lines",
    "ndjson",
    "pages",
    "row",
    "sse",
]

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)
_Y_co = TypeVar("_Y_co", covariant=True)
_S_contra = TypeVar("_S_contra", contravariant=True)

_Thrown: TypeAlias = type[BaseException] | BaseException
_Options: TypeAlias = Mapping[str, object]
_Asker: TypeAlias = tuple[object, Questions] | None
_Fair: TypeAlias = bool | float

__version__: str

@final
class Source(AsyncGenerator[_T_co, object], Generic[_T_co]):
    """A stream of records: an async generator, and an iterator where no event loop runs.

    Dropping it releases all that it holds, at once and without a word.
    """

    def __aiter__(self) -> Self: ...
    def __anext__(self) -> Step[_T_co]: ...
    def asend(self, value: object) -> Step[_T_co]:
        """As `__anext__`: a source has no use for the value."""

    def athrow(
        self, typ: _Thrown, val: object = None, tb: TracebackType | None = None, /
    ) -> Step[_T_co]:
        """End the source and raise the exception."""

    def aclose(self) -> Step[None]:
        """End the source and release what it holds; any number of times.

        An `__anext__` that waits is ended.
        """

    def close(self) -> None:
        """As `aclose`, without awaiting: an async iterable that it reads is not closed."""

    def __iter__(self) -> Blocking[_T_co]: ...
    def __next__(self) -> _T_co: ...
    def sync(self) -> Blocking[_T_co]:
        """Give an iterator that blocks this thread while it waits, even under an event loop."""

    def by_page(self) -> Source[WholePage]:
        """Give pages in place of their items; of `pages`, before the first step."""

    def _repr_html_(self) -> str: ...
    def stream(self) -> Stream[_T_co]:
        """Give the source for `async for` alone, for clients that would pick `for`.

        >>> content = asyncgen.lines(b"one").stream()
        >>> hasattr(content, "__iter__")
        False
        """

    def encode(self, format: Literal["ndjson", "csv"]) -> Encoded:
        r"""Give what is left of the source as chunks of bytes, for responses and uploads.

        They are what the command writes with `--to`, in whole records, about 64 KiB each. What has
        a type is checked as for rows, with `on_error`; CSV has it as it was read.

        >>> import asyncio
        >>> async def main():
        ...     return [chunk async for chunk in asyncgen.csv(b"a,b\n1,2\n").encode("ndjson")]
        >>> asyncio.run(main())
        [b'{"a":"1","b":"2"}\n']
        """

    def batches(self, size: int) -> Batched[_T_co]:
        """Give what is left of the source in lists of `size` records; the last may have fewer."""

    def arrow(
        self, rows: int | None = None, *, schema: HasArrowSchema | None = None
    ) -> ArrowBatches:
        """Give what is left of a source of `csv` or `ndjson` in batches of Arrow, by column.

        A batch has `rows` rows, the last one may have fewer; unless that is said it has the rows of
        about 1 MiB of text. It is built by a thread of the library, off the event loop.

        The columns are those of `columns`, of the types of `types`: `int64`, `double`, `bool`,
        `date32`, and `timestamp` in microseconds, of UTC if the first of them has an offset, as all
        others must then. All else is a `string_view`, Decimal too. With `schema` they have the
        types of that, which must name the same columns.
        """

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Give what is left as a capsule, for `pyarrow.table(source)` and the like.

        Who reads the stream waits in its own thread, under an event loop too.
        """

    def __enter__(self) -> Self: ...
    def __exit__(self, *_exc_info: object) -> None: ...
    def __aenter__(self) -> Awaitable[Self]: ...
    def __aexit__(self, *_exc_info: object) -> Step[None]: ...
    @property
    def columns(self) -> tuple[str, ...] | None:
        """The names of the columns; None before the first record, or where there are none."""

    @property
    def dialect(self) -> Dialect | None:
        """How a CSV text is written; None before the first record, and of other sources."""

    @property
    def value(self) -> Summary | None:
        """The summary, after the end; None before."""

    @property
    def position(self) -> Position:
        """The place after the last record handed out."""

    @property
    def progress(self) -> Progress | None:
        """What was read so far."""

    @property
    def plan(self) -> str | None:
        """The way through its pages; None where there are none, and before the first."""

    @property
    def total(self) -> int | None:
        """The records of the whole source, where a page tells."""

    @property
    def rejects(self) -> list[Reject]:
        """The records that were passed over, the first thousand, with `on_error="collect"`."""

    @property
    def ag_running(self) -> bool:
        """Whether a step waits at this moment."""

    @classmethod
    def __class_getitem__(cls, item: Any) -> GenericAlias: ...

@final
class Row(abc.Sequence[_T_co], Generic[_T_co]):
    """A record of a CSV text: a sequence of its values, with names where there is a header.

    It makes a value when asked for it, and holds its own text alone. `dict(row)` works.
    """

    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, key: str | int, /) -> _T_co: ...
    @overload
    def __getitem__(self, key: slice, /) -> tuple[_T_co, ...]: ...
    def __iter__(self) -> Iterator[_T_co]: ...
    def keys(self) -> list[str]:
        """The names of the columns."""

    def asdict(self) -> dict[str, _T_co]:
        """Give the row as a dict by column."""

    @property
    def line(self) -> int:
        """The line it begins at, counted from 1."""

    @property
    def offset(self) -> int:
        """The byte it begins at in the decoded source, counted from 0."""

    @property
    def source(self) -> str:
        """The name of its source."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    @classmethod
    def __class_getitem__(cls, item: Any) -> GenericAlias: ...

class _Face:
    # What the faces of a source have in common; there is no such class.
    def aclose(self) -> Step[None]:
        """End the source and release what it holds; any number of times."""

    def __aenter__(self) -> Awaitable[Self]: ...
    def __aexit__(self, *_exc_info: object) -> Step[None]: ...

class _Closing(_Face):
    # What of them closes without awaiting too; there is no such class either.
    def close(self) -> None:
        """As `aclose`, without awaiting: an async iterable that it reads is not closed."""

@final
class Stream(_Face, AsyncIterator[_T_co], Generic[_T_co]):
    """The async half of a source: it has no `__iter__`. Closing it closes the source."""

    def __aiter__(self) -> Self: ...
    def __anext__(self) -> Step[_T_co]: ...
    @classmethod
    def __class_getitem__(cls, item: Any) -> GenericAlias: ...

@final
class Batched(_Closing, AsyncIterator[list[_T]], Generic[_T]):
    """A source in lists of records, for `async for` and for `for`. Closing it closes the source."""

    def __aiter__(self) -> Self: ...
    def __anext__(self) -> Step[list[_T]]: ...
    def __iter__(self) -> Self: ...
    def __next__(self) -> list[_T]: ...
    @classmethod
    def __class_getitem__(cls, item: Any) -> GenericAlias: ...

@final
class Encoded(_Closing, AsyncIterator[bytes]):
    """A source as chunks of bytes, for `async for` alone. Closing it closes the source."""

    def __aiter__(self) -> Self: ...
    def __anext__(self) -> Step[bytes]: ...

@final
class ArrowBatches(_Closing, AsyncIterator[ArrowBatch]):
    """A source in batches of Arrow, and a stream of them. Closing it closes the source."""

    def __aiter__(self) -> Self: ...
    def __anext__(self) -> Step[ArrowBatch]: ...
    def __iter__(self) -> Self: ...
    def __next__(self) -> ArrowBatch: ...
    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Give what is left as a capsule, for libraries that know Arrow."""

@final
class ArrowBatch:
    """Rows by column, which any library that knows Arrow takes without a copy."""

    def __len__(self) -> int: ...
    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """Give it as capsules, as it is."""

    def __arrow_c_schema__(self) -> object:
        """Give the names and types of the columns as a capsule."""

class _Awaitable(Coroutine[Any, Any, _T_co], Iterator[Any], Generic[_T_co]):
    # What the awaitables have in common; there is no such class.
    def __await__(self) -> abc.Generator[Any, Any, _T_co]: ...
    def __iter__(self) -> Self: ...
    def __next__(self) -> Any: ...
    def send(self, value: object) -> Any: ...
    def throw(
        self, typ: _Thrown, val: object = None, tb: TracebackType | None = None, /
    ) -> Any: ...
    def close(self) -> None: ...

@final
class Step(_Awaitable[_T_co], Generic[_T_co]):
    """One step of a source: an awaitable."""

@final
class Generator(AsyncGenerator[_Y_co, _S_contra], Generic[_Y_co, _S_contra]):
    """An async generator over a Python body, made by a function under `@asyncgen.generator`.

    It is one to the letter of PEP 525, and lets other tasks run, tells errors where they struck,
    and has a return value.
    """

    __name__: str
    __qualname__: str

    def __aiter__(self) -> Self: ...
    def __anext__(self) -> Asend[_Y_co]: ...
    def asend(self, value: _S_contra) -> Asend[_Y_co]:
        """Go on, with `value` as what the yield gives."""

    def athrow(
        self, typ: _Thrown, val: object = None, tb: TracebackType | None = None, /
    ) -> Athrow[_Y_co]:
        """Go on with an exception at the yield."""

    def aclose(self) -> Athrow[None]:
        """End the body: `GeneratorExit` at the yield. Its cleanup may await."""

    def sync(self) -> Iterator[_Y_co]:
        """Give an iterator for a plain `for`, which runs the body on an event loop of its own."""

    def __aenter__(self) -> Awaitable[Self]: ...
    def __aexit__(self, *_exc_info: object) -> Athrow[None]: ...
    @property
    def created(self) -> str:
        """Where it was made: `app.py:12`."""

    @property
    def value(self) -> Any:
        """What the body returned by `asyncgen.Return`, after the end; None before."""

    @property
    def ag_running(self) -> bool:
        """Whether a step is being awaited."""

    @property
    def ag_frame(self) -> FrameType | None:
        """The frame of the body; None after its end."""

    @property
    def ag_code(self) -> CodeType:
        """The code of the body."""

    @property
    def ag_await(self) -> Any:
        """What the body awaits, or None."""

    @property
    def ag_suspended(self) -> bool:
        """Whether the body is suspended; from Python 3.12 on."""

    @classmethod
    def __class_getitem__(cls, item: Any) -> GenericAlias: ...

@final
class Asend(_Awaitable[_T_co], Generic[_T_co]):
    """One step of a generator to its next item: an awaitable."""

@final
class Athrow(_Awaitable[_T_co], Generic[_T_co]):
    """One throw into a generator: an awaitable."""

@final
class Blocking(Iterator[_T_co], Generic[_T_co]):
    """The iterator of a source in a plain `for`."""

    def __iter__(self) -> Self: ...
    def __next__(self) -> _T_co: ...
    def close(self) -> None:
        """End the source and release what it holds."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_exc_info: object) -> None: ...

@final
class Bridge:
    """A descriptor that is readable while sources are ready, and their ids."""

    def __new__(cls) -> Self: ...
    def fileno(self) -> int:
        """The descriptor to watch."""

    def take(self) -> list[int]:
        """The ids that became ready; the descriptor is silent again."""

@final
class Feed:
    """The producing end of an input, for a thread of Python."""

    def __new__(cls, name: str) -> Self: ...
    def push(self, chunk: bytes) -> bool:
        """Hand over a chunk, waiting for room; false when nobody wants it any more."""

    def finish(self) -> None:
        """Say that the input has ended."""

    def fail(self, message: str) -> None:
        """Say that reading failed."""

    def fileno(self) -> int:
        """A descriptor that is readable when nobody wants more; valid until the feed has ended."""

@final
class Hand:
    """The giving end of an input, for the coroutines that pull an async iterable."""

    def __new__(cls, name: str) -> Self: ...
    def give(self, chunk: bytes) -> None:
        """Give a chunk."""

    def finish(self) -> None:
        """Say that the input has ended."""

    def fail(self, message: str) -> None:
        """Say that there is nothing more to be had."""

@final
class Questions:
    """What a source of pages asks functions of Python."""

    def __new__(cls) -> Self: ...
    def page(self) -> tuple[str, int, int, list[tuple[str, str]], int, str] | None:
        """The page after which the next one is asked for; None where credentials are."""

    def end(self) -> None:
        """There are no more pages."""

    def to(self, url: str) -> None:
        """The next page is at this URL."""

    def with_params(self, params: list[tuple[str, str]]) -> None:
        """The next page is the first URL with these parameters."""

    def headers(self, headers: list[tuple[str, str]]) -> None:
        """These headers prove who asks."""

    def fail(self, message: str) -> None:
        """There is no answer."""

@final
class Input:
    """What a source is to read; given to one source."""

    @staticmethod
    def text(text: str, http: bool) -> Input: ...
    @staticmethod
    def request(options: object, asker: _Asker, http: bool) -> Input: ...
    @staticmethod
    def path(path: str | PathLike[str]) -> Input: ...
    @staticmethod
    def data(data: bytes) -> Input: ...
    @staticmethod
    def several(inputs: list[Input]) -> Input: ...
    def reading(
        self,
        compression: str,
        encoding: str | None,
        errors: str,
        max_decoded: int | None,
        max_ratio: int | None,
    ) -> None: ...
    @staticmethod
    def fed(feed: Feed, reader: Reader) -> Input: ...
    @staticmethod
    def pulled(hand: Hand, puller: Puller) -> Input: ...

def lines(
    input: Input, *, keepends: bool, resume: str | None, max_line: int, fair: _Fair, created: str
) -> Source[str]: ...
def chunks(
    input: Input, *, size: int, resume: str | None, fair: _Fair, created: str
) -> Source[bytes]: ...
def csv(
    input: Input, *, options: _Options, rows: _Options, fair: _Fair, created: str
) -> Source[Any]: ...
def ndjson(
    input: Input,
    *,
    rows: _Options,
    on_error: str,
    resume: str | None,
    max_record: int,
    fair: _Fair,
    created: str,
) -> Source[Any]: ...
def row(
    values: tuple[object, ...], names: list[str] | None, line: int, offset: int, source: str
) -> Row[Any]: ...
def pages(
    options: object, *, raw: bool, make: object, asker: _Asker, fair: _Fair, created: str
) -> Source[Any]: ...
def check_fair(fair: _Fair) -> None: ...
def sse(
    options: object, *, make: object, asker: _Asker, fair: _Fair, created: str
) -> Source[Any]: ...
def generate(body: Any, created: str, fair: _Fair, notes: bool) -> Generator[Any, Any]: ...
def learn(example: AsyncGenerator[object], value: object) -> None: ...
def cli(args: list[str]) -> int: ...
def leave() -> None: ...
