//! Dates and times as ISO 8601 writes them: what `fromisoformat` of Python's `date` and `datetime` takes.

use std::fmt;

use super::number::{digit, sign};

const DAY: i64 = 24 * 60 * 60;

/// The days from the first of March of year 0 to the beginning of 1970.
const TO_MARCH: i32 = 719_468;

/// A point in time: as it is written, or of UTC where an offset says which one it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The seconds since the beginning of 1970.
    pub(crate) seconds: i64,
    pub(crate) nanos: u32,
    /// How many microseconds ahead of UTC it is written, if it says so.
    pub(crate) offset: Option<i64>,
}

/// The days since the beginning of 1970.
#[inline]
pub(crate) fn date(text: &[u8]) -> Option<i32> {
    let days = match text {
        [_, _, _, _, b'-', _, _, b'-', _, _] => {
            of_month(number(&text[..4])?, number(&text[5..7])?, number(&text[8..])?)
        }
        _ => other_date(text),
    };
    i32::try_from(days?).ok()
}

/// A date, and the time after it, if there is one.
#[inline]
pub(crate) fn moment(text: &[u8]) -> Option<Moment> {
    let (date, rest) = text.split_at_checked(end_of_date(text)?)?;
    let midnight = i64::from(self::date(date)?) * DAY;
    let Some(first) = rest.first() else {
        return Some(Moment { seconds: midnight, nanos: 0, offset: None });
    };
    // Any character may stand between the two.
    let length = 1 + rest[1..].iter().take_while(|byte| **byte & 0xC0 == 0x80).count();
    let rest = &rest[if first.is_ascii() { 1 } else { length }..];
    let zone = rest.iter().position(|byte| matches!(byte, b'+' | b'-' | b'Z'));
    let (time, zone) = rest.split_at(zone.unwrap_or(rest.len()));
    let (seconds, nanos) = time_of_day(time)?;
    let offset = match zone {
        [] => None,
        [b'Z'] => Some(0),
        [b'Z', ..] => return None,
        _ => {
            let (negative, offset) = sign(zone);
            let (whole, part) = time_of_day(offset)?;
            // Of less than a second Python makes none.
            let part = if whole == 0 { 0 } else { part };
            let micros = whole * 1_000_000 + i64::from(part / 1000);
            Some(if negative { -micros } else { micros })
        }
    };
    let ahead = offset.unwrap_or_default();
    let nanos = i64::from(nanos) - ahead % 1_000_000 * 1000;
    let seconds = midnight + seconds - ahead / 1_000_000 + nanos.div_euclid(1_000_000_000);
    let nanos = u32::try_from(nanos.rem_euclid(1_000_000_000)).ok()?;
    Some(Moment { seconds, nanos, offset })
}

impl Moment {
    /// Its microseconds; further digits do not count, as in Python.
    pub(crate) fn micros(self) -> i64 {
        self.seconds * 1_000_000 + i64::from(self.nanos / 1000)
    }
}

/// As `isoformat` of Python's `datetime`: where it has an offset, the time is that of there.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MICROS: i64 = DAY * 1_000_000;
        let local = self.micros() + self.offset.unwrap_or_default();
        let date = Date(i32::try_from(local.div_euclid(MICROS)).map_err(|_| fmt::Error)?);
        write!(f, "{date}T")?;
        clock(f, local.rem_euclid(MICROS), true)?;
        let Some(offset) = self.offset else { return Ok(()) };
        f.write_str(if offset < 0 { "-" } else { "+" })?;
        clock(f, offset.abs(), false)
    }
}

/// `HH:MM`, and where there are some, or `has_seconds` says so, `:SS` and `.ffffff`.
fn clock(f: &mut fmt::Formatter<'_>, micros: i64, has_seconds: bool) -> fmt::Result {
    let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
    write!(f, "{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
    if has_seconds || seconds % 60 > 0 || micros > 0 {
        write!(f, ":{:02}", seconds % 60)?;
    }
    if micros > 0 { write!(f, ".{micros:06}") } else { Ok(()) }
}

/// A day, by those since the beginning of 1970.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Date(pub(crate) i32);

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The days since the first of March of year 0, with which the 400 years of the calendar begin here.
        let days = self.0 + TO_MARCH;
        let (cycle, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (next, month) = if month < 10 { (0, month + 3) } else { (1, month - 9) };
        write!(f, "{:04}-{month:02}-{day:02}", cycle * 400 + year + next)
    }
}

/// Where the date ends, and a separator stands if there is a time.
fn end_of_date(text: &[u8]) -> Option<usize> {
    let at = |index: usize| text.get(index).copied();
    let is_digit = |index| at(index).is_some_and(|byte| byte.is_ascii_digit());
    Some(match (at(4)?, at(5)) {
        // 2024-W01-1, or 2024-W01 and a time after a hyphen.
        (b'-', Some(b'W')) if at(8) == Some(b'-') && !is_digit(10) => 10,
        (b'-', Some(b'W')) => 8,
        (b'-', _) => 10,
        // 2024W01 or 2024W011: the digits of a time, if they follow at once, are even in number.
        (b'W', _) => {
            let digits = (7..text.len()).take_while(|index| is_digit(*index)).count();
            if digits < 2 { 7 + digits } else { 7 + digits % 2 }
        }
        _ if text.len() == 7 => 7,
        _ => 8,
    })
}

/// A date that is written in another way than most.
fn other_date(text: &[u8]) -> Option<i64> {
    let year = number(text.get(..4)?)?;
    match &text[4..] {
        [m1, m2, d1, d2] if *m1 != b'-' && *m1 != b'W' => {
            of_month(year, number(&[*m1, *m2])?, number(&[*d1, *d2])?)
        }
        [b'-', b'W', w1, w2, b'-', day] | [b'W', w1, w2, day] => {
            of_week(year, number(&[*w1, *w2])?, number(&[*day])?)
        }
        [b'-', b'W', w1, w2] | [b'W', w1, w2] => of_week(year, number(&[*w1, *w2])?, 1),
        _ => None,
    }
}

/// The days of a year, a month and a day of it.
#[inline]
fn of_month(year: u32, month: u32, day: u32) -> Option<i64> {
    const LENGTHS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let index = usize::try_from(month.checked_sub(1)?).ok()?;
    let length = LENGTHS.get(index)? + u32::from(month == 2 && is_leap(year));
    if year == 0 || day == 0 || day > length {
        return None;
    }
    // Years that begin with March have their odd day at the end.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    let days = year * 365 + leap_days + (month * 153 + 2) / 5 + day;
    Some(i64::from(days) - 1 - i64::from(TO_MARCH))
}

/// The days of a year, a week and a day of it, as ISO 8601 counts them.
fn of_week(year: u32, week: u32, day: u32) -> Option<i64> {
    let first = of_month(year, 1, 1)?;
    // 1970 began with a Thursday; the week of the first Thursday is week 1.
    let weekday = (first + 3).rem_euclid(7);
    let weeks = if weekday == 3 || (weekday == 2 && is_leap(year)) { 53 } else { 52 };
    if week == 0 || week > weeks || day == 0 || day > 7 {
        return None;
    }
    let monday = if weekday <= 3 { first - weekday } else { first + 7 - weekday };
    let days = monday + i64::from(week - 1) * 7 + i64::from(day - 1);
    (of_month(1, 1, 1)?..=of_month(9999, 12, 31)?).contains(&days).then_some(days)
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// The seconds since midnight, and the nanoseconds: `HH[:MM[:SS[.fff]]]`, with colons or without.
#[inline]
fn time_of_day(text: &[u8]) -> Option<(i64, u32)> {
    let hour = number(text.get(..2)?)?;
    let colons = text.get(2) == Some(&b':');
    let (mut rest, mut parts) = (&text[2..], [0, 0]);
    for part in &mut parts {
        if rest.is_empty() || matches!(rest, [b'.' | b',', ..]) {
            break;
        }
        rest = if colons { rest.strip_prefix(b":")? } else { rest };
        *part = number(rest.get(..2)?)?;
        rest = &rest[2..];
    }
    let [minute, second] = parts;
    let nanos = match rest {
        [] => 0,
        [b'.' | b',', digits @ ..] if text.len() - rest.len() >= if colons { 8 } else { 6 } => {
            fraction(digits)?
        }
        _ => return None,
    };
    (hour < 24 && minute < 60 && second < 60)
        .then(|| (i64::from(hour * 3600 + minute * 60 + second), nanos))
}

fn fraction(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    let (mut nanos, mut unit) = (0, 100_000_000);
    for byte in digits {
        nanos += u32::from(digit(*byte)?) * unit;
        unit /= 10;
    }
    Some(nanos)
}

/// The number that all of the bytes are.
#[inline]
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, byte| Some(number * 10 + u32::from(digit(*byte)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (text, expected) in [
            ("1970-01-01", Some(0)),
            ("1969-12-31", Some(-1)),
            ("2000-02-29", Some(11_016)),
            ("20000301", Some(11_017)),
            ("0001-01-01", Some(-719_162)),
            ("9999-12-31", Some(2_932_896)),
            ("2020-W53-5", Some(18_628)),
            ("2020W01", Some(18_260)),
            ("2021-W01", Some(18_631)),
            ("2021-W53", None),
            ("1900-02-29", None),
            ("0000-01-01", None),
            ("2024-13-01", None),
            ("2024-1-01", None),
            ("2024-01-0x", None),
            ("", None),
        ] {
            assert_eq!(date(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn moments() {
        for (text, expected) in [
            ("1970-01-02", Some((86_400_000_000, false))),
            ("1970-01-01T00:00:01", Some((1_000_000, false))),
            ("1970-01-01 00:00:01.5", Some((1_500_000, false))),
            ("1970-01-01 01:00:00.1234567+01:00", Some((123_456, true))),
            ("19700101T010203Z", Some((3_723_000_000, true))),
            ("1969-12-31T23:59:59.999999", Some((-1, false))),
            ("1970-01-01é00", Some((0, false))),
            ("1970-01-01T24:00", None),
            ("1970-01-01T00:00+24:00", None),
            ("1970-01-01T00:00Z0", None),
            ("1970-01-01T0:00", None),
            ("1970-01-01T00:00.5", None),
            ("1970-01-01T", None),
        ] {
            let read =
                moment(text.as_bytes()).map(|moment| (moment.micros(), moment.offset.is_some()));
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn every_day_is_written_as_it_is_read() {
        let days = -719_162..=2_932_896;
        // A prime, so that each day of a month and of a cycle has its turn; and the ends.
        for day in days.clone().step_by(13).chain(days.clone().take(800)).chain([*days.end()]) {
            let text = Date(day).to_string();
            assert_eq!(date(text.as_bytes()), Some(day), "{text}");
        }
    }

    #[test]
    fn moments_are_written_as_python_does() {
        for (text, expected) in [
            ("2024-01-02", "2024-01-02T00:00:00"),
            ("20240102 0304", "2024-01-02T03:04:00"),
            ("2024-W01-2T03:04:05,6", "2024-01-02T03:04:05.600000"),
            ("2024-01-02T03:04:05.0000019Z", "2024-01-02T03:04:05.000001+00:00"),
            ("2024-01-01T00:30+01:00", "2024-01-01T00:30:00+01:00"),
            ("2024-12-31T23:30:00.5-05:30", "2024-12-31T23:30:00.500000-05:30"),
            ("2024-01-01T00:00-00:00:30", "2024-01-01T00:00:00-00:00:30"),
            ("2024-01-01T00:00+00:00:01.000001", "2024-01-01T00:00:00+00:00:01.000001"),
            ("2024-01-01T00:00-00:00:00.5", "2024-01-01T00:00:00+00:00"),
            ("0001-01-01T00:00+23:59", "0001-01-01T00:00:00+23:59"),
            ("9999-12-31T23:59:59.999999-23:59", "9999-12-31T23:59:59.999999-23:59"),
        ] {
            assert_eq!(moment(text.as_bytes()).unwrap().to_string(), expected, "{text}");
        }
    }
}
