//! The loop in the middle: batches from the source, through a format, into the sink.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Instant;

use asyncgen_sources::{Batch, Batches, Error, Reject};

use crate::{
    failure::Failure,
    output::{Encoder, Head, Problem},
    position::Kept,
    progress::{Bar, IDLE_TICK},
    rejects::Rejects,
    render,
    signals::Signals,
    sink::Sink,
    summary::Summary,
};

/// What flows from where to where.
pub(crate) struct Pump {
    pub(crate) batches: Batches,
    pub(crate) encoder: Encoder,
    pub(crate) sink: Sink,
    pub(crate) bar: Bar,
    /// Whether the dialect is still to be told.
    pub(crate) tells_dialect: bool,
    pub(crate) kept: Option<Kept>,
    /// How many records may still pass.
    pub(crate) take: u64,
    /// How many have passed.
    pub(crate) records: u64,
    /// Whether those that are not as they should be are passed over.
    pub(crate) skips: bool,
    /// Where those go that are passed over, if they are kept.
    pub(crate) rejects: Option<Rejects>,
    /// How many were passed over.
    pub(crate) rejected: u64,
}

/// How many records that were passed over are told one by one.
const TOLD: u64 = 10;

impl Pump {
    /// Pumps until the source ends, fails, has given enough, or a signal comes. All whole records
    /// before that are written.
    pub(crate) async fn run(mut self) -> (Summary, Result<(), Failure>) {
        let started = Instant::now();
        let result = match Signals::listen() {
            Err(error) => Err(Failure::Runtime(error)),
            Ok(mut signals) => {
                let result = tokio::select! {
                    biased;
                    signal = signals.recv() => Err(signal),
                    result = self.pump() => result,
                };
                self.bar.clear();
                self.batches.close();
                // Where there were none, the file says so.
                let result = match (&mut self.rejects, result) {
                    (Some(rejects), Ok(())) => rejects.write(std::iter::empty()),
                    (_, result) => result,
                };
                let output = self.sink.path();
                let worth_writing = result.is_ok() || !self.sink.is_untouched();
                if worth_writing {
                    self.encoder.end(self.sink.buf());
                }
                // A second signal does not wait for a reader that is stuck.
                let written = match &result {
                    Err(Failure::Signal(_)) => self.sink.finish_soon().await,
                    // Nor is anything told of what was not opened.
                    _ if !worth_writing => Ok(false),
                    _ => tokio::select! {
                        signal = signals.recv() => Err(signal),
                        written = self.sink.finish() => written.map(|()| true),
                    },
                };
                let is_output = matches!(result, Err(Failure::Output { .. } | Failure::ReaderGone));
                let written = match (written, &self.kept) {
                    (Ok(true), Some(kept)) if !is_output => {
                        kept.write(&self.batches, output.as_deref())
                    }
                    (written, _) => written.map(|_| ()),
                };
                match result {
                    Ok(()) => written,
                    Err(failure) => Err(failure.and(written)),
                }
            }
        };
        let summary = Summary {
            noun: "record",
            rejects: self.rejected,
            records: self.records,
            bytes: self.batches.progress().bytes,
            elapsed: started.elapsed(),
        };
        (summary, result)
    }

    /// # Cancel safety
    /// Dropped at any await, the sink holds whole records only, and loses none.
    async fn pump(&mut self) -> Result<(), Failure> {
        let mut idle = tokio::time::interval(IDLE_TICK);
        while self.take > 0 || !self.encoder.is_begun() {
            let next = tokio::select! {
                biased;
                failure = self.sink.failed() => return Err(failure),
                next = self.batches.next() => next,
                // Nothing is ready: what has come so far must not wait for what has not.
                () = std::future::ready(()), if self.sink.is_dirty() => {
                    self.sink.flush().await?;
                    continue;
                }
                _ = idle.tick(), if self.bar.is_shown() => {
                    self.bar.update(self.batches.progress(), self.records);
                    continue;
                }
            };
            self.tell_dialect();
            let batch = next.transpose()?;
            if let Some(batch) = &batch {
                self.tell_rejects(batch.rejects())?;
            }
            if let Some(batch) = batch.as_ref().filter(|batch| batch.is_empty()) {
                if let Some(kept) = &mut self.kept {
                    kept.set(batch, None);
                }
                continue;
            }
            let Some(batch) = batch else {
                let head = Head { columns: self.batches.columns(), first: None };
                let begun = self.encoder.begin(head, self.sink.buf());
                return begun.map_err(|problem| self.failure(&problem));
            };
            let (passed, result) = self.pass(&batch);
            if let (Some(kept), Some(last)) = (&mut self.kept, passed.checked_sub(1)) {
                kept.set(&batch, Some(last));
            }
            result?;
            self.bar.update(self.batches.progress(), self.records);
            if self.sink.is_full() {
                self.sink.flush().await?;
            }
            // The source may always be ready; signals and the bar must have their turn.
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// Writes the records of `batch` that may still pass, and tells how many of it are done with.
    fn pass(&mut self, batch: &Batch) -> (usize, Result<(), Failure>) {
        let (mut done, mut rejects, mut result) = (0, Vec::new(), Ok(()));
        let is_wanted = |pump: &Self| pump.take > 0 || !pump.encoder.is_begun();
        while is_wanted(self) && done < batch.len() && result.is_ok() {
            let most = usize::try_from(self.take).unwrap_or(usize::MAX);
            let end = done.saturating_add(most).min(batch.len());
            let head = Head { columns: self.batches.columns(), first: batch.get(done) };
            let (passed, written) = match self.encoder.begin(head, self.sink.buf()) {
                Ok(()) => self.encoder.records(batch, done..end, self.sink.buf()),
                Err(problem) => (0, Err(problem)),
            };
            self.take -= passed as u64;
            self.records += passed as u64;
            done += passed;
            result = match (written, batch.get(done)) {
                (Err(Problem::Fault(fault)), Some(record)) if self.skips => {
                    rejects.push(Reject::of(record, fault));
                    done += 1;
                    Ok(())
                }
                (Err(Problem::Fault(fault)), Some(record)) => {
                    let name = Arc::clone(self.batches.file_name(record.position()));
                    Err(Failure::Source(Error::decode(fault, name)))
                }
                (written, _) => written.map_err(|problem| self.failure(&problem)),
            };
        }
        let told = self.tell_rejects(&rejects);
        (done, result.and(told))
    }

    /// Tells how the source is written, once it is known.
    fn tell_dialect(&mut self) {
        if self.tells_dialect
            && let Some(dialect) = self.batches.dialect()
        {
            self.tells_dialect = false;
            self.bar.clear();
            // There is nowhere left to tell that stderr is closed.
            let _ = writeln!(io::stderr(), "{}: {dialect}", self.batches.name());
        }
    }

    /// Tells of the records that were passed over, the first of them, or keeps them all.
    fn tell_rejects(&mut self, all: &[Reject]) -> Result<(), Failure> {
        let before = self.rejected;
        self.rejected += all.len() as u64;
        if let Some(rejects) = &mut self.rejects {
            let named = |reject| (reject, &**self.batches.file_name(Reject::start(reject)));
            return rejects.write(all.iter().map(named));
        }
        for (_, reject) in (before..TOLD).zip(all) {
            let name = Arc::clone(self.batches.file_name(reject.start()));
            self.bar.clear();
            render::to_stderr(&Failure::Source(Error::decode(reject.error().clone(), name)));
        }
        Ok(())
    }

    fn failure(&self, problem: &Problem) -> Failure {
        let name = self.batches.name();
        match problem {
            Problem::Missing(_) => Failure::Usage(format!("{name}: {problem}")),
            Problem::Twice(_) => Failure::Usage(format!(
                "{name}: {problem}: --select the columns, name them with --header, or write \
                 --to csv"
            )),
            Problem::Fault(_) | Problem::Record { .. } => {
                Failure::Record { place: name.to_string(), message: problem.to_string() }
            }
            Problem::NewKey { .. } => Failure::Record {
                place: name.to_string(),
                message: format!("{problem}: --select the columns"),
            },
        }
    }
}
