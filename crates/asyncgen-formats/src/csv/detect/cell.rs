//! What a field is, by its text.

/// What a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Empty,
    /// What stands for nothing: `NA`.
    Missing,
    Number,
    /// A date, a time, or both.
    Time,
    Truth,
    /// A URL, an address of mail or of a network.
    Address,
    Json,
    /// Letters and digits, in one word or more.
    Words,
    /// Words with what stands between them in sentences.
    Prose,
    /// What looks as if it was taken apart wrongly, or not at all.
    Odd,
    /// What was surely not taken apart rightly: an escaped quote or a tab is left in it.
    Broken,
}

const MISSING: &[&str] =
    &["NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "none", "\\N", "-", "?", "."];
const TRUTHS: &[&str] = &["true", "false", "True", "False", "TRUE", "FALSE", "yes", "no"];
const CURRENCIES: &[char] = &['$', '€', '£', '¥', '%'];

impl Kind {
    pub(super) fn of(text: &str) -> Self {
        let text = text.trim_matches(' ');
        match text.as_bytes() {
            [] => Self::Empty,
            _ if MISSING.contains(&text) => Self::Missing,
            _ if TRUTHS.contains(&text) => Self::Truth,
            _ if is_number(text) => Self::Number,
            _ if is_time(text) => Self::Time,
            _ if is_address(text) => Self::Address,
            // The quotes in a text of JSON may be escaped, but not the first one.
            [b'{', b'\\', ..] => Self::Broken,
            [b'{', .., b'}'] | [b'[', .., b']'] => Self::Json,
            _ if text.contains("\\\"") || text.contains("\\'") => Self::Broken,
            [b'"' | b'\'', ..] | [.., b'"' | b'\''] => Self::Odd,
            _ => of_text(text),
        }
    }

    /// How much it says that the fields were taken apart rightly.
    pub(super) fn sense(self) -> f64 {
        match self {
            Self::Number | Self::Time | Self::Truth | Self::Address | Self::Json => 1.0,
            Self::Missing | Self::Words => 0.9,
            Self::Empty => 0.8,
            Self::Prose => 0.7,
            Self::Odd => 0.2,
            Self::Broken => 0.0,
        }
    }

    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Words | Self::Prose | Self::Odd | Self::Broken)
    }

    pub(super) fn is_missing(self) -> bool {
        matches!(self, Self::Empty | Self::Missing)
    }

    /// Whether it is more than some text.
    pub(super) fn is_typed(self) -> bool {
        !self.is_text() && !self.is_missing()
    }
}

/// Digits in groups, with a sign, an exponent and a currency: `-1.234,50 €`.
fn is_number(text: &str) -> bool {
    let text = text.trim_matches(CURRENCIES).trim_matches(' ');
    let text = text.strip_prefix(['+', '-']).unwrap_or(text).trim_start_matches(CURRENCIES);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    all_digits(exponent) && is_decimal(mantissa)
}

fn is_decimal(text: &str) -> bool {
    let Some(at) = text.rfind(['.', ',']) else { return all_digits(text) };
    let (whole, decimals) = (&text[..at], &text[at + 1..]);
    if all_digits(whole) || whole.is_empty() {
        return all_digits(decimals);
    }
    // Groups of three, and another mark before the decimals or the same one.
    let mut groups = whole.split(['.', ',']);
    let first = groups.next().is_some_and(|group| group.len() <= 3 && all_digits(group));
    first && all_digits(decimals) && groups.all(|group| group.len() == 3 && all_digits(group))
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A date, a time, or both with a space or a `T` between them.
fn is_time(text: &str) -> bool {
    if let Some((date, time)) = text.split_once([' ', 'T']) {
        return is_date(date) && is_time_of_day(time);
    }
    is_date(text) || is_time_of_day(text)
}

fn is_date(text: &str) -> bool {
    ['-', '.', '/'].into_iter().any(|mark| {
        let parts: Vec<&str> = text.split(mark).collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        parts.iter().all(|part| all_digits(part))
            && matches!(lengths[..], [4, 1..=2, 1..=2] | [1..=2, 1..=2, 2 | 4])
    })
}

fn is_time_of_day(text: &str) -> bool {
    let text = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let text = text.trim_end_matches([' ', 'A', 'P', 'M', 'a', 'p', 'm']);
    let (time, zone) = text.split_once(['+', '-']).unwrap_or((text, "00"));
    let zone = zone.trim_start();
    let parts: Vec<&str> = time.trim_end().split(':').collect();
    let two = |part: &&str| part.len() <= 2 && all_digits(part);
    let seconds = |part: &str| {
        let (whole, fraction) = part.split_once(['.', ',']).unwrap_or((part, "0"));
        two(&whole) && all_digits(fraction)
    };
    let zoned = zone.split(':').all(|part| (2..=4).contains(&part.len()) && all_digits(part));
    zoned
        && match parts[..] {
            [hour, minute] => two(&hour) && minute.len() == 2 && two(&minute),
            [hour, minute, second] => two(&hour) && two(&minute) && seconds(second),
            _ => false,
        }
}

/// `https://…`, `somebody@example.org`, groups of hexadecimal digits between colons.
fn is_address(text: &str) -> bool {
    if text.contains(char::is_whitespace) {
        return false;
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        return !rest.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
    }
    if let Some((name, host)) = text.split_once('@') {
        let plain = |part: &str| part.chars().all(|c| c.is_alphanumeric() || "._-+".contains(c));
        return !name.is_empty() && host.contains('.') && plain(name) && plain(host);
    }
    let groups = text.split(':');
    let hexadecimal =
        |group: &str| group.len() <= 4 && group.bytes().all(|b| b.is_ascii_hexdigit());
    groups.clone().count() > 3 && groups.clone().all(hexadecimal)
}

/// A text: whether what is in it stands as it does in words and sentences.
fn of_text(text: &str) -> Kind {
    let mut kind = Kind::Words;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let apart = characters.peek().is_none_or(|next| next.is_whitespace());
        match character {
            '\t' | '\x01'..='\x08' | '\x1c'..='\x1f' => return Kind::Broken,
            '|' | ';' | ',' if !apart => return Kind::Odd,
            ',' | ';' | ':' | '!' | '?' | '(' | ')' | '"' | '\n' | '\r' => kind = Kind::Prose,
            _ => {}
        }
    }
    kind
}
