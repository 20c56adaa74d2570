"""How bytes become text: compression, encodings, and what is malformed."""

from __future__ import annotations

import bz2
import gzip
import lzma
from typing import Any

import asyncgen
import pytest
from asyncgen import errors
from conftest import Run

TEXT = "one\ntwö\r\nthree\n"
PACKED = {
    "gzip": gzip.compress(TEXT.encode()),
    "bzip2": bz2.compress(TEXT.encode()),
    "xz": lzma.compress(TEXT.encode()),
}


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz"])
def test_compression(kind: Any, run: Run) -> None:
    packed = PACKED[kind]
    expected = TEXT.splitlines()
    assert list(asyncgen.lines(packed)) == expected
    assert list(asyncgen.lines(packed, compression=kind)) == expected
    with pytest.raises(errors.CompressionError, match="end too early"):
        list(asyncgen.lines(packed[:-1]))
    with pytest.raises(errors.CompressionError, match="more than the limit of 4 bytes"):
        list(asyncgen.lines(packed, max_decoded=4))
    with pytest.raises(errors.DecodeError):
        list(asyncgen.lines(packed, compression="none"))

    async def chunks() -> Any:
        for at in range(len(packed)):
            yield packed[at : at + 1]

    async def main() -> list[str]:
        return [line async for line in asyncgen.lines(chunks())]

    assert run(main) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-2"])
def test_encodings(encoding: str) -> None:
    data = TEXT.encode(encoding)
    name = encoding.replace("utf-16-", "utf-16")
    assert list(asyncgen.lines(data, encoding=name)) == TEXT.splitlines()
    [row] = asyncgen.csv(data, encoding=name, header=["a"], skip=2)
    assert row["a"] == "three"


def test_marks() -> None:
    for encoding in ["utf-8-sig", "utf-16"]:
        assert list(asyncgen.lines(TEXT.encode(encoding))) == TEXT.splitlines()


def test_what_is_malformed() -> None:
    data = b'{"a": "x\xff"}\n'
    assert list(asyncgen.ndjson(data, errors="replace")) == [{"a": "x\ufffd"}]
    assert list(asyncgen.ndjson(data, errors="ignore")) == [{"a": "x"}]
    with pytest.raises(errors.DecodeError, match="<bytes>:2:4: record 2: not Shift_JIS") as caught:
        list(asyncgen.lines("漢字\n漢字x".encode("shift_jis") + b"\x81", encoding="shift_jis"))
    assert (caught.value.line, caught.value.column) == (2, 4)


def test_lines_with_their_ends() -> None:
    assert list(asyncgen.lines(TEXT.encode(), keepends=True)) == TEXT.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"compression": "lz4"}, "compression must be 'infer', 'none', 'gzip', 'zstd'"),
        ({"encoding": "utf-9"}, 'no encoding is called "utf-9"'),
        ({"errors": "surrogateescape"}, "errors must be 'strict', 'replace' or 'ignore'"),
    ],
)
def test_misuse_is_told_at_once(options: Any, message: str) -> None:
    with pytest.raises(errors.UsageError, match=message):
        asyncgen.lines(b"", **options)
