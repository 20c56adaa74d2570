//! The function that makes a source of server-sent events. It does no I/O.

use pyo3::prelude::*;

use crate::{
    asker::Questions,
    build::Builder,
    fairness::Fair,
    json,
    open::source,
    plan::{Faulty, Plan},
    request::{RequestOption, reader, with_request},
    source::Source,
};

/// The field that has the data of an event.
const DATA: usize = 1;

/// A source of the events of a server; `asker` answers the questions for functions of Python.
#[pyfunction]
#[pyo3(signature = (options, *, make, asker, fair, created))]
pub(crate) fn sse(
    options: &Bound<'_, PyAny>,
    make: Option<Py<PyAny>>,
    asker: Option<(Py<PyAny>, Py<Questions>)>,
    fair: Fair,
    created: String,
) -> PyResult<Source> {
    let options: Options = options.extract()?;
    let questions = asker.as_ref().map(|(_, questions)| questions);
    let mut sse = asyncgen_sources::sse(&options.request.url).max_event(options.max_event);
    if let Some(data) = options.until {
        sse = sse.until(data);
    }
    if let Some(again) = options.reconnect {
        sse = sse.reconnect(again);
    }
    if let Some(id) = options.last_event_id {
        sse = sse.last_event_id(id);
    }
    sse = sse.resume(options.resume);
    let batches = with_request!(sse, options.request, questions).batches();
    let reader = asker.map(reader);
    let builder = match make {
        Some(make) => Builder::Made(json::Keys::new(), make, DATA),
        None => Builder::Event,
    };
    Ok(source("sse", batches, Plan { fair, builder, created, reader, faulty: Faulty::Raise }))
}

/// The options of Python's `sse()`, checked there.
#[derive(FromPyObject)]
struct Options {
    request: RequestOption,
    until: Option<String>,
    reconnect: Option<bool>,
    last_event_id: Option<String>,
    resume: Option<String>,
    max_event: usize,
}
