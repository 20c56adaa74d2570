"""Programs in children of an interpreter that has imported what they need, once for all of them.

Such a child is a process as any other: it ends as it likes, or it is killed.
"""

from __future__ import annotations

import marshal
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

#: Is sent a program with its standard files. Sends the number of the child that runs it, where
#: `python -c` would, and how it ended.
PARENT = """
import marshal as _marshal, os as _os, socket as _socket, sys as _sys
{imports}
_link = _socket.socket(fileno=int(_sys.argv[1]))
while True:
    _sent, _files, _, _ = _socket.recv_fds(_link, 1 << 20, 3)
    if not _sent:
        _os._exit(0)
    _child = _os.fork()
    if not _child:
        break
    for _file in _files:
        _os.close(_file)
    _link.send(b"%d" % _child)
    _link.send(b"%d" % _os.waitpid(_child, 0)[1])
_link.close()
for _number, _file in enumerate(_files):
    _os.dup2(_file, _number)
    _os.close(_file)
_program, _sys.argv[1:] = _marshal.loads(_sent)
exec(compile(_program, "<program>", "exec"))
"""


class Forks:
    """Runs programs, one after the other."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._child = 0

    def run(self, program: str, stdin: int | None = None) -> tuple[int, str, str]:
        """Run it to its end: its exit code, its stderr, its stdout."""
        with (
            open(os.devnull, "rb") as nothing,
            tempfile.TemporaryFile("w+") as out,
            tempfile.TemporaryFile("w+") as err,
        ):
            given = nothing.fileno() if stdin is None else stdin
            self._start(program, [], [given, out.fileno(), err.fileno()])
            code = self.wait()
            for file in out, err:
                file.seek(0)
            return code, err.read(), out.read()

    def start(self, program: str, words: list[str]) -> IO[bytes]:
        """Start it with these words behind its name; gives what reads its stdout."""
        reading, writing = os.pipe()
        with open(os.devnull, "rb") as nothing, open(writing, "wb") as out:
            self._start(program, words, [nothing.fileno(), out.fileno(), 2])
        return open(reading, "rb")

    def kill(self) -> None:
        """Kill the one that was started; it may have ended by itself."""
        with suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for the end of the one that was started; gives its exit code."""
        try:
            status = self._received()
        except BaseException:  # it takes too long
            self.kill()
            self._received()
            raise
        return os.waitstatus_to_exitcode(status)

    def _start(self, program: str, words: list[str], files: list[int]) -> None:
        socket.send_fds(self._link, [marshal.dumps((program, words))], files)
        self._child = self._received()

    def _received(self) -> int:
        told = self._link.recv(64)
        assert told, "the parent of the programs has ended"
        return int(told)


@contextmanager
def forks(imports: str, *options: str) -> Iterator[Forks]:
    """Start an interpreter with these options and imports, whose children run programs."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        words = [sys.executable, *options, "-c", PARENT.replace("{imports}", imports)]
        parent = subprocess.Popen(
            [*words, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        try:
            yield Forks(ours)
        finally:
            # A child that hangs as well.
            os.killpg(parent.pid, signal.SIGKILL)
            parent.wait()
