//! `asyncgen demo`: which lines it prints, in which order; not the figures.

use crate::command::Folder;

#[test]
fn it_shows_pages_then_rows_then_an_error() {
    let folder = Folder::with(&[]);
    let temporary = folder.path("tmp");
    std::fs::create_dir(&temporary).expect("a folder");
    let output = folder.command(&["demo"]).env("TMPDIR", &temporary).output().expect("its output");
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));

    let mut rest = &stdout[..];
    for expected in [
        "Fetching page 1...\n",
        "Processing: {'page': 1, 'data': 'Content 1'}\n",
        "Processing: {'page': 2, 'data': 'Content 2'}\n",
        "Processing: {'page': 3, 'data': 'Content 3'}\n",
        "wrote 1,000,000 rows to ",
        "read  1,000,000 rows, ",
        "peak memory ",
        "a 1 ms ticker on the same thread ran ",
        "[\"2024-01-01\", \"Washington, DC\", \"3.1\"]\n",
        "[\"2024-01-02\", \"Zürich\", \"-4.0\"]\n",
        "weather.csv:4:17: record 3 has 2 fields, the header has 3\n",
        "2024-01-03,Porto\n                ^\n",
    ] {
        let place = rest.find(expected);
        let place = place.unwrap_or_else(|| panic!("{expected:?} is not in its place:\n{stdout}"));
        rest = &rest[place + expected.len()..];
    }
    for page in 1..=3 {
        // The next page may be asked for before this one is printed, never the other way round.
        let fetching = stdout.find(&format!("Fetching page {page}...\n"));
        let processing = stdout.find(&format!("Processing: {{'page': {page}, "));
        assert!(fetching.is_some() && fetching < processing, "{stdout}");
    }
    let left: Vec<_> = std::fs::read_dir(&temporary).expect("a folder").collect();
    assert!(left.is_empty(), "{left:?}");
}
