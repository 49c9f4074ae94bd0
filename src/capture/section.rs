//! A section of a pcapng: its byte order and its interfaces, and what can be believed of blocks in it.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use super::interface::{Interface, drops};
use super::order::Order;
use super::packet::{self, Packet};
use super::resync;
use crate::frame::Timestamp;

/// Interfaces of a section that are kept: as many as the format could number before its present packet blocks (section A of
/// the draft).
pub(super) const INTERFACES: usize = 1 << 16;

/// What is known of the section being read.
pub(super) struct Section {
    pub(super) order: Order,
    pub(super) interfaces: Vec<Interface>,
    /// Whether descriptions of interfaces may have been lost.
    pub(super) is_unsure: bool,
}

impl Section {
    /// One that has just begun.
    pub(super) fn new(order: Order) -> Self {
        Self { order, interfaces: Vec::new(), is_unsure: false }
    }

    /// Adds an interface; false where there are too many.
    pub(super) fn describe(&mut self, interface: Interface) -> bool {
        let has_room = !self.is_crowded();
        if has_room {
            self.interfaces.push(interface);
        }
        has_room
    }

    /// Whether there is no room for more interfaces.
    pub(super) fn is_crowded(&self) -> bool {
        self.interfaces.len() >= INTERFACES
    }

    /// Adds what its interfaces say to have dropped; `None` where none says anything.
    pub(super) fn drops(&self, earlier: Option<u64>) -> Option<u64> {
        let said = self.interfaces.iter().filter_map(|interface| interface.drops);
        said.fold(earlier, |total, drops| Some(total.unwrap_or(0).saturating_add(drops)))
    }

    /// Takes down what a statistics block says. Each counts from the start of the capture, so the latest holds.
    pub(super) fn note_drops(&mut self, block: &[u8]) {
        if let Some((interface, count)) = drops(block, self.order)
            && let Some(interface) = self.interfaces.get_mut(interface as usize)
        {
            interface.drops = Some(count);
        }
    }

    /// Length of the block that `bytes` begin with, if it is of a known kind and everything in its head makes sense.
    pub(super) fn believable(&self, bytes: &[u8], last: Option<Timestamp>) -> Option<usize> {
        let length = packet::length_of_known(bytes, self.order)?;
        let Some(body) = packet::enhanced_body(bytes, self.order) else { return Some(length) };
        let packet = Packet::enhanced_head(body, |bytes| self.order.u32(bytes))?;
        let interface = self.interfaces.get(packet.interface as usize)?;
        let time = interface.record(0, 0, &packet).timestamp;
        let fits = packet.captured <= interface.frame_limit && packet.captured as usize <= length;
        (fits && resync::may_follow(time, last)).then_some(length)
    }

    /// Whether the length before `place` is that of a block that `bytes` begin with: it is the last thing in every block.
    pub(super) fn has_block_before(&self, bytes: &[u8], place: usize) -> bool {
        let trailer = place.checked_sub(4).and_then(|trailer| bytes.get(trailer..)?.first_chunk());
        trailer.is_some_and(|&trailer| self.order.u32(trailer) as usize == place)
    }
}
