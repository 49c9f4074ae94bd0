//! A reader of classic captures, small enough to be trusted, so that frames can be damaged one by one.

use std::path::Path;

use unreach::frame::{Frame, InputId, LinkType, Timestamp};

/// Magic numbers of microsecond and nanosecond captures in the byte order of this reader.
const MAGICS: [u32; 2] = [0xa1b2_c3d4, 0xa1b2_3c4d];

/// A frame that owns its bytes.
#[derive(Clone)]
pub(super) struct Captured {
    pub(super) bytes: Vec<u8>,
    timestamp: Timestamp,
    link: LinkType,
    wire_length: u32,
}

impl Captured {
    /// The frame as the analyzer takes it, as the `number`th of its input.
    pub(super) fn frame(&self, number: u64) -> Frame<'_> {
        Frame {
            input: InputId(0),
            number,
            timestamp: self.timestamp,
            link: self.link,
            bytes: &self.bytes,
            wire_length: self.wire_length,
        }
    }

    /// A record of a little-endian microsecond capture.
    pub(super) fn record(&self) -> Vec<u8> {
        let nanoseconds = self.timestamp.0;
        let (seconds, fraction) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000 / 1000);
        let words = [seconds as u32, fraction as u32, self.bytes.len() as u32, self.wire_length];
        words.iter().flat_map(|word| word.to_le_bytes()).chain(self.bytes.iter().copied()).collect()
    }

    /// The file header of a capture with frames like this one.
    pub(super) fn file_header(&self) -> Vec<u8> {
        let words = [MAGICS[0], 2 | 4 << 16, 0, 0, 262_144, u32::from(self.link.0)];
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }
}

/// The frames of a capture; none where it isn't a classic one of the usual two kinds.
pub(super) fn read(path: &Path) -> Vec<Captured> {
    let file = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let Some(first) = file.first_chunk() else { return Vec::new() };
    let big_endian = MAGICS.contains(&u32::from_be_bytes(*first));
    let word = |at: usize| {
        let bytes = file[at..at + 4].try_into().expect("four bytes");
        if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    };
    if !MAGICS.contains(&word(0)) {
        return Vec::new();
    }
    let (link, unit) = (LinkType(word(20) as u16), if word(0) == MAGICS[0] { 1000 } else { 1 });
    let (mut at, mut frames) = (24, Vec::new());
    while at < file.len() {
        let end = at + 16 + word(at + 8) as usize;
        let timestamp = Timestamp(i64::from(word(at)) * 1_000_000_000 + i64::from(word(at + 4)) * unit);
        frames.push(Captured { bytes: file[at + 16..end].to_vec(), timestamp, link, wire_length: word(at + 12) });
        at = end;
    }
    frames
}
