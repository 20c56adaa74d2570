//! A record that owns its text.

use crate::batch::Span;
use crate::{Position, Record};

/// A record that owns its text alone, not the batch it came in: for keeping a few of many.
///
/// ```
/// use asyncgen_formats::{Batch, CsvDecoder, CsvOptions, Decoder};
///
/// let mut decoder = CsvDecoder::new(CsvOptions::new())?;
/// let mut batch = Batch::default();
/// decoder.decode(b"a,b,c\n1,\"2 \"\"x\"\"\",3\n", &mut batch)?;
/// let (all, some) = (batch.get(0).unwrap().to_buf(), batch.get(0).unwrap().pick(&[2, 7, 1]));
/// drop(batch);
/// assert_eq!((all.len(), all.get(1)), (3, Some("2 \"x\"")));
/// assert_eq!([some.get(0), some.get(1), some.get(2)], [Some("3"), None, Some("2 \"x\"")]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct RecordBuf {
    text: Box<str>,
    fields: Box<[Span]>,
    position: Position,
    ascii: bool,
}

/// Stands for a field that the record has not.
const ABSENT: Span = Span { start: 1, end: 0 };

/// How many bytes may stand between two fields, for the text of a record to be copied as a whole: what
/// is written round a field. A record with more has fields that stand elsewhere.
const BETWEEN: usize = 8;

impl<'b> Record<'b> {
    /// The record with its own text.
    pub fn to_buf(&self) -> RecordBuf {
        let spans = self.spans();
        let text = self.batch_text();
        let length: usize = spans.iter().map(|span| (span.end - span.start) as usize).sum();
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
            return self.gather(self.iter().map(Some));
        };
        let (start, end) = (first.start as usize, last.end as usize);
        let near = start <= end && end - start <= length + spans.len() * BETWEEN;
        if !near || !spans.is_sorted_by(|one, next| one.end <= next.start) {
            return self.gather(self.iter().map(Some));
        }
        let fields = spans
            .iter()
            .map(|span| Span { start: span.start - first.start, end: span.end - first.start });
        RecordBuf {
            text: text[start..end].into(),
            fields: fields.collect(),
            position: self.position(),
            ascii: self.is_ascii(),
        }
    }

    /// The fields at `places` with their own text; one that the record has not is `None`.
    pub fn pick(&self, places: &[usize]) -> RecordBuf {
        self.gather(places.iter().map(|place| self.get(*place)))
    }

    fn gather(&self, fields: impl Iterator<Item = Option<&'b str>>) -> RecordBuf {
        let mut text = String::new();
        let spans = fields.map(|field| {
            let Some(field) = field else { return ABSENT };
            let start = text.len();
            text.push_str(field);
            crate::pending::span(start, text.len())
        });
        let fields = spans.collect();
        RecordBuf { text: text.into(), fields, position: self.position(), ascii: self.is_ascii() }
    }
}

impl RecordBuf {
    /// The number of fields, those that are absent included.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The field at `index`, counted from 0.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&str> {
        let span = self.fields.get(index)?;
        self.text.get(span.start as usize..span.end as usize)
    }

    /// The place where the record begins.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Whether all fields are known to be ASCII.
    #[inline]
    pub fn is_ascii(&self) -> bool {
        self.ascii
    }
}
