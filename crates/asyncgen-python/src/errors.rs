//! Failures of sources as the exceptions of `asyncgen.errors`.

use std::{io, sync::Arc};

use asyncgen_cli::Problem;
use asyncgen_sources::{Error, ErrorKind, Place, Position, Summary};
use pyo3::{
    exceptions::{PyRuntimeError, PyStopAsyncIteration, PyStopIteration, PyValueError},
    prelude::*,
    sync::PyOnceLock,
    types::PyDict,
};

use crate::{
    build::Unbuilt, core::Core, cursor::Taken, encode::Fault, exit::Stay, facts, reader::Reader,
};

/// The exception that `error` becomes in Python: the whole mapping.
pub(crate) fn to_pyerr(py: Python<'_>, error: &Error) -> PyErr {
    make(py, error).unwrap_or_else(|broken| broken)
}

/// As [`to_pyerr`], with a note on where `core` was made, and the cause in the Python file it
/// reads, if that is where the failure came from. What an async iterable raised stays what it is.
pub(crate) fn failure(py: Python<'_>, error: &Error, core: &Core) -> PyErr {
    let _stay = Stay::begin(py);
    let item = core.taken(py) + 1;
    let explained = || {
        if let Some(reader @ Reader::Puller(..)) = &core.reader
            && let Some(raised) = reader.take_error(py)?
        {
            let line = core.position(py).line;
            let byte = error.place().offset.unwrap_or_default();
            note(&raised, &format!("{}: raised after byte {byte}, line {line}", core.name), py);
            note(&raised, &made_at(core, item), py);
            return Ok(raised);
        }
        if let Some(asker @ Reader::Asker(..)) = &core.reader
            && let Some(raised) = asker.take_error(py)?
        {
            note(&raised, &made_at(core, item), py);
            return Ok(raised);
        }
        let raised = to_pyerr(py, error);
        explain(py, &raised, core, item)?;
        Ok(raised)
    };
    explained().unwrap_or_else(|broken| broken)
}

/// Adds a note to an exception that is not ours, which may refuse it.
fn note(raised: &PyErr, text: &str, py: Python<'_>) {
    let _refused = raised.value(py).call_method1(pyo3::intern!(py, "add_note"), (text,));
}

/// The exception for a misuse: of the source called `name`, where there is one.
pub(crate) fn misused(py: Python<'_>, message: String, name: Option<&Arc<str>>) -> PyErr {
    let place = Place { source: name.cloned(), ..Place::default() };
    to_pyerr(py, &Error::new(ErrorKind::Usage(message), place))
}

fn made_at(core: &Core, item: u64) -> String {
    format!("item {item} of {}({}), created at {}", core.noun, core.name, core.created)
}

/// The error for a record that cannot become an object: JSON with an integer so long that Python
/// refuses it, for instance.
pub(crate) fn not_built(py: Python<'_>, cause: Unbuilt, core: &Core, taken: &Taken) -> PyErr {
    let cause = match cause {
        Unbuilt::Python(cause) => cause,
        Unbuilt::Fault(error) => {
            let _stay = Stay::begin(py);
            let raised = to_pyerr(py, &error);
            let explained = explain(py, &raised, core, core.taken(py));
            return explained.map_or_else(|broken| broken, |()| raised);
        }
    };
    if cause.is_instance_of::<PyStopIteration>(py)
        || cause.is_instance_of::<PyStopAsyncIteration>(py)
    {
        // It would be taken for the end, as PEP 479 says.
        let name = cause.get_type(py);
        let raised = PyRuntimeError::new_err(format!("what makes a record raised {name}"));
        raised.set_cause(py, Some(cause));
        return raised;
    }
    if !cause.is_instance_of::<PyValueError>(py) {
        return cause;
    }
    let place = taken.batch.position(taken.index);
    let raised = at_record(py, "DecodeError", &cause.value(py).to_string(), place, core);
    raised.set_cause(py, Some(cause));
    raised
}

/// As [`failure`], of a record that becomes no row of a table, or cannot be written: it is told as the item that it is.
pub(crate) fn at_fault(py: Python<'_>, error: &Error, core: &Core) -> PyErr {
    let _stay = Stay::begin(py);
    let raised = to_pyerr(py, error);
    let item = error.place().record.unwrap_or_else(|| core.taken(py) + 1);
    explain(py, &raised, core, item).map_or_else(|broken| broken, |()| raised)
}

/// The error for a record that cannot be written in another format.
pub(crate) fn not_encoded(py: Python<'_>, fault: &Fault, core: &Core) -> PyErr {
    let problem = &fault.problem;
    match problem {
        Problem::Twice(_) => {
            let instead = "give other names as header=[...], or encode(\"csv\")";
            let kind = ErrorKind::Usage(format!("{problem}: {instead}"));
            let place = Place { source: Some(Arc::clone(&core.name)), ..Place::default() };
            failure(py, &Error::new(kind, place), core)
        }
        Problem::Fault(wrong) => {
            let name = core.file_name(fault.position);
            at_fault(py, &Error::decode(wrong.clone(), Arc::clone(name)), core)
        }
        Problem::NewKey { .. } => {
            let text = format!("{problem}: encode(\"ndjson\") has no columns");
            at_record(py, "EncodeError", &text, fault.position, core)
        }
        _ => at_record(py, "EncodeError", &problem.to_string(), fault.position, core),
    }
}

/// The error `class` about the record that begins at `place`.
fn at_record(py: Python<'_>, class: &str, text: &str, place: Position, core: &Core) -> PyErr {
    let _stay = Stay::begin(py);
    let facts = PyDict::new(py);
    let made = || {
        let name = core.file_name(place);
        facts.set_item("source", name.as_ref())?;
        facts.set_item("line", place.line)?;
        facts.set_item("offset", place.offset)?;
        facts.set_item("record", place.record + 1)?;
        let text = format!("{name}:{}: {text}", place.line);
        let raised = new(py, class, &text, &facts, None)?;
        explain(py, &raised, core, place.record + 1)?;
        Ok(raised)
    };
    made().unwrap_or_else(|broken| broken)
}

/// The end of an `async for`; its `value` is the summary, as PEP 828 has it.
pub(crate) fn stop_async_iteration(py: Python<'_>, summary: Option<Summary>) -> PyResult<PyErr> {
    let _stay = Stay::begin(py);
    let stop = PyStopAsyncIteration::new_err(());
    let value = summary.map(|summary| facts::summary(py, &summary)).transpose()?;
    stop.value(py).setattr(pyo3::intern!(py, "value"), value)?;
    Ok(stop)
}

/// An awaitable that is done was resumed; `verbs` are those that give such awaitables.
pub(crate) fn reused(verbs: &str) -> PyErr {
    PyRuntimeError::new_err(format!("cannot reuse already awaited {verbs}"))
}

/// Somebody else is at it; `verb` is what was asked.
pub(crate) fn already_running(verb: &str) -> PyErr {
    PyRuntimeError::new_err(format!("{verb}(): asynchronous generator is already running"))
}

fn make(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let place = error.place();
    let facts = PyDict::new(py);
    facts.set_item("source", place.source.as_deref())?;
    facts.set_item("line", place.line)?;
    facts.set_item("column", place.column)?;
    facts.set_item("offset", place.offset)?;
    facts.set_item("record", place.record)?;
    facts.set_item("url", place.url.as_deref())?;
    facts.set_item("page", place.page)?;
    let class = match error.kind() {
        ErrorKind::Decode(_) | ErrorKind::TooLarge { .. } | ErrorKind::ErrorBody { .. } => {
            "DecodeError"
        }
        ErrorKind::NotJson { .. } => "NotJson",
        ErrorKind::NotEvents { .. } => "NotEvents",
        ErrorKind::Compression(_) => "CompressionError",
        ErrorKind::Open(cause) | ErrorKind::Read(cause) => {
            facts.set_item("errno", cause.raw_os_error())?;
            os_class(cause)
        }
        ErrorKind::Connect { attempts, .. } => {
            facts.set_item("attempts", attempts)?;
            "ConnectError"
        }
        ErrorKind::Status { status, attempts } => {
            facts.set_item("status", status)?;
            facts.set_item("attempts", attempts)?;
            "StatusError"
        }
        ErrorKind::CrossOrigin { .. } => "CrossOriginError",
        ErrorKind::Loop { .. } => "PageLoopError",
        ErrorKind::BadLink { .. } | ErrorKind::NextUnknown { .. } | ErrorKind::Walk { .. } => {
            "LinkError"
        }
        ErrorKind::Changed | ErrorKind::Stale { .. } => "ChangedError",
        ErrorKind::Auth { .. } => "AuthError",
        ErrorKind::Usage(_) => "UsageError",
        ErrorKind::Forked => "ForkedError",
        ErrorKind::Panicked(_) => "InternalError",
        // The enum may grow: an error without its own class is still one of ours.
        _ => "Error",
    };
    let snippet = error.snippet().map(|snippet| (snippet.text.as_str(), snippet.caret));
    new(py, class, &error.to_string(), &facts, snippet)
}

fn new(
    py: Python<'_>,
    class: &str,
    text: &str,
    facts: &Bound<'_, PyDict>,
    snippet: Option<(&str, usize)>,
) -> PyResult<PyErr> {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let make = MAKE.import(py, "asyncgen.errors", "make")?;
    make.call1((class, text, facts, snippet)).map(PyErr::from_value)
}

fn os_class(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::NotFound => "NotFound",
        io::ErrorKind::IsADirectory => "IsADirectory",
        io::ErrorKind::PermissionDenied => "PermissionDenied",
        _ => "ReadError",
    }
}

fn explain(py: Python<'_>, raised: &PyErr, core: &Core, item: u64) -> PyResult<()> {
    let value = raised.value(py);
    value.call_method1(pyo3::intern!(py, "add_note"), (made_at(core, item),))?;
    value.setattr(pyo3::intern!(py, "item"), item)?;
    value.setattr(pyo3::intern!(py, "created"), &core.created)?;
    if let Some(reader @ Reader::Thread(_)) = &core.reader
        && let Some(cause) = reader.take_error(py)?
    {
        raised.set_cause(py, Some(cause));
    }
    Ok(())
}
