//! The messages of a batch, in places that are written again: a message is read straight into its place.

use super::batch::Sieve;
use crate::decode::{Packet, protocol};
use crate::evidence::Context;
use crate::flow::{Observations, prefetch_item};
use crate::frame::Frame;
use crate::incident::{Mark, Tracker};
use crate::unreachable::{Message, Sought, Unreachable};

/// A message before anything is known of what it quotes.
#[derive(Clone, Debug)]
pub(super) struct Notice {
    pub(super) message: Message,
    pub(super) sought: Sought,
    /// Whether the capture holds less of it than addresses and ports of what it quotes, which the message itself has.
    pub(super) is_snapped: bool,
    /// Whether its case seemed to be open, some messages before it is taken.
    is_awaited: bool,
}

impl Notice {
    /// A place to read a message into.
    fn blank() -> Self {
        Self { message: Message::blank(), sought: Sought::default(), is_snapped: false, is_awaited: false }
    }

    /// Reads a message to this place.
    fn read(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, read: &Unreachable<'_>, sieve: &Sieve) {
        self.message.read(frame, packet, read);
        let is_first = read.quote.as_ref().is_some_and(|quote| quote.ip.fragment_offset == 0);
        self.is_snapped = is_snapped(frame, &self.message, is_first);
        self.sought.read(read.quote.as_ref(), &sieve.locator);
    }

    /// Reads the message of a frame, if it is a plain one: those have addresses and ports.
    #[inline]
    fn read_plain(&mut self, frame: &Frame<'_>, sieve: &Sieve) -> Option<()> {
        let ends = self.message.read_plain(frame)?;
        self.is_snapped = false;
        self.sought.read_ends(ends, &sieve.locator);
        Some(())
    }
}

/// Whether the snap length of the capture took what a quote is found by: that of a later fragment has no ports.
fn is_snapped(frame: &Frame<'_>, message: &Message, is_first: bool) -> bool {
    let has_ports = is_first && matches!(message.protocol, Some(protocol::TCP | protocol::UDP));
    let lacks = message.target.is_none() || has_ports && message.target_port.is_none();
    lacks && frame.bytes.len() < frame.wire_length as usize
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

/// Messages whose loads from memory are asked for together, as those of [steps](crate::flow::Step) are. (Of four together, each took
/// 27 instructions more.)
const GROUP: usize = 8;

/// Brings into the cache what the messages after those of a group need, which begins at `position`: each load a group further,
/// as each needs the one before. The first group of a batch asks for what it needs itself, too.
///
/// Of a flood most messages are judged together, and teach about nobody: only for those of open cases is there more to look for.
/// (Twenty thousand refused flows took a twelfth longer without: see `benches/README.md`.)
#[inline(never)]
pub(super) fn look_ahead(
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
    for (notice, mark) in notices[further(3)].iter().zip(&marks[further(3)]) {
        // Where another core has read it.
        prefetch_item(notice);
        seen.flows.prefetch_slot(mark.flow);
        tracker.prefetch_slot(mark);
    }
    for (notice, mark) in notices[further(2)].iter_mut().zip(&marks[further(2)]) {
        notice.sought.prefetch_flow(seen);
        notice.is_awaited = tracker.prefetch_found(mark);
        if notice.is_awaited {
            context.prefetch_slots(&notice.message.reporter, notice.message.target.as_ref());
            notice.message.service().iter().for_each(|service| seen.services.prefetch_slot_of(service));
        }
    }
    for Notice { message, sought, is_awaited, .. } in &notices[further(1)] {
        sought.prefetch_latest(seen);
        if *is_awaited {
            context.prefetch(&message.reporter, message.target.as_ref());
            message.service().iter().for_each(|service| seen.services.prefetch(service));
        }
    }
    for Notice { message, is_awaited, .. } in &notices[further(0)] {
        if *is_awaited {
            context.prefetch_kinds(message);
        }
    }
}

/// Whether a [look ahead](look_ahead) is due before the message at `position` is taken.
#[inline]
pub(super) fn begins_group(position: usize) -> bool {
    position.is_multiple_of(GROUP)
}
