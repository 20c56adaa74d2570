//! Lines of text.

use asyncgen_formats::LinesDecoder;

use crate::decode::{MAX_RECORD, decoded};
use crate::{Batches, Input, Rows};

/// Lines of UTF-8 text; each is a record of one field, without its end, LF or CRLF.
///
/// Building does no I/O. See [`Lines`] for the options.
///
/// ```
/// use asyncgen_sources::{Input, async_for, lines};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// let mut all = Vec::new();
/// async_for!(for row in lines(Input::bytes("one\r\ntwo\n\nfour")).rows() {
///     all.push(row?.get(0).unwrap_or_default().to_owned());
/// });
/// assert_eq!(all, ["one", "two", "", "four"]);
/// # Ok(())
/// # }
/// # pollster::block_on(example()).unwrap();
/// ```
pub fn lines(input: impl Into<Input>) -> Lines {
    Lines { input: input.into(), max_line: MAX_RECORD, keep_ends: false, resume: None }
}

/// How to read lines; made by [`lines`].
#[derive(Debug)]
#[must_use = "a source does nothing until it is polled"]
pub struct Lines {
    input: Input,
    max_line: usize,
    keep_ends: bool,
    resume: Option<String>,
}

impl Lines {
    /// The most bytes a line may have, 16 MiB unless set; a longer one is an error.
    pub fn max_line(mut self, bytes: usize) -> Self {
        self.max_line = bytes;
        self
    }

    /// Whether a line keeps its end, LF or CRLF; not unless set.
    pub fn keep_ends(mut self, keep: bool) -> Self {
        self.keep_ends = keep;
        self
    }

    /// Goes on at a position that [`Source::token`](crate::Source::token) gave. What has changed since is an
    /// error, unless it has only grown.
    pub fn resume(mut self, position: impl Into<Option<String>>) -> Self {
        self.resume = position.into();
        self
    }

    /// The lines in batches.
    pub fn batches(self) -> Batches {
        decoded(
            "lines",
            self.input,
            self.resume.as_deref(),
            Ok(LinesDecoder::new(self.max_line).keep_ends(self.keep_ends)),
        )
    }

    /// The lines one by one.
    pub fn rows(self) -> Rows {
        Rows::of(self.batches())
    }
}
