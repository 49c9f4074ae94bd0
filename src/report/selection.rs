//! Which incidents of a report are printed, and which the text table folds away.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::frame::Timestamp;
use crate::incident::{Incident, JudgedMessage, Label, Labels};
use crate::verdict::{Attribution, Outcome};

/// Labels of incidents that are as a rule harmless: the text table counts them in one line.
pub(super) const FOLDED: [Label; 2] = [Label::Traceroute, Label::LateReply];

/// Which incidents are printed, together with their messages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// With one of these labels only; all where it is empty.
    pub include: Labels,
    /// Nothing is folded away.
    pub unfolded: bool,
    /// Without any of these labels.
    pub exclude: Labels,
    /// With a verdict that comes to one of these only; all where it is empty.
    pub outcomes: Vec<Outcome>,
    /// At least this sure, 0 to 1, as [`Verdict::certainty`](crate::verdict::Verdict::certainty) has it.
    pub least_confidence: f64,
    /// With a target in one of these networks only; any where it is empty.
    pub targets: Vec<IpNet>,
    /// With a reporter in one of these networks only; any where it is empty.
    pub reporters: Vec<IpNet>,
    /// With a sender in one of these networks only; any where it is empty.
    pub senders: Vec<IpNet>,
    /// Not over before this time.
    pub since: Option<Timestamp>,
    /// Begun before this time.
    pub until: Option<Timestamp>,
}

impl Selection {
    /// Whether everything is printed.
    pub fn admits_all(&self) -> bool {
        *self == Self { unfolded: self.unfolded, ..Self::default() }
    }

    /// Whether the incident is to be printed. It counts each message once anyway, so that copies exclude no incident.
    pub fn admits(&self, incident: &Incident) -> bool {
        let is_included = self.include == Labels::default() || incident.labels.intersects(self.include);
        let is_excluded = incident.labels.without(Label::Duplicate).intersects(self.exclude);
        is_included
            && !is_excluded
            && self.admits_verdict(incident)
            && self.admits_time(incident.first_seen, incident.last_seen)
            && self.admits_ends(incident)
            && self.admits_senders(incident)
    }

    /// Whether the message is to be printed.
    pub fn admits_message(&self, row: &JudgedMessage<'_>) -> bool {
        let message = &row.message;
        self.admits_labels(row.all_labels())
            && self.admits_verdict(row.incident)
            && self.admits_time(message.timestamp, message.timestamp)
            && within(&self.targets, message.target)
            && within(&self.reporters, Some(message.reporter))
            && within(&self.senders, message.sender)
    }

    /// Whether something between two times is wanted: from `since` on, and before `until`.
    fn admits_time(&self, first: Timestamp, last: Timestamp) -> bool {
        self.since.is_none_or(|since| last >= since) && self.until.is_none_or(|until| first < until)
    }

    /// Whether target and reporter of the incident are wanted. Where it stands for many of them, they may be.
    fn admits_ends(&self, incident: &Incident) -> bool {
        incident.is_collective
            || within(&self.targets, incident.target) && within(&self.reporters, Some(incident.reporter))
    }

    /// Whether a sender of the incident is wanted. One that is not remembered may be.
    fn admits_senders(&self, incident: &Incident) -> bool {
        let any_unknown = || incident.senders > incident.known_senders.len() as u64;
        let any_wanted = || incident.known_senders.iter().any(|&sender| within(&self.senders, Some(sender)));
        self.senders.is_empty() || any_wanted() || any_unknown()
    }

    fn admits_verdict(&self, incident: &Incident) -> bool {
        let verdict = &incident.verdict;
        (self.outcomes.is_empty() || self.outcomes.iter().any(|&outcome| verdict.comes_to(outcome)))
            && verdict.certainty() >= self.least_confidence
    }

    /// Whether labels are among those wanted, and none of them unwanted.
    pub fn admits_labels(&self, labels: Labels) -> bool {
        (self.include == Labels::default() || labels.intersects(self.include)) && !labels.intersects(self.exclude)
    }

    /// The label under which the text table counts the incident instead of showing it.
    pub fn folds(&self, incident: &Incident) -> Option<Label> {
        // What a trace ends at may be what it looks for.
        let is_sought =
            |label: Label| label == Label::Traceroute && incident.verdict.attribution == Attribution::FilteringDevice;
        let folded =
            |&label: &Label| incident.labels.contains(label) && !self.include.contains(label) && !is_sought(label);
        if self.unfolded { None } else { FOLDED.into_iter().find(folded) }
    }
}

/// Whether an address lies in one of the networks; where none is named, any does, known or not.
fn within(networks: &[IpNet], address: Option<IpAddr>) -> bool {
    networks.is_empty() || address.is_some_and(|address| networks.iter().any(|network| network.contains(&address)))
}
