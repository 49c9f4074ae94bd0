//! Points in time as people write them, on the clock of a capture.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

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
    /// A time of the day that the capture begins on.
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

    /// The time; `None` where it is relative to packets and there are none.
    fn resolve(self, origin: Origin) -> Option<Timestamp> {
        let span = origin.span;
        match self {
            Self::At(time) => Some(time),
            Self::Shown(shown) => origin.at(shown),
            Self::OfDay(time) => origin.at(origin.zone.date(span?.0).and_time(time)),
            Self::AfterFirst(length) => Some(Timestamp(span?.0.0.saturating_add(length))),
            Self::BeforeLast(length) => Some(Timestamp(span?.1.0.saturating_sub(length))),
        }
    }
}

/// The two ends of a stretch of time. Where the end is a time of the day that is not behind the beginning, as of a night, it is of the
/// next day; or the beginning is of the day before, where the capture is over by then.
pub(super) fn stretch(ends: [Option<Moment>; 2], origin: Origin) -> [Option<Timestamp>; 2] {
    let known = ends.map(|end| end.and_then(|moment| moment.resolve(origin)));
    let ([Some(since), Some(until)], Some((_, last))) = (known, origin.span) else { return known };
    match ends {
        _ if since < until => known,
        [Some(Moment::OfDay(time)), Some(Moment::OfDay(_))] if since > last => {
            [origin.previous(time, since), Some(until)]
        }
        [_, Some(Moment::OfDay(time))] => [Some(since), origin.next(time, since)],
        _ => known,
    }
}

impl Origin {
    /// When clocks show this; where they skip it, when they would have shown it.
    fn at(self, shown: NaiveDateTime) -> Option<Timestamp> {
        self.zone.at(shown).or_else(|| self.zone.at(shown.checked_add_signed(TimeDelta::hours(1))?))
    }

    /// When clocks show a time next, after a point in time.
    fn next(self, time: NaiveTime, after: Timestamp) -> Option<Timestamp> {
        let days = self.zone.date(after).iter_days().take(2);
        days.filter_map(|day| self.at(day.and_time(time))).find(|&shown| shown > after)
    }

    /// When they showed it the day before.
    fn previous(self, time: NaiveTime, of: Timestamp) -> Option<Timestamp> {
        self.at(self.zone.date(of).pred_opt()?.and_time(time))
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
