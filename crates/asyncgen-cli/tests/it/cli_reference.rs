//! `docs/cli.md` holds the help texts as they are. `BLESS=1 cargo test -p asyncgen-cli` writes it.

use std::{fmt::Write, fs, path::Path};

use crate::command::Folder;

const INTRODUCTION: &str = "\
# The command line

<!-- Written by crates/asyncgen-cli/tests/it/cli_reference.rs: BLESS=1 cargo test -p asyncgen-cli -->

`asyncgen` and `python -m asyncgen` are the same command. Records go to stdout, or to a file, as
soon as they are there, in bounded memory whatever the input.

| Source | Writes by default | As NDJSON or JSON | As CSV |
|---|---|---|---|
| `csv` | CSV | an object per row, all values strings but those of `--types`; an array where the columns have no names | the header where there are names, then the rows |
| `lines` | the lines, each ended by `\\n` | a string per line | one column, `line` |
| `chunks` | the bytes | | |
| `sse` | NDJSON | an object per event, with the strings `event`, `data` and `id` | the same as columns |
| `ndjson` `pages` | NDJSON | the values, numbers and strings as they are written but those of `--types`, on one line each | the keys of the first object as columns; a string is its text, `null` and a missing key are empty, nested values are JSON |

- A name that `--select` cannot find is bad usage, and the message names those there are. A key that
  only some of the JSON objects lack is `null` there, or an empty field in CSV.
- An object with a key that the first one lacks does not fit into CSV: that is an error unless
  `--select` names the columns, since dropping it would lose data.
- `--types id=int,day=date` says what columns are, as `types=` in Python does, and a value is read as there: an error
  names the cell that is not of its type, and `--on-error skip` passes over its record. In JSON an `int` is written with
  all its digits, a `float` and a `bool` as JSON has them, a `date`, `datetime` or `Decimal` as the string that Python's
  `isoformat` or `str` gives. CSV stays as it was written. What has no value, one of the `--null-values`, is `null` in
  JSON and empty in CSV; `NaN` and infinities, which JSON has not, are errors there, unless they are null values.
- An error is one line with its place, the line of the source, and a caret under the place. All
  records before it are written, whole; a JSON array is closed after them.
- `-o FILE` is opened once there is something to write, so a source that cannot be opened leaves
  it as it was. The file that is read is refused as output.
- `--position FILE` is written once the records before it are, also after an error or Ctrl-C, and is read at
  the next call; it stays as it was where a reader has gone. With `-o` the next call writes behind what is there, and
  first cuts off what a call that was killed had written behind its position. What is whole only at its end is refused:
  `--to json`, and `--to csv` of JSON objects without `--select`.
- A reader that goes (`| head`) ends the command silently, with exit code 0. Ctrl-C and SIGTERM end
  it at once, with whole records written; only a reader that is stuck may be left with a part.
- On a terminal a summary goes to stderr at the end, and a progress bar while the records go to a
  file or a pipe. Into a pipe nothing but errors goes to stderr, and what `--detect` has found.
";

#[test]
fn it_is_what_the_command_says() {
    let folder = Folder::with(&[]);
    let mut expected = INTRODUCTION.to_owned();
    for command in
        [&[][..], &["csv"], &["lines"], &["chunks"], &["ndjson"], &["pages"], &["sse"], &["demo"]]
    {
        let args = [command, &["--help"]].concat();
        let ran = folder.run(&args, b"");
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{args:?}");
        let name = ["asyncgen"].iter().chain(command).copied().collect::<Vec<_>>().join(" ");
        let help = ran.stdout.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        write!(expected, "\n## `{name}`\n\n```text\n{help}\n```\n").expect("memory");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, &expected).expect("written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == expected,
        "docs/cli.md is stale: run BLESS=1 cargo test -p asyncgen-cli, and look at the difference"
    );
}
