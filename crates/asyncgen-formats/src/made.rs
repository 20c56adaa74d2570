//! What was made of the records of a batch by who decoded it, for who takes them.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Values of any type, one for each record; they are taken once, whoever holds the batch.
#[derive(Clone)]
pub(crate) struct Made {
    values: Arc<Mutex<Option<Box<dyn Any + Send>>>>,
    /// The memory that they take by themselves.
    memory: usize,
}

impl Made {
    pub(crate) fn new<T: Send + 'static>(values: Vec<Option<T>>) -> Self {
        let memory = values.capacity() * size_of::<Option<T>>();
        Self { values: Arc::new(Mutex::new(Some(Box::new(values)))), memory }
    }

    pub(crate) fn take<T: Send + 'static>(self) -> Option<Vec<Option<T>>> {
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        values.downcast().ok().map(|values| *values)
    }

    pub(crate) fn memory(&self) -> usize {
        self.memory
    }
}

impl fmt::Debug for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Made").finish_non_exhaustive()
    }
}
