//! The function that makes a source of pages. It does no I/O.

use std::{sync::Arc, time::Duration};

use asyncgen_sources::{Auth, Next, Pages, Rate, Repeat, Retry, Stop, Timeouts};
use pyo3::{exceptions::PyValueError, prelude::*};

use crate::{
    asker::Questions, build::Builder, core::Plan, fairness::Fair, json, open::source,
    reader::Reader, source::Source,
};

/// A source of the items of a paged API; `asker` answers the questions for functions of Python.
#[pyfunction]
#[pyo3(signature = (options, *, asker, fair, created))]
pub(crate) fn pages(
    options: &Bound<'_, PyAny>,
    asker: Option<(Py<PyAny>, Py<Questions>)>,
    fair: Fair,
    created: String,
) -> PyResult<Source> {
    let options: Options = options.extract()?;
    let questions = asker.as_ref().map(|(_, questions)| questions);
    let batches = options.pages(questions)?.batches();
    let builder = Builder::Json(json::Keys::new());
    let reader =
        asker.map(|(asker, questions)| Reader::Asker(asker, Arc::clone(&questions.get().0)));
    Ok(source("pages", batches, Plan { fair, builder, created, reader }))
}

/// The options of Python's `pages()`, checked there.
#[derive(FromPyObject)]
struct Options {
    url: String,
    method: Option<String>,
    headers: Vec<(String, String)>,
    params: Vec<(String, String)>,
    json: Option<String>,
    data: Option<Vec<u8>>,
    form: Option<Vec<(String, String)>>,
    auth: Option<Vec<String>>,
    allow_hosts: Vec<String>,
    next: Vec<String>,
    items: Option<String>,
    stop: StopOption,
    on_repeat: String,
    retry: RetryOption,
    rate: Option<(u32, f64, bool)>,
    timeout: TimeoutOption,
    ca: Option<String>,
    concurrency: u32,
    max_item: usize,
    resume: Option<String>,
    debug_body: bool,
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

#[derive(FromPyObject)]
struct RetryOption {
    times: u32,
    base: f64,
    longest: f64,
    longest_asked: f64,
    budget: Option<u32>,
    post: bool,
}

#[derive(FromPyObject)]
struct TimeoutOption {
    connect: f64,
    read: f64,
    total: Option<f64>,
    min_rate: u64,
}

impl Options {
    fn pages(self, questions: Option<&Py<Questions>>) -> PyResult<Pages> {
        let mut pages = asyncgen_sources::pages(&self.url)
            .next(next(&self.next, questions)?)
            .stop(self.stop.stop())
            .on_repeat(if self.on_repeat == "stop" { Repeat::Stop } else { Repeat::Error })
            .retry(self.retry.retry()?)
            .timeouts(self.timeout.timeouts()?)
            .concurrency(self.concurrency)
            .max_item(self.max_item)
            .debug_body(self.debug_body);
        for (name, value) in self.headers {
            pages = pages.header(&name, &value);
        }
        for (name, value) in self.params {
            pages = pages.param(name, value);
        }
        for host in self.allow_hosts {
            pages = pages.allow_host(host);
        }
        if let Some(method) = self.method {
            pages = pages.method(&method);
        }
        if let Some(text) = self.json {
            pages = pages.json(text);
        }
        if let Some(bytes) = self.data {
            pages = pages.data(bytes);
        }
        if let Some(fields) = self.form {
            pages = pages.form(fields);
        }
        if let Some(parts) = &self.auth {
            pages = pages.auth(auth(parts, questions)?);
        }
        if let Some(path) = self.items {
            pages = pages.items(path);
        }
        if let Some((requests, per, headers)) = self.rate {
            pages = pages.rate(Rate { headers, ..Rate::new(requests, seconds("per", per)?) });
        }
        if let Some(path) = self.ca {
            pages = pages.ca(path);
        }
        if let Some(position) = self.resume {
            pages = pages.resume(position);
        }
        Ok(pages)
    }
}

impl StopOption {
    fn stop(self) -> Stop {
        let Self { empty, has_more, total, status, max_pages, max_items } = self;
        Stop { empty, has_more, total, status, max_pages, max_items }
    }
}

impl RetryOption {
    fn retry(&self) -> PyResult<Retry> {
        Ok(Retry {
            times: self.times,
            base: seconds("base", self.base)?,
            longest: seconds("longest", self.longest)?,
            longest_asked: seconds("longest_asked", self.longest_asked)?,
            budget: self.budget,
            post: self.post,
        })
    }
}

impl TimeoutOption {
    fn timeouts(&self) -> PyResult<Timeouts> {
        Ok(Timeouts {
            connect: seconds("connect", self.connect)?,
            read: seconds("read", self.read)?,
            total: self.total.map(|total| seconds("total", total)).transpose()?,
            min_rate: self.min_rate,
        })
    }
}

/// The way by its parts: a word, and what belongs to it.
fn next(parts: &[String], questions: Option<&Py<Questions>>) -> PyResult<Next> {
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().map_err(|_| refused("next has no number"));
    Ok(match *parts {
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
    })
}

/// The credentials by their parts.
fn auth(parts: &[String], questions: Option<&Py<Questions>>) -> PyResult<Auth> {
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Ok(match *parts {
        ["bearer", token] => Auth::Bearer(token.to_owned()),
        ["basic", user, password] => {
            Auth::Basic { user: user.to_owned(), password: password.to_owned() }
        }
        ["header", name, value] => Auth::Header { name: name.to_owned(), value: value.to_owned() },
        ["query", name, value] => Auth::Query { name: name.to_owned(), value: value.to_owned() },
        _ => {
            let Some(questions) = questions else { return Err(refused("nobody answers")) };
            let asked = Arc::clone(&questions.get().0);
            Auth::by(move || {
                let asked = Arc::clone(&asked);
                async move { asked.auth().await }
            })
        }
    })
}

fn seconds(name: &str, value: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(value)
        .map_err(|_| refused(&format!("{name} must be a number of seconds, not {value}")))
}

fn refused(message: &str) -> PyErr {
    PyValueError::new_err(message.to_owned())
}
