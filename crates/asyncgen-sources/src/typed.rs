//! The records of a source as values of a type.

mod row;

use std::sync::Arc;

use asyncgen::{BoxGen, async_for, try_stream};
use asyncgen_formats::{Batch, Position, Record};
use serde::de::DeserializeOwned;

use crate::progress::Shared;
use crate::{Batches, Error, ErrorKind, Place, Source, Summary};

/// Makes values of the records of a batch, and leaves them with it.
pub(crate) type Make = Arc<dyn Fn(&mut Batch) + Send + Sync>;

/// What makes values of a type of JSON, where it is, in the hand of who decodes it: pages that are read at once are
/// made values at once, on as many threads. Of what is not of the type nothing is made.
pub(crate) fn make<T>() -> Make
where
    T: DeserializeOwned + Send + 'static,
{
    Arc::new(|batch| {
        let value = |record: Record<'_>| serde_json::from_str::<T>(record.get(0)?).ok();
        batch.put(batch.iter().map(value).collect());
    })
}

impl Batches {
    /// What the JSON of the field with the number `field` says, of each record: as it was made before, or is made now.
    pub(crate) fn typed<T>(self, field: usize) -> Source<T>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let told = Told { name: Arc::clone(self.name()), shared: Arc::clone(self.shared()) };
        self.map(|mut batches| {
            BoxGen::new(try_stream!(async move {
                async_for!(for batch in &mut batches {
                    let mut batch = batch?;
                    let mut made = batch.take::<T>().unwrap_or_default().into_iter();
                    let mut index = 0;
                    while let Some(record) = batch.get(index) {
                        let value = match made.next().flatten() {
                            Some(value) => value,
                            None => told.value(record, field)?,
                        };
                        index += 1;
                        yield value;
                    }
                });
                batches.take_return().unwrap_or_else(|| Ok(Summary::default()))
            }))
        })
    }
}

impl Batches {
    /// What the fields of each record say, those among `nulls` nothing.
    pub(crate) fn typed_rows<T>(self, nulls: Vec<String>) -> Source<T>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let told = Told { name: Arc::clone(self.name()), shared: Arc::clone(self.shared()) };
        self.map(|mut batches| {
            BoxGen::new(try_stream!(async move {
                async_for!(for batch in &mut batches {
                    let batch = batch?;
                    let mut index = 0;
                    while let Some(record) = batch.get(index) {
                        let value = row::value(record, &nulls);
                        let value = value.map_err(|wrong| told.wrong(wrong, record))?;
                        index += 1;
                        yield value;
                    }
                });
                batches.take_return().unwrap_or_else(|| Ok(Summary::default()))
            }))
        })
    }
}

/// What an error tells of a source.
struct Told {
    name: Arc<str>,
    shared: Arc<Shared>,
}

/// What of a text is not as the type wants it, and where in it that stands: `owner.login`.
struct Fault {
    path: String,
    message: String,
}

impl Told {
    fn value<T: DeserializeOwned>(&self, record: Record<'_>, field: usize) -> Result<T, Error> {
        let text = record.get(field).unwrap_or_default();
        serde_json::from_str(text)
            .or_else(|_| again(text))
            .map_err(|fault| self.error(fault, record))
    }

    /// The file that `record` is in.
    fn source(&self, record: Record<'_>) -> Arc<str> {
        let file = self.shared.files.get().and_then(|files| files.get(record.file() as usize));
        Arc::clone(file.unwrap_or(&self.name))
    }

    fn wrong(&self, wrong: row::Wrong, record: Record<'_>) -> Error {
        match wrong {
            row::Wrong::Cell { index, expected } => {
                Error::decode(record.not_a(index, expected), self.source(record))
            }
            row::Wrong::Other { index, message } => {
                let column = |index: usize| match record.columns() {
                    Some(columns) => columns[index].to_string(),
                    None => format!("column {}", index + 1),
                };
                let path = index.map(column).unwrap_or_default();
                self.error(Fault { path, message }, record)
            }
        }
    }

    fn error(&self, fault: Fault, record: Record<'_>) -> Error {
        let Position { record: before, line, offset, .. } = record.position();
        let mark = self.shared.marks.at(before);
        let place = Place {
            source: Some(self.source(record)),
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
