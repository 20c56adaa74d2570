//! Where in a source: record, line and byte.

/// A place between two records of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The files that stand before this place, where a source is several; all else is counted in the file.
    pub file: u32,
    /// Records that stand before this place; a header is not a record.
    pub record: u64,
    /// The line that begins here, counted from 1. A quoted newline counts as a line too.
    pub line: u64,
    /// Bytes that stand before this place, in the decoded (decompressed) source.
    pub offset: u64,
}

impl Position {
    /// The start of a source: record 0, line 1, byte 0 of its first file.
    pub const START: Self = Self { file: 0, record: 0, line: 1, offset: 0 };
}

impl Default for Position {
    fn default() -> Self {
        Self::START
    }
}
