"""A list of paths as the source: the files one after the other."""

from __future__ import annotations

import gzip
import json
import pickle
from pathlib import Path
from typing import Any

import asyncgen
import pytest
from asyncgen import errors
from conftest import Run


def files(folder: Path, *contents: str | bytes) -> list[Path]:
    """Write each into a file of its own: a, b, c."""
    paths = [folder / name for name in "abcdef"[: len(contents)]]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return paths


def test_rows_know_their_file(tmp_path: Path, run: Run) -> None:
    paths = files(tmp_path, "n,s\n1,x", gzip.compress(b"n,s\n2,y\n3,z\n"), "n,s\n")

    async def main() -> list[asyncgen.Row[str]]:
        return [row async for row in asyncgen.csv([str(paths[0]), *paths[1:]])]

    rows = run(main)
    assert [tuple(row) for row in rows] == [("1", "x"), ("2", "y"), ("3", "z")]
    expected = [(str(paths[0]), 2), (str(paths[1]), 2), (str(paths[1]), 3)]
    assert [(row.source, row.line) for row in rows] == expected
    assert [row.source for row in pickle.loads(pickle.dumps(rows))] == [row.source for row in rows]
    typed = asyncgen.csv(paths, types={"n": int}, rows="list")
    assert list(typed) == [[1, "x"], [2, "y"], [3, "z"]]
    assert list(asyncgen.lines(tuple(paths[:2]))) == ["n,s", "1,x", "n,s", "2,y", "3,z"]


def test_errors_name_the_file(tmp_path: Path) -> None:
    paths = files(tmp_path, "n\n1\n", "n\nx\n", "m\n1\n")
    for columns, place, text in [
        ({"n": int}, (2, 2, 1), f'{paths[1]}:2:1: record 1, column "n": "x" is not an int'),
        (None, (1, 0, None), f'{paths[2]}:1:1: the header has "m" as column 1, that of the file'),
    ]:
        source = asyncgen.csv(paths, types=columns)
        with pytest.raises(errors.DecodeError) as raised:
            list(source)
        assert str(raised.value).startswith(text)
        error = raised.value
        assert (error.line, error.offset, error.record) == place
        assert error.source == text.split(":")[0]
    values = asyncgen.ndjson(files(tmp_path, "1\n", "2\n{\n"))
    assert [next(values), next(values)] == [1, 2]
    assert repr(values).endswith(f"of {paths[1]} at record 1, line 2, byte 2>")
    with pytest.raises(errors.DecodeError, match="/b:2:2: record 2 is not JSON"):
        next(values)


def test_what_is_passed_over_knows_its_file(tmp_path: Path) -> None:
    paths = files(tmp_path, "n\n1\nx\n2\n", "n\ny\n3,3\n")
    source = asyncgen.csv(paths, types={"n": int}, on_error="collect")
    assert [row["n"] for row in source] == [1, 2]
    assert [(r.source, r.record, r.line, r.kind) for r in sorted(source.rejects)] == [
        (str(paths[0]), 2, 3, "type"),
        (str(paths[1]), 1, 2, "type"),
        (str(paths[1]), 2, 3, "ragged"),
    ]


def test_positions_and_progress(tmp_path: Path, run: Run) -> None:
    paths = files(tmp_path, "1\n2", "", "3\n4\n")

    async def main() -> None:
        lines = asyncgen.lines(paths)
        positions: list[Any] = []
        async for _ in lines:
            assert lines.progress is not None
            assert lines.progress.total == 7
            positions.append(lines.position)
        assert lines.progress == (7, 7, 4, None)
        for taken, position in enumerate(positions, 1):
            stored = json.loads(json.dumps(position))
            rest = [line async for line in asyncgen.lines(paths, resume=stored)]
            assert rest == ["1", "2", "3", "4"][taken:]
        with pytest.raises(errors.ChangedError, match="the files up to the position to resume at"):
            [line async for line in asyncgen.lines(paths[::-1], resume=positions[3])]
        with pytest.raises(errors.UsageError, match="a position of a list of files"):
            [line async for line in asyncgen.lines(paths[0], resume=positions[0])]

    run(main)


def test_what_is_refused() -> None:
    with pytest.raises(errors.UsageError, match="a list of sources is empty"):
        asyncgen.lines([])
    for other in [b"a\n", None, ["a"]]:
        wrong: Any = [other]
        with pytest.raises(TypeError, match="a list of sources has paths and URLs, not"):
            asyncgen.lines(wrong)
    with pytest.raises(errors.NotFound, match="missing: cannot open"):
        list(asyncgen.lines(["missing"]))
