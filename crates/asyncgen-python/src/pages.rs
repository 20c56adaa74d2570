//! The function that makes a source of pages. It does no I/O.

use std::sync::{Arc, atomic::AtomicBool};

use asyncgen_sources::{Next, Pages, Repeat, Stop};
use pyo3::prelude::*;

use crate::{
    asker::Questions,
    build::Builder,
    fairness::Fair,
    json,
    open::source,
    plan::{Faulty, Plan},
    request::{RequestOption, reader, refused, with_request},
    source::Source,
};

/// A source of the items of a paged API; `asker` answers the questions for functions of Python.
#[pyfunction]
#[pyo3(signature = (options, *, raw, make, asker, fair, created))]
pub(crate) fn pages(
    options: &Bound<'_, PyAny>,
    raw: bool,
    make: Option<Py<PyAny>>,
    asker: Option<(Py<PyAny>, Py<Questions>)>,
    fair: Fair,
    created: String,
) -> PyResult<Source> {
    let options: Options = options.extract()?;
    let questions = asker.as_ref().map(|(_, questions)| questions);
    let batches = options.pages(questions)?.batches();
    let builder = match make {
        Some(make) => Builder::Made(json::Keys::new(), make, 0),
        None if raw => Builder::Raw,
        None => Builder::Item(json::Keys::new(), AtomicBool::new(false)),
    };
    let reader = asker.map(reader);
    Ok(source("pages", batches, Plan { fair, builder, created, reader, faulty: Faulty::Raise }))
}

/// The options of Python's `pages()`, checked there.
#[derive(FromPyObject)]
struct Options {
    request: RequestOption,
    next: Vec<String>,
    items: Option<String>,
    stop: StopOption,
    on_repeat: String,
    concurrency: u32,
    prefetch: Option<u32>,
    max_item: usize,
    max_decoded: Option<u64>,
    max_ratio: Option<u64>,
    resume: Option<String>,
    debug_body: bool,
    unique_by: Option<String>,
    shrink: Option<String>,
}

#[derive(FromPyObject)]
struct StopOption {
    empty: Option<bool>,
    has_more: Option<String>,
    total: Option<String>,
    status: Option<Vec<u16>>,
    max_pages: Option<u64>,
    max_items: Option<u64>,
}

impl Options {
    fn pages(self, questions: Option<&Py<Questions>>) -> PyResult<Pages> {
        let mut pages = asyncgen_sources::pages(&self.request.url)
            .next(next(&self.next, questions)?)
            .stop(self.stop.stop())
            .on_repeat(if self.on_repeat == "stop" { Repeat::Stop } else { Repeat::Error })
            .concurrency(self.concurrency)
            .max_item(self.max_item)
            .max_decoded(self.max_decoded)
            .max_ratio(self.max_ratio)
            .debug_body(self.debug_body);
        if let Some(path) = self.items {
            pages = pages.items(path);
        }
        if let Some(prefetch) = self.prefetch {
            pages = pages.prefetch(prefetch);
        }
        if let Some(path) = self.unique_by {
            pages = pages.unique_by(path);
        }
        if let Some(place) = self.shrink {
            pages = pages.shrink(place);
        }
        if let Some(position) = self.resume {
            pages = pages.resume(position);
        }
        Ok(with_request!(pages, self.request, questions))
    }
}

impl StopOption {
    fn stop(self) -> Stop {
        let Self { empty, has_more, total, status, max_pages, max_items } = self;
        Stop { empty, has_more, total, status, max_pages, max_items }
    }
}

/// The way by its parts: a word, and what belongs to it.
fn next(parts: &[String], questions: Option<&Py<Questions>>) -> PyResult<Next> {
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().map_err(|_| refused("next has no number"));
    let next = match *parts {
        [text] => text.parse().map_err(|message: String| refused(&format!("next: {message}")))?,
        ["cursor", from, to] => Next::Cursor { from: from.to_owned(), to: to.to_owned() },
        ["relay", path, to] => Next::Relay { path: path.to_owned(), to: to.to_owned() },
        ["page", to, first] => Next::Number { param: to.to_owned(), first: number(first)? },
        ["offset", to, limit, size] => Next::Offset {
            param: to.to_owned(),
            limit: limit.to_owned(),
            size: if size.is_empty() { None } else { Some(number(size)?) },
        },
        _ => {
            let Some(questions) = questions else { return Err(refused("nobody answers")) };
            let asked = Arc::clone(&questions.get().0);
            Next::chosen(move |page| {
                let asked = Arc::clone(&asked);
                async move { asked.next(page).await }
            })
        }
    };
    next.check().map_err(|message| refused(&format!("next: {message}")))?;
    Ok(next)
}
