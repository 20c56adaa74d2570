"""What the harness puts over each async generator: `@asyncgen.generator`, counted.

At exit the count goes to the file that ASYNCGEN_SERVED names. A generator of any other type ends
the process, so that what passes has passed with ours.
"""

from __future__ import annotations

import atexit
import os
from pathlib import Path
from typing import Any

import asyncgen
from asyncgen import _asyncgen

_generate = _asyncgen.generate
_count = 0


def _generate_and_count(*args: Any, **options: Any) -> Any:
    global _count  # noqa: PLW0603 -- the count of this process
    made = _generate(*args, **options)
    if type(made) is not asyncgen.Generator:
        os._exit(99)
    _count += 1
    return made


_asyncgen.generate = _generate_and_count
atexit.register(lambda: Path(os.environ["ASYNCGEN_SERVED"]).write_text(str(_count)))

#: For `agenwrap.py --wrap served:wrap`.
wrap = asyncgen.generator
