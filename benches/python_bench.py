"""Python against its peers: `cargo xtask bench` runs this and draws what it prints.

Every figure is a JSON line on stdout; what is going on goes to stderr. `--quick` shows that
everything runs.
Each contender does the job as its own documentation does it.
"""

import argparse
import importlib
import os
import sys
import tempfile
from pathlib import Path

from peers.measure import Effort

# Imported when it is measured: each has peers of its own.
AREAS = {
    "csv": "csv_rows",
    "arrow": "arrow_batches",
    "lines": "line_reading",
    "ndjson": "ndjson_values",
    "pages": "paged",
    "long-page": "long_page",
    "generators": "generators",
    "fairness": "fairness",
    "lag": "lag",
    "memory": "memory",
}


def main() -> None:
    """Measure the areas asked for, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a small file and few rounds")
    parser.add_argument("--one-core", action="store_true", help="all threads on one core")
    parser.add_argument("areas", nargs="*", choices=[[], *AREAS], help="default: all of them")
    words = parser.parse_args()
    if words.one_core:
        os.sched_setaffinity(0, [max(os.sched_getaffinity(0))])
    effort = Effort.QUICK if words.quick else Effort.FULL
    with tempfile.TemporaryDirectory(prefix="asyncgen-bench-") as folder:
        for area in words.areas or AREAS:
            print(f"{area}, Python {sys.version.split()[0]}", file=sys.stderr)
            importlib.import_module(f"peers.{AREAS[area]}").measure(Path(folder), effort)


if __name__ == "__main__":
    main()
