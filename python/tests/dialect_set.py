"""Writes `testdata/dialects`: files of many dialects, and how each is written in `labels.csv`.

    python python/tests/dialect_set.py

The cases written by hand are in `dialect_cases`; the others are tables of invented values, in the
dialects that programs write. All is the same at each run. A third of the files, chosen by their
names alone, is held out: detection is not tuned by looking at them.
"""

from __future__ import annotations

import csv
import io
import random
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

from dialect_cases import CASES, Case

FOLDER = Path(__file__).parents[2] / "testdata" / "dialects"

FIELDS = [
    "file",
    "delimiter",
    "quote",
    "escape",
    "space",
    "header",
    "skip",
    "encoding",
    "held_out",
]


class Chance:
    """Random choices that are the same in every version of Python."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed).random

    def below(self, end: int) -> int:
        """Choose a number from 0."""
        return int(self.random() * end)

    def of(self, values: Any) -> Any:
        """Choose one of them."""
        return values[self.below(len(values))]

    def digits(self, count: int) -> str:
        """Choose digits, the first not 0."""
        return str(10 ** (count - 1) + self.below(9 * 10 ** (count - 1)))


WORDS = (  # noqa: SIM905 -- it is read as words
    "river stone light paper garden window market engine silver bridge winter letter music table"
    " corner forest signal basket copper meadow"
).split()
NAMES = ["Ana", "Bob", "Cem", "Dora", "Eva", "Finn", "Gül", "Hugo", "Inês", "Jörg", "Łucja", "Zoë"]
LAST = ["Silva", "Smith", "Kaya", "Müller", "O'Brien", "Novák", "de la Cruz", "Svensson"]
CITIES = ["Porto", "Leeds", "İzmir", "Köln", "New York", "Málmö", "Gent", "Kraków"]


def day(chance: Chance) -> str:
    """A date."""
    return f"2024-{1 + chance.below(12):02}-{1 + chance.below(28):02}"


def time(chance: Chance) -> str:
    """A time of day."""
    return f"{chance.below(24):02}:{chance.below(60):02}:{chance.below(60):02}"


def german(number: str) -> str:
    """A number with a decimal comma."""
    return number.replace(".", ",")


def price(chance: Chance) -> str:
    """A number with two decimals."""
    return f"{chance.below(1000)}.{chance.below(100):02}"


def words(chance: Chance, most: int) -> str:
    """Some words."""
    return " ".join(chance.of(WORDS) for _ in range(1 + chance.below(most)))


def prose(chance: Chance) -> str:
    """A sentence with what stands in sentences."""
    mark = chance.of([", ", "; ", ": ", " - ", ", and ", " (or not), "])
    return f"{words(chance, 4).capitalize()}{mark}{words(chance, 4)}{chance.of('.!?')}"


def lines_of_text(chance: Chance) -> str:
    """Text of several lines."""
    return "\n".join(prose(chance) for _ in range(1 + chance.below(4)))


Column = tuple[str, Callable[[Chance], str]]

#: Tables: names of columns and what stands in them.
TABLES: dict[str, list[Column]] = {
    "sensors": [
        ("time", lambda c: f"{day(c)} {time(c)}"),
        ("sensor", lambda c: f"s{c.below(9)}"),
        ("value", price),
        ("ok", lambda c: c.of(["true", "false"])),
    ],
    "sales": [
        ("Bestellung", lambda c: c.digits(6)),
        ("Datum", lambda c: f"{1 + c.below(28):02}.{1 + c.below(12):02}.2024"),
        ("Kunde", lambda c: f"{c.of(NAMES)} {c.of(LAST)}"),
        ("Betrag", lambda c: german(price(c))),
    ],
    "people": [
        ("name", lambda c: f"{c.of(LAST)}, {c.of(NAMES)}"),
        ("address", lambda c: f"{words(c, 2).title()} {c.below(200)}, {c.of(CITIES)}"),
        ("email", lambda c: f"{c.of(WORDS)}{c.below(99)}@example.org"),
        ("born", day),
        ("phone", lambda c: f"+{c.digits(2)} {c.digits(3)} {c.digits(6)}"),
    ],
    "requests": [
        ("at", lambda c: f"{day(c)}T{time(c)}Z"),
        ("url", lambda c: f"https://example.org:8443/{c.of(WORDS)}?{c.of(WORDS)}={c.below(99)}"),
        ("status", lambda c: c.of(["200", "200", "200", "404", "503"])),
        ("agent", lambda c: f"Bot/1.{c.below(9)} (X11; Linux; {c.of(WORDS)})"),
    ],
    "tickets": [
        ("id", lambda c: c.digits(4)),
        ("title", prose),
        ("text", lines_of_text),
        ("state", lambda c: c.of(["open", "closed"])),
    ],
    "numbers": [
        ("x", price),
        ("y", lambda c: f"-{price(c)}"),
        ("z", lambda c: f"{c.below(9)}.{c.below(99):02}e-{1 + c.below(8)}"),
        ("n", lambda c: str(c.below(100000))),
    ],
    "decimals": [
        ("a", lambda c: german(price(c))),
        ("b", lambda c: german(price(c))),
        ("c", lambda c: german(price(c))),
    ],
    "events": [
        ("id", lambda c: c.digits(5)),
        ("payload", lambda c: f'{{"k": "{c.of(WORDS)}", "n": [{c.below(9)}, {c.below(9)}]}}'),
        ("day", day),
    ],
    "words": [
        ("word", lambda c: c.of(WORDS)),
        ("plural", lambda c: c.of(WORDS) + "s"),
        ("colour", lambda c: c.of(["red", "green", "blue", "grey"])),
    ],
    "quotations": [
        ("who", lambda c: c.of(NAMES)),
        ("said", lambda c: f'"{words(c, 3)}", {c.of(["she", "he"])} said; "{c.of(WORDS)}!"'),
        ("page", lambda c: c.digits(2)),
    ],
    "gaps": [
        ("id", lambda c: c.digits(3)),
        ("a", lambda c: c.of(["", "", "1", price(c)])),
        ("b", lambda c: c.of(["", "", "", c.of(WORDS)])),
        ("c", lambda c: c.of(["", "NA", day(c)])),
        ("d", lambda c: c.of(["", c.of(CITIES)])),
    ],
    "pairs": [
        ("key", lambda c: c.of(WORDS)),
        ("value", lambda c: c.digits(2)),
    ],
}

PREAMBLES = [
    "Exported by the station\n",
    "Report: daily figures\nMade on 2024-02-03 at 10:15:00\n\n",
    "# source: example.org\n# licence: CC0, see there\n",
    "Title,Figures of the year\nAuthor,somebody\n\n",
    "Values without warranty; use them, or not.\n\n\n",
]


class Writing(NamedTuple):
    """How a program writes."""

    delimiter: str
    quote: str = '"'
    quoting: Literal[0, 1, 2, 3] = csv.QUOTE_MINIMAL
    escape: str | None = None
    space: bool = False
    end: str = "\n"
    codec: str = "utf-8"
    encoding: str = "UTF-8"


WRITINGS = {
    "comma": Writing(","),
    "comma_all": Writing(",", quoting=csv.QUOTE_ALL, end="\r\n"),
    "semicolon": Writing(";", end="\r\n"),
    "semicolon_all": Writing(";", quoting=csv.QUOTE_ALL),
    "tab": Writing("\t"),
    "tab_utf16": Writing("\t", codec="utf-16", encoding="UTF-16LE", end="\r\n"),
    "bar": Writing("|"),
    "comma_space": Writing(",", space=True),
    "semicolon_1252": Writing(";", codec="cp1252", encoding="windows-1252", end="\r\n"),
    "comma_single": Writing(",", quote="'", quoting=csv.QUOTE_ALL),
    "semicolon_single": Writing(";", quote="'", quoting=csv.QUOTE_NONNUMERIC),
    "comma_backslash": Writing(",", quoting=csv.QUOTE_ALL, escape="\\"),
    "tab_backslash": Writing("\t", quoting=csv.QUOTE_ALL, escape="\\"),
    "comma_cr": Writing(",", end="\r"),
    "bar_all": Writing("|", quoting=csv.QUOTE_ALL, end="\r\n"),
    "tab_marked": Writing("\t", codec="utf-8-sig"),
}


def generated() -> Iterator[Case]:
    """Give each table in some of the dialects."""
    names = list(WRITINGS)
    for at, (table, columns) in enumerate(TABLES.items()):
        for step in range(7):
            name = names[(at * 7 + step * 5) % len(names)]
            yield written(f"{table}_{name}", columns, WRITINGS[name])


def written(name: str, columns: list[Column], writing: Writing) -> Case:
    """Write a table of random length, with or without a header and lines before it."""
    chance = Chance(name)
    header = chance.below(3) > 0
    preamble = chance.of(PREAMBLES) if chance.below(4) == 0 else ""
    rows = [[make(chance) for _, make in columns] for _ in range(2 + chance.below(24))]
    if header:
        rows.insert(0, [name for name, _ in columns])
    delimiter, quote, quoting, escape, space, end, codec, encoding = writing
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=delimiter,
        quotechar=quote,
        quoting=quoting,
        escapechar=escape,
        doublequote=escape is None,
        lineterminator=end,
    )
    writer.writerows(_numbers(rows) if quoting == csv.QUOTE_NONNUMERIC else rows)
    body = text.getvalue()
    if space:
        body = _spaced(rows, quote, end)
    quoted = escape is not None and f"{escape}{quote}" in body
    # What the code page does not have is written as its letter without the mark.
    body = "".join(c if _fits(c, codec) else "x" for c in body)
    return Case(
        name=name,
        text=preamble.replace("\n", end) + body,
        delimiter=delimiter,
        quote=quote,
        escape=escape if quoted else None,
        space=space,
        header=header,
        skip=preamble.count("\n"),
        codec=codec,
        encoding="UTF-8" if codec == "cp1252" and body.isascii() else encoding,
    )


def _fits(character: str, codec: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _numbers(rows: list[list[str]]) -> list[list[Any]]:
    return [[int(cell) if cell.isdigit() else cell for cell in row] for row in rows]


def _spaced(rows: list[list[str]], quote: str, end: str) -> str:
    """Write `a, "b, c", d`, which the csv module does not."""

    def cell(value: str) -> str:
        special = any(mark in value for mark in (",", quote, "\n"))
        return f"{quote}{value.replace(quote, quote * 2)}{quote}" if special else value

    return "".join(", ".join(map(cell, row)) + end for row in rows)


def label(case: Case) -> list[str]:
    """Give the line of `labels.csv`."""
    header = "" if case.header is None else str(case.header).lower()
    return [
        f"{case.name}.csv",
        {"\t": "tab", " ": "space"}.get(case.delimiter, repr(case.delimiter)[1:-1]),
        case.quote or "",
        case.escape or "",
        str(case.space).lower(),
        header,
        str(case.skip),
        case.encoding,
        str(zlib.crc32(case.name.encode()) % 3 == 0).lower(),
    ]


def files() -> dict[str, bytes]:
    """Give all files by their names."""
    cases = sorted([*CASES, *generated()], key=lambda case: case.name)
    labels = io.StringIO()
    writer = csv.writer(labels, lineterminator="\n")
    writer.writerows([FIELDS, *map(label, cases)])
    made = {f"{case.name}.csv": case.data for case in cases}
    assert len(made) == len(cases), "two cases have one name"
    return {**made, "labels.csv": labels.getvalue().encode()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for name, data in files().items():
        (FOLDER / name).write_bytes(data)
