//! The messages that floods of refusals consist of, read in one pass: destination unreachable that quotes UDP or TCP, each in a
//! bare header of IP, without fragments or extensions.
//!
//! Whatever is unusual in any way is left to the general way, and a test holds both to the same answers. What is put together
//! piece by piece on its way, and copied each time, took twice the instructions (measured).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::message::{Message, Outer, Quoted, checksum, is_from_nobody, is_to_many, may_be_split};
use super::quote::{HEADER, LEGACY_QUOTE, is_right, next_hop_mtu};
use super::{Code, FrameRef};
use crate::decode::{
    Addresses, BareLink, Encapsulation, Extent, Ip, Layer, Ports, TcpFlags, bare_ip, bare_link, protocol,
};
use crate::flow::{Identity, Signature};
use crate::frame::Frame;

/// The ends of a quoted packet, and its protocol.
pub(super) type Ends<'a> = (Addresses<'a>, Ports, u8);

/// What stands in the headers of a plain message.
struct Plain<'a> {
    outer: Ip<'a>,
    icmp: &'a [u8; HEADER],
    quoted: Ip<'a>,
    transport: &'a [u8; 8],
}

impl Message {
    /// Reads the message of a frame to this place, if it is a plain one; returns where the quoted packet is looked for. What it
    /// returns nothing for left this place as it was.
    #[inline]
    pub fn read_plain<'a>(&mut self, frame: &Frame<'a>) -> Option<Ends<'a>> {
        let link = bare_link(frame)?;
        if link.is_v6 {
            // Copies, as who is called wants them in memory: those for IPv4 stay in registers then.
            let (frame, link) = (*frame, link);
            self.read_plain_v6(&frame, &link)
        } else {
            self.read_family::<false>(frame, &link)
        }
    }

    #[inline(never)]
    fn read_plain_v6<'a>(&mut self, frame: &Frame<'a>, link: &BareLink<'a>) -> Option<Ends<'a>> {
        self.read_family::<true>(frame, link)
    }

    #[expect(clippy::inline_always, reason = "it is called once for each family")]
    #[inline(always)]
    fn read_family<'a, const IS_V6: bool>(&mut self, frame: &Frame<'a>, link: &BareLink<'a>) -> Option<Ends<'a>> {
        let plain = Plain::of::<IS_V6>(link)?;
        let Plain { outer, icmp, quoted, .. } = &plain;
        let ports = plain.ports();
        let (outer_ends, addresses) = (outer.addresses()?, quoted.addresses()?);
        self.frame = FrameRef { input: frame.input, number: frame.number };
        self.timestamp = frame.timestamp;
        self.encapsulation = Encapsulation::default();
        if let Some(vlan) = link.vlan {
            self.encapsulation.push(Layer::Vlan, vlan.into());
        }
        // Not read back from its place: what was written there in parts, and is read in others, waits for all that was written
        // before, to lines that are in the other core's cache (a sixth of what this function took, measured).
        let code = Code { version: outer.version(), icmp_type: icmp[0], icmp_code: icmp[1] };
        self.code = code;
        (self.reporter, self.recipient) = both(outer_ends);
        self.reporter_ttl = outer.ttl;
        self.protocol = Some(quoted.protocol);
        let (sender, target) = both(addresses);
        (self.sender, self.target) = (Some(sender), Some(target));
        (self.sender_port, self.target_port) = (Some(ports.source), Some(ports.destination));
        self.quoted_icmp = None;
        self.quoted_ttl = Some(quoted.ttl);
        self.quoted_length = (outer.payload.len() - HEADER) as u16;
        self.next_hop_mtu = next_hop_mtu(code, outer.payload);
        self.outer = Outer {
            signature: Signature::of(outer),
            identification: outer.identification as u16,
            has_options: false,
            mac: Some(link.source_mac),
        };
        self.quoted = Some(plain.quoted(sender, target));
        if code.is_packet_too_big() {
            self.judge_size(may_be_split(quoted));
        }
        self.has_extensions = false;
        self.checksum = checksum(*icmp);
        // All of it is there, and it is no fragment.
        self.checksum_is_valid = Some(is_right(outer_ends, outer.protocol, outer.payload));
        Some((addresses, ports, quoted.protocol))
    }
}

impl<'a> Plain<'a> {
    #[expect(clippy::needless_bitwise_bool, reason = "nobody can predict which protocol it is: one branch, or none")]
    #[expect(clippy::inline_always, reason = "what it returns stays in registers")]
    #[inline(always)]
    fn of<const IS_V6: bool>(link: &BareLink<'a>) -> Option<Self> {
        // Protocol and type (RFC 792, RFC 4443 section 3.1), and where the length stands of a quote that extensions follow (RFC 4884
        // section 4); without it, these follow a longer one.
        let (protocol, icmp_type, length_at) = if IS_V6 { (protocol::ICMPV6, 1, 4) } else { (protocol::ICMP, 3, 5) };
        let outer = bare_ip::<IS_V6>(link.network, Extent::Declared)?;
        let (icmp, original) = outer.payload.split_first_chunk::<HEADER>()?;
        let is_plain = outer.protocol == protocol && icmp[0] == icmp_type && icmp[length_at] == 0;
        if !is_plain || outer.is_fragment() || original.len() > LEGACY_QUOTE {
            return None;
        }
        let quoted = bare_ip::<IS_V6>(original, Extent::Available)?;
        let transport = quoted.payload.first_chunk()?;
        // Either, and nobody can predict which: one branch for both.
        let is_known = (quoted.protocol == protocol::UDP) | (quoted.protocol == protocol::TCP);
        (is_known && !quoted.is_fragment()).then_some(Self { outer, icmp, quoted, transport })
    }

    #[inline]
    fn ports(&self) -> Ports {
        let [source @ .., d0, d1, _, _, _, _] = *self.transport;
        Ports { source: u16::from_be_bytes(source), destination: u16::from_be_bytes([d0, d1]) }
    }

    /// What the quote shows beside addresses and ports.
    #[expect(clippy::needless_bitwise_bool, reason = "nobody can predict which protocol it is: one branch, or none")]
    #[expect(clippy::inline_always, reason = "it is written to its place at once")]
    #[inline(always)]
    fn quoted(&self, sender: IpAddr, target: IpAddr) -> Quoted {
        let Self { quoted, transport, .. } = self;
        // UDP: length and checksum; TCP: sequence number.
        let [_, _, _, _, fingerprint @ ..] = **transport;
        let fingerprint = u32::from_be_bytes(fingerprint);
        let is_udp = quoted.protocol == protocol::UDP;
        let flags = quoted.payload.get(13).map(|&flags| TcpFlags(flags));
        let udp_length = (fingerprint >> 16).cast_signed();
        let is_whole = quoted.total_length > u32::from(quoted.headers_length);
        let udp_surplus = quoted.declared_payload().cast_signed().wrapping_sub(udp_length);
        Quoted {
            identity: Identity {
                identification: quoted.identification,
                total_length: quoted.total_length.min(u32::from(u16::MAX)) as u16,
                fingerprint: Some(fingerprint),
                ttl: quoted.ttl,
                tos: quoted.tos,
                is_fragment: false,
            },
            header_checksum_is_valid: quoted.header_checksum_is_valid(),
            has_options: false,
            lacks_udp_checksum: is_udp & (fingerprint as u16 == 0),
            udp_surplus: udp_surplus * i32::from(is_udp & is_whole),
            opens_tcp: !is_udp && flags.is_some_and(TcpFlags::is_open),
            is_illegal: is_to_many(target) || is_from_nobody(sender),
        }
    }
}

/// Source and destination.
#[inline]
fn both(addresses: Addresses<'_>) -> (IpAddr, IpAddr) {
    match addresses {
        Addresses::V4(both) => {
            let number = u64::from_be_bytes(*both);
            let address = |bits: u64| IpAddr::V4(Ipv4Addr::from_bits(bits as u32));
            (address(number >> 32), address(number))
        }
        Addresses::V6(both) => {
            let [source, destination] = [both.first_chunk(), both.last_chunk()];
            let address = |octets: Option<&[u8; 16]>| IpAddr::V6(Ipv6Addr::from(octets.copied().unwrap_or_default()));
            (address(source), address(destination))
        }
    }
}
