//! Captures made packet by packet, of raw IPv4: a client, a server, and messages about their packets.

use unreach::analyzer::{Analyzer, Config, Totals};
use unreach::decode::internet_checksum;
use unreach::frame::{Frame, InputId, LinkType, Timestamp};
use unreach::incident::Findings;
use unreach::unreachable::Message;

/// Nanoseconds in a millisecond.
pub(crate) const MILLISECOND: i64 = 1_000_000;

/// Who asks.
pub(crate) const CLIENT: [u8; 4] = [192, 0, 2, 10];
/// Who is asked.
pub(crate) const SERVER: [u8; 4] = [198, 51, 100, 20];
/// Who stands between.
pub(crate) const ROUTER: [u8; 4] = [203, 0, 113, 1];

/// An IPv4 packet, field by field.
#[derive(Clone, Debug)]
pub(crate) struct Ip {
    pub(crate) source: [u8; 4],
    pub(crate) destination: [u8; 4],
    pub(crate) protocol: u8,
    pub(crate) identification: u16,
    pub(crate) ttl: u8,
    /// Flags and fragment offset.
    pub(crate) fragment: u16,
    pub(crate) payload: Vec<u8>,
}

impl Ip {
    /// A whole packet from client to server.
    pub(crate) fn new(protocol: u8, identification: u16, payload: Vec<u8>) -> Self {
        Self { source: CLIENT, destination: SERVER, protocol, identification, ttl: 64, fragment: 0, payload }
    }

    /// The same in the other direction.
    pub(crate) fn reversed(mut self) -> Self {
        std::mem::swap(&mut self.source, &mut self.destination);
        self
    }

    /// Its bytes, with a right header checksum.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let length = (20 + self.payload.len() as u16).to_be_bytes();
        let [id, fragment] = [self.identification.to_be_bytes(), self.fragment.to_be_bytes()];
        let mut header = [&[0x45, 0][..], &length, &id, &fragment, &[self.ttl, self.protocol, 0, 0]].concat();
        header.extend(self.source.iter().chain(&self.destination));
        let sum = internet_checksum(&[&header]);
        header[10..12].copy_from_slice(&sum.to_be_bytes());
        [header, self.payload.clone()].concat()
    }

    /// Its bytes as they arrive three hops on.
    pub(crate) fn arrived(&self) -> Vec<u8> {
        Self { ttl: self.ttl - 3, ..self.clone() }.bytes()
    }
}

/// A UDP datagram; `checksum` stands for its content.
pub(crate) fn udp(source: u16, destination: u16, checksum: u16, data: &[u8]) -> Vec<u8> {
    let words = [source, destination, 8 + data.len() as u16, checksum].map(u16::to_be_bytes);
    [&words.concat(), data].concat()
}

/// A TCP segment without options.
pub(crate) fn tcp(source: u16, destination: u16, sequence: u32, flags: u8, data: &[u8]) -> Vec<u8> {
    let ports = [source, destination].map(u16::to_be_bytes).concat();
    let rest = [0, 0, 0, 0, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0];
    [&ports, &sequence.to_be_bytes()[..], &rest, data].concat()
}

/// A message: type 3 with this code, the second word of its header, and what it carries.
pub(crate) fn message(code: u8, word: [u8; 4], carried: &[u8]) -> Vec<u8> {
    let mut bytes = [&[3, code, 0, 0][..], &word, carried].concat();
    let sum = internet_checksum(&[&bytes]);
    bytes[2..4].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// A packet that carries a message to the client.
pub(crate) fn from(reporter: [u8; 4], icmp: Vec<u8>) -> Ip {
    Ip { source: reporter, destination: CLIENT, ttl: 61, ..Ip::new(1, 7, icmp) }
}

/// Port unreachable from the server about a quote.
pub(crate) fn refusal(quote: &[u8]) -> Ip {
    from(SERVER, message(3, [0; 4], quote))
}

/// An analysis in progress: each packet a millisecond after the one before.
pub(crate) struct Capture {
    analyzer: Analyzer,
    number: u64,
    now: i64,
}

impl Capture {
    pub(crate) fn new() -> Self {
        Self::of(Config::default())
    }

    pub(crate) fn of(config: Config) -> Self {
        Self { analyzer: Analyzer::new(config), number: 0, now: 0 }
    }

    /// Sees a packet. Returns its frame number.
    pub(crate) fn see(&mut self, packet: &Ip) -> u64 {
        let bytes = packet.bytes();
        self.see_cut(&bytes, bytes.len())
    }

    /// Sees the first bytes of a packet.
    pub(crate) fn see_cut(&mut self, bytes: &[u8], captured: usize) -> u64 {
        self.number += 1;
        self.now += MILLISECOND;
        self.analyzer.push(&Frame {
            input: InputId(0),
            number: self.number,
            timestamp: Timestamp(self.now),
            link: LinkType::RAW,
            bytes: &bytes[..captured],
            wire_length: bytes.len() as u32,
        });
        self.number
    }

    /// Sees a packet with this type of service.
    pub(crate) fn see_of_service(&mut self, packet: &Ip, tos: u8) -> u64 {
        let mut bytes = packet.bytes();
        (bytes[1], bytes[10], bytes[11]) = (tos, 0, 0);
        let sum = internet_checksum(&[&bytes[..20]]);
        bytes[10..12].copy_from_slice(&sum.to_be_bytes());
        self.see_cut(&bytes, bytes.len())
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, nanoseconds: i64) {
        self.now += nanoseconds;
    }

    /// Learns how many packets were lost.
    pub(crate) fn lose(&mut self, packets: u64) {
        self.analyzer.note_losses(packets);
    }

    /// The incidents that have closed by now.
    pub(crate) fn closed(&mut self) -> Findings {
        self.analyzer.advance(Timestamp(self.now));
        self.analyzer.take_closed().findings
    }

    /// Flows that are remembered.
    pub(crate) fn flows(&self) -> usize {
        self.analyzer.flows()
    }

    /// Everything that was found.
    pub(crate) fn findings(self) -> Findings {
        self.analyzer.finish().0
    }

    /// Everything that was found, and counted.
    pub(crate) fn ended(self) -> (Findings, Totals) {
        self.analyzer.finish()
    }

    /// The messages that were found.
    pub(crate) fn messages(self) -> Vec<Message> {
        self.findings().messages.iter().map(|attributed| attributed.message).collect()
    }

    /// The message, where there is one only.
    pub(crate) fn message(self) -> Message {
        let mut messages = self.messages();
        assert_eq!(messages.len(), 1, "{messages:?}");
        messages.remove(0)
    }
}

/// What a capture of the packets and then of a message says of the message.
pub(crate) fn after(packets: &[Ip], refusal: &Ip) -> Message {
    let mut capture = Capture::new();
    for packet in packets {
        capture.see(packet);
    }
    capture.see(refusal);
    capture.message()
}

/// How a message matched, with the number of the original frame.
pub(crate) fn found(message: &Message) -> (&'static str, Option<u64>) {
    (message.correlation.matched.name(), message.correlation.original.map(|original| original.number))
}
