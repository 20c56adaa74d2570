//! The options of requests, for all sources that make their own.

use std::{sync::Arc, time::Duration};

use asyncgen_sources::{Auth, Rate, Retry, Timeouts};
use pyo3::{exceptions::PyValueError, prelude::*};

use crate::{asker::Questions, reader::Reader};

/// What Python says of the requests of a source, checked there.
#[derive(FromPyObject)]
pub(crate) struct RequestOption {
    pub(crate) url: String,
    pub(crate) method: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) json: Option<String>,
    pub(crate) data: Option<Vec<u8>>,
    pub(crate) form: Option<Vec<(String, String)>>,
    pub(crate) auth: Option<Vec<String>>,
    pub(crate) allow_hosts: Vec<String>,
    pub(crate) retry: RetryOption,
    pub(crate) rate: Option<(u32, f64, bool)>,
    pub(crate) timeout: TimeoutOption,
    pub(crate) ca: Option<String>,
}

#[derive(FromPyObject)]
pub(crate) struct RetryOption {
    times: u32,
    base: f64,
    longest: f64,
    longest_asked: f64,
    budget: Option<u32>,
    post: bool,
}

#[derive(FromPyObject)]
pub(crate) struct TimeoutOption {
    connect: f64,
    read: f64,
    total: Option<f64>,
    min_rate: u64,
}

/// A builder with what a [`RequestOption`] says. The builders have the same methods, and no trait.
macro_rules! with_request {
    ($builder:expr, $option:expr, $questions:expr) => {{
        let (mut builder, option) = ($builder, $option);
        builder = builder.retry(option.retry.retry()?).timeouts(option.timeout.timeouts()?);
        for (name, value) in option.headers {
            builder = builder.header(&name, &value);
        }
        for (name, value) in option.params {
            builder = builder.param(name, value);
        }
        for host in option.allow_hosts {
            builder = builder.allow_host(host);
        }
        if let Some(method) = option.method {
            builder = builder.method(&method);
        }
        if let Some(text) = option.json {
            builder = builder.json(text);
        }
        if let Some(bytes) = option.data {
            builder = builder.data(bytes);
        }
        if let Some(fields) = option.form {
            builder = builder.form(fields);
        }
        if let Some(parts) = &option.auth {
            builder = builder.auth($crate::request::auth(parts, $questions)?);
        }
        if let Some(rate) = option.rate {
            builder = builder.rate($crate::request::rate(rate)?);
        }
        if let Some(path) = option.ca {
            builder = builder.ca(path);
        }
        builder
    }};
}
pub(crate) use with_request;

impl RetryOption {
    pub(crate) fn retry(&self) -> PyResult<Retry> {
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
    pub(crate) fn timeouts(&self) -> PyResult<Timeouts> {
        Ok(Timeouts {
            connect: seconds("connect", self.connect)?,
            read: seconds("read", self.read)?,
            total: self.total.map(|total| seconds("total", total)).transpose()?,
            min_rate: self.min_rate,
        })
    }
}

pub(crate) fn rate((requests, per, headers): (u32, f64, bool)) -> PyResult<Rate> {
    Ok(Rate { headers, ..Rate::new(requests, seconds("per", per)?) })
}

/// The credentials by their parts.
pub(crate) fn auth(parts: &[String], questions: Option<&Py<Questions>>) -> PyResult<Auth> {
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Ok(match *parts {
        ["bearer", token] => Auth::Bearer(token.to_owned()),
        ["basic", user, password] => {
            Auth::Basic { user: user.to_owned(), password: password.to_owned() }
        }
        ["header", name, value] => Auth::Header { name: name.to_owned(), value: value.to_owned() },
        ["query", name, value] => Auth::Query { name: name.to_owned(), value: value.to_owned() },
        ["cookie", name, value] => Auth::Cookie { name: name.to_owned(), value: value.to_owned() },
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

/// What answers the questions of a source.
pub(crate) fn reader((asker, questions): (Py<PyAny>, Py<Questions>)) -> Reader {
    Reader::Asker(asker, Arc::clone(&questions.get().0))
}

pub(crate) fn refused(message: &str) -> PyErr {
    PyValueError::new_err(message.to_owned())
}

fn seconds(name: &str, value: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(value)
        .map_err(|_| refused(&format!("{name} must be a number of seconds, not {value}")))
}
