//! `--select`.

use crate::command::check;

#[test]
fn columns_come_in_the_order_asked() {
    check(&["csv", "-", "--select", "c,a"], "a,b,c\n1,2,3\n", "c,a\n3,1\n", "", 0);
    check(
        &["csv", "-", "--select", "c,a", "--to", "ndjson"],
        "a,b,c\n1,2,3\n",
        "{\"c\":\"3\",\"a\":\"1\"}\n",
        "",
        0,
    );
    check(&["csv", "-", "--select", "\"a,b\""], "\"a,b\",c\n1,2\n", "\"a,b\"\n1\n", "", 0);
}

#[test]
fn columns_without_names_have_numbers() {
    check(&["csv", "-", "--no-header", "--select", "3,1"], "1,2,3\n", "3,1\n", "", 0);
    check(
        &["csv", "-", "--no-header", "--select", "4"],
        "1,2,3\n",
        "",
        "<stdin>: no column \"4\": the columns have no names, select them by number from 1 to 3\n",
        2,
    );
}

#[test]
fn a_missing_column_names_those_there_are() {
    check(
        &["csv", "-", "--select", "a,x"],
        "a,b\n1,2\n",
        "",
        "<stdin>: no column \"x\": the columns are a, b\n",
        2,
    );
    check(
        &["csv", "-", "--select", "x"],
        "a,b\n",
        "",
        "<stdin>: no column \"x\": the columns are a, b\n",
        2,
    );
}

#[test]
fn keys_of_json_objects() {
    check(
        &["ndjson", "-", "--select", "c,a"],
        "{\"a\":1.0,\"b\":2,\"c\":[1, 2]}\n{\"c\":\"\\u00e9\"}\n",
        "{\"c\":[1, 2],\"a\":1.0}\n{\"c\":\"\\u00e9\",\"a\":null}\n",
        "",
        0,
    );
    check(
        &["ndjson", "-", "--select", "c,a", "--to", "csv"],
        "{\"a\":1,\"c\":3,\"d\":4}\n{\"a\":5,\"e\":6}\n",
        "c,a\n3,1\n,5\n",
        "",
        0,
    );
    check(
        &["ndjson", "-", "--select", "x"],
        "{\"a\":1,\"b\":2}\n",
        "",
        "<stdin>: no key \"x\": the keys are a, b\n",
        2,
    );
}

#[test]
fn of_a_key_that_comes_twice_the_last_counts() {
    check(&["ndjson", "-", "--select", "a"], "{\"a\":1,\"a\":2}\n", "{\"a\":2}\n", "", 0);
}

#[test]
fn lines_have_nothing_to_select() {
    let ran = crate::command::Folder::with(&[]).run(&["lines", "-", "--select", "a"], b"");
    assert_eq!((ran.code, &*ran.stdout), (2, ""));
    assert!(ran.stderr.contains("unexpected argument '--select'"), "{}", ran.stderr);
}
