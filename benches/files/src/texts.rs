//! The files: 100 MB each of tables as there are many.
use std::fmt::Write as _;

/// The one whose lines are read as well.
pub(crate) const PLAIN: &str = "plain";

const BYTES: usize = 100_000_000;

/// Writes the row of that number.
type Row = fn(&mut String, usize) -> std::fmt::Result;

/// One after the other, with their names; each is made when its turn comes.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, String)> {
    let texts: [(_, Row); 4] = [
        (PLAIN, |text, row| {
            let (a, b) = (row % 97, row * 7 % 1009);
            writeln!(text, "{row},2024-05-{:02}T10:00:00Z,EWR,N{b},{a}.25,{b},ok", row % 28 + 1)
        }),
        ("dense", |text, row| {
            writeln!(
                text,
                "{},{},{},{row},,{},,{},x",
                row % 7,
                row % 3,
                row % 10,
                row % 5,
                row % 12
            )
        }),
        ("quoted text", |text, row| {
            let number = row % 1000;
            writeln!(text, "{row},\"a longer note, with a comma and a {number}\",\"line\nbreak\"")
        }),
        ("all quoted", |text, row| {
            let (a, b) = (row % 97, row * 7 % 1009);
            writeln!(text, "\"{row}\",\"EWR\",\"N{b}\",\"{a}.25\",\"{b}\",\"ok\"")
        }),
    ];
    texts.into_iter().map(|(name, row)| (name, grow(row)))
}

fn grow(row: Row) -> String {
    let mut text = String::with_capacity(BYTES + 1024);
    for number in 0.. {
        if text.len() >= BYTES {
            break;
        }
        row(&mut text, number).expect("a String takes all");
    }
    text
}
