//! Records that are passed over because of a fault.

use crate::batch::Entry;
use crate::pending::Fault;
use crate::place::{LineEnds, error_at};
use crate::{Batch, Error, ErrorKind, Position, Record};

/// What becomes of a record that is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// It is an error, and the source ends there.
    #[default]
    Raise,
    /// It is a [`Reject`] of its batch, and the source goes on with the next one. A record or a header
    /// beyond a limit, and a header that is wrong, are errors all the same.
    Skip,
}

/// A record that was passed over: what is wrong with it, and where it is. Records are counted
/// without it.
///
/// ```
/// use asyncgen_formats::{Batch, CsvDecoder, CsvOptions, Decoder, OnError};
///
/// let mut decoder = CsvDecoder::new(CsvOptions::new().on_error(OnError::Skip))?;
/// let mut batch = Batch::default();
/// decoder.decode(b"a,b\n1,2\n3\n4,5\n", &mut batch)?;
/// assert_eq!(batch.iter().map(|record| record.get(0).unwrap()).collect::<String>(), "14");
/// let reject = &batch.rejects()[0];
/// assert_eq!(reject.error().to_string(), "record 2 has 1 field, the header has 2");
/// assert_eq!((reject.start().line, reject.start().offset, reject.end()), (3, 8, 9));
/// assert_eq!(reject.raw(), "3");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Reject {
    error: Error,
    start: Position,
    end: u64,
    raw: Box<str>,
}

/// How many bytes of a record are kept: enough to see what it is.
const RAW: usize = 4096;

impl Reject {
    /// The record that stands at `start` and is written as `bytes[from..to]`, which begins a line.
    pub(crate) fn new(
        fault: Fault,
        start: Position,
        (bytes, from, to): (&[u8], usize, usize),
        ends: LineEnds,
    ) -> Self {
        let raw = &bytes[from..to.min(from + RAW)];
        Self {
            error: error_at(fault.kind, start, (bytes, from, fault.at), ends),
            start,
            end: start.offset + (to - from) as u64,
            raw: String::from_utf8_lossy(raw).into(),
        }
    }

    /// `record`, which is not what it should be for the reason `error`.
    pub fn of(record: Record<'_>, error: Error) -> Self {
        let raw = record.raw();
        let start = record.position();
        let end = start.offset + raw.len() as u64;
        let raw = String::from_utf8_lossy(&raw.as_bytes()[..raw.len().min(RAW)]).into();
        Self { error, start, end, raw }
    }

    /// What is wrong.
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// Where it begins.
    pub fn start(&self) -> Position {
        self.start
    }

    /// The byte after it, its line end not counted.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// How it is written, up to 4 KiB; what is not UTF-8 stands as U+FFFD.
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

/// Takes the records out of `batch` that are not UTF-8, and gives `bytes`, its text, without what is not.
/// The first `raw_len` of them are the source's.
pub(crate) fn take_out_invalid(
    batch: &mut Batch,
    mut bytes: Vec<u8>,
    raw_len: usize,
    ends: LineEnds,
) -> String {
    let invalid = |index: &usize| {
        let fields = &batch.fields[batch.field_range(*index)];
        fields.iter().any(|field| {
            std::str::from_utf8(&bytes[field.start as usize..field.end as usize]).is_err()
        })
    };
    let bad: Vec<usize> = (0..batch.len()).filter(invalid).collect();
    for &index in &bad {
        let raw = batch.raw(index, &bytes, raw_len);
        let Err(error) = std::str::from_utf8(&bytes[raw.clone()]) else { continue };
        let at = raw.start + error.valid_up_to();
        let kind = ErrorKind::InvalidUtf8 { byte: bytes[at] };
        let Some(record) = batch.get(index) else { continue };
        let position = record.position();
        let raw = (&bytes[..raw_len], raw.start, raw.end);
        batch.rejects.push(Reject::new(Fault { kind, at }, position, raw, ends));
    }
    take_out(batch, &bad);
    let mut from = 0;
    while let Err(error) = std::str::from_utf8(&bytes[from..]) {
        let at = from + error.valid_up_to();
        let length = error.error_len().unwrap_or(bytes.len() - at);
        bytes[at..at + length].fill(b' ');
        from = at;
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Takes the records at `bad`, which is in order, out of `batch`, that are rejects of it now.
pub(crate) fn take_out(batch: &mut Batch, bad: &[usize]) {
    if bad.is_empty() {
        return;
    }
    let (mut fields, mut records) = (Vec::new(), Vec::new());
    let mut bad = bad.iter().peekable();
    for index in 0..batch.len() {
        if bad.next_if(|bad| **bad == index).is_none() {
            let first_field = crate::pending::small(fields.len());
            records.push(Entry { first_field, ..batch.records[index] });
            fields.extend_from_slice(&batch.fields[batch.field_range(index)]);
        }
    }
    batch.end.record -= (batch.records.len() - records.len()) as u64;
    (batch.fields, batch.records) = (fields, records);
    batch.rejects.sort_by_key(|reject| reject.start.offset);
    let Batch { start, records, rejects, .. } = batch;
    for reject in rejects {
        // Of the records before it, some may be rejects that were found after it.
        let at = reject.start.offset - start.offset;
        let before = records.partition_point(|record| u64::from(record.offset) < at);
        reject.start.record = start.record + before as u64;
        reject.error.set_record(reject.start.record);
    }
}
