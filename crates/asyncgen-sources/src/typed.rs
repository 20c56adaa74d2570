//! The records of a source as values of a type.

mod row;

use std::sync::Arc;

use asyncgen::{BoxGen, async_for, try_stream};
use asyncgen_formats::{Batch, Position, Record};
use serde::de::DeserializeOwned;

use crate::progress::Shared;
use crate::source::Items;
use crate::{Batches, Error, ErrorKind, Place, Source, Summary};

impl Batches {
    /// What the JSON of the field with the number `field` says, of each record.
    ///
    /// Each is made where it is taken: a value that goes to another thread, to be dropped there, costs twice as much.
    /// With `debug_body` an error shows the line that is no JSON.
    pub(crate) fn typed<T>(self, field: usize, debug_body: bool) -> Source<T>
    where
        T: DeserializeOwned + Send + 'static,
    {
        self.values(debug_body, move |told, batch, index, record| {
            let text = record.get(field).unwrap_or_default();
            serde_json::from_str(text).or_else(|_| told.again(batch, index, text))
        })
    }

    /// What the fields of each record say, those among `nulls` nothing.
    pub(crate) fn typed_rows<T>(self, nulls: Vec<String>) -> Source<T>
    where
        T: DeserializeOwned + Send + 'static,
    {
        self.values(false, move |told, _, _, record| {
            row::value(record, &nulls).map_err(|wrong| told.wrong(wrong, record))
        })
    }

    /// What `value` makes of each record, which has that number in its batch.
    fn values<T, F>(self, debug_body: bool, value: F) -> Source<T>
    where
        T: Send + 'static,
        F: Fn(&Told, &Batch, usize, Record<'_>) -> Result<T, Error> + Send + 'static,
    {
        let (name, shared) = (Arc::clone(self.name()), Arc::clone(self.shared()));
        let told = Told { name, shared, debug_body };
        self.map(|mut batches| {
            Items::Generator(BoxGen::new(try_stream!(async move {
                async_for!(for batch in &mut batches {
                    let batch = batch?;
                    let mut index = 0;
                    while let Some(record) = batch.get(index) {
                        let value = value(&told, &batch, index, record)?;
                        index += 1;
                        yield value;
                    }
                });
                batches.take_return().unwrap_or_else(|| Ok(Summary::default()))
            })))
        })
    }
}

/// What an error tells of a source.
struct Told {
    name: Arc<str>,
    shared: Arc<Shared>,
    debug_body: bool,
}

/// What of a text is not as the type wants it, and where in it that stands: `owner.login`.
struct Fault {
    path: String,
    message: String,
}

impl Told {
    /// Reads `text`, of the record at `index`, once more, to tell what is wrong with it.
    #[cold]
    fn again<T: DeserializeOwned>(
        &self,
        batch: &Batch,
        index: usize,
        text: &str,
    ) -> Result<T, Error> {
        batch.check(index).map_err(|fault| self.not_json(fault))?;
        again(text).map_err(|fault| self.not_of_type(fault, batch.position(index)))
    }

    /// What the file with this number is called.
    fn source(&self, file: u32) -> Arc<str> {
        let file = self.shared.files.get().and_then(|files| files.get(file as usize));
        Arc::clone(file.unwrap_or(&self.name))
    }

    fn wrong(&self, wrong: row::Wrong, record: Record<'_>) -> Error {
        match wrong {
            row::Wrong::Cell { index, expected } => {
                Error::decode(record.not_a(index, expected), self.source(record.file()))
            }
            row::Wrong::Other { index, message } => {
                let column = |index: usize| match record.columns() {
                    Some(columns) => columns[index].to_string(),
                    None => format!("column {}", index + 1),
                };
                let path = index.map(column).unwrap_or_default();
                self.not_of_type(Fault { path, message }, record.position())
            }
        }
    }

    /// The error of a body that was not checked where it was read, as it is told there.
    fn not_json(&self, fault: asyncgen_formats::Error) -> Error {
        let mark = self.shared.marks.at(fault.position().record);
        let fault = if self.debug_body { fault } else { fault.without_snippet() };
        let error = Error::decode(fault, Arc::clone(&self.name));
        match mark {
            Some(mark) => error.on_page(mark.url, Some(mark.page)),
            None => error,
        }
    }

    fn not_of_type(&self, fault: Fault, position: Position) -> Error {
        let Position { file, record: before, line, offset } = position;
        let mark = self.shared.marks.at(before);
        let place = Place {
            source: Some(self.source(file)),
            line: Some(line),
            offset: Some(offset),
            record: Some(before + 1),
            url: mark.as_ref().map(|mark| Arc::clone(&mark.url)),
            page: mark.as_ref().map(|mark| mark.page),
            ..Place::default()
        };
        let Fault { path, message } = fault;
        Error::new(ErrorKind::Typed { record: before + 1, path, message }, place)
    }
}

/// Reads a text once more, with an eye on where in it one is.
fn again<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|fault| {
        let path = fault.path().to_string();
        let path = if path == "." { String::new() } else { path };
        Fault { path, message: told(fault.inner()) }
    })?;
    json.end().map_err(|fault| Fault { path: String::new(), message: told(&fault) })?;
    Ok(value)
}

/// What `fault` says, without the place in the text and without what stands there: that may be a secret.
fn told(fault: &serde_json::Error) -> String {
    let message = fault.to_string();
    let place = format!(" at line {} column {}", fault.line(), fault.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    for (start, end, shown) in [
        ("invalid type: string \"", "\", expected ", "invalid type: a string, expected "),
        ("invalid value: string \"", "\", expected ", "invalid value: a string, expected "),
        ("unknown variant `", "`, expected ", "unknown variant, expected "),
    ] {
        if let Some((_, expected)) =
            message.strip_prefix(start).and_then(|rest| rest.rsplit_once(end))
        {
            return format!("{shown}{expected}");
        }
    }
    message.to_owned()
}
