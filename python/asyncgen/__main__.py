"""`python -m asyncgen`: the command line."""

from __future__ import annotations

import os
import signal
import sys

from asyncgen._asyncgen import cli


def main() -> int:
    """Run the command with the arguments of this process."""
    # The command has no Python code for an interrupt to run: Ctrl-C is its own business.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _open_standard_descriptors()
    return cli(["asyncgen", *sys.argv[1:]])


def _open_standard_descriptors() -> None:
    """Put /dev/null where one was closed, as a Rust program does before its `main`.

    What is opened next would have its number, and be read as stdin or be written errors to.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:  # noqa: PLR2004 -- stderr
        pass
    os.close(descriptor)


if __name__ == "__main__":
    sys.exit(main())
