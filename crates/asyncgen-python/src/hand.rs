//! The way in for bytes that the consumer's own task pulls.

use std::sync::{Mutex, PoisonError};

use asyncgen_sources::Input;
use pyo3::{exceptions::PyRuntimeError, prelude::*};

/// The giving end of an input, for the coroutines that pull an async iterable of Python.
#[pyclass(frozen, module = "asyncgen._asyncgen")]
pub(crate) struct Hand {
    hand: asyncgen_sources::Hand,
    input: Mutex<Option<Input>>,
}

impl Hand {
    /// The input, once, and its giving end.
    pub(crate) fn take(&self) -> PyResult<(Input, asyncgen_sources::Hand)> {
        let input = self.input.lock().unwrap_or_else(PoisonError::into_inner).take();
        let input = input.ok_or_else(|| PyRuntimeError::new_err("the hand was used already"))?;
        Ok((input, self.hand.clone()))
    }
}

#[pymethods]
impl Hand {
    #[new]
    fn new(name: &str) -> Self {
        let (hand, input) = Input::by_hand(name);
        Self { hand, input: Mutex::new(Some(input)) }
    }

    /// Gives a chunk.
    fn give(&self, chunk: &[u8]) {
        self.hand.give(chunk.to_vec());
    }

    /// Says that the input has ended.
    fn finish(&self) {
        self.hand.finish();
    }

    /// Says that there is nothing more to be had.
    fn fail(&self, message: String) {
        self.hand.fail(message);
    }
}
