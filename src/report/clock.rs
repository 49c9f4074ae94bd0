//! Times as text: RFC 3339 in UTC with nine fractional digits for machines, and in several forms for people.

use std::ops::Range;

use chrono::{DateTime, Datelike, FixedOffset, Local, NaiveDate, Offset, TimeZone, Timelike, Utc};

use crate::digits::{fill, written};
use crate::frame::Timestamp;

/// How the text tables write times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// The time zone.
    pub zone: Zone,
    /// The form.
    pub form: TimeForm,
}

/// A time zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    /// Coordinated universal time.
    #[default]
    Utc,
    /// That of the machine, or of the environment's `TZ`.
    Local,
    /// Always so many seconds east of UTC.
    Fixed(FixedOffset),
}

/// A form of times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeForm {
    /// The time of day, under a line for each day.
    #[default]
    Clock,
    /// RFC 3339 with the zone's offset.
    Rfc3339,
    /// Seconds since 1970-01-01T00:00:00Z.
    Epoch,
    /// Seconds since the first packet.
    Relative,
}

impl TimeForm {
    /// Every form.
    pub const ALL: [Self; 4] = [Self::Clock, Self::Rfc3339, Self::Epoch, Self::Relative];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clock => "clock",
            Self::Rfc3339 => "rfc3339",
            Self::Epoch => "epoch",
            Self::Relative => "relative",
        }
    }
}

impl Zone {
    /// The time in chrono's calendar; the years 1677 to 2262 of a 64-bit count of nanoseconds all lie within it.
    fn calendar(self, time: Timestamp) -> DateTime<FixedOffset> {
        let utc = calendar(time);
        match self {
            Self::Utc => utc.fixed_offset(),
            Self::Local => Local.offset_from_utc_datetime(&utc.naive_utc()).fix().from_utc_datetime(&utc.naive_utc()),
            Self::Fixed(offset) => utc.with_timezone(&offset),
        }
    }

    /// `UTC`, `+01:00`.
    fn name(self, calendar: &DateTime<FixedOffset>) -> String {
        if self == Self::Utc { "UTC".to_owned() } else { calendar.offset().to_string() }
    }

    /// The earliest time at which clocks of the zone show a date and time; `None` where they skip it.
    pub fn at(self, shown: chrono::NaiveDateTime) -> Option<Timestamp> {
        let time = match self {
            Self::Utc => Utc.from_local_datetime(&shown).earliest()?.timestamp_nanos_opt(),
            Self::Local => Local.from_local_datetime(&shown).earliest()?.timestamp_nanos_opt(),
            Self::Fixed(offset) => offset.from_local_datetime(&shown).earliest()?.timestamp_nanos_opt(),
        };
        time.map(Timestamp)
    }

    /// The date that the zone's calendars show at a time.
    pub fn date(self, time: Timestamp) -> NaiveDate {
        self.calendar(time).date_naive()
    }
}

impl Clock {
    /// `2026-11-22 UTC`: what stands above the times of a day.
    pub(super) fn day(self, time: Timestamp) -> String {
        format!("{} {}", self.date(time), self.zone_name(time))
    }

    /// The same as numbers, by which days are told apart: the date, and seconds east of UTC.
    pub(super) fn day_number(self, time: Timestamp) -> (NaiveDate, i32) {
        let calendar = self.zone.calendar(time);
        (calendar.date_naive(), calendar.offset().local_minus_utc())
    }

    /// `2026-11-22`.
    pub(super) fn date(self, time: Timestamp) -> String {
        written(|text| date(&self.zone.calendar(time), text))
    }

    /// `14:32:37.354`: cut, not rounded.
    pub(super) fn time_of_day(self, time: Timestamp) -> String {
        written(|text| milliseconds(&self.zone.calendar(time), text))
    }

    /// `2026-11-22 14:32:37.354`; with the offset where that may change over the year.
    pub(super) fn moment(self, time: Timestamp) -> String {
        let offset = if self.zone == Zone::Local { format!(" {}", self.zone_name(time)) } else { String::new() };
        format!("{} {}{offset}", self.date(time), self.time_of_day(time))
    }

    /// `2026-11-22 14:32:37.354 to 2026-11-22 15:01:02.003 UTC`.
    pub(super) fn span(self, first: Timestamp, last: Timestamp) -> String {
        // Local times have their offsets already.
        let zone = if self.zone == Zone::Local { String::new() } else { format!(" {}", self.zone_name(last)) };
        format!("{} to {}{zone}", self.moment(first), self.moment(last))
    }

    /// `UTC`, `+01:00`: the offset at a time.
    pub(super) fn zone_name(self, time: Timestamp) -> String {
        self.zone.name(&self.zone.calendar(time))
    }

    /// Writes the time as a cell of a text table, in milliseconds: cut, not rounded, so that it never shows a second that had
    /// not come. `dated` adds the date to a time of day, where no line above tells it.
    pub(super) fn write_cell(self, time: Timestamp, first: Option<Timestamp>, dated: bool, out: &mut Vec<u8>) {
        let calendar = self.zone.calendar(time);
        match self.form {
            TimeForm::Clock => {
                if dated {
                    date(&calendar, out);
                    out.push(b' ');
                }
                milliseconds(&calendar, out);
            }
            TimeForm::Rfc3339 => {
                date(&calendar, out);
                out.push(b'T');
                milliseconds(&calendar, out);
                if self.zone == Zone::Utc {
                    out.push(b'Z');
                } else {
                    out.extend_from_slice(calendar.offset().to_string().as_bytes());
                }
            }
            TimeForm::Epoch => out.extend_from_slice(seconds(time.0).as_bytes()),
            TimeForm::Relative => out.extend_from_slice(seconds(time.since(first.unwrap_or(time))).as_bytes()),
        }
    }
}

/// Nanoseconds as seconds with six digits.
fn seconds(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let size = nanoseconds.unsigned_abs() / 1_000;
    format!("{sign}{}.{:06}", size / 1_000_000, size % 1_000_000)
}

fn calendar(time: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_nanos(time.0)
}

/// Appends `2026-11-22T14:32:37.354643000Z`.
///
/// Written digit by digit: chrono's own formatting interprets a format string and allocates for each row.
pub(super) fn rfc3339(time: Timestamp, out: &mut Vec<u8>) {
    // Without its zone, which each look at a field would ask for.
    let calendar = calendar(time).naive_utc();
    // Filled where it stays, as all that is written a piece at a time.
    let start = out.len();
    out.extend_from_slice(b"0000-00-00T00:00:00.000000000Z");
    let Some(text) = out.get_mut(start..) else { return };
    fill(calendar.year().unsigned_abs(), &mut text[..4]);
    fill(calendar.month(), &mut text[5..7]);
    fill(calendar.day(), &mut text[8..10]);
    fill(calendar.hour(), &mut text[11..13]);
    fill(calendar.minute(), &mut text[14..16]);
    fill(calendar.second(), &mut text[17..19]);
    fill(calendar.nanosecond() % 1_000_000_000, &mut text[FRACTION]);
}

/// Writes times as [`rfc3339`] does, of which those that follow each other are mostly of one second: what is the same of all of them
/// is worked out once.
#[derive(Default)]
pub(super) struct Rfc3339 {
    second: Option<i64>,
    /// A time of that second.
    text: Vec<u8>,
}

impl Rfc3339 {
    /// Appends a time.
    pub(super) fn append(&mut self, time: Timestamp, out: &mut Vec<u8>) {
        const SECOND: i64 = 1_000_000_000;
        let second = time.0.div_euclid(SECOND);
        if self.second != Some(second) {
            self.text.clear();
            rfc3339(time, &mut self.text);
            self.second = Some(second);
        }
        let start = out.len();
        out.extend_from_slice(&self.text);
        if let Some(digits) = out.get_mut(start + FRACTION.start..start + FRACTION.end) {
            fill(time.0.rem_euclid(SECOND) as u32, digits);
        }
    }
}

/// Where the digits of nanoseconds stand in a time of RFC 3339.
const FRACTION: Range<usize> = 20..29;

fn date(calendar: &impl Datelike, out: &mut Vec<u8>) {
    let mut text = *b"0000-00-00";
    fill(calendar.year().unsigned_abs(), &mut text[..4]);
    fill(calendar.month(), &mut text[5..7]);
    fill(calendar.day(), &mut text[8..]);
    out.extend_from_slice(&text);
}

/// Appends `14:32:37.354`.
fn milliseconds(calendar: &impl Timelike, out: &mut Vec<u8>) {
    let mut text = *b"00:00:00.000";
    fill(calendar.hour(), &mut text[..2]);
    fill(calendar.minute(), &mut text[3..5]);
    fill(calendar.second(), &mut text[6..8]);
    fill(calendar.nanosecond() / 1_000_000 % 1000, &mut text[9..]);
    out.extend_from_slice(&text);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Rfc3339, rfc3339};
    use crate::frame::Timestamp;

    /// Times of a few seconds, so that some follow others of theirs.
    fn time() -> impl Strategy<Value = i64> {
        let second = prop::sample::select(vec![0, 1, -1, -2, 1_795_357_957, 1_795_357_958]);
        prop_oneof![
            9 => (second, 0..1_000_000_000_i64).prop_map(|(second, nanosecond)| second * 1_000_000_000 + nanosecond),
            1 => prop::sample::select(vec![i64::MIN, i64::MIN + 1, i64::MAX]),
        ]
    }

    proptest! {
        #[test]
        fn one_after_the_other_they_are_written_as_each_alone(times in prop::collection::vec(time(), 1..20)) {
            let (mut writer, mut together, mut alone) = (Rfc3339::default(), Vec::new(), Vec::new());
            for time in times.into_iter().map(Timestamp) {
                writer.append(time, &mut together);
                rfc3339(time, &mut alone);
            }
            prop_assert_eq!(String::from_utf8(together), String::from_utf8(alone));
        }
    }
}
