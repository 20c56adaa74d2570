//! The cells of one column, in some records.

use std::ops::Range;
use std::sync::Arc;

use asyncgen_formats::Batch;

/// Where a cell stands in a text; `None` where there is no value.
pub(super) type Span = Option<(u32, u32)>;

/// The cells of one column.
pub(super) enum Cells<'b> {
    /// The fields at a place.
    Fields { batch: &'b Batch, place: usize, records: Range<usize> },
    /// Parts of a text.
    Spans { text: &'b str, spans: &'b [Span] },
}

impl<'b> Cells<'b> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Fields { records, .. } => records.len(),
            Self::Spans { spans, .. } => spans.len(),
        }
    }

    /// Calls `take` with each, and its number among them.
    #[inline]
    pub(super) fn each(self, mut take: impl FnMut(usize, Option<&'b str>)) {
        match self {
            Self::Fields { batch, place, records } => {
                for (row, field) in batch.column(place, records).enumerate() {
                    take(row, field);
                }
            }
            Self::Spans { text, spans } => {
                for (row, span) in spans.iter().enumerate() {
                    take(row, span.and_then(|(start, end)| text.get(start as usize..end as usize)));
                }
            }
        }
    }
}

/// What stands for no value.
#[derive(Debug, Clone, Default)]
pub(super) struct Nulls(pub(super) Arc<[String]>);

impl Nulls {
    #[inline]
    pub(super) fn have(&self, text: &str) -> bool {
        self.0.iter().any(|null| null == text)
    }
}
