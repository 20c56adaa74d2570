//! Runs a decoder over a source that is cut into chunks, and notes all that comes out.

use std::path::PathBuf;

use asyncgen_formats::{Batch, Decoder, Error, Record};

/// A record that came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) fields: Vec<String>,
    pub(crate) line: u64,
    pub(crate) offset: u64,
}

/// All that came out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) records: Vec<Seen>,
    /// Where the records begin that were passed over.
    pub(crate) rejects: Vec<u64>,
    /// How many blank lines were passed over, where there is no fault.
    pub(crate) blank_lines: u64,
    /// `line:column @byte: text` of the fault.
    pub(crate) fault: Option<String>,
}

impl Outcome {
    /// The fields alone.
    pub(crate) fn rows(&self) -> Vec<Vec<String>> {
        self.records.iter().map(|record| record.fields.clone()).collect()
    }

    fn add(&mut self, batch: &Batch) {
        self.blank_lines += batch.blank_lines();
        for reject in batch.rejects() {
            let (start, error) = (reject.start(), reject.error().position());
            assert!((start.offset..=reject.end()).contains(&error.offset), "{reject:?}");
            assert!(start.line <= error.line, "{reject:?}");
            let before = batch.iter().filter(|record| record.position().offset < start.offset);
            let before = (self.records.len() + before.count()) as u64;
            assert_eq!((start.record, error.record), (before, before), "{reject:?}");
            self.rejects.push(start.offset);
        }
        for (index, record) in batch.iter().enumerate() {
            let position = record.position();
            assert_eq!(position.record, self.records.len() as u64, "records are counted");
            assert!(record.end().offset > position.offset, "a record ends after it begins");
            assert!(!batch.is_ascii() || record.iter().all(str::is_ascii), "ASCII is ASCII");
            assert_eq!(batch.get(index).map(|again| again.len()), Some(record.len()));
            let (buf, places): (_, Vec<_>) = (record.to_buf(), (0..record.len()).collect());
            assert_eq!(
                places.iter().map(|at| buf.get(*at)).collect::<Option<Vec<_>>>(),
                Some(record.iter().collect()),
                "{batch:?} {buf:?}"
            );
            self.records.push(seen(record));
        }
    }
}

fn seen(record: Record<'_>) -> Seen {
    let position = record.position();
    let fields = record.iter().map(str::to_owned).collect();
    Seen { fields, line: position.line, offset: position.offset }
}

/// Decodes `chunks` to the end, or to the fault.
pub(crate) fn run<'c>(
    decoder: &mut dyn Decoder,
    chunks: impl IntoIterator<Item = &'c [u8]>,
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut batch = Batch::default();
    let mut result = Ok(());
    for (index, chunk) in chunks.into_iter().enumerate() {
        let mut read = |room: &mut [u8]| {
            room.copy_from_slice(chunk);
            room.len()
        };
        // Every second one goes to where it is decoded.
        let filled =
            if index % 2 == 1 { decoder.fill(chunk.len(), &mut batch, &mut read) } else { 0 };
        result = decoder.decode(&chunk[filled..], &mut batch);
        outcome.add(&batch);
        while result.is_ok() && decoder.has_more() {
            result = decoder.decode(b"", &mut batch);
            outcome.add(&batch);
        }
        if result.is_err() {
            break;
        }
        assert_eq!(batch.end(), decoder.position(), "a batch ends where the decoder stands");
    }
    if result.is_ok() {
        result = decoder.finish(&mut batch);
        outcome.add(&batch);
    }
    outcome.columns = decoder.columns().map(|names| names.iter().map(|n| (**n).into()).collect());
    outcome.fault = result.err().map(|error| place_and_text(&error));
    if outcome.fault.is_some() {
        outcome.blank_lines = 0;
    }
    outcome
}

/// `line:column @byte: text`.
pub(crate) fn place_and_text(error: &Error) -> String {
    let position = error.position();
    format!("{}:{} @{}: {error}", position.line, error.column(), position.offset)
}

/// The fault's line with a caret below the place.
pub(crate) fn show(error: &Error) -> String {
    let snippet = error.snippet().expect("a fault of a decoder shows its line");
    format!("{}\n{}^", snippet.text, " ".repeat(snippet.caret))
}

/// Says that a test had nothing to run on.
#[expect(clippy::print_stderr, reason = "the reader of the test's output must know")]
pub(crate) fn skipped(name: &str) {
    eprintln!("skipped: {name} is not there");
}

/// A folder of data that is kept beside the project, where it is there.
pub(crate) fn shared_data(name: &str) -> Option<PathBuf> {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    data.is_dir().then_some(data)
}
