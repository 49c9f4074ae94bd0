//! Incidents that are harmless as a rule: counted, where others are told one by one.

use super::selection::{FOLDED, Selection};
use crate::incident::{Incident, Label};

/// Incidents, sorted out.
pub struct Sorted<'a> {
    /// Those that are told one by one.
    pub shown: Vec<&'a Incident>,
    /// The others, by their label.
    pub folded: [Folded; FOLDED.len()],
}

/// Incidents that are counted.
pub struct Folded {
    /// The label that they share.
    pub label: Label,
    /// How many there are.
    pub incidents: u64,
    /// Their messages.
    pub messages: u64,
}

impl<'a> Sorted<'a> {
    /// Sorts out incidents as the selection [folds](Selection::folds) them.
    pub fn of(incidents: impl Iterator<Item = &'a Incident>, selection: &Selection) -> Self {
        let folded = FOLDED.map(|label| Folded { label, incidents: 0, messages: 0 });
        let mut sorted = Self { shown: Vec::new(), folded };
        for incident in incidents {
            let label = selection.folds(incident);
            match sorted.folded.iter_mut().find(|folded| Some(folded.label) == label) {
                Some(folded) => folded.add(incident),
                None => sorted.shown.push(incident),
            }
        }
        sorted
    }

    /// How many there are, told or counted.
    pub fn len(&self) -> usize {
        self.shown.len() + self.folded.iter().map(|folded| folded.incidents as usize).sum::<usize>()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `8 late replies`, for each label that there are some of.
    pub fn counts(&self) -> impl Iterator<Item = String> {
        self.folded.iter().filter(|folded| folded.messages > 0).map(Folded::count)
    }
}

impl Folded {
    fn add(&mut self, incident: &Incident) {
        self.incidents += 1;
        self.messages += incident.messages;
    }

    /// `8 late replies`.
    pub fn count(&self) -> String {
        let noun = match (self.label, self.messages) {
            (Label::Traceroute, 1) => "traceroute end",
            (Label::Traceroute, _) => "traceroute ends",
            (_, 1) => "late reply",
            _ => "late replies",
        };
        format!("{} {noun}", self.messages)
    }
}
