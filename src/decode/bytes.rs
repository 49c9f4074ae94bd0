//! Numbers in network byte order, and the Internet checksum.

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

/// The ones' complement sum of RFC 1071 over all parts, complemented; 0 where the parts hold their own valid checksum.
///
/// Every part but the last must have an even length.
pub fn internet_checksum(parts: &[&[u8]]) -> u16 {
    let mut sum = 0_u64;
    for part in parts {
        let mut words = part.chunks_exact(2);
        for word in words.by_ref() {
            sum = sum.wrapping_add(u64::from(be16(word, 0).unwrap_or(0)));
        }
        if let [last] = words.remainder() {
            sum = sum.wrapping_add(u64::from(*last) << 8);
        }
    }
    while sum >> 16 != 0 {
        sum = (sum & 0xffff).wrapping_add(sum >> 16);
    }
    !(sum as u16)
}
