//! The glossary: the outcomes, labels and signals that the page names, and what they say.

use std::collections::BTreeSet;

use super::incidents::Sections;
use crate::evidence::SIGNALS;
use crate::incident::{Incident, LABELS, LabelEntry};
use crate::report::account::weights;
use crate::report::vocabulary::told;
use crate::verdict::Outcome;

/// What the page's words mean.
#[derive(Default)]
pub(super) struct Glossary {
    pub(super) outcomes: Vec<(&'static str, &'static str)>,
    pub(super) labels: Vec<&'static LabelEntry>,
    pub(super) signals: Vec<Signal>,
}

/// A signal that spoke.
pub(super) struct Signal {
    pub(super) id: &'static str,
    pub(super) question: &'static str,
    pub(super) why: &'static str,
    pub(super) readings: Vec<Reading>,
}

/// A reading that was given.
pub(super) struct Reading {
    pub(super) name: &'static str,
    pub(super) meaning: &'static str,
    pub(super) weights: String,
}

impl Glossary {
    /// Of what the incidents name, whether they have a section or only a place in the matrix.
    pub(super) fn of(shown: &[&Incident], sections: &Sections) -> Self {
        let mut outcomes: BTreeSet<Outcome> = BTreeSet::new();
        let mut labels = BTreeSet::new();
        let mut readings: BTreeSet<(&str, &str)> = BTreeSet::new();
        for incident in shown {
            outcomes.insert(incident.verdict.outcome());
            if sections.has(&incident.id) {
                labels.extend(incident.labels.iter());
                readings.extend(incident.evidence.iter().map(|finding| (finding.signal, finding.reading)));
            }
        }
        let spoke = |signal: &&'static crate::evidence::Signal| {
            let given = signal.readings.iter().filter(|reading| readings.contains(&(signal.id, reading.name)));
            let readings: Vec<Reading> = given
                .map(|reading| Reading {
                    name: reading.name,
                    meaning: reading.meaning,
                    weights: weights(reading.weights),
                })
                .collect();
            let (id, question, why) = (signal.id, signal.question, signal.why);
            (!readings.is_empty()).then_some(Signal { id, question, why, readings })
        };
        Self {
            outcomes: outcomes.into_iter().map(|outcome| (outcome.name(), told(outcome))).collect(),
            labels: LABELS.iter().filter(|entry| labels.contains(&entry.label)).collect(),
            signals: SIGNALS.iter().filter_map(spoke).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.outcomes.is_empty()
    }
}
