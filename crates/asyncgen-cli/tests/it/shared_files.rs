//! The shared `testdata/`: what its README says of each file is what a user of the command sees.

use std::{fs, path::Path};

use crate::command::{Folder, Ran};

/// Runs `command file` with `options` in a folder that has the shared file.
fn run(command: &str, file: &str, options: &[&str]) -> Ran {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(file);
    let content = fs::read(path).expect("a shared file");
    Folder::with(&[(file, &content)]).run(&[&[command, file], options].concat(), b"")
}

#[test]
fn faults_are_shown_where_they_are() {
    let check = |command, file, written: &str, shown: &[&str]| {
        let ran = run(command, file, &[]);
        assert_eq!(ran.stdout, written, "{file}");
        assert_eq!((ran.code, ran.stderr), (1, shown.join("\n") + "\n"), "{file}");
    };
    check(
        "csv",
        "big.csv",
        "id,trip,minutes\n1,Köln to Bonn,24\n2,Bonn to Köln,27\n",
        &[
            "big.csv:4:51: record 3 has 2 fields, the header has 3",
            "3,\"Aachen to Köln, by way of Langerwehe and Düren\"",
            "                                                  ^",
        ],
    );
    check(
        "csv",
        "unclosed_quote.csv",
        "id,note,minutes\n1,\"late, signal fault\",27\n",
        &[
            "unclosed_quote.csv:3:3: record 2: the quote opened here is never closed",
            "2,\"walked the rest,52",
            "  ^",
        ],
    );
    check(
        "csv",
        "text_after_quote.csv",
        "id,note,minutes\n1,fine,27\n",
        &[
            "text_after_quote.csv:3:9: record 2: text after the closing quote",
            "2,\"late\" again,31",
            "        ^",
        ],
    );
    check(
        "csv",
        "invalid_utf8.csv",
        "id,city\n1,Bonn\n2,Köln\n",
        &["invalid_utf8.csv:4:4: record 3: not UTF-8, byte 0xfc", "3,Z\u{fffd}rich", "   ^"],
    );
    check(
        "ndjson",
        "bad.ndjson",
        "{\"id\": 1, \"kind\": \"depart\"}\n{\"id\": 2, \"kind\": \"stop\"}\n",
        &[
            "bad.ndjson:3:19: record 3 is not JSON: expected value",
            "{\"id\": 3, \"kind\": 'arrive'}",
            "                  ^",
        ],
    );
}

#[test]
fn good_files_are_written_in_one_form() {
    let check = |command, file, options: &[&str], written: &str| {
        let ran = run(command, file, options);
        assert_eq!((ran.code, &*ran.stderr, &*ran.stdout), (0, "", written), "{file}");
    };
    check("csv", "crlf.csv", &["--select", "id,city"], "id,city\n1,Bonn\n2,Köln\n3,Basel\n");
    check("csv", "bom.csv", &[], "id,city\n1,Bonn\n2,Köln\n");
    check(
        "csv",
        "headerless.csv",
        &["--delimiter", ";", "--no-header"],
        "1,Bonn,24\n2,Köln,27\n3,Aachen; West,52\n",
    );
    check(
        "ndjson",
        "events.ndjson",
        &["--select", "id,kind", "--to", "csv"],
        "id,kind\n1,depart\n2,stop\n3,note\n4,arrive\n5,depart\n",
    );
}
