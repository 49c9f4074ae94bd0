//! What an analyzer leaves to whoever fills its batches, as that mostly has less to do.

use crate::flow::{Groundwork, Helper};
use crate::incident::Shelf;

/// Work that waits. Where nobody does it, the analyzer does; memory is cleared by the system then, as it is first written to.
#[derive(Clone, Debug)]
pub(super) struct Aside {
    /// What packets teach about hosts.
    pub(super) helper: Helper,
    /// Messages to be put away.
    pub(super) shelf: Shelf,
    /// Memory to be made ready.
    pub(super) groundwork: Groundwork,
}

impl Aside {
    /// Does what waits.
    pub(super) fn catch_up(&self) {
        self.helper.catch_up();
        self.shelf.catch_up();
        self.groundwork.prepare();
    }
}
