"""Every Python and shell block of README.md and docs/ runs, and prints what the page says.

A block may be followed by a ```text block: then that is its output, to the letter. The Rust blocks
of the same pages are the doc tests of `xtask/docs`.
"""

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import asyncgen
import pytest
from stand_in import HOST, serving

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

#: What other tests run (the doc tests of `xtask/docs`), and what only shows something.
ELSEWHERE = {"rust", "text"}

#: Runs a file in which `await` may stand at the top, as in `python -m asyncio`.
RUNNER = """
import ast, asyncio, inspect, pathlib, sys
text = pathlib.Path(sys.argv[1]).read_text()
code = compile(text, sys.argv[1], "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
scope = {"__name__": "__main__"}
if code.co_flags & inspect.CO_COROUTINE:
    asyncio.run(eval(code, scope))
else:
    exec(code, scope)
"""


class Block(NamedTuple):
    """A fenced block of a page."""

    page: str
    line: int
    language: str
    text: str
    output: str | None


def blocks(page: Path) -> Iterator[Block]:
    """Give the fenced blocks of a page, each with the ```text block that follows it at once."""
    text = page.read_text()
    name = str(page.relative_to(ROOT))
    for match in re.finditer(
        r"^```(\w*)\n(.*?)^```\n(?:\n?```text\n(.*?)^```$)?", text, re.MULTILINE | re.DOTALL
    ):
        language, body, output = match.groups()
        yield Block(name, text.count("\n", 0, match.start()) + 1, language, body, output)


BLOCKS = [block for page in PAGES for block in blocks(page)]


def of(language: str) -> pytest.MarkDecorator:
    """One test for each block in this language."""
    wanted = [block for block in BLOCKS if block.language == language]
    return pytest.mark.parametrize(
        "block", wanted, ids=[f"{block.page}:{block.line}" for block in wanted]
    )


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """Serve the stand-in of the API that the pages name."""
    with serving() as address:
        yield address


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with the files that the pages name."""
    shutil.copytree(ROOT / "testdata" / "docs", tmp_path, dirs_exist_ok=True)
    return tmp_path


def run(words: list[str], folder: Path, block: Block) -> None:
    """Run a block; it must succeed, say nothing on stderr, and print what its page says."""
    # First of all the `asyncgen` that came with the package.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, "PATH": path, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, f"{block.page}:{block.line}\n{done.stdout}\n{done.stderr}"
    assert not done.stderr
    if block.output is not None:
        assert done.stdout == block.output


@pytest.mark.one_python
@of("python")
def test_python(block: Block, folder: Path, api: str) -> None:
    script = folder / "block.py"
    script.write_text(block.text.replace(HOST, api))
    run([sys.executable, "-W", "error", "-c", RUNNER, script.name], folder, block)


@pytest.mark.one_python
@pytest.mark.timeout(120)
@of("sh")
def test_shell(block: Block, folder: Path, api: str) -> None:
    script = block.text.replace(HOST, api).replace("cargo run --release --", "asyncgen")
    # `cargo xtask` runs this test; how the package came here is the next test's question.
    ours = [
        line
        for line in script.splitlines()
        if not line.startswith(("cargo xtask", "pip install ."))
    ]
    run(["bash", "-euo", "pipefail", "-c", "\n".join(ours)], folder, block)


def test_the_package_is_installed_as_the_readme_says() -> None:
    """`pip install .` of a folder, not a view of the source tree."""
    source = importlib.metadata.distribution("asyncgen").read_text("direct_url.json")
    if os.environ.get("CI"):
        assert source is not None
        assert not json.loads(source)["dir_info"].get("editable", False)


def test_every_block_is_run_somewhere() -> None:
    strange = [block for block in BLOCKS if block.language not in {"python", "sh", *ELSEWHERE}]
    assert not strange


def test_blocks_are_found() -> None:
    """A page whose fences are not seen would pass for nothing."""
    fences = sum(page.read_text().count("\n```") for page in PAGES)
    outputs = sum(block.output is not None for block in BLOCKS)
    assert fences == 2 * (len(BLOCKS) + outputs)


def test_the_guide_names_every_public_name() -> None:
    pages = "".join(page.read_text() for page in PAGES)
    missing = [
        name
        for name in asyncgen.__all__
        if f"asyncgen.{name}" not in pages and f"`{name}`" not in pages
    ]
    assert not missing
