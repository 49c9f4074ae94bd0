//! What pcapng says of the interfaces of a section: link type, snap length, clock, and packets dropped.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use pcap_parser::{
    InterfaceDescriptionBlock, OptionCode, PcapNGOption, parse_interfacedescriptionblock_be,
    parse_interfacedescriptionblock_le, parse_interfacestatisticsblock_be, parse_interfacestatisticsblock_le,
};

use super::blocks::frame_limit;
use super::order::Order;
use super::packet::{BLOCK_HEAD, Packet};
use super::record::Record;
use crate::frame::{LinkType, Timestamp};

/// One interface of a section.
#[derive(Debug)]
pub(super) struct Interface {
    pub(super) link: LinkType,
    /// Bytes of a frame that were kept at most; 0 for all.
    pub(super) snap_length: u32,
    pub(super) frame_limit: u32,
    pub(super) clock: Clock,
    /// Packets that it is said to have dropped.
    pub(super) drops: Option<u64>,
}

impl Interface {
    /// The record of a packet of this interface, whose block begins at the place `block` of the bytes in memory.
    #[inline]
    pub(super) fn record(&self, number: u64, block: usize, packet: &Packet) -> Record {
        Record {
            number,
            timestamp: packet.ticks.map_or(Timestamp::default(), |ticks| self.clock.time(ticks)),
            wire_length: packet.wire_length,
            start: block.wrapping_add(BLOCK_HEAD).wrapping_add(packet.start) as u32,
            length: packet.captured,
            link: self.link,
        }
    }

    /// Reads a whole Interface Description Block.
    pub(super) fn parse(block: &[u8], order: Order) -> Option<Self> {
        let (_, description) = match order {
            Order::Little => parse_interfacedescriptionblock_le(block).ok()?,
            Order::Big => parse_interfacedescriptionblock_be(block).ok()?,
        };
        Some(Self {
            link: LinkType(u16::try_from(description.linktype.0).ok()?),
            snap_length: description.snaplen,
            frame_limit: frame_limit(description.snaplen),
            clock: Clock::of(&description, order),
            drops: None,
        })
    }
}

/// The interface and the count of dropped packets in a whole Interface Statistics Block, where it has one:
/// those dropped by the interface for want of resources and by the operating system.
pub(super) fn drops(block: &[u8], order: Order) -> Option<(u32, u64)> {
    let (_, statistics) = match order {
        Order::Little => parse_interfacestatisticsblock_le(block).ok()?,
        Order::Big => parse_interfacestatisticsblock_be(block).ok()?,
    };
    let by_interface = option(&statistics.options, OptionCode::IsbIfDrop).map(|value| order.u64(value));
    let by_system = option(&statistics.options, OptionCode::IsbOsDrop).map(|value| order.u64(value));
    let count = match (by_interface, by_system) {
        (None, None) => return None,
        (first, second) => first.unwrap_or(0).saturating_add(second.unwrap_or(0)),
    };
    Some((statistics.if_id, count))
}

/// The clock of an interface: how its ticks become nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    tick: Tick,
    /// Nanoseconds to add.
    offset: i64,
}

/// The length of a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tick {
    /// So many nanoseconds.
    Nanoseconds(i64),
    /// One nanosecond is so many ticks; 0 stands for more than can be counted.
    PerNanosecond(u64),
    /// A second is two to this power.
    Binary(u32),
}

impl Clock {
    /// From `if_tsresol` and `if_tsoffset` (section 4.2 of the draft). `pcap-parser` takes every power of two for invalid,
    /// and the offset for little-endian, so the options are read here.
    fn of(description: &InterfaceDescriptionBlock<'_>, order: Order) -> Self {
        let resolution =
            description.options.iter().find(|option| option.code == OptionCode::IfTsresol && option.len >= 1);
        let resolution = resolution.and_then(|option| option.value.first()).copied().unwrap_or(6);
        let seconds =
            option(&description.options, OptionCode::IfTsoffset).map_or(0, |value| order.u64(value).cast_signed());
        Self { tick: Tick::of_resolution(resolution), offset: seconds.saturating_mul(1_000_000_000) }
    }

    /// The time at so many ticks, saturating.
    #[inline]
    pub(super) fn time(self, ticks: u64) -> Timestamp {
        let nanoseconds = match self.tick {
            Tick::Nanoseconds(length) => i64::try_from(ticks).unwrap_or(i64::MAX).saturating_mul(length),
            Tick::PerNanosecond(count) => i64::try_from(ticks.checked_div(count).unwrap_or(0)).unwrap_or(i64::MAX),
            Tick::Binary(power) => {
                let scaled = u128::from(ticks).saturating_mul(1_000_000_000).checked_shr(power).unwrap_or(0);
                i64::try_from(scaled).unwrap_or(i64::MAX)
            }
        };
        Timestamp(nanoseconds.saturating_add(self.offset))
    }
}

impl Tick {
    fn of_resolution(resolution: u8) -> Self {
        let power = u32::from(resolution & 0x7f);
        if resolution & 0x80 != 0 {
            return Self::Binary(power);
        }
        match power {
            0..=9 => Self::Nanoseconds(10_i64.saturating_pow(9_u32.saturating_sub(power))),
            // Of ticks so short that their count in a nanosecond overflows, 64 bits do not make one nanosecond.
            _ => Self::PerNanosecond(10_u64.checked_pow(power.saturating_sub(9)).unwrap_or(0)),
        }
    }
}

/// The eight bytes of an option.
fn option(options: &[PcapNGOption<'_>], code: OptionCode) -> Option<[u8; 8]> {
    let option = options.iter().find(|option| option.code == code && option.len == 8)?;
    option.value.first_chunk().copied()
}
