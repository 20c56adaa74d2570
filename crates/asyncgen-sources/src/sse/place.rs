//! Where in a stream of events to go on.

use serde_json::{Value, json};

use crate::http::secrets::Secrets;

/// The position behind the event with the id `id`, in the stream that `walk` names.
pub(crate) fn to_text(walk: &str, id: &str, secrets: &Secrets) -> Result<String, String> {
    if id.is_empty() {
        return Err("the events have no id to go on behind".to_owned());
    }
    if secrets.is_in(id) {
        return Err("a position here would hold a secret: credentials in the id".to_owned());
    }
    Ok(json!({"v": 1, "k": "sse", "s": walk, "id": id}).to_string())
}

/// The id in what [`to_text`] has written for the same stream.
pub(crate) fn from_text(text: &str, walk: &str) -> Result<String, String> {
    let bad = |why: &str| format!("resume is not a position of this source: {why}");
    let value: Value = serde_json::from_str(text).map_err(|_| bad("it is not JSON"))?;
    if (value["v"].as_u64(), value["k"].as_str()) != (Some(1), Some("sse")) {
        return Err(bad("it is of another kind or version"));
    }
    if value["s"].as_str() != Some(walk) {
        return Err(bad("it is of another URL"));
    }
    value["id"].as_str().map(str::to_owned).ok_or_else(|| bad("the id is missing"))
}
