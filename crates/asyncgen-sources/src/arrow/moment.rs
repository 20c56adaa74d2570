//! Moments in the units of Arrow.

use crate::kind::moment::Moment;

impl Moment {
    pub(super) fn has_offset(self) -> bool {
        self.offset.is_some()
    }

    /// Its seconds; `None` where it has a part of one.
    pub(super) fn seconds(self) -> Option<i64> {
        (self.nanos / 1000 == 0).then_some(self.seconds)
    }

    /// Its milliseconds; `None` where it has a part of one.
    pub(super) fn millis(self) -> Option<i64> {
        let (millis, part) = (self.nanos / 1_000_000, self.nanos / 1000 % 1000);
        (part == 0).then_some(self.seconds * 1000 + i64::from(millis))
    }

    /// Its nanoseconds; `None` where it is too far from 1970.
    pub(super) fn nanos(self) -> Option<i64> {
        let nanos = i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos);
        i64::try_from(nanos).ok()
    }
}

#[cfg(test)]
mod tests {
    use crate::kind::moment::moment;

    #[test]
    fn units() {
        let at = |text: &str| moment(text.as_bytes()).unwrap();
        assert_eq!(at("1970-01-01T00:00:01").seconds(), Some(1));
        assert_eq!(at("1970-01-01T00:00:01.5").seconds(), None);
        assert_eq!(at("1970-01-01T00:00:01.5").millis(), Some(1500));
        assert_eq!(at("1970-01-01T00:00:01.0005").millis(), None);
        assert_eq!(at("1970-01-01T00:00:01.123456789").nanos(), Some(1_123_456_789));
        assert_eq!(at("9999-01-01").nanos(), None);
    }
}
