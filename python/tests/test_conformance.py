"""CPython's own tests of async generators, with `@asyncgen.generator` over each of them.

The harness reads the tests of this very interpreter and puts a decorator over every async generator
in them. What natively passes has to pass, no more and no less.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import asyncgen
import pytest

HERE = Path(__file__).parent
HARNESS = HERE.parents[2] / "shared" / "conformance" / "agenwrap.py"
SUITES = ["cpython-asyncgen", "cpython-contextlib", "cpython-coroutines", "cpython-inspect"]

#: How many tests `test_asyncgen` has in the first releases of a version; later ones add some.
PASSED = {(3, 11): 65, (3, 12): 67, (3, 13): 82}

#: Fewer generators than this in `test_asyncgen` would mean that the tests ran without ours.
SERVED = 50


def run(suite: str, folder: Path, *words: str) -> dict[str, Any]:
    """Run one suite; give what the harness says of it."""
    folder.mkdir()
    served = folder / "served"
    done = subprocess.run(
        [sys.executable, HARNESS, "run", "--suite", suite, "--work", folder, *words],
        env={**os.environ, "ASYNCGEN_SERVED": str(served)},
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    told["served"] = int(served.read_text()) if served.exists() else 0
    return told


@pytest.mark.timeout(600)
@pytest.mark.parametrize("suite", SUITES)
def test_as_native(suite: str, tmp_path: Path) -> None:
    if not HARNESS.exists():
        pytest.skip(f"the harness is not at {HARNESS.relative_to(HERE.parents[2])}")
    if not (Path(sysconfig.get_path("stdlib")) / "test" / "test_asyncgen.py").exists():
        pytest.skip("this interpreter comes without its own tests")
    folders = [Path(asyncgen.__file__).parents[1], HERE / "conformance"]
    path = os.pathsep.join(map(str, folders))
    ours = run(suite, tmp_path / "ours", "--wrap", "served:wrap", "--path", path)
    native = run(suite, tmp_path / "native", "--native")
    assert ours["rewritten"]["functions"] > 0
    assert [ours[key] for key in ("result", "failed", "rc")] == [
        native[key] for key in ("result", "failed", "rc")
    ]
    assert ours["result"]["passed"] > 0
    assert ours["served"] > 0
    assert native["served"] == 0
    if suite == "cpython-asyncgen":
        assert ours["served"] > SERVED
        assert ours["failed"] == []
        assert ours["result"]["passed"] >= PASSED.get(sys.version_info[:2], 0)
