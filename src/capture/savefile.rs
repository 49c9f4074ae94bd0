//! Saved captures read by libpcap: the yardstick of the block reader, and its help with files that libpcap alone knows.

use std::path::Path;

use pcap::{Capture, Offline, Precision};

use super::blocks::Record;
use super::format::Format;
use super::link;
use super::problem::Fault;
use crate::frame::{Frame, InputId, Timestamp};

/// The frames of one saved capture, in the order of the file.
pub struct Savefile {
    capture: Capture<Offline>,
    input: InputId,
    number: u64,
    record: Record,
    /// The current frame: libpcap's own buffer cannot be held across calls.
    bytes: Vec<u8>,
}

impl Savefile {
    /// Opens the file at `path`. Frames will say that they are of `input`.
    pub fn open(path: &Path, input: InputId) -> Result<Self, Fault> {
        let refuse = |reason: String| Fault::NotACapture { format: Format::Unknown, reason: Some(reason) };
        if path.to_str().is_none() {
            return Err(refuse("libpcap takes names in UTF-8 only".to_owned()));
        }
        let capture = Capture::from_file_with_precision(path, Precision::Nano).map_err(|error| refuse(words(error)))?;
        let record = Record { link: link::from_dlt(capture.get_datalink().0), ..Record::NONE };
        Ok(Self { capture, input, number: 0, record, bytes: Vec::new() })
    }

    /// Goes to the next frame; false at the end. After an error the rest cannot be read.
    pub fn advance(&mut self) -> Result<bool, Fault> {
        let packet = match self.capture.next_packet() {
            Ok(packet) => packet,
            Err(pcap::Error::NoMorePackets) => return Ok(false),
            Err(error) => return Err(Fault::Library { after: self.number, reason: words(error) }),
        };
        let header = packet.header;
        // Asked for nanoseconds, libpcap puts them where microseconds are named.
        self.record.timestamp = timestamp(header, 1);
        self.record.wire_length = header.len;
        self.bytes.clear();
        self.bytes.extend_from_slice(packet.data);
        self.number += 1;
        Ok(true)
    }

    /// The frame last advanced to.
    pub fn frame(&self) -> Frame<'_> {
        Frame {
            input: self.input,
            number: self.number,
            timestamp: self.record.timestamp,
            link: self.record.link,
            bytes: &self.bytes,
            wire_length: self.record.wire_length,
        }
    }
}

/// The time in libpcap's header of a frame, whose fractions are of so many nanoseconds.
#[allow(clippy::useless_conversion, reason = "the fields of timeval are narrower on some platforms")]
pub(super) fn timestamp(header: &pcap::PacketHeader, unit: i64) -> Timestamp {
    let seconds = i64::from(header.ts.tv_sec).saturating_mul(1_000_000_000);
    Timestamp(seconds.saturating_add(i64::from(header.ts.tv_usec).saturating_mul(unit)))
}

/// libpcap's own words, without the prefix that says whose they are.
pub(super) fn words(error: pcap::Error) -> String {
    match error {
        pcap::Error::PcapError(words) => words,
        other => other.to_string(),
    }
}
