//! The items of documents, good and faulty, cut at every place: the same whether they are checked by the decoder or as they
//! are taken, and whatever was in the memory of the batches.

use asyncgen_formats::json::{ItemsDecoder, Path};
use asyncgen_formats::{Batch, CsvDecoder, CsvOptions, Decoder, ErrorKind, Pool, Position};

use crate::run::place_and_text;

const LIMIT: usize = 200;

/// What a document comes to.
#[derive(Debug, Clone, PartialEq)]
struct Outcome {
    items: Vec<(String, Position)>,
    /// What stands around them, or the place and text of the fault.
    end: Result<String, String>,
    is_too_long: bool,
}

impl Outcome {
    /// That of any cut: what is too long is told with the piece that goes beyond the limit.
    fn of_any_cut(mut self) -> Self {
        if self.is_too_long {
            self.end = self.end.map_err(|text| text.split_once(": ").unwrap().1.to_owned());
        }
        self
    }
}

/// Decodes `pieces` into the batches that `exchange` makes of the last.
fn decode<'p>(
    mut decoder: ItemsDecoder,
    pieces: impl Iterator<Item = &'p [u8]>,
    exchange: impl Fn(usize, Batch) -> Batch,
) -> Outcome {
    let (mut batch, mut items) = (Batch::default(), Vec::new());
    let mut end = Ok(());
    for (index, piece) in pieces.enumerate() {
        batch = exchange(index, batch);
        end = decoder.decode(piece, &mut batch);
        assert_eq!(batch.end(), decoder.position());
        assert!(!batch.is_ascii() || batch.iter().all(|item| item.iter().all(str::is_ascii)));
        for (index, item) in batch.iter().enumerate() {
            if let Err(fault) = batch.check(index) {
                end = Err(fault);
                break;
            }
            assert_eq!(item.len(), 1);
            items.push((item.get(0).unwrap().to_owned(), item.position()));
        }
        if end.is_err() {
            break;
        }
    }
    let end = end.and_then(|()| decoder.finish()).map(|()| decoder.outside().to_owned());
    let is_too_long =
        end.as_ref().is_err_and(|fault| matches!(fault.kind(), ErrorKind::TooLong { .. }));
    Outcome { items, end: end.map_err(|fault| place_and_text(&fault)), is_too_long }
}

/// Fills a batch with what a decoder of items would never put there.
fn litter(batch: &mut Batch, length: usize) {
    let mut decoder = CsvDecoder::new(CsvOptions::default()).unwrap();
    decoder.decode("é,\"\"\"\",x\n".repeat(1 + length).as_bytes(), batch).unwrap();
    assert!(batch.len() == length && batch.columns().is_some());
}

/// Holds all ways to read `body` in `pieces` against `expected`, what comes of it at once.
fn check_cut<'p>(
    decoder: &ItemsDecoder,
    expected: &Outcome,
    pieces: &(impl Iterator<Item = &'p [u8]> + Clone),
) {
    let fresh = |_, _| Batch::default();
    let cut = decode(decoder.clone(), pieces.clone(), fresh);
    let texts = || pieces.clone().map(String::from_utf8_lossy).collect::<Vec<_>>();
    assert_eq!(cut.clone().of_any_cut(), expected.clone().of_any_cut(), "{:?}", texts());
    let pool = Pool::new(2, 400);
    let used = |index: usize, batch: Batch| match index % 5 {
        0 | 3 => pool.take(),
        1 => batch,
        // It goes back first, and is the one that comes.
        2 => {
            drop(batch);
            pool.take()
        }
        _ => {
            let mut batch = batch;
            litter(&mut batch, index);
            batch
        }
    };
    for (decoder, what) in
        [(decoder.clone(), "checked"), (decoder.clone().unchecked(), "unchecked")]
    {
        assert_eq!(decode(decoder.clone(), pieces.clone(), fresh), cut, "{what} {:?}", texts());
        assert_eq!(decode(decoder, pieces.clone(), used), cut, "{what}, used {:?}", texts());
    }
}

/// Reads `body` at once, in pieces of up to a block and a bit, and cut at every place, in three if it is short.
fn check(body: &[u8], path: Option<&str>) {
    let paths = path.map(|path| Path::parse(path).unwrap()).into_iter().collect();
    let decoder = ItemsDecoder::new(paths, LIMIT, 5);
    let whole = decode(decoder.clone(), [body].into_iter(), |_, batch| batch);
    check_cut(&decoder, &whole, &[body].into_iter());
    for at in 1..body.len() {
        if at < 70 {
            check_cut(&decoder, &whole, &body.chunks(at));
        }
        let (first, rest) = body.split_at(at);
        check_cut(&decoder, &whole, &[first, rest].into_iter());
        for at in 1..rest.len().min(if body.len() < 40 { rest.len() } else { 0 }) {
            let (second, third) = rest.split_at(at);
            check_cut(&decoder, &whole, &[first, second, b"", third].into_iter());
        }
    }
}

#[test]
fn documents_cut_at_every_place() {
    for (body, path) in [
        ("[]", None),
        ("\u{feff}[1, {\"é\": \"[\"},\n[null]]", None),
        (r#"[{"a": "\\\"]"}, {}, "\u00e9", 1.5e3]"#, None),
        ("{\"n\": 2, \"items\": [[{}],\n {\"a\": [\"]}\"]}], \"t\": 1}", None),
        (r#"{"a": {"b": [{"c": 1}, {"c": [2]}]}}"#, Some("/a/b")),
        (r#"{"a": [{"b": [1]}, {"b": "x"}]}"#, Some("a[*].b")),
        (r#"{"a": [{"b": 1}, {"c": 2}]}"#, Some("a[*].b")),
        // Faults of the document.
        (r#"[{"a": 1}, {"b": 2}"#, None),
        (r#"[{"a": 1} {"b": 2}]"#, None),
        (r#"[{"a": 1}, ]"#, None),
        (r#"{"items": [{}, {}], "x" 1}"#, None),
        // Faults of items: the first, one behind good ones, several, one before a fault of the document.
        ("[{a}, {}]", None),
        ("[{\"é\": 1},\n {}, {\"b\": tru}, {}]", None),
        ("[{}, {\"é\" 1}, {b}, {c}]", None),
        ("[1, [2,, 3], {} {}]", None),
        ("[{}, [1}, {]]", None),
        ("[{}, {\"a\": \"\t\"}, 1]", None),
        (r#"[{}, {"a": "\x"}, 1]"#, None),
        (r#"[[], [01], "\u12"]"#, None),
        ("[{}, [}, 2]", None),
    ] {
        check(body.as_bytes(), path);
    }
}

#[test]
fn items_of_many_blocks_cut_at_every_place() {
    let long = "x]}".repeat(30);
    let deep = format!("{}{}", "[".repeat(90), "]".repeat(90));
    for body in [
        format!("[{{\"a\": \"{long}\"}}, {{\"é\": \"{long}\", \"b\": [1, {{}}]}},\n{{\"c\": 2}}]"),
        format!("[{{}}, {{\"a\": \"{long}\" \"b\"}}, {{}}]"),
        format!("[{{}}, {{\"é\": [\n\"{long}\", {{\"a\"}}]}}, {{b}}]"),
        format!("[{{}}, {{\"a\": \"{long}\", \"b\": \"{long}\"}}, {{}}]"),
        format!("[{{}}, {{\"a\": \"{long}\", \"b\": \"{long}\", \"c\": 1"),
        format!("{{\"x\": \"{long}{long}\", \"items\": [1]}}"),
        format!("[1, {deep}, {{\"a\": {deep}}}, [{}]", "[".repeat(90)),
    ] {
        check(body.as_bytes(), None);
    }
}

#[test]
fn bytes_that_are_no_text_cut_at_every_place() {
    for body in [
        &b"[{}, {\"a\": \"\xff\"}, {b}]"[..],
        b"[{}, {b}, {\"a\": \"\xff\"}]",
        b"[\"\xc3\xa9\", {\"\xc3\xa9\": \"\xc3\"}]",
        b"{\"a\": \"\xff\", \"items\": [{\"\xc3\xa9\": 1}, {b}]}",
        b"[{}, {\"a\": 1}\xff, {}]",
        b"[{}, \xff{}, {}]",
    ] {
        check(body, None);
    }
}
