//! How a decoder begins: as it was said, or as it is worked out of what comes first.

use super::field::Field;
use super::{CsvDecoder, CsvOptions, Head, Header, OptionError, detect};
use crate::decoder::MAX_RECORD;
use crate::pending::{Input, Pending};
use crate::{Columns, Tail};

impl CsvDecoder {
    /// A decoder of sources that are written as `options` say.
    pub fn new(options: CsvOptions) -> Result<Self, OptionError> {
        options.check()?;
        let unsettled = options.detect.then(|| Box::new(options.clone()));
        Ok(Self { unsettled, ..Self::settled(options) })
    }

    pub(super) fn settled(options: CsvOptions) -> Self {
        let (written, dialect) = (options.dialect(), options.meanings());
        let CsvOptions {
            header, ragged, blank, strict, on_error, max_record, is_skip_found, ..
        } = options;
        let header = header.unwrap_or_default();
        let (header, columns) = match header {
            Header::First => (Head::Awaited, None),
            Header::None => (Head::Absent, None),
            Header::Names(names) => {
                (Head::Known, Some(names.into_iter().map(String::into_boxed_str).collect()))
            }
        };
        let columns: Option<Columns> = columns;
        Self {
            unsettled: None,
            written,
            dialect,
            max_record: max_record.min(MAX_RECORD),
            header,
            ragged,
            blank,
            preamble: written.skip,
            is_skip_found,
            width: columns.as_ref().map(|columns| columns.len()),
            columns,
            expected: None,
            pending: Pending::new(on_error),
            field: Field::starting(0),
            strict,
            broken: None,
            inner_lines: 0,
            tail: Tail::Whole,
        }
    }

    /// Works out what was not said; false as long as too little has come for that.
    pub(super) fn settle(&mut self, input: Input) -> bool {
        let bytes = &self.pending.bytes;
        let ended = input == Input::Ended;
        if self.unsettled.is_none() || (bytes.is_empty() && ended) {
            // What is empty tells nothing of a file that follows it.
            return true;
        }
        if bytes.len() < CsvOptions::SAMPLE && !ended {
            return false;
        }
        let pending = std::mem::take(&mut self.pending);
        self.settle_by(&pending.bytes[..pending.bytes.len().min(CsvOptions::SAMPLE)]);
        self.pending = pending;
        true
    }

    /// Works out what was not said, by the beginning of the source.
    pub(super) fn settle_by(&mut self, sample: &[u8]) {
        let Some(options) = &self.unsettled else { return };
        let whole = sample.len() < CsvOptions::SAMPLE;
        let options = options.as_ref().clone().or_as_in(&detect::detect(options, sample, whole));
        let pending = std::mem::take(&mut self.pending);
        *self = Self { pending, ..Self::settled(options) };
    }
}
