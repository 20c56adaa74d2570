//! The rows that were made last: views of their batch, until it is seen whether somebody keeps them.

use std::sync::Arc;

use pyo3::prelude::*;

use asyncgen_sources::{Batch, Record};

use crate::{
    build::Unbuilt,
    cursor::Taken,
    raw::{self, GilCell},
    row::Row,
    schema::Schema,
};

/// Two of them: in a loop the variable still holds the last row while the next is made.
#[derive(Default)]
struct Rows {
    rows: [Option<Py<Row>>; 2],
    oldest: usize,
}

/// Makes rows without memory of their own. One that is still held when the next but one is made gets a text of its own; one that
/// is not becomes the new row.
pub(crate) struct Recent(GilCell<Rows>);

impl Recent {
    pub(crate) fn new() -> Self {
        Self(GilCell::new(Rows::default()))
    }

    /// The row of `record`, which is the one that was taken.
    pub(crate) fn row<'py>(
        &self,
        py: Python<'py>,
        taken: &Taken,
        record: Record<'_>,
        schema: &Arc<Schema>,
    ) -> Result<Bound<'py, Row>, Unbuilt> {
        let oldest = self.0.with(py, |recent| {
            let oldest = recent.rows[recent.oldest].take();
            recent.oldest = 1 - recent.oldest;
            oldest
        });
        let oldest = oldest.map(|row| row.into_bound(py));
        let row = match oldest {
            Some(row) if raw::is_unique(&row) && row.get().turn_to(py, taken, schema) => row,
            oldest => {
                let_go(oldest);
                Bound::new(py, Row::new(py, taken, record, schema)?)?
            }
        };
        let held = row.clone().unbind();
        let replaced = self.0.with(py, |recent| recent.rows[1 - recent.oldest].replace(held));
        let_go(replaced.map(|row| row.into_bound(py)));
        Ok(row)
    }

    /// The row of the record at `index` of `batch`, if the row made last but one is a view of that batch and nobody holds it;
    /// else nothing has happened. No code of Python runs for it.
    #[inline]
    pub(crate) fn turned<'py>(
        &self,
        py: Python<'py>,
        batch: &Arc<Batch>,
        index: usize,
    ) -> Option<Bound<'py, Row>> {
        let turned = self.0.try_with(py, |recent| {
            let row = recent.rows[recent.oldest].as_ref()?.bind(py);
            if !raw::is_unique(row) || !row.get().turn_within(py, batch, index) {
                return None;
            }
            recent.oldest = 1 - recent.oldest;
            Some(row.clone())
        });
        turned.flatten()
    }

    /// Lets all go: no row comes after them, and their batch is not held for the sake of one.
    pub(crate) fn clear(&self, py: Python<'_>) {
        let rows = self.0.with(py, |recent| std::mem::take(&mut recent.rows));
        for row in rows {
            let_go(row.map(|row| row.into_bound(py)));
        }
    }
}

/// A row that somebody else holds is kept.
fn let_go(row: Option<Bound<'_, Row>>) {
    if let Some(row) = row
        && !raw::is_unique(&row)
    {
        row.get().keep(row.py());
    }
}

impl Drop for Recent {
    fn drop(&mut self) {
        if self.0.get_mut().rows.iter().any(Option::is_some) {
            Python::try_attach(|py| self.clear(py));
        }
    }
}
