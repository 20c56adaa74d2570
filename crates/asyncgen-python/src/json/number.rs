//! Numbers, exact to the last bit.

/// The most digits that an `i64` has room for, whichever they are.
const MOST_DIGITS: usize = 18;

/// The integers up to this one are floats, each of them.
const EXACT: i64 = 1 << f64::MANTISSA_DIGITS;

/// The powers of ten that are floats: a quotient of two of those is rounded once, as it should be.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

#[derive(Debug, PartialEq)]
pub(super) enum Number<'j> {
    Int(i64),
    Float(f64),
    /// An integer of more digits than may fit, as it is written.
    Long(&'j str),
}

/// The number that `text` begins with, and its length.
#[inline]
pub(super) fn number(text: &str) -> Option<(Number<'_>, usize)> {
    let bytes = text.as_bytes();
    let negative = bytes.first() == Some(&b'-');
    let start = usize::from(negative);
    let mut at = start;
    let mut digits = 0_i64;
    let mut pass = |at: &mut usize| {
        while let Some(digit @ b'0'..=b'9') = bytes.get(*at) {
            digits = digits.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
            *at += 1;
        }
    };
    pass(&mut at);
    let whole = at - start;
    let mut fraction = 0;
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        let point = at;
        pass(&mut at);
        fraction = at - point;
    }
    let length = at;
    if whole == 0 || matches!(bytes.get(at), Some(b'e' | b'E')) || whole + fraction > MOST_DIGITS {
        return any(text);
    }
    if length == start + whole {
        return Some((Number::Int(if negative { -digits } else { digits }), length));
    }
    match TENS.get(fraction) {
        #[expect(clippy::cast_precision_loss, reason = "none up to there")]
        Some(ten) if digits <= EXACT => {
            let float = digits as f64 / ten;
            Some((Number::Float(if negative { -float } else { float }), length))
        }
        _ => any(text),
    }
}

/// As `number`, of any.
#[cold]
fn any(text: &str) -> Option<(Number<'_>, usize)> {
    let text = &text[..length(text.as_bytes())];
    let number = if text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit()) {
        Number::Long(text)
    } else {
        Number::Float(text.parse().ok()?)
    };
    (!text.is_empty()).then_some((number, text.len()))
}

/// How many bytes of a number `text` begins with.
pub(super) fn length(text: &[u8]) -> usize {
    let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
    text.iter().take_while(is_part).count()
}
