//! `--types` and `--null-values`.

use crate::command::{Folder, check};

const TABLE: &str = "id,name,paid,day,price\n\
                     007,Ada,YES, 20240102 ,1.50\n\
                     -123456789012345678901234567890,NA,f,NA,NA\n";

const TYPES: [&str; 4] =
    ["--types", "id=int,name=str", "--types", "paid=bool,day=date,price=float"];

fn with<'a>(args: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [args, more].concat()
}

#[test]
fn values_of_csv_in_json() {
    let args = with(&["csv", "-", "--null-values", "NA", "--to", "ndjson"], &TYPES);
    let first = "{\"id\":7,\"name\":\"Ada\",\"paid\":true,\"day\":\"2024-01-02\",\"price\":1.5}\n";
    let second = "{\"id\":-123456789012345678901234567890,\"name\":null,\"paid\":false,\"day\":null,\
                  \"price\":null}\n";
    check(&args, TABLE, &format!("{first}{second}"), "", 0);
    for (types, text, expected) in [
        ("datetime", "2024-W01-2T03:04:05.5-01:00", "\"2024-01-02T03:04:05.500000-01:00\""),
        ("Decimal", "+1.50E3", "\"1.50E+3\""),
        ("Decimal", "nan", "\"NaN\""),
        ("float", ".5e300", "5e299"),
        ("str", " 1 ", "\" 1 \""),
        ("int", "", "null"),
        ("str", "", "null"),
    ] {
        let typed = format!("x={types}");
        let args = ["csv", "-", "--to", "json", "--types", &typed];
        let expected = format!("[\n{{\"n\":\"1\",\"x\":{expected}}}\n]\n");
        check(&args, &format!("n,x\n1,{text}\n"), &expected, "", 0);
    }
}

#[test]
fn csv_is_checked_and_stays_as_it_is_written() {
    let args = with(&["csv", "-", "--null-values", "NA"], &TYPES);
    let second = "-123456789012345678901234567890,,f,,\n";
    let first = "id,name,paid,day,price\n007,Ada,YES, 20240102 ,1.50\n";
    check(&args, TABLE, &format!("{first}{second}"), "", 0);
    let selected = with(&args, &["--select", "day,id"]);
    let second = ",-123456789012345678901234567890\n";
    check(&selected, TABLE, &format!("day,id\n 20240102 ,007\n{second}"), "", 0);
    // What stands for nothing does so where there is a type; what is not selected is not looked at.
    let args = ["csv", "-", "--select", "b", "--types", "a=int", "--null-values", "-"];
    check(&args, "a,b\nx,-\n", "b\n-\n", "", 0);
    check(&["csv", "-", "--types", "a=float"], "a\nnan\n1e999\n", "a\nnan\n1e999\n", "", 0);
}

#[test]
fn columns_without_names() {
    let args = ["csv", "-", "--no-header", "--types", "2=int", "--to", "ndjson"];
    check(&args, "a,1\nb,\n", "[\"a\",1]\n[\"b\",null]\n", "", 0);
    check(&with(&args, &["--select", "2,1"]), "a,1\n", "[1,\"a\"]\n", "", 0);
    let args = ["csv", "-", "--types", "\"a=b,c\"=int,\"d\"\"\"=bool", "--to", "ndjson"];
    check(&args, "\"a=b,c\",\"d\"\"\"\n1,1\n", "{\"a=b,c\":1,\"d\\\"\":true}\n", "", 0);
    // A record that is shorter, or has nothing, has no value to be of a type.
    let args = ["csv", "-", "--types", "b=int", "--ragged", "keep", "--blank", "keep"];
    check(&args, "a,b\n1\n\n2,3\n", "a,b\n1\n\n2,3\n", "", 0);
    let null = "{\"a\":null,\"b\":null}\n";
    let expected = format!("{{\"a\":\"1\",\"b\":null}}\n{null}{{\"a\":\"2\",\"b\":3}}\n");
    check(&with(&args, &["--to", "ndjson"]), "a,b\n1\n\n2,3\n", &expected, "", 0);
}

#[test]
fn a_cell_that_is_not_of_its_type() {
    let table = "n,day\n1,2024-01-02\n\"2\",never\n3,\n";
    let fault =
        "<stdin>:3:5: record 2, column \"day\": \"never\" is not a date\n\"2\",never\n    ^\n";
    let args = ["csv", "-", "--types", "day=date,n=int"];
    check(&args, table, "n,day\n1,2024-01-02\n", fault, 1);
    let json = with(&args, &["--to", "json"]);
    check(&json, table, "[\n{\"n\":1,\"day\":\"2024-01-02\"}\n]\n", fault, 1);
    let skip = with(&args, &["--on-error", "skip", "--take", "2"]);
    let told = format!("{fault}1 record was passed over\n");
    check(&skip, table, "n,day\n1,2024-01-02\n3,\n", &told, 0);
    let args = ["csv", "-", "--types", "x=float", "--to", "ndjson"];
    for text in ["nan", "-inf", "1e999"] {
        let fault = format!(
            "<stdin>:2:1: record 1, column \"x\": \"{text}\" is not a finite float\n{text}\n^\n"
        );
        check(&args, &format!("x\n{text}\n"), "", &fault, 1);
        check(
            &with(&args, &["--null-values", text]),
            &format!("x\n{text}\n"),
            "{\"x\":null}\n",
            "",
            0,
        );
    }
}

#[test]
fn records_that_are_passed_over_are_kept() {
    let folder = Folder::with(&[
        ("a.csv", b"n\n1\ntwo\n3\n"),
        ("b.csv", b"n\n\"4\"x\nfive\n6\nseven\n"),
        ("c.ndjson", b"{\"n\": \"1\"}\n[2]\n{\"n\": [3]}\nx\n{\"n\": 1.0}\n"),
    ]);
    let args = ["csv", "a.csv", "b.csv", "--types", "n=int", "--rejects", "r", "--to", "ndjson"];
    let ran = folder.run(&with(&args, &["--position", "p"]), b"");
    let told = "4 records were passed over\n";
    assert_eq!(
        (&*ran.stdout, &*ran.stderr, ran.code),
        ("{\"n\":1}\n{\"n\":3}\n{\"n\":6}\n", told, 0)
    );
    let first = "{\"source\":\"a.csv\",\"record\":2,\"line\":3,\"offset\":4,\"end\":7,\"column\":1,\
                 \"kind\":\"type\",\"message\":\"record 2, column \\\"n\\\": \\\"two\\\" is not an int\",\
                 \"raw\":\"two\"}\n";
    let kept = folder.read("r");
    assert!(kept.starts_with(first), "{kept}");
    assert_eq!(kept.lines().count(), 4);
    // They are done with: who goes on does not see them again.
    let ran = folder.run(&with(&args, &["--position", "p"]), b"");
    assert_eq!((&*ran.stdout, &*ran.stderr, ran.code), ("", "", 0));
    assert_eq!(folder.read("r"), kept);
    let args = ["ndjson", "c.ndjson", "--types", "n=int", "--rejects", "r", "--select", "n"];
    let ran = folder.run(&args, b"");
    assert_eq!((&*ran.stdout, &*ran.stderr, ran.code), ("{\"n\":1}\n", told, 0));
    let kept = folder.read("r");
    for message in [
        "record 2 is no JSON object",
        "record 3, column \\\"n\\\": \\\"[3]\\\" is not an int",
        "column \\\"n\\\": \\\"1.0\\\" is not an int",
    ] {
        assert!(kept.contains(message), "{message}: {kept}");
    }
}

#[test]
fn values_of_json() {
    let args = ["ndjson", "-", "--types", "id=int,at=datetime,s=str"];
    let input = "{\"id\":\" 7\", \"x\":[1, 2],\"at\":\"2024-01-02\",\"s\":1.50}\n\
                 {\"at\":null,\"s\":true,\"n\":1.50}\n\
                 {\"id\":[],\"x\":\"\\u00e9\",\"id\":-0,\"s\":\"\"}\n{}\n";
    let expected = "{\"id\":7,\"x\":[1, 2],\"at\":\"2024-01-02T00:00:00\",\"s\":\"1.50\"}\n\
                    {\"at\":null,\"s\":\"true\",\"n\":1.50}\n\
                    {\"x\":\"\\u00e9\",\"id\":0,\"s\":\"\"}\n{}\n";
    check(&args, input, expected, "", 0);
    let select = with(&args, &["--select", "s,id"]);
    let expected = "{\"s\":\"1.50\",\"id\":7}\n{\"s\":\"true\",\"id\":null}\n{\"s\":\"\",\"id\":0}\n\
                    {\"s\":null,\"id\":null}\n";
    check(&select, input, expected, "", 0);
    let csv = with(&select, &["--to", "csv"]);
    check(&csv, input, "s,id\n1.50, 7\ntrue,\n,-0\n,\n", "", 0);
    let fault = "<stdin>:2:15: record 2, column \"id\": \"1.5\" is not an int\n{\"x\":0, \"id\": 1.5}\n              ^\n";
    let input = "{\"id\":1}\n{\"x\":0, \"id\": 1.5}\n";
    check(&args, input, "{\"id\":1}\n", fault, 1);
    check(&with(&args, &["--to", "csv", "--select", "id"]), input, "id\n1\n", fault, 1);
    let fault = "<stdin>:1:1: record 1 is no JSON object\n[1]\n^\n";
    check(&args, "[1]\n", "", fault, 1);
}

#[test]
fn bad_usage() {
    for (args, expected) in [
        (&["--types", "a"][..], "name=type is needed"),
        (
            &["--types", "a=uint"],
            "the type of \"a\" must be one of int, float, bool, date, datetime, Decimal, str, not \"uint\"",
        ),
        (&["--types", "a=int", "--types", "a=int"], "--types: \"a\" has two types\n"),
        (&["--types", "x=int"], "<stdin>: no column \"x\": the columns are a, b\n"),
        (&["--types", "x=int", "--to", "json"], "<stdin>: no column \"x\": the columns are a, b\n"),
        (&["--null-values", "NA"], "required arguments were not provided"),
    ] {
        let ran = Folder::with(&[]).run(&with(&["csv", "-"], args), b"a,b\n1,2\n");
        assert_eq!((ran.code, &*ran.stdout), (2, ""), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn the_columns_of_objects_are_those_of_the_first_that_is_one() {
    let args = ["ndjson", "-", "--types", "a=int", "--to", "csv", "--on-error", "skip"];
    let told = "<stdin>:1:1: record 1 is no JSON object\n1\n^\n1 record was passed over\n";
    check(&args, "1\n{\"a\":2,\"b\":3}\n", "a,b\n2,3\n", told, 0);
    let none = [&args[..], &["--take", "0"]].concat();
    check(&none, "1\n{\"a\":2,\"b\":3}\n", "a,b\n", told, 0);
}
