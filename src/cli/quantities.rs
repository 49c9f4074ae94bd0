//! Quantities as people write them: times, sizes, counts and probabilities.

use std::str::FromStr;
use std::time::Duration;

use crate::flow::LEAST_FLOWS;

/// Units of time and their nanoseconds; a number alone is of seconds.
const TIMES: [(&str, u64); 8] = [
    ("", 1_000_000_000),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("min", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

/// Units of size and their bytes. As with tcpdump and dd, `M` is 2^20.
const SIZES: [(&str, u64); 8] = [
    ("", 1),
    ("B", 1),
    ("K", 1 << 10),
    ("KiB", 1 << 10),
    ("M", 1 << 20),
    ("MiB", 1 << 20),
    ("G", 1 << 30),
    ("GiB", 1 << 30),
];

/// `90`, `90s`, `1.5h`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let nanoseconds = quantity(text, &TIMES).ok_or("a time such as 90s, 10m or 2h is expected")?;
    if nanoseconds == 0 { Err("must be more than zero".to_owned()) } else { Ok(Duration::from_nanos(nanoseconds)) }
}

/// The size of a kernel buffer, which libpcap takes as a positive 32-bit integer.
pub(super) fn buffer(text: &str) -> Result<u32, String> {
    let bytes = quantity(text, &SIZES).ok_or("a size such as 64MiB is expected")?;
    match i32::try_from(bytes) {
        Ok(bytes) if bytes >= 1 << 16 => Ok(bytes.unsigned_abs()),
        _ => Err("must be at least 64 KiB and less than 2 GiB".to_owned()),
    }
}

/// A number of bytes.
pub(super) fn size(text: &str) -> Result<u64, String> {
    quantity(text, &SIZES).ok_or_else(|| "a size such as 64MiB is expected".to_owned())
}

/// A number of bytes that a run gets by with.
pub(super) fn memory(text: &str) -> Result<u64, String> {
    const LEAST: u64 = 24 << 20;
    let bytes = size(text)?;
    if bytes >= LEAST { Ok(bytes) } else { Err("must be at least 24MiB".to_owned()) }
}

/// A number of flows that can be remembered: of fewer the table would make its least number.
pub(super) fn flows(text: &str) -> Result<usize, String> {
    let count = text.parse().ok().filter(|&count| count >= LEAST_FLOWS);
    count.ok_or_else(|| format!("a number from {LEAST_FLOWS} is expected"))
}

/// A number of rows, threads or packets.
pub(super) fn count<T: FromStr + PartialOrd + From<u8>>(text: &str) -> Result<T, String> {
    match text.parse() {
        Ok(count) if count > T::from(0) => Ok(count),
        _ => Err("a number from 1 is expected".to_owned()),
    }
}

/// A probability.
pub(super) fn probability(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(probability) if (0.0..=1.0).contains(&probability) => Ok(probability),
        _ => Err("a number from 0 to 1 is expected".to_owned()),
    }
}

/// A number with one of the units, in the smallest of them.
fn quantity(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let &(_, factor) = units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit.trim()))?;
    let quantity = number.parse::<f64>().ok()? * factor as f64;
    // Beyond this, the number would no longer be exact, nor make sense as a time.
    (quantity.is_finite() && quantity < i64::MAX as f64).then_some(quantity as u64)
}
