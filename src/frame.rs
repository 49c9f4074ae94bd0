//! A captured frame: what every reader delivers and all analysis starts from.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Nanoseconds since 1970-01-01T00:00:00Z, as the capture says; may be zero or absurd.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Nanoseconds from `earlier` to `self`; negative where the clock ran backwards. Absurd times are as far apart as can be
    /// said in either direction, so that the opposite can be said, too.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).max(-i64::MAX)
    }
}

/// From the earliest to the latest of some times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    earliest: Timestamp,
    latest: Timestamp,
}

impl Default for Span {
    /// Of no time.
    fn default() -> Self {
        Self { earliest: Timestamp(i64::MAX), latest: Timestamp(i64::MIN) }
    }
}

impl Span {
    /// Adds a time.
    #[inline]
    pub fn add(&mut self, time: Timestamp) {
        self.join(Self { earliest: time, latest: time });
    }

    /// Adds all times of another.
    #[inline]
    pub fn join(&mut self, other: Self) {
        *self = Self { earliest: self.earliest.min(other.earliest), latest: self.latest.max(other.latest) };
    }

    /// The earliest and the latest, where there is any.
    pub fn ends(self) -> Option<(Timestamp, Timestamp)> {
        (self.earliest <= self.latest).then_some((self.earliest, self.latest))
    }

    /// Nanoseconds from the earliest to the latest; 0 where there is none.
    pub fn length(self) -> i64 {
        self.ends().map_or(0, |(earliest, latest)| latest.since(earliest))
    }
}

/// The span of times that mostly go on: each is compared with the one before, and with the others only where it is earlier than
/// that.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// Before the first, later than any.
    last: Timestamp,
    has_begun: bool,
    /// The longest way back from one time to the next.
    setback: i64,
    /// Where the times began, and where they turned back.
    turns: Span,
}

impl Default for Course {
    /// Of no time.
    fn default() -> Self {
        Self { last: Timestamp(i64::MAX), has_begun: false, setback: 0, turns: Span::default() }
    }
}

impl Course {
    /// Adds the time that comes next.
    #[inline]
    pub fn add(&mut self, time: Timestamp) {
        if time < self.last {
            if self.has_begun {
                self.setback = self.setback.max(self.last.since(time));
            }
            self.turns = self.span();
            self.turns.add(time);
        }
        self.last = time;
        self.has_begun = true;
    }

    /// The time added last.
    #[inline]
    pub fn last(&self) -> Option<Timestamp> {
        self.has_begun.then_some(self.last)
    }

    /// Nanoseconds that a time was earlier than the one before it, at most; 0 where none was.
    pub fn setback(&self) -> i64 {
        self.setback
    }

    /// From the earliest to the latest.
    #[inline]
    pub fn span(&self) -> Span {
        let mut span = self.turns;
        self.last().into_iter().for_each(|last| span.add(last));
        span
    }
}

/// One of the inputs of a run, by its position in the order they were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct InputId(pub u16);

/// A link type in the numbers of capture files (<https://www.tcpdump.org/linktypes.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkType(pub u16);

impl LinkType {
    /// BSD loopback: a four-byte address family in the byte order of the capturing host.
    pub const NULL: Self = Self(0);
    /// Ethernet II and IEEE 802.3.
    pub const ETHERNET: Self = Self(1);
    /// PPP, with or without the address and control bytes of RFC 1662.
    pub const PPP: Self = Self(9);
    /// Raw IP as some platforms number it in memory (`DLT_RAW` on Linux).
    pub const RAW_12: Self = Self(12);
    /// Raw IP as `OpenBSD` numbers it in memory.
    pub const RAW_14: Self = Self(14);
    /// PPP in HDLC-like framing, or Cisco's HDLC.
    pub const PPP_HDLC: Self = Self(50);
    /// `PPPoE`, without the Ethernet header before it.
    pub const PPP_ETHER: Self = Self(51);
    /// Raw IPv4 or IPv6.
    pub const RAW: Self = Self(101);
    /// Cisco's HDLC, or PPP in HDLC-like framing.
    pub const C_HDLC: Self = Self(104);
    /// IEEE 802.11.
    pub const IEEE802_11: Self = Self(105);
    /// `OpenBSD` loopback: a four-byte address family in network order.
    pub const LOOP: Self = Self(108);
    /// Linux cooked capture, version 1.
    pub const LINUX_SLL: Self = Self(113);
    /// Packets logged by pf.
    pub const PFLOG: Self = Self(117);
    /// IEEE 802.11 behind a Prism header.
    pub const IEEE802_11_PRISM: Self = Self(119);
    /// IEEE 802.11 behind a radiotap header.
    pub const IEEE802_11_RADIOTAP: Self = Self(127);
    /// Per-packet information, which names another link type.
    pub const PPI: Self = Self(192);
    /// Raw IPv4.
    pub const IPV4: Self = Self(228);
    /// Raw IPv6.
    pub const IPV6: Self = Self(229);
    /// Packets logged by netfilter.
    pub const NFLOG: Self = Self(239);
    /// IP over `InfiniBand`.
    pub const IPOIB: Self = Self(242);
    /// Linux netlink messages.
    pub const NETLINK: Self = Self(253);
    /// Linux cooked capture, version 2.
    pub const LINUX_SLL2: Self = Self(276);
}

impl fmt::Display for LinkType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match *self {
            Self::NULL => "null",
            Self::ETHERNET => "ethernet",
            Self::PPP => "ppp",
            Self::PPP_HDLC => "ppp-hdlc",
            Self::PPP_ETHER => "pppoe",
            Self::C_HDLC => "cisco-hdlc",
            Self::IEEE802_11 => "802.11",
            Self::PFLOG => "pflog",
            Self::IEEE802_11_PRISM => "802.11-prism",
            Self::IEEE802_11_RADIOTAP => "802.11-radiotap",
            Self::PPI => "ppi",
            Self::NFLOG => "nflog",
            Self::IPOIB => "ip-over-infiniband",
            Self::NETLINK => "netlink",
            Self::RAW | Self::RAW_12 | Self::RAW_14 => "raw-ip",
            Self::LOOP => "loop",
            Self::LINUX_SLL => "linux-sll",
            Self::IPV4 => "raw-ipv4",
            Self::IPV6 => "raw-ipv6",
            Self::LINUX_SLL2 => "linux-sll2",
            Self(other) => return write!(f, "linktype-{other}"),
        };
        f.write_str(name)
    }
}

/// One captured frame, borrowed from its reader.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Which input it came from.
    pub input: InputId,
    /// Its number in that input, from 1, as Wireshark counts.
    pub number: u64,
    /// When it was captured.
    pub timestamp: Timestamp,
    /// How its first header is to be read.
    pub link: LinkType,
    /// The captured bytes; fewer than `wire_length` where a snap length cut them.
    pub bytes: &'a [u8],
    /// Bytes the frame had on the wire.
    pub wire_length: u32,
}

/// Which frame it was, and when: what remains of a frame once its packet is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// As in [`Frame`].
    pub number: u64,
    /// As in [`Frame`].
    pub timestamp: Timestamp,
    /// As in [`Frame`].
    pub input: InputId,
}

impl Frame<'_> {
    /// What remains of it.
    #[inline]
    pub fn stamp(&self) -> Stamp {
        let Self { number, timestamp, input, .. } = *self;
        Stamp { number, timestamp, input }
    }
}
