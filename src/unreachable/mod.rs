//! Unreachable messages: what they say, what they quote, and which packet of the capture that was.

pub mod code;

use std::net::IpAddr;

use crate::decode::Encapsulation;
use crate::frame::{InputId, Timestamp};
pub use code::Code;

/// How the quoted packet was found among the captured ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Match {
    /// The very packet.
    Exact,
    /// Only its flow.
    Flow,
    /// Through its IP identification: the quote is of a fragment, or of a datagram that was captured in fragments.
    Fragment,
    /// Through an address translation.
    Nat,
    /// Nothing the capture holds.
    #[default]
    None,
}

impl Match {
    /// The keyword of the `match` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Flow => "flow",
            Self::Fragment => "fragment",
            Self::Nat => "nat",
            Self::None => "none",
        }
    }
}

/// A frame of one of the inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameRef {
    /// The input.
    pub input: InputId,
    /// The frame's number in it, from 1.
    pub number: u64,
}

/// One unreachable message: what its row in the `messages` table says about it, before any judgement.
#[derive(Clone, Debug)]
pub struct Message {
    /// The frame that carried it.
    pub frame: FrameRef,
    /// When it was captured.
    pub timestamp: Timestamp,
    /// What was unwrapped to reach it.
    pub encapsulation: Encapsulation,
    /// Type and code.
    pub code: Code,
    /// Outer source.
    pub reporter: IpAddr,
    /// Outer destination.
    pub recipient: IpAddr,
    /// Outer TTL or hop limit.
    pub reporter_ttl: u8,
    /// IP protocol number of the quote; `None` where no IP header is quoted.
    pub protocol: Option<u8>,
    /// Source of the quote.
    pub sender: Option<IpAddr>,
    /// Source port of the quote.
    pub sender_port: Option<u16>,
    /// Destination of the quote.
    pub target: Option<IpAddr>,
    /// Destination port of the quote.
    pub target_port: Option<u16>,
    /// TTL or hop limit in the quote.
    pub quoted_ttl: Option<u8>,
    /// Bytes of the original datagram that the message carries.
    pub quoted_length: u16,
    /// MTU of the next hop, of packet-too-big messages.
    pub next_hop_mtu: Option<u32>,
    /// How the quoted packet was found.
    pub matched: Match,
    /// The quoted packet, or the nearest earlier one of its flow.
    pub original: Option<FrameRef>,
    /// Nanoseconds from that packet to the message.
    pub delay: Option<i64>,
}
