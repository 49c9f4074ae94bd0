//! How a live run stands at a moment: what came, what was lost, what is open.

use serde_json::{Value, json};

use crate::analyzer::Analyzer;
use crate::capture::{Sniffer, Standing};
use crate::frame::Timestamp;
use crate::incident::Incident;
use crate::report::{Cell, count, harmless};
use crate::verdict::Cause;

/// Counts since the start.
#[derive(Clone, Debug, Default)]
pub(super) struct Pulse {
    /// When it was taken.
    pub(super) time: Timestamp,
    /// Packets analyzed, and their captured bytes.
    pub(super) packets: u64,
    pub(super) bytes: u64,
    /// Messages, copies counted once.
    pub(super) messages: u64,
    /// Flows remembered, and how many may be.
    pub(super) flows: usize,
    pub(super) max_flows: usize,
    /// Incidents that are open, and that have closed.
    pub(super) open: usize,
    pub(super) closed: u64,
    /// Rows that no reader took.
    pub(super) rows_lost: u64,
    /// What closed, by cause.
    pub(super) causes: Causes,
    /// The interfaces.
    pub(super) interfaces: Vec<Standing>,
}

/// Counts of what closed, in the order of [`Cause::ALL`], and at last what is undetermined.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Causes {
    /// Incidents.
    pub(super) incidents: [u64; 9],
    /// Their messages.
    pub(super) messages: [u64; 9],
}

impl Causes {
    /// Counts an incident.
    pub(super) fn count(&mut self, incident: &Incident) {
        let place = incident.verdict.cause.map_or(Cause::ALL.len(), |cause| cause as usize);
        if let (Some(incidents), Some(messages)) = (self.incidents.get_mut(place), self.messages.get_mut(place)) {
            *incidents += 1;
            *messages += incident.messages;
        }
    }
}

impl Pulse {
    /// Takes it; what the desk knows is to be added.
    pub(super) fn take(time: Timestamp, analyzer: &Analyzer, sniffer: &mut Sniffer) -> Self {
        let totals = analyzer.totals();
        Self {
            time,
            packets: totals.packets,
            bytes: totals.bytes,
            messages: totals.messages,
            flows: analyzer.flows(),
            interfaces: sniffer.standings(),
            ..Self::default()
        }
    }

    /// Packets dropped by the kernel, and by interfaces.
    pub(super) fn dropped(&self) -> (u64, u64) {
        let sum = |of: fn(&Standing) -> u64| self.interfaces.iter().map(of).sum();
        (sum(|one| one.stats.dropped_by_kernel), sum(|one| one.stats.dropped_by_interface))
    }

    /// The `stats` event: a line of JSON.
    pub(super) fn to_json(&self) -> Vec<u8> {
        let interface = |one: &Standing| {
            json!({
                "name": harmless(&one.name),
                "up": one.is_up,
                "delivered": one.stats.delivered,
                "dropped_by_kernel": one.stats.dropped_by_kernel,
                "dropped_by_interface": one.stats.dropped_by_interface,
            })
        };
        let (kernel, interfaces) = self.dropped();
        let event = json!({
            "event": "stats",
            "time": Cell::Time(self.time).to_text(),
            "packets": self.packets,
            "bytes": self.bytes,
            "messages": self.messages,
            "incidents_open": self.open,
            "incidents_closed": self.closed,
            "flows": self.flows,
            "max_flows": self.max_flows,
            "dropped_by_kernel": kernel,
            "dropped_by_interface": interfaces,
            "rows_lost": self.rows_lost,
            "interfaces": self.interfaces.iter().map(interface).collect::<Value>(),
        });
        format!("{event}\n").into_bytes()
    }

    /// The same for people: `so far: 157 packets, 61 unreachables, 3 incidents open and 4 closed, 0 dropped ...`.
    pub(super) fn to_text(&self) -> String {
        let (kernel, interfaces) = self.dropped();
        let mut parts = vec![
            format!("{}, {}", count(self.packets, "packet"), count(self.messages, "unreachable")),
            format!("{} open and {} closed", count(self.open as u64, "incident"), self.closed),
            format!("{kernel} packets dropped by the kernel and {interfaces} by the interface"),
        ];
        parts.extend((self.rows_lost > 0).then(|| format!("{} rows found no reader", self.rows_lost)));
        let away: Vec<&str> = self.interfaces.iter().filter(|one| !one.is_up).map(|one| one.name.as_str()).collect();
        parts.extend((!away.is_empty()).then(|| format!("down: {}", away.join(", "))));
        format!("unreach: so far: {}", parts.join(", "))
    }
}
