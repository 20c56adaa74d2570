"""`csv(strict=False, blank="keep", ragged="keep")` reads exactly what `csv.reader` reads."""

from __future__ import annotations

import csv
import importlib
import io
import itertools
import os
import sys
import unittest
from typing import TYPE_CHECKING, Any
from unittest import mock

import asyncgen
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: All strings of up to this length: 3,905 of them, in a soak 97,655.
LONGEST = 7 if "ASYNCGEN_SOAK" in os.environ else 5

LENIENT: dict[str, Any] = {
    "header": False,
    "rows": "list",
    "strict": False,
    "blank": "keep",
    "ragged": "keep",
}


def ours(text: str, **options: Any) -> list[list[str]]:
    """Read it here."""
    return list(asyncgen.csv(text.encode(), **{**LENIENT, **options}))


def theirs(text: str, **options: Any) -> list[list[str]]:
    """Read it there."""
    return list(csv.reader(io.StringIO(text, newline=""), **options))


@pytest.mark.soak
def test_every_short_string() -> None:
    for length in range(1, LONGEST + 1):
        for characters in itertools.product('a,"\n\r', repeat=length):
            text = "".join(characters)
            rows = theirs(text)
            assert ours(text) == rows, repr(text)
            try:
                strict = ours(text, strict=True)
            except asyncgen.errors.DecodeError:
                continue
            assert strict == rows, repr(text)


@pytest.mark.soak
@settings(max_examples=10_000 if "ASYNCGEN_SOAK" in os.environ else 300, deadline=None)
@given(
    marks=st.permutations([",", ";", "\t", "|", '"', "'", "\\", "^"]),
    quoted=st.booleans(),
    escaped=st.booleans(),
    skipinitialspace=st.booleans(),
    data=st.data(),
)
def test_any_dialect(
    *,
    marks: list[str],
    quoted: bool,
    escaped: bool,
    skipinitialspace: bool,
    data: st.DataObject,
) -> None:
    pieces = [*marks[:3], "a", "é", " ", "\n", "\r", "\r\n", "\0", "longer text"]
    text = "".join(data.draw(st.lists(st.sampled_from(pieces), max_size=40)))
    options: dict[str, Any] = {
        "delimiter": marks[0],
        "quotechar": marks[1] if quoted else None,
        "escapechar": marks[2] if escaped else None,
        "skipinitialspace": skipinitialspace,
    }
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    # After an escaped line end csv.reader wants another one; here the source may end as well.
    whole = text.endswith(("\n", "\r")) and text[-2:-1] != options["escapechar"]
    if data.draw(st.booleans()) and (whole or not escaped):
        options["strict"] = True
    assert outcome(lambda: ours(text.removeprefix("\ufeff"), **options)) == outcome(
        lambda: theirs(text, quoting=quoting, **options)
    )


def outcome(read: Any) -> Any:
    """Give what was read; that it is wrong, where it is."""
    try:
        return read()
    except (csv.Error, asyncgen.errors.DecodeError):
        return "error"


#: The tests of CPython's test_csv that read, with our reader in the place of `csv.reader`.
CPYTHON = {
    "Test_Csv": [
        "test_read_delimiter",
        "test_read_eof",
        "test_read_escape",
        "test_read_nul",
        "test_read_skipinitialspace",
        "test_roundtrip_escaped_unquoted_newlines",
        "test_roundtrip_quoteed_newlines",
        "test_roundtrip_quoted_newlines",
    ],
    "TestDialectExcel": [
        "test_blankline",
        "test_dubious_quote",
        "test_empty_fields",
        "test_inline_quote",
        "test_inline_quotes",
        "test_lone_quote",
        "test_quote_and_quote",
        "test_quoted",
        "test_quoted_nl",
        "test_quoted_quote",
        "test_quoted_quotes",
        "test_quotes_and_more",
        "test_simple",
        "test_single",
        "test_single_quoted_quote",
        "test_singlequoted",
        "test_singlequoted_left_empty",
        "test_singlequoted_right_empty",
        "test_space_and_quote",
    ],
    "TestEscapedExcel": ["test_read_escape_fieldsep"],
    "TestDialectUnix": ["test_simple_reader"],
    "TestQuotedEscapedExcel": ["test_read_escape_fieldsep"],
    "TestDictFields": [
        "test_read_dict_fieldnames_chain",
        "test_read_dict_fields",
        "test_read_dict_no_fieldnames",
        "test_read_long",
        "test_read_long_with_rest",
        "test_read_long_with_rest_no_fieldnames",
        "test_read_multi",
        "test_read_semi_sep",
        "test_read_short",
        "test_read_with_blanks",
    ],
    "TestUnicode": ["test_unicode_read"],
    "KeyOrderingTest": ["test_ordered_dict_reader"],
}

#: Those that read and do not apply, and why. All others write, sniff or register dialects.
NOT_CPYTHON = {
    "test_reader_arg_valid": "what may be given as arguments of csv.reader",
    "test_reader_attrs": "the dialect object of csv.reader",
    "test_reader_kw_attrs": "the dialect object of csv.reader",
    "test_reader_dialect_attrs": "the dialect object of csv.reader",
    "test_read_oddinputs": "an empty str as a line, and doublequote=False, which is no option here",
    "test_read_eol": "lines with line ends in them, which only an iterable of lines can have",
    "test_read_quoting": "QUOTE_NONNUMERIC, for which types= is here",
    "test_read_bigfield": "csv.field_size_limit, for which max_record= is here",
    "test_read_dict_fieldnames_from_file": "a file that is shared with a second reader",
    "test_read_linenum": "the line of a position is the next one, and the last one here has no end",
    "test_read_space_delimiter": "a space as delimiter where spaces are passed over is refused",
    "test_dialect_apply": "dialects by name",
}

READ = csv.reader


class Reader:
    """`csv.reader` over a source; a line that has no end and is not the last one gets one."""

    def __init__(self, lines: Iterable[str], dialect: Any = "excel", **options: Any) -> None:
        """Take the dialect that `csv.reader` makes of the arguments."""
        self.dialect: Any = READ([], dialect, **options).dialect
        *others, last = [*lines] or [""]
        text = "".join(line if line[-1:] in {"\n", "\r"} else f"{line}\n" for line in others) + last
        unquoted = self.dialect.quoting == csv.QUOTE_NONE
        self.source = asyncgen.csv(
            text.encode(),
            **{**LENIENT, "strict": bool(self.dialect.strict)},
            delimiter=self.dialect.delimiter,
            quotechar=None if unquoted else self.dialect.quotechar,
            escapechar=self.dialect.escapechar,
            skipinitialspace=bool(self.dialect.skipinitialspace),
        )

    @property
    def line_num(self) -> int:
        """The lines read."""
        return self.source.position.line - 1

    def __iter__(self) -> Iterator[list[str]]:
        """Give itself."""
        return self

    def __next__(self) -> list[str]:
        """Read a row."""
        try:
            return next(self.source)
        except asyncgen.errors.DecodeError as error:
            raise csv.Error(str(error)) from error


def test_the_read_side_of_cpythons_tests() -> None:
    try:
        module = importlib.import_module("test.test_csv")
    except ImportError:
        pytest.skip("this interpreter comes without its own tests")
    # From 3.13 on it asks for None where nothing is quoted, which is a type, not a dialect.
    other = {"test_read_skipinitialspace"} if sys.version_info >= (3, 13) else set()
    suite = unittest.TestSuite()
    for name, tests in CPYTHON.items():
        case = getattr(module, name)
        known = (test for test in tests if hasattr(case, test) and test not in other)
        suite.addTests(map(case, known))
    result = unittest.TestResult()
    with mock.patch.object(csv, "reader", Reader):
        suite.run(result)
    assert result.errors + result.failures == []
    assert result.testsRun >= 38
    read = {
        test
        for case in vars(module).values()
        if isinstance(case, type) and issubclass(case, unittest.TestCase)
        for test in vars(case)
        if test.startswith(("test_read_", "test_roundtrip_"))
    }
    told = {test for tests in CPYTHON.values() for test in tests} | NOT_CPYTHON.keys()
    assert read <= told
