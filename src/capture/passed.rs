//! What was found wrong in a capture and read past, to be told once each.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use super::problem::Fault;

/// Faults that did not end reading.
#[derive(Debug, Default)]
pub(super) struct Passed {
    faults: Vec<Fault>,
    /// Whether frames of an interface that is not described were found.
    has_undescribed: bool,
    /// Whether there were more interfaces than are kept.
    is_crowded: bool,
}

impl Passed {
    /// Bytes that make no sense, behind a frame of this number.
    #[cold]
    pub(super) fn over(&mut self, after: u64, from: u64, to: u64) {
        self.faults.push(Fault::PassedOver { after, from, to });
    }

    /// An interface too many is described there.
    #[cold]
    pub(super) fn crowded(&mut self, offset: u64) {
        if !self.is_crowded {
            self.is_crowded = true;
            self.faults.push(Fault::TooManyInterfaces { offset });
        }
    }

    /// A frame of an interface that is not described.
    #[cold]
    pub(super) fn undescribed(&mut self, frame: u64, interface: u32) {
        if !self.has_undescribed {
            self.has_undescribed = true;
            self.faults.push(Fault::UnknownInterface { frame, interface });
        }
    }

    /// The next one.
    pub(super) fn take(&mut self) -> Option<Fault> {
        (!self.faults.is_empty()).then(|| self.faults.remove(0))
    }
}
