//! Signals: what each says of itself, and that a capture shows each of their readings.

mod codes;
mod disorder;
mod gaps;
mod points;
mod prior;
mod shown;
mod table;
mod vantage;
mod waits;
mod ways;

use unreach::incident::Incident;

/// What a signal said of an incident, if it said something.
pub(crate) fn reading(incident: &Incident, signal: &str) -> Option<&'static str> {
    incident.evidence.iter().find(|finding| finding.signal == signal).map(|finding| finding.reading)
}
