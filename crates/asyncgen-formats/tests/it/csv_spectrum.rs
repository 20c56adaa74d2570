//! The csv-spectrum files: CSV beside the JSON it means.

use asyncgen_formats::{CsvDecoder, CsvOptions};
use serde_json::{Map, Value};

use crate::run::{run, shared_data, skipped};

/// A file whose JSON is the object of its only record, without an array about it,
/// and the column whose digits are not those of the CSV: there the CSV is what counts.
const ODD: (&str, &str, &str) = ("location_coordinates", "Contact Phone Number", "2095257564");

#[test]
fn means_what_the_json_says() {
    let Some(folder) = shared_data("csv-spectrum") else {
        skipped("csv-spectrum");
        return;
    };
    let mut files = 0;
    for entry in std::fs::read_dir(folder.join("csvs")).unwrap() {
        let path = entry.unwrap().path();
        let input = std::fs::read(&path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let expected = folder.join("json").join(name).with_extension("json");
        let expected = std::fs::read_to_string(expected).unwrap();
        let expected = if expected.starts_with('{') { format!("[{expected}]") } else { expected };
        let expected: Vec<Map<String, Value>> = serde_json::from_str(&expected).unwrap();
        for chunk in [1, 2, 7, input.len()] {
            let outcome =
                run(&mut CsvDecoder::new(CsvOptions::new()).unwrap(), input.chunks(chunk));
            assert_eq!(outcome.fault, None, "{name}");
            assert_eq!(outcome.records.len(), expected.len(), "{name}");
            let columns = outcome.columns.unwrap();
            for (record, object) in outcome.records.iter().zip(&expected) {
                for (column, field) in columns.iter().zip(&record.fields) {
                    let value = object.get(column).and_then(Value::as_str);
                    let odd = (name, column.as_str()) == (ODD.0, ODD.1);
                    let meant = if odd { ODD.2 } else { value.unwrap_or("") };
                    assert_eq!(meant, field, "{name}, {column}");
                }
            }
        }
        files += 1;
    }
    assert_eq!(files, 12);
}
