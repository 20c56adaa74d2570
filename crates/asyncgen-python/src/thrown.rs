//! The exception that the arguments of `throw` mean: one, or a class, a value and a traceback.

use pyo3::{
    exceptions::{PyBaseException, PyGeneratorExit, PyStopAsyncIteration, PyTypeError},
    prelude::*,
    types::{PyTraceback, PyTuple, PyType},
};

/// What `throw(typ, val=None, tb=None)` with these arguments raises; an error says what is wrong
/// with them.
pub(crate) fn thrown(args: &Bound<'_, PyTuple>) -> PyResult<PyErr> {
    let py = args.py();
    let (typ, rest) = match args.as_slice() {
        [typ, rest @ ..] if rest.len() < 3 => (typ, rest),
        all => {
            let message = format!("throw expected 1 to 3 arguments, got {}", all.len());
            return Err(PyTypeError::new_err(message));
        }
    };
    let [val, tb] = [0, 1].map(|index| rest.get(index).filter(|argument| !argument.is_none()));
    let Ok(tb) = tb.map(|tb| tb.cast::<PyTraceback>()).transpose() else {
        return Err(PyTypeError::new_err("throw() third argument must be a traceback object"));
    };
    let error = if let Ok(class) = typ.cast::<PyType>()
        && class.is_subclass_of::<PyBaseException>()?
    {
        let made = match val {
            None => class.call0(),
            Some(val) if val.is_instance(class)? => Ok(val.clone()),
            Some(val) => match val.cast::<PyTuple>() {
                Ok(arguments) => class.call1(arguments.clone()),
                Err(_) => class.call1((val,)),
            },
        };
        // One that cannot be made is thrown as the error which says so.
        made.map_or_else(|error| error, PyErr::from_value)
    } else if typ.is_instance_of::<PyBaseException>() {
        if val.is_some() {
            let message = "instance exception may not have a separate value";
            return Err(PyTypeError::new_err(message));
        }
        PyErr::from_value(typ.clone())
    } else {
        let message = format!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            typ.get_type().name()?
        );
        return Err(PyTypeError::new_err(message));
    };
    if let Some(tb) = tb {
        error.set_traceback(py, Some(tb.clone()));
    }
    Ok(error)
}

/// Whether `error` is how a body ends that is closed.
pub(crate) fn is_end(py: Python<'_>, error: &PyErr) -> bool {
    error.is_instance_of::<PyGeneratorExit>(py) || error.is_instance_of::<PyStopAsyncIteration>(py)
}

/// The exception that closes. As an object, because to make one of a lazy error `PyO3` gives the
/// GIL up for a moment, which it does not get back while the interpreter is torn down.
pub(crate) fn generator_exit(py: Python<'_>) -> PyResult<PyErr> {
    py.get_type::<PyGeneratorExit>().call0().map(PyErr::from_value)
}

/// Says from 3.12 on, as the interpreter does, that `method` has one argument nowadays.
pub(crate) fn deprecated(args: &Bound<'_, PyTuple>, method: &str) -> PyResult<()> {
    if cfg!(Py_3_12) && args.len() > 1 {
        let message = format!(
            "the (type, exc, tb) signature of {method}() is deprecated, use the single-arg \
             signature instead.\0"
        );
        let message = std::ffi::CStr::from_bytes_with_nul(message.as_bytes());
        let category = args.py().get_type::<pyo3::exceptions::PyDeprecationWarning>();
        PyErr::warn(args.py(), &category, message.unwrap_or_default(), 1)?;
    }
    Ok(())
}
