#![no_main]

use asyncgen_formats::{Blank, CsvDecoder, CsvOptions, Header, OnError, Ragged};
use asyncgen_fuzz::{LIMIT, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u16, &[u8])| {
    let (size, choice, data) = input;
    let is_set = |bit: u16| choice & (1 << bit) != 0;
    let options = || {
        let options = CsvOptions::new().max_record(LIMIT).strict(is_set(0));
        let options = options.skip_initial_space(is_set(1)).skip(u64::from(choice >> 14));
        let options = if is_set(2) { options.escape(b'\\') } else { options };
        let options = if is_set(3) { options.comment(b'#') } else { options };
        let options = if is_set(4) { options.quote(None) } else { options };
        let options = if is_set(5) { options.on_error(OnError::Skip) } else { options };
        let options = if is_set(6) { options.blank(Blank::Keep) } else { options };
        let options = if is_set(7) { options.header(Header::None) } else { options };
        let options = if is_set(8) { options.delimiter(b';') } else { options };
        let options = options.detect(is_set(11));
        options.ragged(match (choice >> 9) & 3 {
            0 => Ragged::Keep,
            1 => Ragged::Pad,
            _ => Ragged::Refuse,
        })
    };
    check(data, size, || CsvDecoder::new(options()).expect("the options go together"));
});
