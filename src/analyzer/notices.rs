//! The messages of a batch, in places that are written again: a message is read straight into its place.

use super::batch::Sieve;
use crate::decode::Packet;
use crate::evidence::Context;
use crate::flow::{Observations, prefetch_whole};
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
    fn blank() -> Self {
        Self { message: Message::blank(), sought: Sought::default() }
    }

    /// Reads a message to this place.
    fn read(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, read: &Unreachable<'_>, sieve: &Sieve) {
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
    pub(super) fn add_plain(&mut self, frame: &Frame<'_>, sieve: &Sieve) -> Option<&Notice> {
        self.next_place().read_plain(frame, sieve)?;
        self.used += 1;
        Some(&self.places[self.used - 1])
    }

    /// Adds a message.
    pub(super) fn add(
        &mut self,
        frame: &Frame<'_>,
        packet: &Packet<'_>,
        read: &Unreachable<'_>,
        sieve: &Sieve,
    ) -> &Notice {
        self.next_place().read(frame, packet, read, sieve);
        self.used += 1;
        &self.places[self.used - 1]
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
const GROUP: usize = 4;

/// What the look ahead saw of messages that are soon to be taken.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ahead {
    /// Whether the case of each is open, for some groups in turn.
    is_open: [bool; 4 * GROUP],
}

impl Ahead {
    /// Brings into the cache what the messages after those of a group need, which begins at `position`: each load a group
    /// further, as each needs the one before. The first group of a batch asks for what it needs itself, too.
    ///
    /// Of a flood most messages are judged together, and teach about nobody: only for those of open cases is there more to look
    /// for. (Twenty thousand refused flows took a twelfth longer without: see `benches/README.md`.)
    #[inline(never)]
    pub(super) fn look(
        &mut self,
        notices: &mut [Notice],
        marks: &[Mark],
        position: usize,
        seen: &Observations,
        (tracker, context): (&Tracker, &Context),
    ) {
        // What is `groups` further; all up to there in the beginning.
        let further = |groups: usize| {
            let until = (position + (groups + 1) * GROUP).min(marks.len());
            let from = if position == 0 { 0 } else { position + groups * GROUP };
            from.min(until)..until
        };
        for (position, mark) in further(3).zip(&marks[further(3)]) {
            // Where another core has read it.
            prefetch_whole(notices, position);
            seen.flows.prefetch_slot(mark.flow);
            tracker.prefetch_slot(mark);
        }
        for (position, mark) in further(2).zip(&marks[further(2)]) {
            let Notice { message, sought } = &mut notices[position];
            sought.prefetch_flow(seen);
            let is_open = tracker.prefetch_found(mark);
            self.is_open[position % (4 * GROUP)] = is_open;
            if is_open {
                context.prefetch_slots(message);
                message.service().iter().for_each(|service| seen.services.prefetch_slot_of(service));
            }
        }
        for position in further(1) {
            let Notice { message, sought } = &notices[position];
            sought.prefetch_latest(seen);
            if self.is_open[position % (4 * GROUP)] {
                context.prefetch(message);
                message.service().iter().for_each(|service| seen.services.prefetch(service));
            }
        }
        for position in further(0) {
            if self.is_open[position % (4 * GROUP)] {
                context.prefetch_kinds(&notices[position].message);
            }
        }
    }
}

/// Whether a [look](Ahead::look) ahead is due before the message at `position` is taken.
#[inline]
pub(super) fn begins_group(position: usize) -> bool {
    position.is_multiple_of(GROUP)
}
