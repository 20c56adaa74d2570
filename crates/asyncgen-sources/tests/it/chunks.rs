//! Bytes in chunks of one size.

use asyncgen_sources::{Error, ErrorKind, Input, Position, Summary, chunks};

use crate::support::Folder;

/// All chunks, and how it ended.
fn all(input: Input, size: usize, at: Option<String>) -> Result<(Vec<Vec<u8>>, Summary), Error> {
    pollster::block_on(async {
        let mut source = chunks(input, size).resume(at).bytes();
        let mut all = Vec::new();
        while let Some(chunk) = source.next().await {
            all.push(chunk?);
        }
        Ok((all, source.summary().copied().unwrap()))
    })
}

/// Marks of a byte order, what is no UTF-8, line ends and NULs; more than is read at a time.
fn odd() -> Vec<u8> {
    let mut bytes = b"\xff\xfe\xef\xbb\xbf\r\n\0".to_vec();
    bytes.extend((0..700_001_u32).flat_map(u32::to_le_bytes));
    bytes
}

#[test]
fn of_all_inputs() {
    let folder = Folder::new();
    let bytes = odd();
    let packed = zstd::encode_all(&*bytes, 0).unwrap();
    for size in [1 << 10, 100_003, 1 << 20, 1 << 23] {
        let expected: Vec<_> = bytes.chunks(size).map(<[u8]>::to_vec).collect();
        for input in [
            Input::bytes(bytes.clone()),
            Input::bytes(packed.clone()),
            folder.file("odd", &bytes).into(),
            folder.file("odd.zst", &packed).into(),
        ] {
            let (found, summary) = all(input, size, None).unwrap();
            assert!(found == expected, "{size}");
            assert_eq!(summary.records, expected.len() as u64);
        }
    }
    let two = Input::several(["abc", "de"].map(Input::bytes));
    assert_eq!(all(two, 2, None).unwrap().0, [&b"ab"[..], b"c", b"de"]);
    assert!(all(Input::bytes(""), 2, None).unwrap().0.is_empty());
}

#[test]
fn positions() {
    let folder = Folder::new();
    let token = |end| {
        pollster::block_on(async {
            let mut batches = chunks(folder.file("a", "abcde"), 2).batches();
            while batches.next().await.is_some() {}
            batches.token(Position { offset: end, record: end.div_ceil(2), ..Position::START })
        })
        .unwrap()
        .unwrap()
    };
    for (end, after, expected) in [
        (2, "abcde", Ok(vec!["cd", "e"])),
        (4, "abcdefg", Ok(vec!["ef", "g"])),
        (5, "abcde", Ok(vec![])),
        (5, "abcdef", Err("what stood last before the position to resume at has grown")),
    ] {
        let token = token(end);
        match (all(folder.file("a", after).into(), 2, Some(token)), expected) {
            (Ok((found, _)), Ok(expected)) => {
                assert_eq!(found, expected.iter().map(|text| text.as_bytes()).collect::<Vec<_>>());
            }
            (Err(error), Err(expected)) => {
                let ErrorKind::Stale { message } = error.kind() else { panic!("{error}") };
                assert_eq!(message, expected);
            }
            (found, expected) => panic!("{found:?} is not {expected:?}"),
        }
    }
}

#[test]
fn sizes_that_are_refused() {
    for size in [0, (1 << 30) + 1] {
        let error = all(Input::bytes("a"), size, None).unwrap_err();
        let expected = format!("<bytes>: a chunk has from 1 to 1073741824 bytes, not {size}");
        assert_eq!(error.to_string(), expected);
    }
}
