//! Comma-separated values.

use asyncgen_formats::{CsvDecoder, CsvOptions, Header};

use crate::decode::{MAX_RECORD, decoded};
use crate::{Batches, ErrorKind, Input, Rows};

/// CSV as RFC 4180 has it, with a header unless [`Csv::header`] says otherwise.
///
/// A record with more or fewer fields than the header is an error. Building does no I/O. See
/// [`Csv`] for the options.
///
/// ```
/// use asyncgen_sources::{Header, Input, csv};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// let table = "1;\"one; two\"\n2;three\n";
/// let names = Header::Names(vec!["id".into(), "text".into()]);
/// let mut rows = csv(Input::bytes(table)).delimiter(b';').header(names).rows();
/// assert_eq!(rows.next().await.unwrap()?.by_name("text"), Some("one; two"));
/// assert_eq!(rows.next().await.unwrap()?.by_name("text"), Some("three"));
/// assert!(rows.next().await.is_none());
/// # Ok(())
/// # }
/// # pollster::block_on(example()).unwrap();
/// ```
pub fn csv(input: impl Into<Input>) -> Csv {
    Csv { input: input.into(), options: CsvOptions::new().max_record(MAX_RECORD) }
}

/// How to read CSV; made by [`csv`].
#[derive(Debug)]
#[must_use = "a source does nothing until it is polled"]
pub struct Csv {
    input: Input,
    options: CsvOptions,
}

impl Csv {
    /// The byte between fields, a comma unless set.
    pub fn delimiter(mut self, byte: u8) -> Self {
        self.options = self.options.delimiter(byte);
        self
    }

    /// The byte round fields that hold delimiters or newlines, `"` unless set.
    pub fn quote(mut self, byte: u8) -> Self {
        self.options = self.options.quote(byte);
        self
    }

    /// Where the names of the columns come from, the first record unless set.
    pub fn header(mut self, header: Header) -> Self {
        self.options = self.options.header(header);
        self
    }

    /// The most bytes a record may have, 16 MiB unless set; a longer one, or a quote that is
    /// never closed, is an error there.
    pub fn max_record(mut self, bytes: usize) -> Self {
        self.options = self.options.max_record(bytes);
        self
    }

    /// The records in batches.
    pub fn batches(self) -> Batches {
        let decoder = CsvDecoder::new(self.options);
        decoded(self.input, decoder.map_err(|error| ErrorKind::Usage(error.to_string())))
    }

    /// The records one by one.
    pub fn rows(self) -> Rows {
        Rows::of(self.batches())
    }
}
