//! The function that makes a source of pages. It does no I/O.

use asyncgen_sources::Next;
use pyo3::{exceptions::PyValueError, prelude::*};

use crate::{build::Builder, core::Plan, fairness::Fair, json, open::source, source::Source};

/// A source of the items of a paged API.
#[pyfunction]
#[pyo3(signature = (url, *, next, items, headers, params, retries, max_body, fair, created))]
#[expect(clippy::too_many_arguments, reason = "the options of Python's pages(), all by keyword")]
pub(crate) fn pages(
    url: &str,
    next: NextOption,
    items: Option<&str>,
    headers: Vec<(String, String)>,
    params: Vec<(String, String)>,
    retries: u32,
    max_body: usize,
    fair: Fair,
    created: String,
) -> PyResult<Source> {
    let next = match next {
        NextOption::Number(param, first) => Next::Number { param, first },
        NextOption::Named(name) => match name.as_str() {
            "auto" => Next::Auto,
            "link" => Next::Link,
            pointer if pointer.starts_with('/') => Next::Pointer(name),
            _ => {
                return Err(PyValueError::new_err(format!(
                    "next must be 'auto', 'link', a JSON pointer such as '/next' or a Page, \
                     not {name:?}"
                )));
            }
        },
    };
    let mut pages = asyncgen_sources::pages(url).next(next).retries(retries).max_body(max_body);
    for (name, value) in headers {
        pages = pages.header(&name, &value);
    }
    for (name, value) in params {
        pages = pages.param(&name, &value);
    }
    if let Some(pointer) = items {
        pages = pages.items(pointer);
    }
    let builder = Builder::Json(json::Keys::new());
    Ok(source("pages", pages.batches(), Plan { builder, fair, created, reader: None }))
}

/// `"auto"`, `"link"`, a JSON pointer, or a parameter and its first number.
#[derive(FromPyObject)]
pub(crate) enum NextOption {
    Named(String),
    Number(String, u64),
}
