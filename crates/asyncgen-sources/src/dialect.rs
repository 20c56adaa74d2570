//! How a CSV source is written, with its encoding.

use std::fmt;

use asyncgen_formats::CsvDialect;
use encoding_rs::{Encoding, UTF_8};
use serde_json::{Value, json};

/// How a CSV source is written: as was said, or as was worked out.
///
/// It is displayed as the options of `asyncgen csv`.
///
/// ```
/// use asyncgen_sources::{Input, csv};
///
/// # async fn example() -> Result<(), asyncgen_sources::Error> {
/// let table = &b"Preise 2024\nArtikel;Preis\nK\xe4se;7,99\nBrot;3,20\n"[..];
/// let mut rows = csv(Input::bytes(table)).detect(true).rows();
/// assert_eq!(rows.next().await.unwrap()?.by_name("Artikel"), Some("Käse"));
/// let dialect = rows.dialect().unwrap();
/// assert_eq!((dialect.csv.delimiter, dialect.encoding), (b';', "windows-1252"));
/// assert_eq!(dialect.to_string(), "--delimiter ';' --skip 1 --encoding windows-1252");
/// # Ok(())
/// # }
/// # pollster::block_on(example()).unwrap();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dialect {
    /// Delimiters, quotes, the header and what stands before it.
    pub csv: CsvDialect,
    /// The encoding, as the Encoding Standard calls it.
    pub encoding: &'static str,
}

impl Dialect {
    pub(crate) fn new(csv: CsvDialect, encoding: &'static Encoding) -> Self {
        Self { csv, encoding: encoding.name() }
    }

    /// What a position says of it.
    pub(crate) fn to_json(self) -> Value {
        let CsvDialect { delimiter, quote, escape, skip_initial_space, header, skip } = self.csv;
        json!([delimiter, quote, escape, skip_initial_space, header, skip, self.encoding])
    }

    pub(crate) fn of_json(value: &Value) -> Option<Self> {
        let byte = |index: usize| value[index].as_u64().and_then(|byte| u8::try_from(byte).ok());
        let csv = CsvDialect {
            delimiter: byte(0)?,
            quote: byte(1),
            escape: byte(2),
            skip_initial_space: value[3].as_bool()?,
            header: value[4].as_bool()?,
            skip: value[5].as_u64()?,
        };
        let encoding = Encoding::for_label(value[6].as_str()?.as_bytes())?;
        Some(Self::new(csv, encoding))
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (usual, csv) = (CsvDialect::default(), &self.csv);
        write!(f, "--delimiter {}", Quoted(csv.delimiter))?;
        match csv.quote {
            None => write!(f, " --no-quotechar")?,
            Some(quote) if csv.quote != usual.quote => write!(f, " --quotechar {}", Quoted(quote))?,
            Some(_) => {}
        }
        if let Some(escape) = csv.escape {
            write!(f, " --escapechar {}", Quoted(escape))?;
        }
        if csv.skip_initial_space {
            write!(f, " --skipinitialspace")?;
        }
        if csv.skip != usual.skip {
            write!(f, " --skip {}", csv.skip)?;
        }
        if !csv.header {
            write!(f, " --no-header")?;
        }
        if self.encoding != UTF_8.name() {
            write!(f, " --encoding {}", self.encoding)?;
        }
        Ok(())
    }
}

/// A byte as a shell takes it.
struct Quoted(u8);

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            b'\t' => write!(f, "'\\t'"),
            b'\'' => write!(f, "\"'\""),
            byte if byte.is_ascii_control() => write!(f, "$'\\x{byte:02x}'"),
            byte => write!(f, "'{}'", char::from(byte)),
        }
    }
}
