//! Whole numbers of so many bits, and floats of 32.

use crate::kind::number::{digit, sign};

/// A whole number of a type that has a sign.
#[inline]
pub(super) fn signed<T: TryFrom<i64>>(text: &[u8]) -> Option<T> {
    let (negative, digits) = sign(text);
    let size = size(digits)?;
    let number = if negative { 0_i64.checked_sub_unsigned(size) } else { i64::try_from(size).ok() };
    T::try_from(number?).ok()
}

/// A whole number of a type that has none.
#[inline]
pub(super) fn unsigned<T: TryFrom<u64>>(text: &[u8]) -> Option<T> {
    let (negative, digits) = sign(text);
    let size = size(digits)?;
    if negative && size > 0 { None } else { T::try_from(size).ok() }
}

pub(super) fn single(text: &[u8]) -> Option<f32> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// What the digits come to.
#[inline]
fn size(digits: &[u8]) -> Option<u64> {
    // Any 19 digits fit.
    let (first, rest) = digits.split_at(digits.len().min(19));
    if first.is_empty() {
        return None;
    }
    let mut size = 0;
    for byte in first {
        size = size * 10 + u64::from(digit(*byte)?);
    }
    for byte in rest {
        size = size.checked_mul(10)?.checked_add(u64::from(digit(*byte)?))?;
    }
    Some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ints() {
        let check = |text: &str| {
            let bytes = text.as_bytes();
            assert_eq!(signed::<i64>(bytes), text.parse().ok(), "{text}");
            assert_eq!(signed::<i8>(bytes), text.parse().ok(), "{text}");
            assert_eq!(unsigned::<u64>(bytes), text.replace("-0", "0").parse().ok(), "{text}");
            assert_eq!(unsigned::<u16>(bytes), text.replace("-0", "0").parse().ok(), "{text}");
        };
        for text in ["", "+", "-", "0", "-0", "+7", "-8", "00012", "1_0", "1.0", "١", "--1", "+-1"]
        {
            check(text);
        }
        for edge in [127, 128, 65_535, 65_536, i128::from(i64::MAX), i128::from(u64::MAX)] {
            for near in [edge - 1, edge, edge + 1] {
                check(&near.to_string());
                check(&(-near).to_string());
            }
        }
        check(&"9".repeat(30));
        check(&format!("{}7", "0".repeat(30)));
    }
}
