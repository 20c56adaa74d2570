//! What every decoder does.

use crate::{Batch, Columns, CsvDialect, Error, Position};

/// The longest chunk that may be handed to [`Decoder::decode`]: 1 GiB.
///
/// A batch counts in 32 bits, which halves its index. What is kept from earlier chunks is at most
/// [`MAX_RECORD`], so a batch's text, unescaped fields included, stays below 4 GiB.
pub const MAX_CHUNK: usize = 1 << 30;

/// The highest limit for the length of a record, 1 GiB; a higher one is taken as this.
pub const MAX_RECORD: usize = 1 << 30;

/// A sans-IO decoder: chunks of bytes in, batches of complete records out.
///
/// The caller hands over the source in order, in chunks cut anywhere, and then calls
/// [`finish`](Decoder::finish) once. After an error a decoder is done with: its later answers
/// mean nothing.
pub trait Decoder {
    /// Decodes `chunk`, the next bytes of the source, and puts the records completed by it into
    /// `batch`, whose earlier content is dropped.
    ///
    /// On an error `batch` holds the records before the fault: hand them out first.
    ///
    /// # Panics
    ///
    /// If `chunk` is longer than [`MAX_CHUNK`].
    fn decode(&mut self, chunk: &[u8], batch: &mut Batch) -> Result<(), Error>;

    /// Whether `batch` was full before all records were in it that are complete: the next call is then to be
    /// [`decode`](Decoder::decode) of an empty chunk, which gives some of the others, and so on.
    ///
    /// It is never so where a record has about as many fields as its text has separators.
    fn has_more(&self) -> bool {
        false
    }

    /// Takes the next bytes of the source from `read`, which puts them into the room that it is given, `length` bytes, and
    /// says how many: so they need not be copied. The next [`decode`](Decoder::decode), which may be of an empty chunk,
    /// decodes them.
    ///
    /// The room is made of the memory of `batch`, whose content is dropped. Where a decoder has none, nothing is read and
    /// this is 0.
    ///
    /// ```
    /// use asyncgen_formats::{Batch, Decoder, LinesDecoder};
    ///
    /// let (mut decoder, mut batch) = (LinesDecoder::new(1024), Batch::default());
    /// let mut file = &b"one\ntwo\nthr"[..];
    /// let count = decoder.fill(4096, &mut batch, &mut |room| std::io::Read::read(&mut file, room).unwrap());
    /// decoder.decode(b"", &mut batch)?;
    /// assert_eq!((count, batch.len()), (11, 2));
    /// # Ok::<(), asyncgen_formats::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// If `length` is more than [`MAX_CHUNK`].
    fn fill(
        &mut self,
        _length: usize,
        _batch: &mut Batch,
        _read: &mut dyn FnMut(&mut [u8]) -> usize,
    ) -> usize {
        0
    }

    /// Says that the source has ended, and puts the last records, those that no newline
    /// ends, into `batch`, as [`decode`](Decoder::decode) does.
    fn finish(&mut self, batch: &mut Batch) -> Result<(), Error>;

    /// The place after the last complete record.
    fn position(&self) -> Position;

    /// The names of the columns, once they are known: a source without a single record may have
    /// them too. `None` where a format has no columns.
    fn columns(&self) -> Option<&Columns> {
        None
    }

    /// How the source is written, once that is known. `None` where a format has no dialects.
    fn dialect(&self) -> Option<CsvDialect> {
        None
    }
}

/// A decoder of what has a beginning that can be read again: it can go on in the middle.
pub trait Resume: Decoder {
    /// Whether what the head of a source says is known: the columns, and how many there are.
    fn is_primed(&self) -> bool {
        true
    }

    /// Goes on at `position`, where a record begins: what comes next stands there, and what has come and
    /// was not handed out is dropped.
    fn resume(&mut self, position: Position);

    /// Whether a CR ends a line where no LF follows it.
    fn ends_lines_at_cr(&self) -> bool {
        false
    }

    /// Says that no file follows either: what an empty one leaves open is known then.
    fn end(&mut self) {}

    /// Makes this decoder, which has seen nothing, that of the file which is read after that of `last`.
    fn follow(&mut self, last: &Self);

    /// How the source ended, after [`finish`](Decoder::finish).
    fn tail(&self) -> Tail;
}

/// How a source ended, for who goes on with it when it has grown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tail {
    /// With a line end, or with nothing in it.
    #[default]
    Whole,
    /// With a CR that is a line end: an LF after it belongs to it.
    Cr,
    /// In a line that a line end would only end.
    Line,
    /// In a line that would be another, whatever came after it.
    Torn,
}
