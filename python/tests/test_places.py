"""Where a fault is told to be: line, column and byte, however the text is written and packed."""

from __future__ import annotations

import bz2
import codecs
import gzip
import lzma
from collections.abc import Callable

import asyncgen
import pytest
from asyncgen import errors

#: Beginnings of a text, in which `|` is a line end, also where it stands in quotes.
BEFORE = ["näme,n|", 'näme,n|"q||,é",1||||z,2|', "|#|näme,n|" + '"é,""|""",7|' * 40]

#: Records, with what is wrong at the place of `@`.
RECORDS = [
    ("é@|", "has 1 field, the header has 2"),
    ('"é|,",2,@"3"|x,1|', "has 3 fields, the header has 2"),
    ('é,"2||"@x|', "text after the closing quote"),
    ('"é|",@"2|x,1|', "the quote opened here is never closed"),
    ('"é|,",@no|x,1|', '"no" is not an int'),
]

PACK: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": lambda data: gzip.compress(data[:7]) + gzip.compress(data[7:]),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}


def place(text: str, end: str, bom: int) -> tuple[int, int, int]:
    """Count up to the `@`: lines, characters of the last of them, bytes of UTF-8."""
    before = text[: text.index("@")].split("|")
    return len(before), len(before[-1]) + 1, bom + len(end.join(before).encode())


@pytest.mark.parametrize("pack", PACK)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "cp1252"])
def test_of_csv(encoding: str, end: str, pack: str) -> None:
    for text, message in [(before + row, told) for before in BEFORE for row, told in RECORDS]:
        data = text.replace("@", "").replace("|", end).encode(encoding)
        source = asyncgen.csv(
            PACK[pack](data),
            types={"n": int},
            comment="#",
            encoding=encoding.removesuffix("-sig").replace("16-", "16"),
        )
        with pytest.raises(errors.DecodeError, match=message) as caught:
            list(source)
        bom = len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0
        error = caught.value
        assert (error.line, error.column, error.offset) == place(text, end, bom), text


@pytest.mark.parametrize("pack", PACK)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_of_lines_and_values(end: str, pack: str) -> None:
    for text in [
        '{"é": 1}|||[2]| {"é": @x}|3|',
        '[]|{"é": "\\n", @1}',
        '{"é": "ü" @"x": 2}|',
    ]:
        data = text.replace("@", "").replace("|", end).encode()
        with pytest.raises(errors.DecodeError, match="is not JSON") as caught:
            list(asyncgen.ndjson(PACK[pack](data)))
        error = caught.value
        assert (error.line, error.column, error.offset) == place(text, end, 0), text
    data = f"é{end}{end}ab".encode() + b"\xffc\n"
    with pytest.raises(errors.DecodeError, match="not UTF-8, byte 0xff") as caught:
        list(asyncgen.lines(PACK[pack](data)))
    error = caught.value
    assert (error.line, error.column, error.offset) == (3, 3, 4 + 2 * len(end))


#: The encodings of the Encoding Standard, and what Python calls them, where that is something else.
OF_ONE_BYTE = {
    "ibm866": "cp866",
    "koi8-r": "",
    "koi8-u": "",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "windows-874": "cp874",
    **{f"windows-{number}": f"cp{number}" for number in range(1250, 1259)},
    **{f"iso-8859-{number}": "" for number in [2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16]},
}
#: Where the two disagree: letters that one of them took in later.
OTHER = {"koi8-u": b"\xae\xbe", "windows-1255": b"\xca"}


@pytest.mark.parametrize("name", OF_ONE_BYTE)
def test_encodings_of_one_byte(name: str) -> None:
    codec = OF_ONE_BYTE[name] or name
    known, unknown = [], []
    for byte in range(0x80, 0x100):
        if byte in OTHER.get(name, b""):
            continue
        try:
            known.append((byte, bytes([byte]).decode(codec)))
        except UnicodeDecodeError:
            unknown.append(byte)
    data, text = bytes(byte for byte, _ in known), "".join(char for _, char in known)
    assert list(asyncgen.lines(b"a" + data + b"\nb", encoding=name)) == [f"a{text}", "b"]
    for byte in unknown:
        source = asyncgen.lines(b"a\r\n" + data + bytes([byte]) + b"!\n", encoding=name)
        assert next(source) == "a"
        try:
            # The standard has a control character for some of them.
            assert next(source) == f"{text}{byte:c}!"
        except errors.DecodeError as error:
            assert (error.line, error.column) == (2, len(data) + 1)
            assert error.offset == 3 + len(text.encode())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gbk", "汉字€"),
        ("gb18030", "汉字€🦀"),
        ("big5", "漢字"),
        ("euc-jp", "漢字かな"),
        ("iso-2022-jp", "漢字かな"),
        ("shift_jis", "漢字ｶﾅ"),
        ("euc-kr", "한글"),
        ("utf-16le", "漢字🦀"),
        ("utf-16be", "漢字🦀"),
    ],
)
def test_encodings_of_several_bytes(name: str, text: str) -> None:
    codec = name if name != "gbk" else "cp936"
    text = text.replace("€", "") if name == "gbk" else text
    data = f"{text}\n{text},x{text}".encode(codec)
    assert list(asyncgen.lines(data, encoding=name)) == [text, f"{text},x{text}"]
    bad = {"utf-16le": b"\x00\xdc", "utf-16be": b"\xdc\x00"}.get(name, b"\xff")
    [source, replaced] = [
        asyncgen.lines(data + bad + "\nz".encode(codec), encoding=name, errors=how)
        for how in ("strict", "replace")
    ]
    assert next(source) == text
    with pytest.raises(errors.DecodeError, match="record 2: not ") as caught:
        next(source)
    error = caught.value
    assert (error.line, error.column) == (2, 2 * len(text) + 3)
    assert error.offset == len(f"{text}\n{text},x{text}".encode())
    assert list(replaced) == [text, f"{text},x{text}\ufffd", "z"]
