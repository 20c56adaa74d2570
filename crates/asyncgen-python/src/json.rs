//! JSON text into Python objects, as `json.loads` does it: integers of any size are exact, the
//! last of duplicate keys wins.

mod checked;
mod inside;
mod keys;
mod number;

use jiter::{Jiter, JiterResult, NumberAny, NumberInt, Peek};
use pyo3::{
    IntoPyObjectExt,
    exceptions::PyValueError,
    prelude::*,
    types::{PyDict, PyInt, PyList},
};

use crate::raw;
pub(crate) use checked::{Checked, Made};
use inside::Inside;
pub(crate) use keys::{Key, Keys, Spot};

/// The deepest nesting: each level takes a stack frame. The decoders stop before.
const DEEPEST: usize = 512;

/// The value that `source`, a text that a decoder has checked, stands for.
pub(crate) fn checked<'py>(
    py: Python<'py>,
    source: &str,
    keys: &Keys,
) -> PyResult<Bound<'py, PyAny>> {
    Checked::new(py, source, keys).read(Spot::ROOT)
}

/// The value that `source`, one whole JSON text, stands for.
pub(crate) fn value<'py>(
    py: Python<'py>,
    source: &str,
    keys: &Keys,
) -> PyResult<Bound<'py, PyAny>> {
    let mut reader = Reader { py, json: Jiter::new(source.as_bytes()), keys };
    let peek = told(reader.json.peek())?;
    let value = reader.value(peek, 0)?;
    told(reader.json.finish())?;
    Ok(value)
}

/// Makes objects of a JSON text, from its beginning.
struct Reader<'py, 'j, 'k> {
    py: Python<'py>,
    json: Jiter<'j>,
    keys: &'k Keys,
}

impl<'py> Reader<'py, '_, '_> {
    fn value(&mut self, peek: Peek, depth: usize) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        if depth > DEEPEST {
            return Err(PyValueError::new_err(format!("nested deeper than {DEEPEST} levels")));
        }
        match peek {
            Peek::String => {
                let value = told(self.json.known_str())?;
                Ok(raw::string(py, value, false)?.into_any())
            }
            Peek::Null => {
                told(self.json.known_null())?;
                Ok(py.None().into_bound(py))
            }
            Peek::True | Peek::False => told(self.json.known_bool(peek))?.into_bound_py_any(py),
            Peek::Array => self.array(depth),
            Peek::Object => self.object(depth),
            _ => self.number(peek),
        }
    }

    fn array(&mut self, depth: usize) -> PyResult<Bound<'py, PyAny>> {
        let list = PyList::empty(self.py);
        let mut element = told(self.json.known_array())?;
        while let Some(peek) = element {
            list.append(self.value(peek, depth + 1)?)?;
            element = told(self.json.array_step())?;
        }
        Ok(list.into_any())
    }

    fn object(&mut self, depth: usize) -> PyResult<Bound<'py, PyAny>> {
        let dict = PyDict::new(self.py);
        let mut key =
            told(self.json.known_object())?.map(|key| self.keys.unescaped(self.py, key.as_bytes()));
        while let Some(name) = key {
            let peek = told(self.json.peek())?;
            dict.set_item(name?, self.value(peek, depth + 1)?)?;
            key =
                told(self.json.next_key())?.map(|key| self.keys.unescaped(self.py, key.as_bytes()));
        }
        Ok(dict.into_any())
    }

    fn number(&mut self, peek: Peek) -> PyResult<Bound<'py, PyAny>> {
        let start = self.json.current_index();
        match told(self.json.known_number(peek))? {
            NumberAny::Int(NumberInt::Int(int)) => int.into_bound_py_any(self.py),
            NumberAny::Float(float) => float.into_bound_py_any(self.py),
            // The interpreter's own conversion keeps its guard against huge numbers.
            NumberAny::Int(NumberInt::BigInt(_)) => {
                let digits = String::from_utf8_lossy(self.json.slice_to_current(start));
                self.py.get_type::<PyInt>().call1((digits.trim(),))
            }
        }
    }
}

/// The decoders have checked the text: what is wrong here is a difference between two readers.
fn told<T>(result: JiterResult<T>) -> PyResult<T> {
    result.map_err(|error| PyValueError::new_err(format!("not JSON: {error}")))
}
