"""`python -m asyncgen` is the command; what it does is tested there, what Python adds here."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

BAD = "a,b\n1,2\n3\n"
FAULT = "a.csv:3:2: record 2 has 1 field, the header has 2\n3\n ^\n"


@pytest.mark.parametrize(
    ("words", "code", "out", "err", "file"),
    [
        ("csv a.csv --to ndjson", 1, '{"a":"1","b":"2"}\n', FAULT, None),
        ("csv a.csv --select c", 2, "", 'a.csv: no column "c": the columns are a, b\n', None),
        ("lines - <&-", 0, "", "", None),
        ("lines a.csv >&-", 0, "", "", None),
        ("csv a.csv -o o.csv 2>&-", 1, "", "", "a,b\n1,2\n"),
        ("csv a.csv -o o.csv <&- >&- 2>&-", 1, "", "", "a,b\n1,2\n"),
    ],
)
def test_command(
    words: str, code: int, out: str, err: str, file: str | None, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(BAD)
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" -m asyncgen {words}', sys.executable],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, out, err)
    if file is not None:
        assert (tmp_path / "o.csv").read_text() == file


def test_ctrl_c() -> None:
    words = [sys.executable, "-m", "asyncgen", "lines", "-"]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as command:
        assert command.stdin is not None
        assert command.stdout is not None
        command.stdin.write("one\nhal")
        command.stdin.flush()
        assert command.stdout.readline() == "one\n"
        command.send_signal(signal.SIGINT)
        command.wait(timeout=30)  # with the stdin open: its end would end the last line
        out, err = command.communicate(timeout=30)
    assert (command.returncode, out, err) == (130, "", "")
