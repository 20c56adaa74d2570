//! Where the members of objects stand.

use jiter::{Jiter, JiterResult, Peek};

use super::quick;
use crate::Batch;
use crate::batch::Span;
use crate::pending::small;

/// The members that are wanted of each object, and where they are in those that were read.
#[derive(Debug, Clone)]
pub(crate) struct Members {
    count: usize,
    /// Each name, in order, and which one it is.
    names: Box<[(Box<str>, usize)]>,
    /// So many spans for each object.
    found: Vec<Span>,
    /// A batch's fields, for the next one.
    spare: Vec<Span>,
}

impl Members {
    pub(crate) fn new(names: impl IntoIterator<Item = impl Into<Box<str>>>) -> Self {
        let numbered = names.into_iter().map(Into::into).zip(0..);
        let mut names: Vec<(Box<str>, usize)> = numbered.collect();
        let count = names.len();
        // Of one that comes twice, the last.
        names.sort_by(|one, other| one.0.cmp(&other.0).then(other.1.cmp(&one.1)));
        names.dedup_by(|one, other| one.0 == other.0);
        Self { count, names: names.into(), found: Vec::new(), spare: Vec::new() }
    }

    /// How many they are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Finds them in `text`, which begins at `base`; true if it is an object of JSON. If not, it may yet be JSON, in which to
    /// [`look`](Self::look) once more, or they are to be [forgotten](Self::forget).
    pub(crate) fn are_in(&mut self, text: &[u8], base: u32) -> bool {
        let Self { count, names, found, .. } = self;
        let first = found.len();
        let nothing = Span { start: base, end: base };
        found.resize(first + *count, nothing);
        let end = quick::object(text, |key, value| {
            if let Some(number) = number(names, key) {
                let (start, end) = (base + small(value.start), base + small(value.end));
                found[first + number] = Span { start, end };
            }
        });
        if end != Some(text.len()) {
            found[first..].fill(nothing);
            return false;
        }
        true
    }

    /// Finds them in `text` once more, which is JSON.
    #[cold]
    pub(crate) fn look(&mut self, text: &[u8], base: u32) {
        let mut json = Jiter::new(text);
        let first = self.found.len() - self.count;
        let mut members = || -> JiterResult<()> {
            if json.peek()? != Peek::Object {
                return Ok(());
            }
            let mut wanted = json.known_object()?.map(|key| named(&self.names, key.as_bytes()));
            while let Some(number) = wanted {
                json.peek()?;
                let start = small(json.current_index());
                json.next_skip()?;
                let end = small(json.current_index());
                if let Some(number) = number {
                    self.found[first + number] = Span { start: base + start, end: base + end };
                }
                wanted = json.next_key()?.map(|key| named(&self.names, key.as_bytes()));
            }
            Ok(())
        };
        // It is JSON: nothing is wrong with it.
        let _ = members();
    }

    /// What was found last is not wanted.
    pub(crate) fn forget(&mut self) {
        self.found.truncate(self.found.len() - self.count);
    }

    /// Gives each record of `batch`, which has one field, a field for each member that was found in it: of none where there
    /// was none.
    pub(crate) fn add_to(&mut self, batch: &mut Batch) {
        let mut fields = std::mem::take(&mut self.spare);
        fields.clear();
        fields.reserve(batch.records.len() * (1 + self.count));
        for (number, record) in batch.records.iter_mut().enumerate() {
            record.first_field = small(fields.len());
            fields.push(batch.fields[number]);
            fields.extend_from_slice(&self.found[number * self.count..][..self.count]);
        }
        self.found.clear();
        self.spare = std::mem::replace(&mut batch.fields, fields);
    }
}

/// Which one `key` is, the inside of a string.
fn number(names: &[(Box<str>, usize)], key: &[u8]) -> Option<usize> {
    if key.contains(&b'\\') {
        let quoted = [b"\"", key, b"\""].concat();
        return named(names, Jiter::new(&quoted).next_str().ok()?.as_bytes());
    }
    named(names, key)
}

fn named(names: &[(Box<str>, usize)], name: &[u8]) -> Option<usize> {
    let place = names.binary_search_by(|(known, _)| known.as_bytes().cmp(name)).ok()?;
    Some(names[place].1)
}
