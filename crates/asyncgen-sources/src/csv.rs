//! Comma-separated values.

use asyncgen_formats::{Blank, CsvDecoder, CsvOptions, Header, OnError, Ragged};
use serde::de::DeserializeOwned;

use crate::decode::{MAX_RECORD, decoded};
use crate::resume::Token;
use crate::{Batches, ErrorKind, Input, Rows, Source};

/// What a position of it is called.
const NOUN: &str = "csv";

/// CSV as RFC 4180 has it, with a header unless [`Csv::header`] says otherwise.
///
/// Nothing is guessed: a comma, double quotes, UTF-8, and a record with more or fewer fields than
/// the header is an error, unless [`Csv`] is told otherwise. Building does no I/O.
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
    let options = CsvOptions::new().max_record(MAX_RECORD);
    let null_values = vec![String::new()];
    Csv { input: input.into(), options, detect: false, null_values, resume: None }
}

/// How to read CSV; made by [`csv`].
#[derive(Debug)]
#[must_use = "a source does nothing until it is polled"]
pub struct Csv {
    input: Input,
    options: CsvOptions,
    detect: bool,
    null_values: Vec<String>,
    resume: Option<String>,
}

impl Csv {
    /// The byte between fields, a comma unless set.
    pub fn delimiter(mut self, byte: u8) -> Self {
        self.options = self.options.delimiter(byte);
        self
    }

    /// The byte round fields that hold delimiters or newlines, `"` unless set; `None` for sources
    /// without any.
    pub fn quote(mut self, byte: impl Into<Option<u8>>) -> Self {
        self.options = self.options.quote(byte);
        self
    }

    /// The byte that takes the meaning from the byte after it; none unless set.
    pub fn escape(mut self, byte: impl Into<Option<u8>>) -> Self {
        self.options = self.options.escape(byte);
        self
    }

    /// The byte that a line begins with which is no record; none unless set.
    pub fn comment(mut self, byte: impl Into<Option<u8>>) -> Self {
        self.options = self.options.comment(byte);
        self
    }

    /// Whether spaces at the beginning of a field are passed over; not unless set.
    pub fn skip_initial_space(mut self, skip: bool) -> Self {
        self.options = self.options.skip_initial_space(skip);
        self
    }

    /// Whether what is not said here is worked out from the first 64 KiB: the delimiter, quotes, the
    /// escape character, spaces after delimiters, the lines before the header, whether there is a
    /// header, and the encoding. [`Source::dialect`](crate::Source::dialect) tells it.
    /// It is not, unless set.
    ///
    /// Nothing is handed out before they have come or the input has ended. The same bytes give the same dialect, however they come. What does not fit later is an error.
    /// A position to resume at has the dialect in it.
    pub fn detect(mut self, detect: bool) -> Self {
        self.detect = detect;
        self
    }

    /// Whether text after a closing quote and a quote that is never closed are errors; they are
    /// unless set. If not, they are read as Python's csv module reads them.
    ///
    /// ```
    /// use asyncgen_sources::{Blank, Input, Ragged, csv};
    ///
    /// # async fn example() -> Result<(), asyncgen_sources::Error> {
    /// let odd = "a,b\n\"x\"y\n\n\"open\n";
    /// let source = csv(Input::bytes(odd)).strict(false).blank(Blank::Keep).ragged(Ragged::Keep);
    /// let mut lens = Vec::new();
    /// let mut rows = source.rows();
    /// while let Some(row) = rows.next().await {
    ///     lens.push(row?.record().len());
    /// }
    /// assert_eq!(lens, [1, 0, 1]);
    /// # Ok(())
    /// # }
    /// # pollster::block_on(example()).unwrap();
    /// ```
    pub fn strict(mut self, strict: bool) -> Self {
        self.options = self.options.strict(strict);
        self
    }

    /// How many lines stand before all that is CSV, whatever is in them; none unless set.
    pub fn skip(mut self, lines: u64) -> Self {
        self.options = self.options.skip(lines);
        self
    }

    /// What becomes of a blank line; it is passed over unless set.
    pub fn blank(mut self, blank: Blank) -> Self {
        self.options = self.options.blank(blank);
        self
    }

    /// What becomes of a record with more or fewer fields than the header, or than the first
    /// record where there is no header; it is an error unless set.
    pub fn ragged(mut self, ragged: Ragged) -> Self {
        self.options = self.options.ragged(ragged);
        self
    }

    /// Where the names of the columns come from, the first record unless set.
    pub fn header(mut self, header: Header) -> Self {
        self.options = self.options.header(header);
        self
    }

    /// What becomes of a record that is not as it should be; it is an error unless set.
    pub fn on_error(mut self, on_error: OnError) -> Self {
        self.options = self.options.on_error(on_error);
        self
    }

    /// The most bytes a record may have, 16 MiB unless set; a longer one, or a quote that is
    /// never closed, is an error there.
    pub fn max_record(mut self, bytes: usize) -> Self {
        self.options = self.options.max_record(bytes);
        self
    }

    /// The texts that stand for no value where a [typed](Self::typed) record may have none, the empty one unless set.
    pub fn null_values(mut self, texts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.null_values = texts.into_iter().map(Into::into).collect();
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
        let Self { mut input, mut options, detect, resume, .. } = self;
        let resume = resume.as_deref();
        if detect {
            let known = resume.and_then(|text| Token::parse(text, NOUN).ok()?.dialect);
            options = match &known {
                Some(dialect) => options.or_as_in(&dialect.csv),
                None => options.detect(true),
            };
            input = input.detect(known.as_ref());
        }
        let decoder = CsvDecoder::new(options);
        decoded(NOUN, input, resume, decoder.map_err(|error| ErrorKind::Usage(error.to_string())))
    }

    /// The records one by one.
    pub fn rows(self) -> Rows {
        Rows::of(self.batches())
    }

    /// The records as values of a type: a struct of the columns by their names, of which it need not have all, or a tuple of
    /// all fields in their order. A member that is an `Option` is `None` where the field is one of the
    /// [null values](Self::null_values). One that is not as the type has it is an error that names the cell, and ends the
    /// source.
    ///
    /// ```
    /// use asyncgen_sources::{Input, csv};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct City {
    ///     name: String,
    ///     people: Option<u64>,
    /// }
    ///
    /// # async fn example() {
    /// let table = "name,mayor,people\nBonn,x,332000\nUlm,y,\nRom,z,many\n";
    /// let mut cities = csv(Input::bytes(table)).typed::<City>();
    /// assert_eq!(cities.next().await.unwrap().unwrap().people, Some(332_000));
    /// assert_eq!(cities.next().await.unwrap().unwrap().people, None);
    /// assert_eq!(
    ///     cities.next().await.unwrap().err().unwrap().to_string(),
    ///     "<bytes>:4:7: record 3, column \"people\": \"many\" is not a u64"
    /// );
    /// # }
    /// # pollster::block_on(example());
    /// ```
    pub fn typed<T: DeserializeOwned + Send + 'static>(mut self) -> Source<T> {
        let nulls = std::mem::take(&mut self.null_values);
        self.batches().typed_rows(nulls)
    }
}
