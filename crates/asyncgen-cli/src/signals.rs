//! Ctrl-C and SIGTERM as something to wait for.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;

const SIGINT: u8 = 2;
const SIGTERM: u8 = 15;

/// The signals that ask for the end. While it lives they do not kill the process.
#[derive(Debug)]
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for one of them; a signal that came before is not lost.
    pub(crate) async fn recv(&mut self) -> Failure {
        tokio::select! {
            _ = self.interrupt.recv() => Failure::Signal(SIGINT),
            _ = self.terminate.recv() => Failure::Signal(SIGTERM),
        }
    }
}
