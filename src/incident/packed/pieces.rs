//! What packed messages are made of: bits, bytes, addresses, and numbers of as many bytes as they need.

use std::net::IpAddr;

/// Bytes of the length before each entry.
const LENGTH: usize = size_of::<u16>();
/// Bytes before what is in order: the length, the bits, and four bits for the length of each number.
const HEAD: usize = LENGTH + 2 * size_of::<u64>();
/// Bytes that an entry can have: eight layers, five addresses of IPv6 and every number as long as it can be take 270.
pub(super) const LONGEST: usize = 320;

/// An entry in the making, at the place where it stays: what was just written in parts would be read back as a whole to be
/// copied, which stalls.
pub(super) struct Writer<'a> {
    bytes: &'a mut [u8; LONGEST],
    end: usize,
    /// Bits so far, and how many.
    bits: (u64, u32),
    /// Lengths of numbers so far, four bits each, and how many.
    lengths: (u64, u32),
}

/// Appends the entry that is put together so.
#[expect(clippy::inline_always, reason = "bits and lengths stay in registers")]
#[inline(always)]
pub(super) fn append(out: &mut Vec<u8>, put: impl FnOnce(&mut Writer<'_>)) {
    let start = out.len();
    out.extend_from_slice(&[0; LONGEST]);
    if let Some(bytes) = out.get_mut(start..).and_then(<[u8]>::first_chunk_mut) {
        let mut writer = Writer { bytes, end: HEAD, bits: (0, 0), lengths: (0, 0) };
        put(&mut writer);
        let end = writer.finish();
        out.truncate(start + end);
    }
}

impl Writer<'_> {
    pub(super) fn bit(&mut self, is_set: bool) {
        self.bits.0 |= u64::from(is_set) << self.bits.1;
        self.bits.1 += 1;
    }

    pub(super) fn bytes<const N: usize>(&mut self, bytes: [u8; N]) {
        // There is room for all that a message has.
        if let Some(room) = self.bytes.get_mut(self.end..).and_then(<[u8]>::first_chunk_mut) {
            *room = bytes;
            self.end += N;
        }
    }

    /// A number, in as many bytes as it needs; 0 in none. All eight are written, of which those to come overwrite the rest:
    /// that takes no branch, which would be guessed wrong as often as not.
    pub(super) fn number(&mut self, number: u64) {
        let length = 8 - number.leading_zeros() / 8;
        self.lengths.0 |= u64::from(length) << self.lengths.1;
        self.lengths.1 += 4;
        let end = self.end + length as usize;
        self.bytes(number.to_le_bytes());
        self.end = end;
    }

    /// A number that may be negative.
    pub(super) fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63).cast_unsigned());
    }

    pub(super) fn address(&mut self, address: IpAddr) {
        self.bit(address.is_ipv6());
        match address {
            IpAddr::V4(address) => self.bytes(address.octets()),
            IpAddr::V6(address) => self.bytes(address.octets()),
        }
    }

    /// A bit that says whether there is a value, and then the value.
    pub(super) fn optional<T>(&mut self, value: Option<T>, put: impl FnOnce(&mut Self, T)) {
        self.bit(value.is_some());
        if let Some(value) = value {
            put(self, value);
        }
    }

    /// Writes what goes before all that was put; returns how long the entry is.
    fn finish(mut self) -> usize {
        let end = std::mem::replace(&mut self.end, 0);
        debug_assert!(self.bits.1 <= 64 && self.lengths.1 <= 64, "{} bits, {} of lengths", self.bits.1, self.lengths.1);
        self.bytes(((end - LENGTH) as u16).to_le_bytes());
        self.bytes(self.bits.0.to_le_bytes());
        self.bytes(self.lengths.0.to_le_bytes());
        end
    }
}

/// An entry that is read. Where it is cut short, what is missing is 0.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    bits: u64,
    lengths: u64,
    is_cut: bool,
}

impl<'a> Reader<'a> {
    /// Takes the first entry off the bytes; nothing where they end.
    pub(super) fn begin(bytes: &mut &'a [u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk::<LENGTH>()?;
        let (entry, others) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
        *bytes = others;
        let mut reader = Self { rest: entry, bits: 0, lengths: 0, is_cut: false };
        reader.bits = u64::from_le_bytes(reader.bytes());
        reader.lengths = u64::from_le_bytes(reader.bytes());
        Some(reader)
    }

    /// Whether it was there to its end, and no longer.
    pub(super) fn is_whole(&self) -> bool {
        !self.is_cut && self.rest.is_empty()
    }

    pub(super) fn bit(&mut self) -> bool {
        let bit = self.bits & 1;
        self.bits >>= 1;
        bit == 1
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let Some((bytes, rest)) = self.rest.split_first_chunk() else {
            self.is_cut = true;
            return [0; N];
        };
        self.rest = rest;
        *bytes
    }

    pub(super) fn byte(&mut self) -> u8 {
        let [byte] = self.bytes();
        byte
    }

    pub(super) fn number(&mut self) -> u64 {
        let length = (self.lengths & 0xf).min(8) as usize;
        self.lengths >>= 4;
        let Some((bytes, rest)) = self.rest.split_at_checked(length) else {
            self.is_cut = true;
            return 0;
        };
        // Eight bytes at once where there are as many, which nearly always is so: then no length has to be guessed.
        let number = match self.rest.first_chunk() {
            Some(&eight) => u64::from_le_bytes(eight) & u64::MAX.checked_shr(64 - 8 * length as u32).unwrap_or(0),
            None => bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)),
        };
        self.rest = rest;
        number
    }

    pub(super) fn signed(&mut self) -> i64 {
        let number = self.number();
        (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
    }

    pub(super) fn address(&mut self) -> IpAddr {
        if self.bit() { self.bytes::<16>().into() } else { self.bytes::<4>().into() }
    }

    pub(super) fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.bit().then(|| read(self))
    }
}
