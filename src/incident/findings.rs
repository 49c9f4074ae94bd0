//! What a run found, and the order it has.

use super::{Device, Incident, Label, Labels, Ledger, device};
use crate::evidence::Context;
use crate::unreachable::Message;

/// A message together with the incident that judges it: a row of the `messages` table.
#[derive(Clone, Copy, Debug)]
pub struct JudgedMessage<'a> {
    /// The message.
    pub message: Message,
    /// Labels of its own, beside those of the incident.
    pub labels: Labels,
    /// Its incident.
    pub incident: &'a Incident,
}

impl JudgedMessage<'_> {
    /// Its labels and those of its incident; whether it is a copy itself, and not whether there are copies of another.
    pub fn all_labels(&self) -> Labels {
        self.labels.union(self.incident.labels.without(Label::Duplicate))
    }
}

/// A message with the labels that are its own, and the position of its incident.
#[derive(Clone, Debug)]
pub struct Attributed {
    /// The message.
    pub message: Message,
    /// Labels of its own.
    pub labels: Labels,
    /// Position of its incident in [`Findings::incidents`].
    pub incident: usize,
}

/// Everything a run found: what the tables are made of.
#[derive(Debug, Default)]
pub struct Findings {
    /// The messages, in the order they were read.
    pub messages: Ledger,
    /// The incidents, by first message.
    pub incidents: Vec<Incident>,
    /// The devices, by first message.
    pub devices: Vec<Device>,
}

impl Findings {
    /// Adds the devices that stand behind the incidents.
    #[must_use]
    pub fn with_devices(mut self, context: &Context) -> Self {
        self.devices = device::devices(&self.incidents, context);
        self
    }

    /// The devices behind some of the incidents, with only these counted.
    pub fn devices_behind<'a>(&self, incidents: impl Iterator<Item = &'a Incident>) -> Vec<Device> {
        device::behind(&self.devices, incidents)
    }

    /// The messages with their incidents.
    pub fn judged(&self) -> impl Iterator<Item = JudgedMessage<'_>> {
        self.placed().map(|(_, row)| row)
    }

    /// The same with the places, which ascend, that they are found at.
    pub fn placed(&self) -> impl Iterator<Item = (u64, JudgedMessage<'_>)> {
        self.messages.placed().filter_map(|(place, attributed)| Some((place, self.with_incident(&attributed)?)))
    }

    /// The message at such a place, with its incident.
    pub fn judged_at(&self, place: u64) -> Option<JudgedMessage<'_>> {
        self.with_incident(&self.messages.at(place)?)
    }

    fn with_incident(&self, &Attributed { message, labels, incident }: &Attributed) -> Option<JudgedMessage<'_>> {
        self.incidents.get(incident).map(|incident| JudgedMessage { message, labels, incident })
    }

    /// These findings together with earlier ones, in the order that findings have.
    #[must_use]
    pub fn after(self, earlier: impl IntoIterator<Item = Self>) -> Self {
        let mut parts: Vec<Self> = earlier.into_iter().filter(|part| !part.incidents.is_empty()).collect();
        if parts.is_empty() {
            return self;
        }
        parts.push(self);
        let (mut messages, mut incidents) = (Vec::new(), Vec::new());
        for part in parts {
            let offset = incidents.len();
            let shifted = |row: Attributed| Attributed { incident: row.incident + offset, ..row };
            messages.extend(part.messages.iter().map(shifted));
            incidents.extend(part.incidents);
        }
        let rank = put_in_order(&mut incidents);
        for message in &mut messages {
            message.incident = rank[message.incident];
        }
        messages.sort_by_key(|row| row.message.timestamp);
        Self { messages: messages.into_iter().collect(), incidents, devices: Vec::new() }
    }

    /// The same findings once more.
    #[must_use]
    pub fn copied(&self) -> Self {
        let Self { messages, incidents, devices } = self;
        Self { messages: messages.iter().collect(), incidents: incidents.clone(), devices: devices.clone() }
    }
}

/// Sorts incidents by their first messages, and gives the new position of each by its old one.
pub(super) fn put_in_order(incidents: &mut [Incident]) -> Vec<usize> {
    let begins = |incident: &Incident| (incident.first_seen, incident.frames.first().copied());
    let mut order: Vec<usize> = (0..incidents.len()).collect();
    // Each is asked once: incidents are large, and their frames lie elsewhere.
    order.sort_by_cached_key(|&position| incidents.get(position).map(begins));
    let mut rank = vec![0; order.len()];
    for (new, &old) in order.iter().enumerate() {
        rank[old] = new;
    }
    move_to(incidents, &rank);
    rank
}

/// Moves each item to its place, by swaps: incidents are large, and sorted themselves they would be moved many times.
fn move_to<T>(items: &mut [T], places: &[usize]) {
    let mut belongs = places.to_vec();
    for position in 0..belongs.len() {
        while belongs[position] != position {
            let place = belongs[position];
            items.swap(position, place);
            belongs.swap(position, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::move_to;

    proptest! {
        #[test]
        fn each_comes_to_its_place(places in Just((0..30).collect::<Vec<usize>>()).prop_shuffle()) {
            // Each is the place that it is to have.
            let mut items = places.clone();
            move_to(&mut items, &places);
            prop_assert_eq!(items, (0..30).collect::<Vec<_>>());
        }
    }
}
