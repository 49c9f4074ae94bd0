//! The messages of a batch, in places that are written again: a message is read straight into its place.

use super::batch::Sieve;
use crate::decode::Packet;
use crate::frame::Frame;
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

    #[expect(clippy::inline_always, reason = "nothing of the packet goes through memory: an eighth fewer instructions")]
    #[inline(always)]
    pub(super) fn read(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, read: &Unreachable<'_>, sieve: &Sieve) {
        self.message.read(frame, packet, read);
        self.sought.read(read.quote.as_ref(), &sieve.locator);
    }
}

/// Messages in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Notices {
    places: Vec<Notice>,
    used: usize,
}

impl Notices {
    /// A place for one more, which still holds an earlier one.
    #[inline]
    pub(super) fn next_place(&mut self) -> &mut Notice {
        if self.used == self.places.len() {
            self.places.push(Notice::blank());
        }
        self.used += 1;
        &mut self.places[self.used - 1]
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
