"""What a notebook shows of a source."""

from __future__ import annotations

from pathlib import Path

import asyncgen


def shown(source: asyncgen.Source[object]) -> list[tuple[str, str]]:
    """Take the table apart; nothing else may be in it."""
    html = source._repr_html_()
    assert html.startswith("<table><tr><th>")
    assert html.endswith("</td></tr></table>")
    rows = html[len("<table><tr><th>") : -len("</td></tr></table>")].split("</td></tr><tr><th>")
    cells = [row.split("</th><td>") for row in rows]
    assert not any("<" in text or ">" in text for row in cells for text in row)
    return [(name, value) for name, value in cells]


def test_before_between_and_after(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,name\n1,x\n2,y\n")
    rows = asyncgen.csv(path)
    start = [("csv", str(path)), ("position", "record 0, line 1, byte 0")]
    assert shown(rows) == [*start, ("read", "0 bytes, 0 records")]
    assert rows.progress is not None
    assert rows.progress.bytes == 0, "it has read something"
    assert next(rows)["id"] == "1"
    between = shown(rows)
    assert between[1:3] == [("columns", "id, name"), ("position", "record 1, line 3, byte 12")]
    assert [row["id"] for row in rows] == ["2"]
    assert shown(rows)[2:] == [
        ("position", "record 2, line 4, byte 16"),
        ("read", "16 of 16 bytes, 2 records"),
    ]


def test_what_would_be_html(tmp_path: Path) -> None:
    path = tmp_path / "<b>&\"'.csv"
    path.write_text('"<script>alert(1)</script>","a&b"\n1,2\n')
    rows = asyncgen.csv([path, path])
    next(rows)
    name = f"{tmp_path}/&lt;b&gt;&amp;&quot;&#39;.csv"
    assert shown(rows)[:3] == [
        ("csv", f"{name} and 1 more"),
        ("columns", "&lt;script&gt;alert(1)&lt;/script&gt;, a&amp;b"),
        ("position", f"record 1, line 3, byte 38 of {name}"),
    ]


def test_a_wide_table() -> None:
    rows = asyncgen.csv(",".join(f"c{n}" for n in range(1000)).encode())
    assert list(rows) == []
    columns = dict(shown(rows))["columns"]
    assert columns.startswith("c0, c1, ")
    assert columns.endswith(", c99 and 900 more")
