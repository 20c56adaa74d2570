//! How a CSV source is written, told to who reads it.

/// How a CSV source is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvDialect {
    /// The byte between fields.
    pub delimiter: u8,
    /// The byte round fields.
    pub quote: Option<u8>,
    /// The byte that takes the meaning from the byte after it.
    pub escape: Option<u8>,
    /// Whether spaces at the beginning of a field are passed over.
    pub skip_initial_space: bool,
    /// Whether the first record names the columns.
    pub header: bool,
    /// How many lines stand before all that is CSV.
    pub skip: u64,
}

impl Default for CsvDialect {
    /// That of RFC 4180, with a header.
    fn default() -> Self {
        Self {
            delimiter: b',',
            quote: Some(b'"'),
            escape: None,
            skip_initial_space: false,
            header: true,
            skip: 0,
        }
    }
}
