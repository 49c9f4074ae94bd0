//! The devices: what stands behind the reporters, and what it refuses.

use super::wording::{Words, line};
use crate::incident::Device;
use crate::report::Report;

/// Devices that get a row, those with the most messages first.
const ROWS: usize = 100;

/// One device.
pub(super) struct DeviceRow {
    pub(super) addresses: Vec<String>,
    pub(super) role: &'static str,
    pub(super) hops: String,
    pub(super) refuses: Vec<String>,
    pub(super) messages: u64,
    pub(super) senders: u64,
    pub(super) targets: u64,
    pub(super) rate_limited: bool,
    pub(super) first: String,
    pub(super) last: String,
}

/// The rows, and how many devices have none.
pub(super) fn rows(report: &Report<'_>, words: Words<'_>) -> (Vec<DeviceRow>, usize) {
    let mut devices: Vec<&Device> = report.tallies.devices.iter().collect();
    let left_out = devices.len().saturating_sub(ROWS);
    devices.sort_by_key(|device| std::cmp::Reverse(device.messages));
    devices.truncate(ROWS);
    (devices.into_iter().map(|device| row(device, words)).collect(), left_out)
}

fn row(device: &Device, words: Words<'_>) -> DeviceRow {
    DeviceRow {
        addresses: device.addresses.iter().map(|&address| words.host(address)).collect(),
        role: device.role.name(),
        hops: device.hops.map_or_else(|| "?".to_owned(), |hops| hops.to_string()),
        refuses: device.refuses.iter().map(|way| line(way)).collect(),
        messages: device.messages,
        senders: device.senders,
        targets: device.targets,
        rate_limited: device.rate_limited,
        first: words.clock.moment(device.first_seen),
        last: words.clock.moment(device.last_seen),
    }
}
