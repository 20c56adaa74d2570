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
        let CsvOptions { header, ragged, blank, strict, on_error, max_record, .. } = options;
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
        let Some(options) = &self.unsettled else { return true };
        let bytes = &self.pending.bytes;
        let whole = bytes.len() < CsvOptions::SAMPLE;
        if whole && input == Input::Open {
            return false;
        }
        let sample = &bytes[..bytes.len().min(CsvOptions::SAMPLE)];
        let options = options.as_ref().clone().or_as_in(&detect::detect(options, sample, whole));
        let pending = std::mem::take(&mut self.pending);
        *self = Self { pending, ..Self::settled(options) };
        true
    }
}
