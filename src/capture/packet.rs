//! The three blocks of pcapng that carry a frame: Enhanced, Simple, and the old Packet block.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::arithmetic_side_effects)]

use super::blocks::BLOCK_LIMIT;
use super::interface::Interface;
use super::order::Order;

/// Type and length, before the body of every block.
pub(super) const BLOCK_HEAD: usize = 8;

/// Type of an Enhanced Packet block.
pub(super) const ENHANCED_PACKET: u32 = 6;

/// What the head of a packet block says.
pub(super) struct Packet {
    /// Number of its interface in the section.
    pub(super) interface: u32,
    /// Units of the interface's clock; Simple blocks have none.
    pub(super) ticks: Option<u64>,
    /// Captured bytes; they fit the block.
    pub(super) captured: u32,
    /// Bytes on the wire.
    pub(super) wire_length: u32,
    /// Where the captured bytes begin in the body.
    pub(super) start: usize,
}

impl Packet {
    /// Section 4.3 of the draft: interface, time, captured length, wire length, bytes, options.
    #[inline]
    pub(super) fn enhanced(body: &[u8], number: impl Fn([u8; 4]) -> u32) -> Option<Self> {
        let &[i0, i1, i2, i3, h0, h1, h2, h3, l0, l1, l2, l3, c0, c1, c2, c3, w0, w1, w2, w3] = body.first_chunk()?;
        let (high, low) = (number([h0, h1, h2, h3]), number([l0, l1, l2, l3]));
        Self {
            interface: number([i0, i1, i2, i3]),
            ticks: Some(u64::from(high) << 32 | u64::from(low)),
            captured: number([c0, c1, c2, c3]),
            wire_length: number([w0, w1, w2, w3]),
            start: 20,
        }
        .fitting(body)
    }

    /// Section A of the draft: as enhanced, but for the interface of 16 bits and a count of drops behind it.
    pub(super) fn old(body: &[u8], order: Order) -> Option<Self> {
        let &[i0, i1, ..] = body else { return None };
        let packet = Self::enhanced(body, |bytes| order.u32(bytes))?;
        Some(Self { interface: u32::from(order.u16([i0, i1])), ..packet })
    }

    /// Section 4.4 of the draft: wire length and bytes of the section's first interface, cut at its snap length.
    pub(super) fn simple(body: &[u8], order: Order, interface: Option<&Interface>) -> Option<Self> {
        let (&wire, bytes) = body.split_first_chunk()?;
        let wire_length = order.u32(wire);
        let snap_length = interface.map_or(0, |interface| interface.snap_length);
        let kept = if snap_length == 0 { wire_length } else { wire_length.min(snap_length) };
        // The block's length is a multiple of four, so it tells where the bytes were cut only roughly.
        let captured = kept.min(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        Some(Self { interface: 0, ticks: None, captured, wire_length, start: 4 })
    }

    #[inline]
    fn fitting(self, body: &[u8]) -> Option<Self> {
        let room = body.len().saturating_sub(self.start);
        (self.captured as usize <= room).then_some(self)
    }
}

/// The packet of the Enhanced Packet block that `bytes` begin with, and what follows the block; `None` for any other
/// block, and for one that is not whole or contradicts itself.
#[inline]
pub(super) fn split_enhanced(bytes: &[u8], number: impl Fn([u8; 4]) -> u32) -> Option<(Packet, &[u8])> {
    let (&[k0, k1, k2, k3, l0, l1, l2, l3], rest) = bytes.split_first_chunk::<BLOCK_HEAD>()?;
    let length = number([l0, l1, l2, l3]);
    if number([k0, k1, k2, k3]) != ENHANCED_PACKET || !length.is_multiple_of(4) || length > BLOCK_LIMIT {
        return None;
    }
    let (body, behind) = rest.split_at_checked((length as usize).checked_sub(BLOCK_HEAD)?)?;
    let (body, &trailer) = body.split_last_chunk()?;
    (number(trailer) == length).then_some(())?;
    Some((Packet::enhanced(body, number)?, behind))
}
