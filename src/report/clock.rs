//! Times as text: RFC 3339 in UTC with nine fractional digits.

use chrono::{DateTime, Datelike, Timelike, Utc};

use crate::frame::Timestamp;

/// The time in chrono's calendar; the years 1677 to 2262 of a 64-bit count of nanoseconds all lie within it.
fn calendar(time: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_nanos(time.0)
}

/// Appends `2026-11-22T14:32:37.354643000Z`.
///
/// Written digit by digit: chrono's own formatting interprets a format string and allocates for each row.
pub(super) fn rfc3339(time: Timestamp, out: &mut Vec<u8>) {
    let calendar = calendar(time);
    date(&calendar, out);
    out.push(b'T');
    time_of_day(&calendar, out);
    out.push(b'.');
    digits(calendar.nanosecond() % 1_000_000_000, 9, out);
    out.push(b'Z');
}

/// `2026-11-22`.
pub(super) fn day(time: Timestamp) -> String {
    let mut text = Vec::with_capacity(10);
    date(&calendar(time), &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// `14:32:37.354`: cut, not rounded, so that it never shows a second that had not come.
pub(super) fn time_with_milliseconds(time: Timestamp) -> String {
    let calendar = calendar(time);
    let mut text = Vec::with_capacity(12);
    time_of_day(&calendar, &mut text);
    text.push(b'.');
    digits(calendar.nanosecond() / 1_000_000 % 1000, 3, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// `2026-11-22 14:32:37.354`, in UTC.
pub(super) fn moment(time: Timestamp) -> String {
    format!("{} {}", day(time), time_with_milliseconds(time))
}

fn date(calendar: &DateTime<Utc>, out: &mut Vec<u8>) {
    digits(calendar.year().unsigned_abs(), 4, out);
    out.push(b'-');
    digits(calendar.month(), 2, out);
    out.push(b'-');
    digits(calendar.day(), 2, out);
}

fn time_of_day(calendar: &DateTime<Utc>, out: &mut Vec<u8>) {
    digits(calendar.hour(), 2, out);
    out.push(b':');
    digits(calendar.minute(), 2, out);
    out.push(b':');
    digits(calendar.second(), 2, out);
}

/// Appends `number` in `width` decimal digits.
fn digits(number: u32, width: u32, out: &mut Vec<u8>) {
    for position in (0..width).rev() {
        out.push(b'0' + (number / 10u32.pow(position) % 10) as u8);
    }
}
