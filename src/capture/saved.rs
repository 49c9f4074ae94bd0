//! Frames to pcapng, as blocks that can be written one by one: an interface is described before its first frame.

use std::collections::HashMap;

use crate::frame::{Frame, InputId, LinkType};

/// Section Header Block, version 1.0, of unknown length (section 4.1 of the draft), in the byte order of the numbers below.
const SECTION: [u8; 28] = [
    0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 28, 0, 0, 0,
];

/// Interface Description Block (section 4.2), and its options for name and resolution of times.
const INTERFACE: u32 = 1;
const IF_NAME: u16 = 2;
const IF_TSRESOL: u16 = 9;
/// Times are in 10^-9 seconds.
const NANOSECONDS: u8 = 9;
/// Enhanced Packet Block (section 4.3).
const PACKET: u32 = 6;

/// Writes the blocks of one section.
#[derive(Debug, Default)]
pub struct Saved {
    interfaces: HashMap<(InputId, LinkType), u32>,
}

impl Saved {
    /// What a file begins with.
    pub fn header() -> Vec<u8> {
        SECTION.to_vec()
    }

    /// The blocks of a frame that came from the interface `name`.
    pub fn blocks(&mut self, frame: &Frame<'_>, name: &str, snap_length: u32) -> Vec<u8> {
        let mut out = Vec::with_capacity(frame.bytes.len() + 160);
        let next = self.interfaces.len() as u32;
        let interface = *self.interfaces.entry((frame.input, frame.link)).or_insert_with(|| {
            describe(frame.link, name, snap_length, &mut out);
            next
        });
        let time = frame.timestamp.0 as u64;
        let mut body = Vec::with_capacity(frame.bytes.len() + 24);
        for number in [interface, (time >> 32) as u32, time as u32, frame.bytes.len() as u32, frame.wire_length] {
            body.extend_from_slice(&number.to_le_bytes());
        }
        body.extend_from_slice(frame.bytes);
        block(PACKET, body, &mut out);
        out
    }
}

fn describe(link: LinkType, name: &str, snap_length: u32, out: &mut Vec<u8>) {
    let mut body = Vec::new();
    body.extend_from_slice(&link.0.to_le_bytes());
    body.extend_from_slice(&[0, 0]);
    body.extend_from_slice(&snap_length.to_le_bytes());
    option(IF_NAME, name.as_bytes(), &mut body);
    option(IF_TSRESOL, &[NANOSECONDS], &mut body);
    option(0, &[], &mut body);
    block(INTERFACE, body, out);
}

fn option(code: u16, value: &[u8], body: &mut Vec<u8>) {
    let length = u16::try_from(value.len()).unwrap_or(0);
    body.extend_from_slice(&code.to_le_bytes());
    body.extend_from_slice(&length.to_le_bytes());
    body.extend_from_slice(value.get(..usize::from(length)).unwrap_or_default());
    pad(body);
}

/// A block: type, length, body up to a multiple of four bytes, length again.
fn block(kind: u32, mut body: Vec<u8>, out: &mut Vec<u8>) {
    pad(&mut body);
    let length = body.len() as u32 + 12;
    out.extend_from_slice(&kind.to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    out.append(&mut body);
    out.extend_from_slice(&length.to_le_bytes());
}

fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(4), 0);
}
