//! Work for the threads of the library, for who must not do it in its own.

use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::process;
use std::task::{Context, Poll, Waker};

use tokio::task::JoinHandle;

use crate::producer::{panic_message, panicked};
use crate::{ErrorKind, runtime};

/// Something that is being worked out on the library's runtime. Dropping it forgets the result.
#[derive(Debug)]
pub struct Work<T> {
    /// The process that does it.
    process: u32,
    /// Always there, except while dropping.
    task: Option<JoinHandle<T>>,
}

impl<T> Work<T> {
    /// What comes of `work` here and now, for who may well do it. A panic of it is an error.
    pub fn here(work: impl FnOnce() -> T) -> Result<T, ErrorKind> {
        catch_unwind(AssertUnwindSafe(work))
            .map_err(|panic| ErrorKind::Panicked(panic_message(panic.as_ref())))
    }
}

impl<T: Send + 'static> Work<T> {
    /// Begins `work`, which does not wait for anything.
    pub fn start(work: impl FnOnce() -> T + Send + 'static) -> Result<Self, ErrorKind> {
        let runtime = runtime::current().map_err(ErrorKind::Open)?;
        let task = runtime.tokio.spawn(async move { work() });
        Ok(Self { process: process::id(), task: Some(task) })
    }

    /// What came of it, once; `waker` is woken when that is there. A panic of it is an error.
    pub fn poll(&mut self, waker: &Waker) -> Poll<Result<T, ErrorKind>> {
        match &mut self.task {
            Some(task) if self.process == process::id() => {
                Pin::new(task).poll(&mut Context::from_waker(waker)).map_err(panicked)
            }
            _ => Poll::Ready(Err(ErrorKind::Forked)),
        }
    }
}

impl<T> Drop for Work<T> {
    fn drop(&mut self) {
        if self.process != process::id() {
            // It takes a lock that a thread of the parent may have held during the fork.
            mem::forget(self.task.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    fn run(work: impl FnOnce() -> u8 + Send + 'static) -> Result<u8, ErrorKind> {
        let mut work = Work::start(work)?;
        pollster::block_on(poll_fn(|cx| work.poll(cx.waker())))
    }

    #[test]
    fn a_result_or_a_panic() {
        assert_eq!(run(|| 7).unwrap(), 7);
        assert_eq!(Work::here(|| 7).unwrap(), 7);
        let panic = || {
            assert!(std::hint::black_box(false), "out of cheese");
            7
        };
        for told in [run(panic), Work::here(panic)] {
            assert!(matches!(told, Err(ErrorKind::Panicked(text)) if text == "out of cheese"));
        }
    }
}
