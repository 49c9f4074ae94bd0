//! Packets on their way into their flows: what is left of them once they are decoded, on whichever thread that is done.

use std::hint::black_box;

use super::locate::{Located, Locator, Wide, wide};
use super::recent::{Captured, bits_of, direction_of};
use super::words::Address;
use super::{Direction, Identity};
use crate::decode::{
    Addresses, Header, Mac, Packet, Plain, PlainIn, TcpFlags, Transport, mac_of_number, number_of_mac, protocol,
};
use crate::frame::{Frame, Stamp, Timestamp};

/// A packet on its way into its flow: one cache line, as it may cross from one core to another.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Step {
    pub(super) located: Located,
    /// Position of its addresses among the wide ones, if they are of IPv6.
    wide: u32,
    pub(super) captured: Captured,
    pub(super) sent: Sent,
}

/// How a packet was sent, in one number, which is written at once: lowest the hardware address it was sent from, above that bits
/// of [`bits`](super::recent::bits), as the packet is remembered, and highest bits of [`kind`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent(u64);

impl Sent {
    #[inline]
    fn new(mac: u64, bits: u8, kind: u8) -> Self {
        Self(mac | u64::from(bits) << 48 | u64::from(kind) << 56)
    }

    #[inline]
    fn mac(self) -> Mac {
        mac_of_number(self.0)
    }

    #[inline]
    fn bits(self) -> u8 {
        (self.0 >> 48) as u8
    }

    #[inline]
    fn kind(self) -> u8 {
        (self.0 >> 56) as u8
    }
}

/// What kind of answer a packet would be. In bits, as it is neither asked nor told by a branch: nobody can predict which
/// packet is of TCP and which of UDP, and a wrong prediction costs as much as fifty instructions.
pub(super) mod kind {
    /// The flags of TCP that matter, where they stand there; none is set of other protocols, nor where they are not known.
    pub(in crate::flow) const FLAGS: u8 = 31;
    /// Of TCP, with its flags.
    pub(in crate::flow) const TCP: u8 = 32;
    /// TCP without its flags, or ICMP: no answer at all.
    pub(in crate::flow) const MUTE: u8 = 64;
    /// The hardware address it was sent from is known.
    pub(in crate::flow) const HAS_MAC: u8 = 128;
}

/// What a packet against the direction of its flow says of who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Nothing.
    None,
    /// It has the port, and nobody listens.
    Reset,
    /// Somebody is served.
    Served,
}

/// Packets on their way into their flows, in their order.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    pub(super) all: Vec<Step>,
    /// Addresses of IPv6, apart: few packets need them, as most only go on in flows that are known.
    pub(super) wide: Vec<Wide>,
}

impl Steps {
    /// How many there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Empties it, to be filled again.
    pub fn clear(&mut self) {
        self.all.clear();
        self.wide.clear();
    }

    /// Writes back to a step, once it was entered, what stands there. Its line is soon filled again, mostly by another core, which
    /// gets it sooner from a core that has written to it than from one that has only read it (6.5 ns against 15 on an AMD EPYC;
    /// typical traffic on two threads took three to six percent less).
    #[inline]
    pub(super) fn write_back(&mut self, position: usize) {
        if let Some(step) = self.all.get_mut(position) {
            // Or the compiler would leave it out.
            step.wide = black_box(step.wide);
        }
    }

    /// When the first of them was captured.
    pub fn start(&self) -> Option<Timestamp> {
        self.all.first().map(|step| step.captured.timestamp)
    }

    /// Adds a packet, in the flow that it belongs to.
    pub fn push(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, (located, direction): (Located, Direction)) {
        let identity = Identity::of(&packet.ip, &packet.transport);
        let kind = match packet.transport {
            Transport::Tcp(tcp) => tcp.flags.map_or(kind::MUTE, |flags| flags.0 & kind::FLAGS | kind::TCP),
            Transport::Icmp(_) => kind::MUTE,
            _ => 0,
        };
        let mac = packet.source_mac.map_or(0, |_| kind::HAS_MAC);
        self.all.push(Step {
            located,
            wide: self.wide.len() as u32,
            captured: Captured::new(&frame.stamp(), &identity),
            sent: Sent::new(packet.source_mac.map_or(0, number_of_mac), bits_of(&identity, direction), kind | mac),
        });
        if let Some(Addresses::V6(both)) = packet.ip.addresses() {
            self.wide.push(wide(both, direction));
        }
    }

    /// Adds a plain packet.
    #[expect(clippy::inline_always, reason = "it is written where it will be read, without a copy in between")]
    #[inline(always)]
    pub fn push_plain(&mut self, stamp: &Stamp, plain: &Plain<'_>, locator: &Locator) {
        match plain {
            Plain::V4(plain) => self.push_plain_in(stamp, plain, locator),
            Plain::V6(plain) => self.push_plain_in(stamp, plain, locator),
        }
    }

    /// Adds a plain packet of this family. It ends as [`push`](Self::push) does, of which it shares nothing: put together there,
    /// a packet took nine instructions more.
    #[expect(clippy::inline_always, reason = "it is written where it will be read, without a copy in between")]
    #[inline(always)]
    fn push_plain_in<H: Header>(&mut self, stamp: &Stamp, plain: &PlainIn<'_, H>, locator: &Locator) {
        let (header, flags) = (plain.header(), plain.flags());
        let (located, direction) = locator.locate_ends(header.addresses(), plain.ports(), header.protocol());
        let identity = Identity {
            identification: u32::from(header.identification()),
            total_length: header.total_length().min(u32::from(u16::MAX)) as u16,
            fingerprint: Some(plain.fingerprint()),
            ttl: header.ttl(),
            tos: header.tos(),
            is_fragment: false,
        };
        let is_tcp = u8::from(header.protocol() == protocol::TCP);
        let kind = flags.0 & kind::FLAGS | (is_tcp * kind::TCP) | kind::HAS_MAC;
        let addresses = header.addresses();
        self.all.push(Step {
            located,
            wide: if matches!(addresses, Addresses::V6(_)) { self.wide.len() as u32 } else { 0 },
            captured: Captured::new(stamp, &identity),
            sent: Sent::new(plain.source_mac(), bits_of(&identity, direction), kind),
        });
        if let Addresses::V6(both) = addresses {
            self.wide.push(wide(both, direction));
        }
    }

    /// The addresses of the lower and of the higher end of a step, if it is of IPv6.
    #[inline]
    pub(super) fn wide(&self, step: &Step) -> Wide {
        self.wide.get(step.wide as usize).copied().unwrap_or_default()
    }

    /// Where a step comes from, and where it goes.
    #[inline]
    pub(super) fn ends(&self, step: &Step) -> (Address, Address) {
        let [low, high] = step.located.key.addresses(|| self.wide(step));
        match step.direction() {
            Direction::Up => (low, high),
            Direction::Down => (high, low),
        }
    }
}

impl Step {
    /// The hardware address it was sent from, where that is known.
    #[inline]
    pub(super) fn mac(&self) -> Mac {
        self.sent.mac()
    }

    /// Bits of [`bits`](super::recent::bits).
    #[inline]
    pub(super) fn bits(&self) -> u8 {
        self.sent.bits()
    }

    #[inline]
    pub(super) fn direction(&self) -> Direction {
        direction_of(self.bits())
    }

    #[inline]
    pub(super) fn is(&self, kind: u8) -> bool {
        self.sent.kind() & kind != 0
    }

    #[inline]
    fn flags(&self) -> TcpFlags {
        TcpFlags(self.sent.kind() & kind::FLAGS)
    }

    /// Whether it accepts a connection.
    #[inline]
    pub(super) fn accepts(&self) -> bool {
        self.flags().is_accept()
    }

    /// Whether it resets a connection.
    #[inline]
    pub(super) fn resets(&self) -> bool {
        self.flags().is_reset()
    }

    /// What it answers, if it is an answer; of resets only the first of their direction counts.
    pub(super) fn answer(&self, is_first: bool) -> Answer {
        match (self.is(kind::MUTE), self.resets()) {
            (false, false) => Answer::Served,
            (false, true) if is_first => Answer::Reset,
            _ => Answer::None,
        }
    }
}
