//! Pages whose bodies are compressed.

use std::io::Write;

use asyncgen_sources::{ErrorKind, ndjson, pages, request};

use crate::pages_faults::long;
use crate::server::Server;
use crate::support::run;

fn answer(body: &[u8], encoding: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 X\r\nContent-Encoding: {encoding}\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// `text` in each of the encodings that are asked for, by the name of that.
fn packed(text: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    let level = flate2::Compression::fast();
    let (mut gzip, mut zlib) =
        (GzEncoder::new(Vec::new(), level), ZlibEncoder::new(Vec::new(), level));
    let mut bare = DeflateEncoder::new(Vec::new(), level);
    for writer in [&mut gzip as &mut dyn Write, &mut zlib, &mut bare] {
        writer.write_all(text).unwrap();
    }
    vec![
        ("gzip", gzip.finish().unwrap()),
        ("deflate", zlib.finish().unwrap()),
        ("deflate", bare.finish().unwrap()),
        ("zstd", zstd::encode_all(text, 1).unwrap()),
        ("br", brotli(text)),
    ]
}

/// Brotli without compression: its decoder is what is tested, and there is no encoder here.
fn brotli(text: &[u8]) -> Vec<u8> {
    // The window of 16 bits is the bit 0; a meta-block: not the last, 4 nibbles of its length less one,
    // uncompressed, then bytes. The last meta-block is empty: the bits 1 and 1.
    let mut packed = Vec::new();
    for (index, piece) in text.chunks(1 << 16).enumerate() {
        let length = u32::try_from(piece.len() - 1).unwrap();
        // From the lowest bit on: WBITS at the beginning only, ISLAST 0, MNIBBLES 00, the length, 1.
        let (header, bits) = (length << 3 | 1 << 19, 20_usize);
        let (header, bits) = if index == 0 { (header << 1, bits + 1) } else { (header, bits) };
        packed.extend(&header.to_le_bytes()[..bits.div_ceil(8)]);
        packed.extend_from_slice(piece);
    }
    packed.push(3);
    packed
}

#[test]
fn compressed_pages_are_read_and_cut_ones_are_errors() {
    let text = long(50, "");
    for (encoding, body) in packed(text.as_bytes()) {
        let whole = answer(&body, encoding);
        let server = Server::new(move |_| whole.clone());
        let outcome = run(pages(&server.url).batches());
        assert_eq!(outcome.records.len(), 50, "{encoding} {:?}", outcome.end);
        let accepted = server.requests()[0].header("accept-encoding").map(str::to_owned);
        assert_eq!(accepted.as_deref(), Some("gzip, zstd, br, deflate"));
        for at in 1..body.len() {
            // Each byte of one, and some of the others, whose cut ends are told by the same code.
            if (encoding != "gzip" || body.len() > 5000) && at % 97 != 0 && at + 3 < body.len() {
                continue;
            }
            let part = answer(&body[..at], encoding);
            let server = Server::new(move |_| part.clone());
            let end = run(pages(&server.url).retry(0).batches()).end;
            assert!(end.is_err(), "{encoding} cut at {at}");
        }
        let more = answer(&[&body[..], b"x"].concat(), encoding);
        let server = Server::new(move |_| more.clone());
        assert!(run(pages(&server.url).retry(0).batches()).end.is_err(), "{encoding}");
    }
    for (encoding, body) in packed(b"1\n[2]\n") {
        let whole = answer(&body, encoding);
        let server = Server::new(move |_| whole.clone());
        let outcome = run(ndjson(request(&server.url).json("{}")).batches());
        assert_eq!(outcome.records, ["1", "[2]"], "{encoding}");
    }
}

#[test]
fn nothing_is_nothing_whatever_it_is_called() {
    for encoding in ["gzip", "deflate", "zstd", "br"] {
        let server = Server::new(move |_| answer(b"", encoding));
        let outcome = run(ndjson(request(&server.url)).batches());
        assert_eq!((outcome.records.len(), outcome.end.unwrap().records), (0, 0), "{encoding}");
        // A page is no page without JSON.
        let error = run(pages(&server.url).batches()).end.unwrap_err();
        let expected = "the body is not JSON, and the server does not say what it is";
        assert_eq!(error.message(), expected, "{encoding}");
    }
}

#[test]
fn what_was_not_asked_for_or_is_nested_is_refused() {
    for (encoding, expected) in [
        ("compress", "the server sent Content-Encoding compress, which was not asked for"),
        ("gzip, gzip", "the server has encoded the body more than once, gzip, gzip: one is undone"),
        (
            "gzip\r\nContent-Encoding: br",
            "the server has encoded the body more than once, gzip, br: one is undone",
        ),
    ] {
        let server = Server::new(move |_| answer(b"[]", encoding));
        let error = run(pages(&server.url).batches()).end.unwrap_err();
        assert_eq!(error.message(), format!("bad compressed data: {expected}"));
        assert_eq!(server.requests().len(), 1);
    }
    let server = Server::new(|_| answer(b"[1, 2]", "br"));
    let error = run(pages(&server.url).batches()).end.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Compression(_)), "{error}");
}

#[test]
fn a_body_decodes_to_no_more_than_it_may() {
    let text = format!("[1,{}2]", " ".repeat(3 << 20));
    for (encoding, body) in packed(text.as_bytes()) {
        if encoding == "br" {
            continue;
        }
        let whole = answer(&body, encoding);
        let server = Server::new(move |_| whole.clone());
        assert_eq!(run(pages(&server.url).batches()).records, ["1", "2"]);
        let decoded = run(pages(&server.url).max_decoded(1 << 21).batches()).end.unwrap_err();
        let expected = "bad compressed data: they decode to more than the limit of 2097152 bytes";
        assert_eq!(decoded.message(), expected);
        let ratio = run(pages(&server.url).max_ratio(50).batches()).end.unwrap_err();
        let expected = "bad compressed data: they decode to more than 50 times their length";
        assert_eq!(ratio.message(), expected);
    }
}
