//! The ways in which a sample may be written.

use crate::CsvOptions;

/// What stands between fields, in the order in which they are preferred. Others are so rare that they
/// would more often be taken for delimiters where they are none.
const DELIMITERS: &[u8] = b",;\t|:^~ \x01\x1f";

/// Those that stand for a delimiter where there is none.
const ABSENT: &[u8] = b",;\t|\x1f\x1e\x01\x02";

/// `said`, with what the sample says in so many words: spreadsheets write `sep=;` into the first line.
pub(super) fn named(said: &CsvOptions, sample: &[u8]) -> CsvOptions {
    let mut said = CsvOptions { detect: false, ..said.clone() };
    if let Some([delimiter, b'\n' | b'\r', ..]) = sample.strip_prefix(b"sep=")
        && said.skip.is_none()
        && said.clone().delimiter(*delimiter).check().is_ok()
        && *said.delimiter.get_or_insert(*delimiter) == *delimiter
    {
        said.skip = Some(1);
    }
    said
}

/// The ways that `said` leaves open, the usual ones first.
pub(super) fn candidates(said: &CsvOptions, sample: &[u8]) -> Vec<CsvOptions> {
    let mut found = Vec::new();
    for delimiter in delimiters(said, sample) {
        for quote in quotes(said, sample, delimiter) {
            for escape in escapes(said, sample, delimiter) {
                for space in spaces(said, sample, delimiter) {
                    let options = said.clone().delimiter(delimiter).quote(quote).escape(escape);
                    found.push(options.skip_initial_space(space));
                }
            }
        }
    }
    found.retain(|options| options.check().is_ok());
    found
}

fn delimiters(said: &CsvOptions, sample: &[u8]) -> Vec<u8> {
    if let Some(delimiter) = said.delimiter {
        return vec![delimiter];
    }
    let there = |byte: &u8| memchr::memchr(*byte, sample).is_some();
    let mut found: Vec<u8> = DELIMITERS.iter().copied().filter(there).collect();
    // The sample may be of one column. What was said to mean something else is none.
    let may_be = |byte: &u8| said.clone().delimiter(*byte).check().is_ok();
    found.extend(ABSENT.iter().copied().find(|byte| !there(byte) && may_be(byte)));
    found
}

fn quotes(said: &CsvOptions, sample: &[u8], delimiter: u8) -> Vec<Option<u8>> {
    if let Some(quote) = said.quote {
        return vec![quote];
    }
    let opens = |quote: u8| {
        let mut before = b'\n';
        sample.iter().any(|&byte| {
            let opens = byte == quote && (is_line_end(before) || before == delimiter);
            // Spaces may stand before it.
            before = if byte == b' ' && before == delimiter { before } else { byte };
            opens
        })
    };
    let mut found = vec![Some(b'"')];
    found.extend(opens(b'\'').then_some(Some(b'\'')));
    found.extend(opens(b'"').then_some(None));
    // Where they were said to be something else, there are none.
    found.retain(|quote| said.clone().delimiter(delimiter).quote(*quote).check().is_ok());
    if found.is_empty() { vec![None] } else { found }
}

/// Whether backslashes escape: tried where one stands before what would have to be.
fn escapes(said: &CsvOptions, sample: &[u8], delimiter: u8) -> Vec<Option<u8>> {
    if let Some(escape) = said.escape {
        return vec![escape];
    }
    let mut pairs = sample.windows(2).filter(|pair| pair[0] == b'\\');
    let escapes = pairs.any(|pair| [delimiter, b'"', b'\''].contains(&pair[1]));
    if escapes { vec![None, Some(b'\\')] } else { vec![None] }
}

/// Whether spaces follow the delimiter: tried where they follow half of all.
fn spaces(said: &CsvOptions, sample: &[u8], delimiter: u8) -> Vec<bool> {
    if let Some(skip) = said.skip_initial_space {
        return vec![skip];
    }
    let all = memchr::memchr_iter(delimiter, sample);
    let (spaces, all) = all.fold((0, 0), |(spaces, all), at| {
        (spaces + usize::from(sample.get(at + 1) == Some(&b' ')), all + 1)
    });
    if spaces > 0 && spaces * 2 >= all { vec![false, true] } else { vec![false] }
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}
