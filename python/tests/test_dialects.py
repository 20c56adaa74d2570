"""`dialect=`: what is worked out of a text, and what Python's csv module calls a dialect."""

from __future__ import annotations

import dialect_set


def test_the_files_are_made_by_the_script() -> None:
    assert {path.name: path.read_bytes() for path in dialect_set.FOLDER.iterdir()} == (
        dialect_set.files()
    )
