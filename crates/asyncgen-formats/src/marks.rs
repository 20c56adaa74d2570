//! Where the next separator is: a bit for each byte of a block of 64, so that short fields, a few
//! bytes each, cost a count of zeros rather than a search.

/// How many bytes are looked at together: the bits of a mask.
const BLOCK: usize = 64;

/// Finds the bytes of `bytes` that mean something in CSV, from left to right.
pub(crate) struct Marks<'b> {
    bytes: &'b [u8],
    delimiter: u8,
    quote: u8,
    /// The block that is looked at.
    start: usize,
    end: usize,
    classes: [u8; BLOCK],
    /// The separators of the block that were not handed out.
    separators: u64,
    /// Its quotes and line ends; gathered when a quoted field meets the block, so that a source
    /// without quotes does not pay for them.
    in_quotes: Option<InQuotes>,
}

/// What is looked for inside quotes.
#[derive(Clone, Copy)]
struct InQuotes {
    quotes: u64,
    line_ends: u64,
}

/// A delimiter, an LF or a CR, as a bit of a class.
const SEPARATOR: u32 = 0;
/// A quote.
const QUOTE: u32 = 1;
/// An LF or a CR.
const LINE_END: u32 = 2;

impl<'b> Marks<'b> {
    pub(crate) fn new(bytes: &'b [u8], from: usize, delimiter: u8, quote: u8) -> Self {
        Self {
            bytes,
            delimiter,
            quote,
            start: from,
            end: from,
            classes: [0; BLOCK],
            separators: 0,
            in_quotes: None,
        }
    }

    /// The next separator.
    #[inline]
    pub(crate) fn next_separator(&mut self) -> Option<usize> {
        if self.separators == 0 && !self.load_separators() {
            return None;
        }
        let bit = self.separators.trailing_zeros();
        self.separators &= self.separators - 1;
        Some(self.start + bit as usize)
    }

    /// Passes over the separators before `from`, which must not be less than any place before.
    #[inline]
    pub(crate) fn seek(&mut self, from: usize) {
        if from < self.end {
            self.separators &= !0 << (from - self.start);
        } else {
            (self.end, self.separators) = (from, 0);
        }
    }

    /// The first quote at or after `from`, and whether a line end stands between; `from` must not
    /// be less than any place before. The separators before the quote are passed over.
    pub(crate) fn next_quote(&mut self, from: usize) -> (Option<usize>, bool) {
        self.seek(from);
        let (mut from, mut saw_line_end) = (from, false);
        loop {
            if from >= self.end {
                if from >= self.bytes.len() {
                    return (None, saw_line_end);
                }
                self.load(from);
            }
            let ahead = !0 << (from - self.start);
            let in_quotes = *self.in_quotes.get_or_insert_with(|| InQuotes {
                quotes: gather(&self.classes, QUOTE),
                line_ends: gather(&self.classes, LINE_END),
            });
            let quotes = in_quotes.quotes & ahead;
            let line_ends = in_quotes.line_ends & ahead;
            // The bits below the first quote; all if there is none.
            let between = (quotes & quotes.wrapping_neg()).wrapping_sub(1);
            saw_line_end |= line_ends & between != 0;
            self.separators &= !between;
            if quotes != 0 {
                return (Some(self.start + quotes.trailing_zeros() as usize), saw_line_end);
            }
            from = self.end;
        }
    }

    /// Goes on to a block with separators; false if there is none.
    ///
    /// Apart, so that `next_separator` is small enough to be inlined.
    #[inline(never)]
    fn load_separators(&mut self) -> bool {
        while self.separators == 0 && self.end < self.bytes.len() {
            self.load(self.end);
        }
        self.separators != 0
    }

    #[inline]
    fn load(&mut self, start: usize) {
        let rest = &self.bytes[start..];
        if let Some(block) = rest.first_chunk() {
            self.classes = classify(block, self.delimiter, self.quote);
        } else {
            let mut block = [0; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            self.classes = classify(&block, self.delimiter, self.quote);
            // A delimiter or a quote that is NUL would be found in the padding.
            self.classes[rest.len()..].fill(0);
        }
        (self.start, self.end) = (start, start + BLOCK);
        self.separators = gather(&self.classes, SEPARATOR);
        self.in_quotes = None;
    }
}

/// The class of each byte. Written so that the compiler makes vector comparisons of it.
#[inline]
fn classify(block: &[u8; BLOCK], delimiter: u8, quote: u8) -> [u8; BLOCK] {
    let mut classes = [0; BLOCK];
    for (class, &byte) in classes.iter_mut().zip(block) {
        let line_end = u8::from(byte == b'\n') | u8::from(byte == b'\r');
        *class = (u8::from(byte == delimiter) | line_end) << SEPARATOR
            | u8::from(byte == quote) << QUOTE
            | line_end << LINE_END;
    }
    classes
}

/// A bit for each byte that is of the class. One multiplication brings eight bits together.
#[inline]
fn gather(classes: &[u8; BLOCK], class: u32) -> u64 {
    let mut mask = 0;
    for (index, classes) in classes.as_chunks::<8>().0.iter().enumerate() {
        let bits = (u64::from_le_bytes(*classes) >> class) & 0x0101_0101_0101_0101;
        mask |= (bits.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * index);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, LINE_END, QUOTE, SEPARATOR, classify, gather};

    #[test]
    fn every_byte_at_every_place() {
        for (delimiter, quote) in [(b',', b'"'), (b'\t', 0), (0, b'\''), (0x7F, b',')] {
            for byte in 0..=u8::MAX {
                for place in 0..BLOCK {
                    let mut block = [b'x'; BLOCK];
                    block[place] = byte;
                    let classes = classify(&block, delimiter, quote);
                    let is_other = |class: u8| byte != b'x' && byte == class;
                    let line_end = byte == b'\n' || byte == b'\r';
                    for (class, expected) in [
                        (SEPARATOR, is_other(delimiter) || line_end),
                        (QUOTE, is_other(quote)),
                        (LINE_END, line_end),
                    ] {
                        let expected = u64::from(expected) << place;
                        assert_eq!(gather(&classes, class), expected, "{byte} at {place}");
                    }
                }
            }
        }
        assert_eq!(gather(&classify(&[b','; BLOCK], b',', b'"'), SEPARATOR), u64::MAX);
    }
}
