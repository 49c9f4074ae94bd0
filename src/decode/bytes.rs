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
#[inline]
pub fn internet_checksum(parts: &[&[u8]]) -> u16 {
    let mut sum = 0_u64;
    for part in parts {
        // Four bytes at once: what is carried out of the low half is folded in at the end (RFC 1071 section 2 C).
        let mut words = part.chunks_exact(4);
        for word in words.by_ref() {
            sum = sum.wrapping_add(u64::from(be32(word, 0).unwrap_or(0)));
        }
        let rest = match *words.remainder() {
            [one] => [one, 0, 0, 0],
            [one, two] => [one, two, 0, 0],
            [one, two, three] => [one, two, three, 0],
            _ => [0; 4],
        };
        sum = sum.wrapping_add(u64::from(u32::from_be_bytes(rest)));
    }
    sum = (sum & 0xffff_ffff).wrapping_add(sum >> 32);
    while sum >> 16 != 0 {
        sum = (sum & 0xffff).wrapping_add(sum >> 16);
    }
    !(sum as u16)
}
