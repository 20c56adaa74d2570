//! The exception that the arguments of `throw` mean: one, or a class, a value and a traceback.

use pyo3::{
    exceptions::{PyBaseException, PyTypeError},
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
        PyErr::from_value(match val {
            None => class.call0()?,
            Some(val) if val.is_instance(class)? => val.clone(),
            Some(val) => match val.cast::<PyTuple>() {
                Ok(arguments) => class.call1(arguments.clone())?,
                Err(_) => class.call1((val,))?,
            },
        })
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
