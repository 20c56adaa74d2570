//! The bridge from Rust threads to the running event loop.
//!
//! `asyncgen._bridge` keeps one [`Bridge`] for each running loop and watches its descriptor
//! there; this side finds it, hands out wakers and asks for the coroutine that parks a task.

use std::{
    os::fd::{AsFd, AsRawFd, RawFd},
    sync::Arc,
    task::Waker,
};

use pyo3::{prelude::*, sync::PyOnceLock};

use crate::{bell::Bell, exit::Stay};

/// A descriptor that is readable while sources are ready, and their ids.
#[pyclass(frozen, module = "asyncgen._asyncgen")]
pub(crate) struct Bridge {
    bell: Arc<Bell>,
}

#[pymethods]
impl Bridge {
    #[new]
    fn new() -> PyResult<Self> {
        Ok(Self { bell: Bell::new()? })
    }

    /// The descriptor to watch.
    fn fileno(&self) -> RawFd {
        self.bell.as_fd().as_raw_fd()
    }

    /// The ids that became ready; the descriptor is silent again.
    fn take(&self) -> Vec<u64> {
        self.bell.take()
    }
}

/// A place to park in: made before the poll that may need it.
pub(crate) struct Berth<'py> {
    keeper: Bound<'py, PyAny>,
    id: u64,
    pub(crate) waker: Waker,
}

impl<'py> Berth<'py> {
    /// A berth on the bridge of the running event loop.
    pub(crate) fn find(py: Python<'py>) -> PyResult<Self> {
        static KEEPER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let _stay = Stay::begin(py);
        let keeper = KEEPER.import(py, "asyncgen._bridge", "keeper")?.call0()?;
        let bridge = keeper.getattr(pyo3::intern!(py, "bridge"))?;
        let (id, waker) = bridge.cast::<Bridge>()?.get().bell.waker();
        Ok(Self { keeper, id, waker })
    }

    /// The coroutine that ends when the waker was woken.
    pub(crate) fn park(self) -> PyResult<Bound<'py, PyAny>> {
        let _stay = Stay::begin(self.keeper.py());
        self.keeper.call_method1(pyo3::intern!(self.keeper.py(), "park"), (self.id,))
    }
}
