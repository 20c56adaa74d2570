//! Newline-delimited JSON.

use asyncgen_formats::{NdjsonDecoder, OnError};
use serde::de::DeserializeOwned;

use crate::decode::{MAX_RECORD, decoded};
use crate::{Batches, Input, Rows, Source};

/// Newline-delimited JSON: each line is a record of one field, the text of a JSON value.
///
/// Building does no I/O. See [`Ndjson`] for the options.
///
/// ```
/// use asyncgen_sources::{Input, ndjson};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// let mut rows = ndjson(Input::bytes("{\"n\": 1}\n{\"n\": 2}\n")).rows();
/// assert_eq!(rows.next().await.unwrap()?.get(0), Some("{\"n\": 1}"));
/// # Ok(())
/// # }
/// # pollster::block_on(example()).unwrap();
/// ```
pub fn ndjson(input: impl Into<Input>) -> Ndjson {
    Ndjson {
        input: input.into(),
        max_record: MAX_RECORD,
        on_error: OnError::Raise,
        columns: None,
        resume: None,
    }
}

/// How to read NDJSON; made by [`ndjson`].
#[derive(Debug)]
#[must_use = "a source does nothing until it is polled"]
pub struct Ndjson {
    input: Input,
    max_record: usize,
    on_error: OnError,
    columns: Option<Vec<String>>,
    resume: Option<String>,
}

impl Ndjson {
    /// The most bytes a record may have, 16 MiB unless set; a longer one is an error.
    pub fn max_record(mut self, bytes: usize) -> Self {
        self.max_record = bytes;
        self
    }

    /// What becomes of a line that is not JSON; it is an error unless set.
    pub fn on_error(mut self, on_error: OnError) -> Self {
        self.on_error = on_error;
        self
    }

    /// Behind the field of the whole value, each record gets one for each of these members: its text, as it is written; empty
    /// where the value has no such member. They are found where the values are decoded, so that who reads the records has
    /// nothing to look for.
    ///
    /// ```
    /// use asyncgen_sources::{Input, ndjson};
    ///
    /// # async fn example() -> Result<(), asyncgen_sources::Error> {
    /// let lines = Input::bytes("{\"id\": 7, \"tags\": []}\n");
    /// let mut rows = ndjson(lines).columns(["id"]).rows();
    /// assert_eq!(rows.next().await.unwrap()?.get(1), Some("7"));
    /// # Ok(())
    /// # }
    /// # pollster::block_on(example()).unwrap();
    /// ```
    pub fn columns(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.columns = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Goes on at a position that [`Source::token`](crate::Source::token) gave. What has changed since is an
    /// error, unless it has only grown.
    pub fn resume(mut self, position: impl Into<Option<String>>) -> Self {
        self.resume = position.into();
        self
    }

    /// The records in batches.
    pub fn batches(self) -> Batches {
        let mut decoder = NdjsonDecoder::new(self.max_record).on_error(self.on_error);
        if let Some(columns) = self.columns {
            decoder = decoder.columns(columns);
        }
        decoded("ndjson", self.input, self.resume.as_deref(), Ok(decoder))
    }

    /// The records one by one.
    pub fn rows(self) -> Rows {
        Rows::of(self.batches())
    }

    /// The records as values of a type. One that is not as the type has it is an error that names the line and the path to
    /// what is wrong in it, and ends the source.
    ///
    /// ```
    /// use asyncgen_sources::{Input, ndjson};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Reading {
    ///     at: u64,
    /// }
    ///
    /// # async fn example() {
    /// let lines = "{\"at\": 7}\n{\"at\": \"noon\"}\n";
    /// let mut readings = ndjson(Input::bytes(lines)).typed::<Reading>();
    /// assert_eq!(readings.next().await.unwrap().unwrap().at, 7);
    /// assert_eq!(
    ///     readings.next().await.unwrap().err().unwrap().to_string(),
    ///     "<bytes>: record 2 is not as its type has it, at at: invalid type: a string, expected u64"
    /// );
    /// # }
    /// # pollster::block_on(example());
    /// ```
    pub fn typed<T: DeserializeOwned + Send + 'static>(self) -> Source<T> {
        self.batches().typed(0, false)
    }
}
