//! Texts that are not UTF-8.

use asyncgen_sources::{Input, Malformed, csv, lines};

use crate::support::run;

/// `expected` are the lines, and the error if there is one.
fn check(bytes: &[u8], read: impl Fn(Input) -> Input, expected: &[&str], fault: Option<&str>) {
    for size in [1, 2, 3, bytes.len().max(1)] {
        let (feed, input) = Input::feed("<fed>").unwrap();
        let chunks: Vec<Vec<u8>> = bytes.chunks(size).map(<[u8]>::to_vec).collect();
        std::thread::spawn(move || {
            let pushed = chunks.into_iter().all(|chunk| feed.push(chunk).is_ok());
            if pushed {
                feed.finish();
            }
        });
        let outcome = run(lines(read(input)).batches());
        assert_eq!(outcome.records, expected, "by {size}");
        assert_eq!(outcome.end.err().map(|error| error.to_string()).as_deref(), fault);
    }
}

fn utf16(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some(0xFEFF);
    mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
}

#[test]
fn names() {
    let of = |name: &'static str| move |input: Input| input.encoding(name).unwrap();
    let text = "Köln\r\n漢字 🦀\n";
    let expected = ["Köln", "漢字 🦀"];
    check(text.as_bytes(), of("utf-8"), &expected, None);
    check(&utf16(text, false, u16::to_le_bytes), of("utf-16le"), &expected, None);
    check(&utf16(text, false, u16::to_be_bytes), of("UTF-16BE"), &expected, None);
    check(b"K\xF6ln \x80", of("latin1"), &["Köln €"], None);
    check(b"\x8A\xBF\x8E\x9A", of("shift_jis"), &["漢字"], None);
    check(b"", of("euc-jp"), &[], None);
    let unknown = Input::bytes("").encoding("utf-7").unwrap_err();
    assert_eq!(unknown.to_string(), "no encoding is called \"utf-7\"");
}

#[test]
fn marks() {
    let same = |input| input;
    let text = "one\ntwö";
    check(&utf16(text, true, u16::to_le_bytes), same, &["one", "twö"], None);
    check(&utf16(text, true, u16::to_be_bytes), same, &["one", "twö"], None);
    check("\u{feff}one".as_bytes(), same, &["one"], None);
    check(b"\xFF", same, &[], Some("<fed>:1:1: record 1: not UTF-8, byte 0xff"));
    check(b"\xFF\xFE", same, &[], None);
}

#[test]
fn what_is_malformed() {
    let broken = b"one\ntw\xC3o\n\xFF";
    let as_it_is = Some("<fed>:2:3: record 2: not UTF-8, byte 0xc3");
    check(broken, |input| input, &["one"], as_it_is);
    let replace = |input: Input| input.malformed(Malformed::Replace);
    check(broken, replace, &["one", "tw\u{fffd}o", "\u{fffd}"], None);
    check(broken, |input| input.malformed(Malformed::Ignore), &["one", "two"], None);
    let half = [utf16("one\nt", false, u16::to_le_bytes), vec![0x00, 0xD8]].concat();
    let fault = Some("<fed>:2:2: record 2: not UTF-16LE");
    check(&half, |input| input.encoding("utf-16").unwrap(), &["one"], fault);
    let odd = [utf16("one", false, u16::to_le_bytes), vec![0x20]].concat();
    let fault = Some("<fed>:1:4: record 1: not UTF-16LE");
    check(&odd, |input| input.encoding("utf-16").unwrap(), &[], fault);
}

#[test]
fn a_table() {
    let table = utf16("a;b\n\"1;\n2\";ü\n3\n", true, u16::to_le_bytes);
    let outcome = run(csv(Input::bytes(table)).delimiter(b';').batches());
    assert_eq!(outcome.records, ["1;\n2|ü"]);
    let error = outcome.end.unwrap_err();
    assert_eq!(error.to_string(), "<bytes>:4:2: record 2 has 1 field, the header has 2");
}
