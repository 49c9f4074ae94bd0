//! The messages of a batch, in places that are written again: a message is read straight into its place.

use super::batch::Sieve;
use crate::decode::Packet;
use crate::flow::{Direction, Located, Observations};
use crate::frame::Frame;
use crate::incident::{Mark, Tracker};
use crate::unreachable::{Message, Sought, Unreachable};

/// A message before anything is known of what it quotes.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    pub(super) message: Message,
    pub(super) sought: Sought,
}

impl Notice {
    /// A place to read a message into.
    pub(super) fn blank() -> Self {
        Self { message: Message::blank(), sought: Sought::default() }
    }

    fn flow(&self) -> Option<&(Located, Direction)> {
        self.sought.flow()
    }

    /// Reads a message to this place.
    pub(super) fn read(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, read: &Unreachable<'_>, sieve: &Sieve) {
        self.message.read(frame, packet, read);
        self.sought.read(read.quote.as_ref(), &sieve.locator);
    }

    /// Reads the message of a frame, if it is a plain one.
    #[inline]
    fn read_plain(&mut self, frame: &Frame<'_>, sieve: &Sieve) -> Option<()> {
        let ends = self.message.read_plain(frame)?;
        self.sought.read_ends(ends, &sieve.locator);
        Some(())
    }
}

/// Messages in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Notices {
    places: Vec<Notice>,
    used: usize,
}

impl Notices {
    /// Adds the message of a frame, if it is a plain one.
    #[inline]
    pub(super) fn add_plain(&mut self, frame: &Frame<'_>, sieve: &Sieve) -> Option<&Message> {
        self.next_place().read_plain(frame, sieve)?;
        self.used += 1;
        Some(&self.places[self.used - 1].message)
    }

    /// Adds a message.
    pub(super) fn add(
        &mut self,
        frame: &Frame<'_>,
        packet: &Packet<'_>,
        read: &Unreachable<'_>,
        sieve: &Sieve,
    ) -> &Message {
        self.next_place().read(frame, packet, read, sieve);
        self.used += 1;
        &self.places[self.used - 1].message
    }

    /// The place for the next one, which still holds an earlier one.
    #[inline]
    fn next_place(&mut self) -> &mut Notice {
        if self.used == self.places.len() {
            self.places.push(Notice::blank());
        }
        &mut self.places[self.used]
    }

    /// The messages.
    #[inline]
    pub(super) fn all_mut(&mut self) -> &mut [Notice] {
        &mut self.places[..self.used]
    }

    /// Makes all places free.
    pub(super) fn clear(&mut self) {
        self.used = 0;
    }
}

/// Messages whose loads from memory are asked for together, as those of [steps](crate::flow::Step) are.
const GROUP: usize = 8;

/// Brings into the cache what the messages after those of a group need, which begins at `position`: each load a group
/// further, as each needs the one before. The first group of a batch asks for what it needs itself, too.
#[inline(never)]
pub(super) fn look_ahead(notices: &[Notice], marks: &[Mark], position: usize, seen: &Observations, tracker: &Tracker) {
    let from = |groups: usize| if position == 0 { 0 } else { position + groups * GROUP };
    let until = |groups: usize| (position + (groups + 1) * GROUP).min(notices.len());
    let flows = |groups: usize| notices.get(from(groups)..until(groups)).into_iter().flatten().filter_map(Notice::flow);
    let marks = |groups: usize| marks.get(from(groups)..until(groups)).into_iter().flatten();
    flows(2).for_each(|(located, _)| seen.flows.prefetch_slot(located));
    marks(2).for_each(|mark| tracker.prefetch_slots(*mark));
    for (located, _) in flows(1) {
        seen.flows.prefetch_flow(located);
    }
    marks(1).for_each(|mark| tracker.prefetch_copies(*mark));
    flows(0).for_each(|(located, direction)| seen.prefetch_latest(located, *direction));
}

/// Whether [`look_ahead`] is due before the message at `position` is taken.
#[inline]
pub(super) fn begins_group(position: usize) -> bool {
    position.is_multiple_of(GROUP)
}
