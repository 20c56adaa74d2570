//! What a user sees of a bad row.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use asyncgen_sources::{async_for, csv};

use super::{failed, say};
use crate::{failure::Failure, render};

const ROWS: &str = "\
date,city,temperature
2024-01-01,\"Washington, DC\",3.1
2024-01-02,Zürich,-4.0
2024-01-03,Porto
2024-01-04,Berlin,-1.5
";

/// Streams a file whose third record lacks a field: the rows before it come, then the error.
pub(super) async fn show(folder: &Path) -> Result<(), Failure> {
    let path = folder.join("weather.csv");
    fs::write(&path, ROWS).map_err(failed("write a bad file"))?;
    async_for!(for row in csv(path.as_path()).rows() {
        match row {
            Ok(row) => say(&format!("{:?}", row.record().iter().collect::<Vec<_>>()))?,
            Err(error) => {
                let text = render::failure_text(&error.into());
                return io::stdout()
                    .write_all(text.as_bytes())
                    .map_err(|error| Failure::output(None, error));
            }
        }
    });
    Err(failed("meet the bad row")(io::Error::other("no error came")))
}
