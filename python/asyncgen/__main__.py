"""`python -m asyncgen`: the command line."""

from __future__ import annotations

import signal
import sys

from asyncgen._asyncgen import cli


def main() -> int:
    """Run the command with the arguments of this process."""
    # The command has no Python code for an interrupt to run: Ctrl-C is its own business.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return cli(["asyncgen", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
