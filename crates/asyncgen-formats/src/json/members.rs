//! Where the members of objects stand, of texts that are known to be JSON.

use jiter::Jiter;

use super::quick::{plain, space};
use crate::Batch;
use crate::batch::Span;
use crate::pending::small;

/// The members that are wanted of each object.
#[derive(Debug, Clone)]
pub(crate) struct Members {
    count: usize,
    /// Each name, in order, and which one it is.
    names: Box<[(Box<str>, usize)]>,
    /// The fields of a batch, for the next one.
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
        Self { count, names: names.into(), spare: Vec::new() }
    }

    /// Adds a field for each member that is wanted to the records, which have one: the text of its value, or of none where
    /// there is none.
    pub(crate) fn add(&mut self, batch: &mut Batch) {
        let mut fields = std::mem::take(&mut self.spare);
        fields.clear();
        fields.reserve(batch.records.len() * (1 + self.count));
        for (record, whole) in batch.records.iter_mut().zip(&batch.fields) {
            record.first_field = small(fields.len());
            fields.push(*whole);
            let first = fields.len();
            fields.resize(first + self.count, Span { start: whole.start, end: whole.start });
            let text = &batch.text.as_bytes()[whole.start as usize..whole.end as usize];
            // The text ends before a value does only where it is no JSON.
            let _ = self.find(text, whole.start, &mut fields[first..]);
        }
        self.spare = std::mem::replace(&mut batch.fields, fields);
    }

    /// Finds them in `text`, which begins at `base`. The last of members of one name counts.
    fn find(&self, text: &[u8], base: u32, found: &mut [Span]) -> Option<()> {
        if *text.first()? != b'{' {
            return None;
        }
        let mut at = space(text, 1);
        while *text.get(at)? == b'"' {
            let end = string(text, at)?;
            let wanted = self.number(&text[at + 1..end - 1]);
            // The colon is between.
            let start = space(text, space(text, end) + 1);
            let stop = value(text, start)?;
            if let Some(number) = wanted {
                found[number] = Span { start: base + small(start), end: base + small(stop) };
            }
            // Behind the comma, or the bracket: then there is nothing.
            at = space(text, space(text, stop) + 1);
        }
        None
    }

    /// Which one `key` is, the inside of a string.
    fn number(&self, key: &[u8]) -> Option<usize> {
        if key.contains(&b'\\') {
            let quoted = [b"\"", key, b"\""].concat();
            return self.named(Jiter::new(&quoted).next_str().ok()?.as_bytes());
        }
        self.named(key)
    }

    fn named(&self, name: &[u8]) -> Option<usize> {
        let place = self.names.binary_search_by(|(known, _)| known.as_bytes().cmp(name)).ok()?;
        Some(self.names[place].1)
    }
}

/// Behind the value at `at`.
fn value(text: &[u8], at: usize) -> Option<usize> {
    match *text.get(at)? {
        b'"' => string(text, at),
        b'{' | b'[' => container(text, at),
        _ => {
            let ends = |byte: &u8| matches!(byte, b',' | b'}' | b' ' | b'\t' | b'\r' | b'\n');
            Some(at + text[at..].iter().position(ends)?)
        }
    }
}

fn container(text: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        at = match *text.get(at)? {
            b'"' => string(text, at)?,
            b'{' | b'[' => {
                depth += 1;
                at + 1
            }
            b'}' | b']' => {
                depth -= 1;
                at + 1
            }
            _ => at + 1,
        };
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Behind the string at `at`.
fn string(text: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at += plain(text.get(at..)?);
        match *text.get(at)? {
            b'"' => return Some(at + 1),
            // What is escaped, and of `\u` the digits are plain.
            b'\\' => at += 2,
            _ => return None,
        }
    }
}
