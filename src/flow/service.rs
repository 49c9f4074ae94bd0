//! What a port of a host did: when it answered, when it was refused, and whether both alternate.

use std::net::IpAddr;

use crate::frame::Timestamp;

/// A port of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServiceKey {
    /// The host.
    pub address: IpAddr,
    /// IP protocol number.
    pub protocol: u8,
    /// The port.
    pub port: u16,
}

/// Up to four distinct addresses, in the order they came.
#[derive(Clone, Copy, Debug, Default)]
pub struct FewAddresses {
    addresses: [Option<IpAddr>; 4],
}

impl FewAddresses {
    /// Adds an address, where there is room for it.
    pub fn add(&mut self, address: IpAddr) {
        if self.contains(address) {
            return;
        }
        if let Some(free) = self.addresses.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(address);
        }
    }

    /// Whether the address is among them.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.addresses.contains(&Some(address))
    }

    /// The addresses.
    pub fn iter(&self) -> impl Iterator<Item = IpAddr> {
        self.addresses.iter().copied().flatten()
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LastEvent {
    #[default]
    Nothing,
    Answer,
    Refusal,
}

/// The profile of a port. Answers within flows that nothing was refused of are counted once a flow.
#[derive(Clone, Debug, Default)]
pub struct Service {
    /// Time of the first answer.
    pub first_answer: Option<Timestamp>,
    /// Time of the latest answer.
    pub last_answer: Option<Timestamp>,
    /// Answers.
    pub answers: u32,
    /// Who was answered.
    pub answered: FewAddresses,
    /// TCP resets that it sent to connection attempts.
    pub resets: u32,
    /// Time of the first unreachable message about it.
    pub first_refusal: Option<Timestamp>,
    /// Time of the latest.
    pub last_refusal: Option<Timestamp>,
    /// How many there were.
    pub refusals: u32,
    /// How often a refusal followed an answer, or an answer a refusal.
    pub turns: u32,
    last: LastEvent,
}

impl Service {
    /// Notes an answer to `asker`.
    pub fn note_answer(&mut self, now: Timestamp, asker: IpAddr) {
        self.first_answer = Some(self.first_answer.map_or(now, |known| known.min(now)));
        self.last_answer = self.last_answer.max(Some(now));
        self.answers = self.answers.saturating_add(1);
        self.answered.add(asker);
        self.turn(LastEvent::Answer);
    }

    /// Notes an unreachable message about it.
    pub fn note_refusal(&mut self, now: Timestamp) {
        self.first_refusal = Some(self.first_refusal.map_or(now, |known| known.min(now)));
        self.last_refusal = self.last_refusal.max(Some(now));
        self.refusals = self.refusals.saturating_add(1);
        self.turn(LastEvent::Refusal);
    }

    fn turn(&mut self, event: LastEvent) {
        if self.last != LastEvent::Nothing && self.last != event {
            self.turns = self.turns.saturating_add(1);
        }
        self.last = event;
    }
}
