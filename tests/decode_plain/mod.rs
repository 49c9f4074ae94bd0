//! The short way of reading plain packets against the general one: where it gives an answer, both give the same.

mod damaged;
mod messages;
mod whole;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use unreach::decode::{
    Addresses, Content, Header, Packet, Plain, PlainIn, TcpFlags, Transport, Tunnels, frame, mac_of_number,
    number_of_mac, plain, protocol,
};
use unreach::flow::{FlowKey, Identity};
use unreach::frame::Frame;

/// What is remembered of a packet, whichever way it was read.
#[derive(Debug, PartialEq)]
struct Facts {
    key: FlowKey,
    source: (IpAddr, u16),
    destination: (IpAddr, u16),
    identity: Identity,
    total_length: u32,
    flags: Option<TcpFlags>,
    source_mac: Option<[u8; 6]>,
    carries_a_packet: bool,
    is_fragment: bool,
}

fn v6(octets: &[u8]) -> IpAddr {
    Ipv6Addr::from(<[u8; 16]>::try_from(octets).unwrap()).into()
}

fn v4(octets: &[u8]) -> IpAddr {
    Ipv4Addr::from(<[u8; 4]>::try_from(octets).unwrap()).into()
}

/// Facts of the short way.
fn of_plain(plain: &Plain<'_>) -> Facts {
    match plain {
        Plain::V4(plain) => of_plain_in(plain),
        Plain::V6(plain) => of_plain_in(plain),
    }
}

fn of_plain_in<H: Header>(plain: &PlainIn<'_, H>) -> Facts {
    let (header, ports) = (plain.header(), plain.ports());
    let [source, destination] = match header.addresses() {
        Addresses::V4(both) => [v4(&both[..4]), v4(&both[4..])],
        Addresses::V6(both) => [v6(&both[..16]), v6(&both[16..])],
    };
    let (source, destination) = ((source, ports.source), (destination, ports.destination));
    Facts {
        key: FlowKey::new(source, destination, header.protocol()).0,
        source,
        destination,
        identity: Identity {
            identification: header.identification().into(),
            total_length: header.total_length().min(u16::MAX.into()) as u16,
            fingerprint: Some(plain.fingerprint()),
            ttl: header.ttl(),
            tos: header.tos(),
            is_fragment: false,
        },
        total_length: header.total_length(),
        flags: (header.protocol() == protocol::TCP).then_some(plain.flags()),
        source_mac: Some(mac_of_number(plain.source_mac())),
        carries_a_packet: false,
        is_fragment: false,
    }
}

/// Facts of the general way; none of a packet without ports.
fn of_packet(packet: &Packet<'_>, tunnels: &Tunnels) -> Option<Facts> {
    let ports = packet.transport.ports()?;
    let flags = match packet.transport {
        Transport::Tcp(tcp) => tcp.flags,
        _ => None,
    };
    Some(Facts {
        key: FlowKey::of(&packet.ip, &packet.transport)?.0,
        source: (packet.ip.source(), ports.source),
        destination: (packet.ip.destination(), ports.destination),
        identity: Identity::of(&packet.ip, &packet.transport),
        total_length: packet.ip.total_length,
        flags,
        source_mac: packet.source_mac,
        carries_a_packet: tunnels.inside(packet).is_some(),
        is_fragment: packet.ip.is_fragment(),
    })
}

/// Whether the short way read the frame; fails where both ways read it differently.
fn is_plain(captured: &Frame<'_>, tunnels: &Tunnels) -> bool {
    let Some(plain) = plain(captured, tunnels) else { return false };
    let Ok(Content::Packet(packet)) = frame(captured) else {
        panic!("plain, but no packet: {plain:?} of {:x?}", captured.bytes);
    };
    let general = of_packet(&packet, tunnels);
    assert_eq!(Some(of_plain(&plain)), general, "{:x?}", captured.bytes);
    true
}

#[test]
fn a_hardware_address_is_a_number_and_back() {
    let mac = [1, 2, 3, 4, 5, 0xf6];
    assert_eq!(number_of_mac(mac), 0xf605_0403_0201);
    assert_eq!(mac_of_number(0xffff_f605_0403_0201), mac);
}
