//! Captures as files.

use std::io::{self, Write};

use super::Captured;

/// The two forms of capture files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Classic pcap with times in nanoseconds.
    Pcap,
    /// Pcapng with one interface, in nanoseconds too.
    Pcapng,
}

/// Ethernet, in the numbers of capture files.
const ETHERNET: u16 = 1;

/// The longest frame that files announce: what tcpdump announces.
const SNAP_LENGTH: u32 = 262_144;

/// Writes frames as a capture, in the byte order of most machines.
pub(crate) fn write(form: Form, frames: impl Iterator<Item = Captured>, out: &mut impl Write) -> io::Result<()> {
    match form {
        Form::Pcap => out.write_all(&pcap_header())?,
        Form::Pcapng => out.write_all(&pcapng_header())?,
    }
    for frame in frames {
        match form {
            Form::Pcap => write_record(&frame, out)?,
            Form::Pcapng => out.write_all(&enhanced_packet(&frame))?,
        }
    }
    Ok(())
}

/// File header of draft-ietf-opsawg-pcap, section 4.
fn pcap_header() -> Vec<u8> {
    let mut header = Vec::new();
    header.extend(0xa1b2_3c4d_u32.to_le_bytes());
    header.extend([2, 0, 4, 0]);
    header.extend([0; 8]);
    header.extend(SNAP_LENGTH.to_le_bytes());
    header.extend(u32::from(ETHERNET).to_le_bytes());
    header
}

fn write_record(frame: &Captured, out: &mut impl Write) -> io::Result<()> {
    let length = frame.bytes.len() as u32;
    let (seconds, rest) = (frame.nanoseconds / 1_000_000_000, frame.nanoseconds % 1_000_000_000);
    for field in [seconds as u32, rest as u32, length, length] {
        out.write_all(&field.to_le_bytes())?;
    }
    out.write_all(&frame.bytes)
}

/// Section header and interface description of draft-ietf-opsawg-pcapng, sections 4.1 and 4.2.
fn pcapng_header() -> Vec<u8> {
    let mut section = Vec::new();
    section.extend(0x1a2b_3c4d_u32.to_le_bytes());
    section.extend([1, 0, 0, 0]);
    section.extend(u64::MAX.to_le_bytes());
    let mut interface = Vec::new();
    interface.extend(ETHERNET.to_le_bytes());
    interface.extend([0; 2]);
    interface.extend(SNAP_LENGTH.to_le_bytes());
    // if_tsresol: nanoseconds; then opt_endofopt.
    interface.extend([9, 0, 1, 0, 9, 0, 0, 0]);
    interface.extend([0; 4]);
    [block(0x0a0d_0d0a, &section), block(1, &interface)].concat()
}

/// Section 4.3 of the same.
fn enhanced_packet(frame: &Captured) -> Vec<u8> {
    let length = frame.bytes.len() as u32;
    let mut body = Vec::with_capacity(frame.bytes.len() + 24);
    for field in [0, (frame.nanoseconds >> 32) as u32, frame.nanoseconds as u32, length, length] {
        body.extend(field.to_le_bytes());
    }
    body.extend(&frame.bytes);
    body.resize(body.len().next_multiple_of(4), 0);
    block(6, &body)
}

/// A block of pcapng: its length stands at both ends.
fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32 + 12).to_le_bytes();
    [&kind.to_le_bytes(), &length, body, &length].concat()
}
