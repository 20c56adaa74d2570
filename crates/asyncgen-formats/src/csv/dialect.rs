//! A CSV source byte by byte: what each means, in every dialect.
//!
//! The quick scan knows the dialects that most sources are written in, and finds the same fields;
//! here is what it has to agree with.

/// The bytes that mean something, and what is made of a quote that stands where none should.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialect {
    pub(super) delimiter: u8,
    pub(super) quote: Option<u8>,
    pub(super) escape: Option<u8>,
    pub(super) comment: Option<u8>,
    pub(super) skip_initial_space: bool,
    pub(super) strict: bool,
}

/// Where in a field the bytes end.
///
/// ```text
///            quote            quote               quote
///   Start ──────────► Quoted ◄─────► QuoteSeen    (twice: an escaped one)
///     │ other          any ↺          │ separator: the field ends
///     ▼                               │ other: text after the quote; Plain, if that may be
///   Plain   separator: the field ends
/// ```
///
/// An escape character leads from `Start` and `Plain` to `Escaped`, and the byte after it, whatever
/// it is, to `Plain`; from `Quoted` to `QuotedEscaped` and back. `Comment` is a whole line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Start,
    Plain,
    Escaped,
    Quoted,
    QuotedEscaped,
    QuoteSeen,
    Comment,
}

/// What a byte is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A byte of the field's text.
    Text(State),
    /// A byte that is none of it.
    Mark(State),
    /// The end of the field.
    Delimiter,
    /// The end of the record, or the first byte of it.
    LineEnd,
    /// What must not be there.
    AfterQuote,
}

impl Dialect {
    /// Whether the quick scan finds the fields: nothing but delimiters and quotes has a meaning.
    pub(super) fn is_plain(&self) -> bool {
        self.escape.is_none() && self.comment.is_none() && !self.skip_initial_space
    }

    /// What `byte` is after all that led to `state`, which is not a comment.
    #[inline]
    pub(super) fn step(&self, state: State, byte: u8) -> Step {
        match state {
            State::Escaped => Step::Text(State::Plain),
            State::Quoted if Some(byte) == self.escape => Step::Mark(State::QuotedEscaped),
            State::Quoted if Some(byte) == self.quote => Step::Mark(State::QuoteSeen),
            State::Quoted | State::QuotedEscaped => Step::Text(State::Quoted),
            State::QuoteSeen if Some(byte) == self.quote => Step::Text(State::Quoted),
            _ if byte == b'\n' || byte == b'\r' => Step::LineEnd,
            _ if byte == self.delimiter => Step::Delimiter,
            State::QuoteSeen if self.strict => Step::AfterQuote,
            State::QuoteSeen => Step::Text(State::Plain),
            State::Start if Some(byte) == self.quote => Step::Mark(State::Quoted),
            _ if Some(byte) == self.escape => Step::Mark(State::Escaped),
            State::Start if byte == b' ' && self.skip_initial_space => Step::Mark(State::Start),
            _ => Step::Text(State::Plain),
        }
    }

    /// Writes the text of the field that is written as `raw`. An escape character that nothing
    /// follows stands for a line end, as for Python's csv module.
    pub(super) fn resolve(&self, raw: &[u8], text: &mut Vec<u8>) {
        let mut state = State::Start;
        for &byte in raw {
            match self.step(state, byte) {
                Step::Text(next) => {
                    text.push(byte);
                    state = next;
                }
                Step::Mark(next) => state = next,
                // Not within a field.
                Step::Delimiter | Step::LineEnd | Step::AfterQuote => {}
            }
        }
        if matches!(state, State::Escaped | State::QuotedEscaped) {
            text.push(b'\n');
        }
    }

    /// The first byte of a field's text after its closing quote, which should not be there.
    pub(super) fn after_quote(&self, raw: &[u8]) -> Option<usize> {
        let strict = Self { strict: true, ..*self };
        let mut state = State::Start;
        raw.iter().position(|&byte| match strict.step(state, byte) {
            Step::Text(next) | Step::Mark(next) => {
                state = next;
                false
            }
            step => step == Step::AfterQuote,
        })
    }

    /// Where the record ends that `bytes` begin with, its line end not counted.
    pub(crate) fn record_end(&self, bytes: &[u8]) -> usize {
        let mut state = State::Start;
        let end = bytes.iter().position(|&byte| match self.step(state, byte) {
            Step::Text(next) | Step::Mark(next) => {
                state = next;
                false
            }
            Step::Delimiter => {
                state = State::Start;
                false
            }
            Step::LineEnd | Step::AfterQuote => true,
        });
        end.unwrap_or(bytes.len())
    }

    /// Where the field at `index` of a record begins, its quote included; where the record ends, if
    /// it has fewer.
    pub(crate) fn field_start(&self, record: &[u8], index: usize) -> usize {
        let (mut fields, mut start, mut state) = (0, 0, State::Start);
        for (at, &byte) in record.iter().enumerate() {
            if fields == index {
                break;
            }
            match self.step(state, byte) {
                Step::Text(next) | Step::Mark(next) => state = next,
                Step::Delimiter => (fields, start, state) = (fields + 1, at + 1, State::Start),
                Step::LineEnd | Step::AfterQuote => {}
            }
        }
        if fields == index { start } else { record.len() }
    }
}
