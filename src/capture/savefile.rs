//! Saved captures read by libpcap: the yardstick of the block reader, and its help with files that libpcap alone knows.

use std::path::Path;

use pcap::{Capture, Offline, Precision};

use super::format::Format;
use super::link;
use super::problem::Fault;
use super::record::{Frames, RECORDS, Record, add_times};
use super::window::BUFFER;
use crate::frame::{Course, Frame, InputId, LinkType, Timestamp};

/// The frames of one saved capture, in the order of the file.
pub struct Savefile {
    capture: Capture<Offline>,
    input: InputId,
    link: LinkType,
    number: u64,
    times: Course,
    records: Vec<Record>,
    /// The frames' bytes: libpcap's own buffer cannot be held across calls.
    bytes: Vec<u8>,
    /// What ended reading, told once the frames before it were handed out.
    fault: Option<Fault>,
}

impl Savefile {
    /// Opens the file at `path`. Frames will say that they are of `input`.
    pub fn open(path: &Path, input: InputId) -> Result<Self, Fault> {
        let refuse = |reason: String| Fault::NotACapture { format: Format::Unknown, reason: Some(reason) };
        if path.to_str().is_none() {
            return Err(refuse("libpcap takes names in UTF-8 only".to_owned()));
        }
        let capture = Capture::from_file_with_precision(path, Precision::Nano).map_err(|error| refuse(words(error)))?;
        let link = link::from_dlt(capture.get_datalink().0);
        let (records, bytes) = (Vec::new(), Vec::new());
        Ok(Self { capture, input, link, number: 0, times: Course::default(), records, bytes, fault: None })
    }

    /// Goes on to the frames that come next, some at a time; false at the end. After an error the rest cannot be read.
    pub fn advance(&mut self) -> Result<bool, Fault> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        self.records.clear();
        self.bytes.clear();
        while self.bytes.len() < BUFFER && self.records.len() < RECORDS {
            match self.read() {
                Ok(true) => {}
                Ok(false) => break,
                Err(fault) if self.records.is_empty() => return Err(fault),
                Err(fault) => {
                    self.fault = Some(fault);
                    break;
                }
            }
        }
        add_times(&mut self.times, &self.records);
        Ok(!self.records.is_empty())
    }

    /// Reads a frame; false at the end.
    fn read(&mut self) -> Result<bool, Fault> {
        let packet = match self.capture.next_packet() {
            Ok(packet) => packet,
            Err(pcap::Error::NoMorePackets) => return Ok(false),
            Err(error) => return Err(Fault::Library { after: self.number, reason: words(error) }),
        };
        self.number += 1;
        self.records.push(Record {
            number: self.number,
            // Asked for nanoseconds, libpcap puts them where microseconds are named.
            timestamp: timestamp(packet.header, 1),
            wire_length: packet.header.len,
            start: self.bytes.len() as u32,
            length: packet.data.len() as u32,
            link: self.link,
        });
        self.bytes.extend_from_slice(packet.data);
        Ok(true)
    }

    /// The frames last advanced to.
    pub fn frames(&self) -> Frames<'_> {
        Frames::new(self.input, &self.records, &self.bytes)
    }

    /// Their records.
    pub(super) fn records(&self) -> &[Record] {
        &self.records
    }

    /// The bytes in which they lie.
    pub(super) fn held(&self) -> &[u8] {
        &self.bytes
    }

    /// Leaves out frames.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&Frame<'_>) -> bool) {
        self.records.retain(|record| keep(&record.frame(self.input, &self.bytes)));
    }

    /// Number of the frame that was read last.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Times of the frames read until now.
    pub(super) fn times(&self) -> Course {
        self.times
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
