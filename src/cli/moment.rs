//! Points in time as people write them, on the clock of a capture.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

use super::quantities;
use crate::frame::Timestamp;
use crate::report::Zone;

/// A point in time, as far as it is known before the capture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// Known.
    At(Timestamp),
    /// What clocks of the zone show.
    Shown(NaiveDateTime),
    /// A time of the day: the first such in the capture, or else of the day that it begins on.
    OfDay(NaiveTime),
    /// Nanoseconds after the first packet.
    AfterFirst(i64),
    /// Nanoseconds before the last packet.
    BeforeLast(i64),
}

/// What a moment is relative to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// The zone of times without one.
    pub(super) zone: Zone,
    /// Times of the first and the last packet.
    pub(super) span: Option<(Timestamp, Timestamp)>,
}

impl Moment {
    /// `2026-11-22T14:30:00Z`, `2026-11-22 14:30`, `2026-11-22`, `14:30`, `+5m`, `-5m`, `1795357957.5`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let length =
            |text| quantities::duration(text).map(|length| i64::try_from(length.as_nanos()).unwrap_or(i64::MAX));
        if let Some(length_text) = text.strip_prefix('+') {
            return length(length_text).map(Self::AfterFirst);
        }
        if let Some(length_text) = text.strip_prefix('-') {
            return length(length_text).map(Self::BeforeLast);
        }
        let known = absolute(text).map(Self::At).or_else(|| shown(text).map(Self::Shown));
        known.or_else(|| time_of_day(text).map(Self::OfDay)).ok_or_else(|| {
            "a time such as 2026-11-22T14:30:00Z, 2026-11-22 14:30, 14:30, +5m (after the first packet) or -5m (before \
             the last) is expected"
                .to_owned()
        })
    }

    /// The time; `None` where it is relative to packets and there are none, or where the zone's clocks skip it.
    pub(super) fn resolve(self, origin: Origin) -> Option<Timestamp> {
        let Origin { zone, span } = origin;
        match self {
            Self::At(time) => Some(time),
            Self::Shown(shown) => zone.at(shown),
            Self::OfDay(time) => {
                let (first, last) = span?;
                let in_capture = origin.next(time, first).filter(|&next| next <= last);
                in_capture.or_else(|| zone.at(zone.date(first).and_time(time)))
            }
            Self::AfterFirst(length) => Some(Timestamp(span?.0.0.saturating_add(length))),
            Self::BeforeLast(length) => Some(Timestamp(span?.1.0.saturating_sub(length))),
        }
    }

    /// The same of the end of a stretch that begins `since` then: of times of the day that is the first behind its beginning, as of
    /// nights the end is another day's.
    pub(super) fn resolve_end(self, since: Option<Timestamp>, origin: Origin) -> Option<Timestamp> {
        let end = self.resolve(origin);
        match (self, since) {
            (Self::OfDay(time), Some(since)) if end.is_some_and(|end| end <= since) => origin.next(time, since),
            _ => end,
        }
    }
}

impl Origin {
    /// When clocks show a time next, at a point in time or after it.
    fn next(self, time: NaiveTime, from: Timestamp) -> Option<Timestamp> {
        let days = self.zone.date(from).iter_days().take(2);
        days.filter_map(|day| self.zone.at(day.and_time(time))).find(|&shown| shown >= from)
    }
}

/// RFC 3339, with a space in place of the `T` too; or seconds since 1970.
fn absolute(text: &str) -> Option<Timestamp> {
    if let Ok(time) = DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1)) {
        return time.timestamp_nanos_opt().map(Timestamp);
    }
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if seconds.is_empty() || !digits(seconds) || !digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let nanoseconds: i64 = format!("{fraction:0<9}").parse().ok()?;
    seconds.parse::<i64>().ok()?.checked_mul(1_000_000_000)?.checked_add(nanoseconds).map(Timestamp)
}

fn shown(text: &str) -> Option<NaiveDateTime> {
    let spaced = text.replacen('T', " ", 1);
    let date = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    match spaced.split_once(' ') {
        None => date(&spaced).map(|date| date.and_time(NaiveTime::MIN)),
        Some((day, time)) => Some(date(day)?.and_time(time_of_day(time)?)),
    }
}

fn time_of_day(text: &str) -> Option<NaiveTime> {
    ["%H:%M:%S%.f", "%H:%M"].into_iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok())
}
