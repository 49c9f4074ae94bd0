//! Numbers in network byte order (and in that of the few headers that are written otherwise), and the Internet checksum.

/// The 16-bit number at `offset`.
pub fn be16(bytes: &[u8], offset: usize) -> Option<u16> {
    let field = bytes.get(offset..)?.first_chunk::<2>()?;
    Some(u16::from_be_bytes(*field))
}

/// The 32-bit number at `offset`.
pub fn be32(bytes: &[u8], offset: usize) -> Option<u32> {
    let field = bytes.get(offset..)?.first_chunk::<4>()?;
    Some(u32::from_be_bytes(*field))
}

/// The 24-bit number at `offset`, which ends before the last of four bytes.
pub(super) fn be24(bytes: &[u8], offset: usize) -> Option<u32> {
    be32(bytes, offset).map(|word| word >> 8)
}

/// The little-endian 16-bit number at `offset`.
pub(super) fn le16(bytes: &[u8], offset: usize) -> Option<u16> {
    be16(bytes, offset).map(u16::swap_bytes)
}

/// The little-endian 32-bit number at `offset`.
pub(super) fn le32(bytes: &[u8], offset: usize) -> Option<u32> {
    be32(bytes, offset).map(u32::swap_bytes)
}

/// The ones' complement sum of RFC 1071 over all parts, complemented; 0 where the parts hold their own valid checksum.
///
/// Every part but the last must have an even length.
#[expect(clippy::inline_always, reason = "nearly all messages are checked at one place")]
#[inline(always)]
pub fn internet_checksum(parts: &[&[u8]]) -> u16 {
    let mut sum = 0;
    for part in parts {
        sum = added(sum, part);
    }
    complement(sum)
}

/// The same over a number of bytes that is known when it is compiled: then there is neither a loop nor a call.
#[expect(clippy::inline_always, reason = "of a header it takes less than a call")]
#[inline(always)]
pub(super) fn checksum_of<const N: usize>(bytes: &[u8; N]) -> u16 {
    complement(added(0, bytes))
}

#[expect(clippy::inline_always, reason = "see above")]
#[inline(always)]
fn added(sum: u64, part: &[u8]) -> u64 {
    // Eight bytes at once, the first of them lowest: the sum then has its own in that order, too (RFC 1071 section 2 B).
    let (longs, rest) = part.as_chunks::<8>();
    let sum = longs.iter().fold(sum, |sum, &long| plus(sum, u64::from_le_bytes(long)));
    plus(sum, padded(rest))
}

#[inline]
fn complement(sum: u64) -> u16 {
    // Folded as often as can be needed, to 33 bits, 18, 17 and 16: nobody can predict how often it is.
    let mut sum = (sum & 0xffff_ffff).wrapping_add(sum >> 32);
    for _ in 0..3 {
        sum = (sum & 0xffff).wrapping_add(sum >> 16);
    }
    (!(sum as u16)).swap_bytes()
}

/// The ones' complement sum: what is carried out comes in again.
#[inline]
fn plus(sum: u64, word: u64) -> u64 {
    let (added, carries) = sum.overflowing_add(word);
    added.wrapping_add(carries.into())
}

/// Less than eight bytes, the first lowest, and zeros above.
#[inline]
fn padded(rest: &[u8]) -> u64 {
    // As many as are left over of an IPv4 header without options, and of most messages.
    if let Ok(&word) = <&[u8; 4]>::try_from(rest) {
        return u32::from_le_bytes(word).into();
    }
    rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
}
