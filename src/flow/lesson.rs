//! What packets teach about the hosts that they go between, on the way to the [profiles](super::Profiles) of these.

use std::net::IpAddr;
use std::num::NonZero;

use super::Signature;
use super::step::{Answer, Step, kind};
use super::words::{Address, Ends, Key as _, ends};
use crate::decode::Mac;
use crate::frame::Timestamp;

/// What one packet teaches: one cache line, as it may cross from one core to another.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct Lesson {
    /// Where it comes from.
    pub(super) from: Address,
    /// Where it goes.
    pub(super) to: Address,
    pub(super) timestamp: Timestamp,
    /// Microseconds from the packet that it answers; 0 where that is not known.
    round_trip: u32,
    /// The port that it goes to.
    pub(super) port: u16,
    pub(super) ttl: u8,
    mac: Mac,
    /// How an echo reply looks: such a lesson is about nothing else.
    pub(super) echo: Option<Signature>,
    /// Bits of [`about`].
    about: u16,
}

/// What a lesson is about, a bit each.
mod about {
    /// It opened its flow.
    pub(super) const OPENING: u16 = 1;
    /// It is the first in its direction.
    pub(super) const FIRST: u16 = 2;
    /// Its TTL counts.
    pub(super) const TTL: u16 = 4;
    /// The hardware address that it was sent from is known.
    pub(super) const MAC: u16 = 8;
    /// It is of TCP.
    pub(super) const TCP: u16 = 16;
    /// It resets what it answers.
    pub(super) const RESET: u16 = 32;
    /// It serves whom it answers.
    pub(super) const SERVED: u16 = 64;
    /// It was captured before, at another point of its way.
    pub(super) const PASSED: u16 = 128;
    /// It accepts or resets a TCP connection.
    pub(super) const HANDSHAKE: u16 = 256;
}

impl Lesson {
    /// Of the first packet of a flow.
    #[inline]
    pub(super) fn opening(step: &Step, ends: (Address, Address), port: u16) -> Self {
        let about = about::OPENING | (u16::from(step.located.is_transport()) * about::TTL);
        Self::of(step, ends, about, port)
    }

    /// Of a later one. `is_first` of its direction; `teaches_ttl` where that differs from those before; `passed` where it was
    /// captured before, at another point of its way.
    #[inline]
    pub(super) fn later(
        step: &Step,
        ends: (Address, Address),
        [is_first, teaches_ttl, passed]: [bool; 3],
        answer: Answer,
        round_trip: Option<u32>,
    ) -> Self {
        let of_answer = match answer {
            Answer::None => 0,
            Answer::Reset => about::RESET,
            Answer::Served => about::SERVED,
        };
        let of_packet = (u16::from(is_first) * about::FIRST)
            | (u16::from(teaches_ttl) * about::TTL)
            | (u16::from(passed) * about::PASSED)
            | (u16::from(step.accepts() || step.resets()) * about::HANDSHAKE);
        Self { round_trip: round_trip.unwrap_or(0), ..Self::of(step, ends, of_packet | of_answer, 0) }
    }

    /// Of an echo reply.
    pub(super) fn echo(from: IpAddr, signature: Signature) -> Self {
        Self {
            from: from.words(),
            to: [0; 2],
            timestamp: Timestamp::default(),
            round_trip: 0,
            port: 0,
            ttl: 0,
            mac: Mac::default(),
            echo: Some(signature),
            about: 0,
        }
    }

    #[expect(clippy::inline_always, reason = "it is written where it will be read, without a copy in between")]
    #[inline(always)]
    fn of(step: &Step, (from, to): (Address, Address), about: u16, port: u16) -> Self {
        let known = (u16::from(step.is(kind::TCP)) * about::TCP) | (u16::from(step.is(kind::HAS_MAC)) * about::MAC);
        Self {
            from,
            to,
            timestamp: step.captured.timestamp,
            round_trip: 0,
            port,
            ttl: step.captured.ttl,
            mac: step.mac(),
            echo: None,
            about: about | known,
        }
    }

    #[inline]
    fn is(&self, about: u16) -> bool {
        self.about & about != 0
    }

    /// Whether it opened its flow.
    #[inline]
    pub(super) fn opens(&self) -> bool {
        self.is(about::OPENING)
    }

    /// Whether it is the first in its direction, and not the one that opened the flow.
    #[inline]
    pub(super) fn is_first(&self) -> bool {
        self.is(about::FIRST)
    }

    #[inline]
    pub(super) fn teaches_ttl(&self) -> bool {
        self.is(about::TTL)
    }

    /// Whether it was captured before, at another point of its way.
    #[inline]
    pub(super) fn passed(&self) -> bool {
        self.is(about::PASSED)
    }

    #[inline]
    pub(super) fn is_tcp(&self) -> bool {
        self.is(about::TCP)
    }

    /// The hardware address it was sent from, where it is the first that its host sent in this flow, or at this point.
    #[inline]
    pub(super) fn mac(&self) -> Option<Mac> {
        (self.is(about::OPENING | about::FIRST | about::PASSED) && self.is(about::MAC)).then_some(self.mac)
    }

    /// Whether it accepts or resets a TCP connection, which systems do at once.
    #[inline]
    pub(super) fn is_handshake(&self) -> bool {
        self.is(about::HANDSHAKE)
    }

    /// Microseconds from the packet that it answers.
    #[inline]
    pub(super) fn round_trip(&self) -> Option<NonZero<u32>> {
        NonZero::new(self.round_trip)
    }

    /// Whether it serves whom it answers, and is the first to do so in its flow.
    #[inline]
    pub(super) fn serves_first(&self) -> bool {
        self.about & (about::SERVED | about::FIRST) == about::SERVED | about::FIRST
    }

    #[inline]
    pub(super) fn answer(&self) -> Answer {
        match (self.is(about::SERVED), self.is(about::RESET)) {
            (true, _) => Answer::Served,
            (_, true) => Answer::Reset,
            _ => Answer::None,
        }
    }

    /// Who opened its flow, and to whom, if it opens it or answers.
    #[inline]
    pub(super) fn pair(&self) -> Ends {
        if self.opens() { ends(self.from, self.to) } else { ends(self.to, self.from) }
    }
}
