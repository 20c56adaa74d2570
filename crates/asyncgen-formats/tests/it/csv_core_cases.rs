//! The cases that the csv-core crate (MIT or Unlicense) tests its reader with.
//!
//! Five of its 63 ask for what does not exist here: another line end (`term_weird`,
//! `ascii_delimited`), quotes that do not escape when doubled (`quote_escapes_no_double`), a quote
//! that is the delimiter (`quote_delimiter`) or a comment that begins with a line end (`comment_3`),
//! which are refused.

use asyncgen_formats::{CsvDecoder, CsvOptions, Header, Ragged};

use crate::run::run;

/// Its name, the options, the source, and the rows.
type Case =
    (&'static str, fn(CsvOptions) -> CsvOptions, &'static str, &'static [&'static [&'static str]]);

const CASES: &[Case] = &[
    ("one_row_one_field", |o| o, "a", &[&["a"]]),
    ("one_row_many_fields", |o| o, "a,b,c", &[&["a", "b", "c"]]),
    ("one_row_trailing_comma", |o| o, "a,b,", &[&["a", "b", ""]]),
    ("one_row_one_field_lf", |o| o, "a\n", &[&["a"]]),
    ("one_row_many_fields_lf", |o| o, "a,b,c\n", &[&["a", "b", "c"]]),
    ("one_row_trailing_comma_lf", |o| o, "a,b,\n", &[&["a", "b", ""]]),
    ("one_row_one_field_crlf", |o| o, "a\r\n", &[&["a"]]),
    ("one_row_many_fields_crlf", |o| o, "a,b,c\r\n", &[&["a", "b", "c"]]),
    ("one_row_trailing_comma_crlf", |o| o, "a,b,\r\n", &[&["a", "b", ""]]),
    ("one_row_one_field_cr", |o| o, "a\r", &[&["a"]]),
    ("one_row_many_fields_cr", |o| o, "a,b,c\r", &[&["a", "b", "c"]]),
    ("one_row_trailing_comma_cr", |o| o, "a,b,\r", &[&["a", "b", ""]]),
    ("many_rows_one_field", |o| o, "a\nb", &[&["a"], &["b"]]),
    ("many_rows_many_fields", |o| o, "a,b,c\nx,y,z", &[&["a", "b", "c"], &["x", "y", "z"]]),
    ("many_rows_trailing_comma", |o| o, "a,b,\nx,y,", &[&["a", "b", ""], &["x", "y", ""]]),
    ("many_rows_one_field_lf", |o| o, "a\nb\n", &[&["a"], &["b"]]),
    ("many_rows_many_fields_lf", |o| o, "a,b,c\nx,y,z\n", &[&["a", "b", "c"], &["x", "y", "z"]]),
    ("many_rows_trailing_comma_lf", |o| o, "a,b,\nx,y,\n", &[&["a", "b", ""], &["x", "y", ""]]),
    ("many_rows_one_field_crlf", |o| o, "a\r\nb\r\n", &[&["a"], &["b"]]),
    (
        "many_rows_many_fields_crlf",
        |o| o,
        "a,b,c\r\nx,y,z\r\n",
        &[&["a", "b", "c"], &["x", "y", "z"]],
    ),
    (
        "many_rows_trailing_comma_crlf",
        |o| o,
        "a,b,\r\nx,y,\r\n",
        &[&["a", "b", ""], &["x", "y", ""]],
    ),
    ("many_rows_one_field_cr", |o| o, "a\rb\r", &[&["a"], &["b"]]),
    ("many_rows_many_fields_cr", |o| o, "a,b,c\rx,y,z\r", &[&["a", "b", "c"], &["x", "y", "z"]]),
    ("many_rows_trailing_comma_cr", |o| o, "a,b,\rx,y,\r", &[&["a", "b", ""], &["x", "y", ""]]),
    (
        "trailing_lines_no_record",
        |o| o,
        "\n\n\na,b,c\nx,y,z\n\n\n",
        &[&["a", "b", "c"], &["x", "y", "z"]],
    ),
    (
        "trailing_lines_no_record_cr",
        |o| o,
        "\r\r\ra,b,c\rx,y,z\r\r\r",
        &[&["a", "b", "c"], &["x", "y", "z"]],
    ),
    (
        "trailing_lines_no_record_crlf",
        |o| o,
        "\r\n\r\n\r\na,b,c\r\nx,y,z\r\n\r\n\r\n",
        &[&["a", "b", "c"], &["x", "y", "z"]],
    ),
    ("empty", |o| o, "", &[]),
    ("empty_lines", |o| o, "\n\n\n\n", &[]),
    (
        "empty_lines_interspersed",
        |o| o,
        "\n\na,b\n\n\nx,y\n\n\nm,n\n",
        &[&["a", "b"], &["x", "y"], &["m", "n"]],
    ),
    ("empty_lines_crlf", |o| o, "\r\n\r\n\r\n\r\n", &[]),
    (
        "empty_lines_interspersed_crlf",
        |o| o,
        "\r\n\r\na,b\r\n\r\n\r\nx,y\r\n\r\n\r\nm,n\r\n",
        &[&["a", "b"], &["x", "y"], &["m", "n"]],
    ),
    ("empty_lines_mixed", |o| o, "\r\n\n\r\n\n", &[]),
    (
        "empty_lines_interspersed_mixed",
        |o| o,
        "\n\r\na,b\r\n\n\r\nx,y\r\n\n\r\nm,n\r\n",
        &[&["a", "b"], &["x", "y"], &["m", "n"]],
    ),
    ("empty_lines_cr", |o| o, "\r\r\r\r", &[]),
    (
        "empty_lines_interspersed_cr",
        |o| o,
        "\r\ra,b\r\r\rx,y\r\r\rm,n\r",
        &[&["a", "b"], &["x", "y"], &["m", "n"]],
    ),
    ("bom_at_start", |o| o, "\u{feff}a", &[&["a"]]),
    ("bom_in_field", |o| o, "a\u{feff}", &[&["a\u{feff}"]]),
    ("bom_at_field_start", |o| o, "a,\u{feff}b", &[&["a", "\u{feff}b"]]),
    ("quote_empty", |o| o, "\"\"", &[&[""]]),
    ("quote_lf", |o| o, "\"\"\n", &[&[""]]),
    ("quote_space", |o| o, "\" \"", &[&[" "]]),
    ("quote_inner_space", |o| o, "\" a \"", &[&[" a "]]),
    ("quote_outer_space", |o| o, "  \"a\"  ", &[&["  \"a\"  "]]),
    ("quote_change", |o| o.quote(b'z'), "zaz", &[&["a"]]),
    ("quote_no_escapes", |o| o, r#""a\"b""#, &[&[r#"a\b""#]]),
    ("quote_escapes", |o| o.escape(b'\\'), r#""a\"b""#, &[&[r#"a"b"#]]),
    ("quote_escapes_change", |o| o.escape(b'z'), r#""az"b""#, &[&[r#"a"b"#]]),
    ("quote_escapes_with_comma", |o| o.escape(b'\\'), r#""\"A,B\"""#, &[&[r#""A,B""#]]),
    ("quoting_disabled", |o| o.quote(None), r#""abc,foo""#, &[&[r#""abc"#, r#"foo""#]]),
    ("delimiter_tabs", |o| o.delimiter(b'\t'), "a\tb", &[&["a", "b"]]),
    ("delimiter_weird", |o| o.delimiter(b'z'), "azb", &[&["a", "b"]]),
    ("extra_record_crlf_1", |o| o, "foo\n1\n", &[&["foo"], &["1"]]),
    ("extra_record_crlf_2", |o| o, "foo\r\n1\r\n", &[&["foo"], &["1"]]),
    ("comment_1", |o| o.comment(b'#'), "foo\n# hi\nbar\n", &[&["foo"], &["bar"]]),
    ("comment_2", |o| o.comment(b'#'), "foo\n # hi\nbar\n", &[&["foo"], &[" # hi"], &["bar"]]),
    ("comment_4", |o| o.comment(b'#'), "foo,b#ar,baz", &[&["foo", "b#ar", "baz"]]),
    ("comment_5", |o| o.comment(b'#'), "foo,#bar,baz", &[&["foo", "#bar", "baz"]]),
];

#[test]
fn are_read_as_csv_core_reads_them() {
    for (name, options, input, rows) in CASES {
        let base = CsvOptions::new().strict(false).header(Header::None).ragged(Ragged::Keep);
        for chunk in 1..=input.len().max(1) {
            let mut decoder = CsvDecoder::new(options(base.clone())).unwrap();
            let outcome = run(&mut decoder, input.as_bytes().chunks(chunk));
            assert_eq!(outcome.fault, None, "{name}");
            assert_eq!(outcome.rows(), *rows, "{name} in chunks of {chunk}");
        }
    }
}
