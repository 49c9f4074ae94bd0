//! Which incidents of a report are printed, and which the text table folds away.

use crate::incident::{Incident, JudgedMessage, Label, Labels};
use crate::verdict::Cause;

/// Labels of incidents that are as a rule harmless: the text table counts them in one line.
pub const FOLDED: [Label; 2] = [Label::Traceroute, Label::LateReply];

/// Which incidents are printed, together with their messages.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// With one of these labels only; all where it is empty.
    pub include: Labels,
    /// Nothing is folded away.
    pub unfolded: bool,
    /// Without any of these labels.
    pub exclude: Labels,
    /// With one of these causes only, `None` standing for `undetermined`; all where it is empty.
    pub causes: Vec<Option<Cause>>,
    /// At least this sure, 0 to 1.
    pub least_confidence: f64,
}

impl Selection {
    /// Whether the incident is to be printed. It counts each message once anyway, so that copies exclude no incident.
    pub fn admits(&self, incident: &Incident) -> bool {
        let is_included = self.include == Labels::default() || intersect(incident.labels, self.include);
        let is_excluded = intersect(incident.labels.without(Label::Duplicate), self.exclude);
        is_included && !is_excluded && self.admits_verdict(incident)
    }

    /// Whether the message is to be printed.
    pub fn admits_message(&self, row: &JudgedMessage<'_>) -> bool {
        self.admits_labels(row.all_labels()) && self.admits_verdict(row.incident)
    }

    fn admits_verdict(&self, incident: &Incident) -> bool {
        (self.causes.is_empty() || self.causes.contains(&incident.verdict.cause))
            && incident.verdict.confidence >= self.least_confidence
    }

    /// Whether labels are among those wanted, and none of them unwanted.
    pub fn admits_labels(&self, labels: Labels) -> bool {
        (self.include == Labels::default() || intersect(labels, self.include)) && !intersect(labels, self.exclude)
    }

    /// The label under which the text table counts the incident instead of showing it.
    pub fn folds(&self, incident: &Incident) -> Option<Label> {
        let folded = |&label: &Label| incident.labels.contains(label) && !self.include.contains(label);
        if self.unfolded { None } else { FOLDED.into_iter().find(folded) }
    }
}

fn intersect(left: Labels, right: Labels) -> bool {
    left.iter().any(|label| right.contains(label))
}
