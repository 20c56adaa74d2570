//! A page as one record.

use std::collections::BTreeMap;

use asyncgen_formats::{Batch, Position};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::fetch::Page;
use crate::http::redact::redact;

/// The most bytes of the items of a page that is one record: a batch counts in 32 bits.
pub(crate) const LARGEST: usize = 1 << 30;

/// The page number `number` with all its items, as record number `record`, counted from 0.
pub(crate) fn record(page: &Page, items: &[Batch], number: u64, record: u64) -> Batch {
    let about = json!({
        "number": number,
        "status": page.status,
        "url": page.url.as_ref().map(redact),
        "headers": headers(&page.headers),
    });
    // The items are texts of JSON already, and stay as they are.
    let mut text = about.to_string();
    text.pop();
    text.push_str(",\"items\":[");
    for (index, item) in items.iter().flat_map(|batch| batch.iter()).enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(item.get(0).unwrap_or_default());
    }
    text.push_str("]}");
    let start = Position { record, ..Position::START };
    Batch::of_text(text, start, Position { record: record + 1, ..start })
}

/// The headers by their names; what comes several times is joined, as HTTP has it.
fn headers(headers: &HeaderMap) -> Value {
    let mut all: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        all.entry(name.as_str())
            .and_modify(|values| {
                values.push_str(", ");
                values.push_str(&value);
            })
            .or_insert_with(|| value.into_owned());
    }
    json!(all)
}
