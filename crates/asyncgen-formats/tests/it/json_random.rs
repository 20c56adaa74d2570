//! Random JSON, whole, cut into pieces, cut off and broken: the items against those of `serde_json`.

use asyncgen_formats::json::{ItemsDecoder, Path};
use asyncgen_formats::{Batch, Decoder, NdjsonDecoder, link_header};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

/// What a document comes to: its items, and what stands around them or the error.
#[derive(Debug, PartialEq)]
struct Outcome {
    items: Vec<String>,
    end: Result<String, String>,
}

fn decode(body: &[u8], path: Option<&str>, cuts: &[usize]) -> Outcome {
    let path = path.map(|path| Path::parse(path).unwrap());
    let decoder = ItemsDecoder::new(path.into_iter().collect(), 1 << 20, 0);
    let outcome = decode_by(decoder.clone(), body, cuts);
    assert_eq!(outcome, decode_by(decoder.unchecked(), body, cuts), "checked as they are taken");
    outcome
}

fn decode_by(mut decoder: ItemsDecoder, body: &[u8], cuts: &[usize]) -> Outcome {
    let (mut batch, mut items, mut rest) = (Batch::default(), Vec::new(), body);
    let mut end = Ok(());
    let mut cuts = cuts.iter().cycle();
    while !rest.is_empty() && end.is_ok() {
        let size = cuts.next().map_or(rest.len(), |cut| (*cut).clamp(1, rest.len()));
        end = decoder.decode(&rest[..size], &mut batch);
        let fault = (0..batch.len()).find_map(|index| Some((index, batch.check(index).err()?)));
        let (count, fault) = fault.map_or((batch.len(), None), |(index, e)| (index, Some(e)));
        items.extend(batch.iter().take(count).map(|item| item.get(0).unwrap().to_owned()));
        end = fault.map_or(end, Err);
        rest = &rest[size..];
    }
    let end = end.and_then(|()| decoder.finish());
    let end = end.map(|()| decoder.outside().to_owned());
    Outcome { items, end: end.map_err(|error| format!("{error} {:?}", error.position())) }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)),
        ".{0,6}".prop_map(Value::from),
        "[\\[\\]{}\",:\\\\\n]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((".{0,4}", inner), 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn document() -> impl Strategy<Value = Value> {
    (vec(value(), 0..6), value(), value(), any::<bool>()).prop_map(|(items, a, b, bare)| {
        if bare { Value::from(items) } else { json!({"a": a, "items": items, "z": b}) }
    })
}

proptest! {
    #[test]
    fn members_are_those_of_another_parser(
        members in vec(("[ab\"\\\\é]{0,2}", value()), 0..6),
        space in "[ \t]{0,2}",
        others in vec(value(), 0..3),
    ) {
        // Also names that come twice.
        let text = |(name, value)| format!("{space}{}{space}:{space}{value}{space}", json!(name));
        let parts: Vec<_> = members.iter().map(|(name, value)| text((name, value))).collect();
        let mut lines = format!("{{{space}{}}}\n", parts.join(","));
        for value in &others {
            lines.extend([value.to_string(), "\n".to_owned()]);
        }
        let wanted = ["a", "é", "", "b\"", "a\\", "bb", "a"];
        let mut decoder = NdjsonDecoder::new(1 << 20).columns(wanted);
        let mut batch = Batch::default();
        decoder.decode(lines.as_bytes(), &mut batch).unwrap();
        prop_assert_eq!(batch.len(), 1 + others.len());
        for (record, line) in batch.iter().zip(lines.lines()) {
            let expected: Value = serde_json::from_str(line).unwrap();
            prop_assert_eq!(record.get(0), Some(line));
            // Of a name that is asked for twice, the last.
            for (place, name) in wanted.iter().enumerate().skip(1) {
                let found = record.get(1 + place).unwrap();
                let found = (!found.is_empty()).then(|| serde_json::from_str::<Value>(found));
                let found = found.transpose().unwrap();
                prop_assert_eq!(found.as_ref(), expected.get(name), "{} of {}", name, line);
            }
            prop_assert_eq!(record.len(), 1 + wanted.len());
        }
    }

    #[test]
    fn items_are_those_of_another_parser(
        document in document(),
        pretty in any::<bool>(),
        cuts in vec(1_usize..9, 1..5),
    ) {
        let text = if pretty {
            serde_json::to_string_pretty(&document).unwrap()
        } else {
            document.to_string()
        };
        let expected = document.as_array().or_else(|| document["items"].as_array()).unwrap();
        let path = document.is_object().then_some("/items");
        for path in [None, path] {
            let whole = decode(text.as_bytes(), path, &[]);
            let items: Vec<Value> =
                whole.items.iter().map(|item| serde_json::from_str(item).unwrap()).collect();
            prop_assert_eq!(&items, expected);
            let mut around: Value = serde_json::from_str(whole.end.as_ref().unwrap()).unwrap();
            match around.as_object_mut() {
                Some(members) => drop(members.insert("items".to_owned(), items.into())),
                None => around = items.into(),
            }
            prop_assert_eq!(&around, &document);
            prop_assert_eq!(decode(text.as_bytes(), path, &cuts), whole);
        }
    }

    #[test]
    fn what_is_cut_off_is_an_error(document in document(), cut in any::<prop::sample::Index>()) {
        let text = document.to_string();
        let part = &text.as_bytes()[..cut.index(text.len())];
        let outcome = decode(part, None, &[]);
        prop_assert!(outcome.end.is_err(), "{:?}", outcome);
        let whole = decode(text.as_bytes(), None, &[]);
        prop_assert_eq!(&outcome.items[..], &whole.items[..outcome.items.len()]);
    }

    #[test]
    fn broken_documents_come_to_the_same_however_they_are_cut(
        document in document(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cuts in vec(1_usize..9, 1..5),
    ) {
        let mut text = document.to_string().into_bytes();
        let at = at.index(text.len());
        text[at] = byte;
        let whole = decode(&text, None, &[]);
        let pieces = decode(&text, None, &cuts);
        prop_assert_eq!(&pieces.items, &whole.items);
        prop_assert_eq!(pieces.end.is_ok(), whole.end.is_ok());
        let valid = serde_json::from_slice::<Value>(&text).is_ok();
        // The other parser stops at lone surrogates, which are escapes of JSON all the same.
        prop_assert!(!valid || whole.end.is_ok() || whole.items.is_empty());
    }

    #[test]
    fn noise_is_no_panic(bytes in vec(any::<u8>(), 0..200), text in "[\\[\\]{}\",:0-9a-z\\\\ \n]{0,80}") {
        for noise in [&bytes[..], text.as_bytes()] {
            for path in [None, Some("a.b"), Some("/0/1"), Some("a[*].b")] {
                let whole = decode(noise, path, &[]);
                prop_assert_eq!(decode(noise, path, &[1]).items, whole.items);
            }
        }
        let _ = Path::parse(&text);
        let _ = link_header::next([&*text, &String::from_utf8_lossy(&bytes)]);
    }
}
