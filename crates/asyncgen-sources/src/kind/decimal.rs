//! Numbers in decimal digits, exact.

use std::fmt;

/// A number as Python's `Decimal` takes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal<'t> {
    pub(crate) negative: bool,
    pub(crate) size: Size<'t>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Size<'t> {
    /// The digits before the point and after it, and the exponent.
    Finite(&'t str, &'t str, i64),
    Infinite,
    /// None at all: what it is called, and a number that it carries.
    None(&'static str, &'t str),
}

/// The largest exponent that Python takes.
const MAX_EXPONENT: u64 = 999_999_999_999_999_999;

/// The number that `text` is.
pub(crate) fn decimal(text: &str) -> Option<Decimal<'_>> {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let size = finite(rest).or_else(|| special(rest))?;
    Some(Decimal { negative: text.starts_with('-'), size })
}

fn finite(text: &str) -> Option<Size<'_>> {
    let mark = text.bytes().position(|byte| matches!(byte, b'e' | b'E'));
    let (digits, exponent) = match mark {
        None => (text, 0),
        Some(mark) => (&text[..mark], exponent(&text[mark + 1..])?),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = !(whole.is_empty() && part.is_empty()) && is_digits(whole) && is_digits(part);
    is_number.then_some(Size::Finite(whole, part, exponent))
}

fn exponent(text: &str) -> Option<i64> {
    let exponent: i64 = text.parse().ok()?;
    (exponent.unsigned_abs() <= MAX_EXPONENT).then_some(exponent)
}

fn special(text: &str) -> Option<Size<'_>> {
    let word = text.trim_end_matches(|char: char| char.is_ascii_digit());
    let name = match &*word.to_ascii_lowercase() {
        "inf" | "infinity" if word.len() == text.len() => return Some(Size::Infinite),
        "nan" => "NaN",
        "snan" => "sNaN",
        _ => return None,
    };
    Some(Size::None(name, text[word.len()..].trim_start_matches('0')))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// As Python's `str` writes it.
impl fmt::Display for Decimal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.negative { "-" } else { "" })?;
        let (whole, part, exponent) = match self.size {
            Size::Infinite => return f.write_str("Infinity"),
            Size::None(name, number) => return write!(f, "{name}{number}"),
            Size::Finite(whole, part, exponent) => (whole, part, exponent),
        };
        let digits = [whole, part].concat();
        let digits = match digits.trim_start_matches('0') {
            "" => "0",
            digits => digits,
        };
        let length = |text: &str| i64::try_from(text.len()).map_err(|_| fmt::Error);
        let exponent = exponent - length(part)?;
        // The power of ten of the first digit.
        let first = exponent + length(digits)? - 1;
        if exponent > 0 || first < -6 {
            let (one, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            return write!(f, "{one}{point}{rest}E{first:+}");
        }
        if let Ok(first) = usize::try_from(first) {
            let (whole, part) = digits.split_at(first + 1);
            write!(f, "{whole}{}{part}", if part.is_empty() { "" } else { "." })
        } else {
            // At most five.
            let zeros = usize::try_from(-1 - first).map_err(|_| fmt::Error)?;
            write!(f, "0.{:0<zeros$}{digits}", "")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_written_as_python_does() {
        for (text, expected) in [
            ("1.25", Some("1.25")),
            ("-.5", Some("-0.5")),
            ("+007.", Some("7")),
            ("0.000", Some("0.000")),
            ("-0", Some("-0")),
            ("0e5", Some("0E+5")),
            ("0e-9", Some("0E-9")),
            ("1e2", Some("1E+2")),
            ("125E-2", Some("1.25")),
            ("12.50e3", Some("1.250E+4")),
            ("0.000001", Some("0.000001")),
            ("0.0000001", Some("1E-7")),
            ("123e-10", Some("1.23E-8")),
            ("1e999999999999999999", Some("1E+999999999999999999")),
            ("Infinity", Some("Infinity")),
            ("-INF", Some("-Infinity")),
            ("nan", Some("NaN")),
            ("-sNaN012", Some("-sNaN12")),
            ("1e1000000000000000000", None),
            ("1e99999999999999999999", None),
            ("1e-9223372036854775808", None),
            ("nanx", None),
            ("inf1", None),
            (".", None),
            ("", None),
            ("+", None),
            ("1e", None),
            ("1e+", None),
            ("1e+-1", None),
            ("1.2.3", None),
            ("1_0", None),
            ("١", None),
        ] {
            let written = decimal(text).map(|decimal| decimal.to_string());
            assert_eq!(written.as_deref(), expected, "{text}");
        }
    }
}
