//! The flows of a typical mix: what is to be known of each follows from its number.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use etherparse::TcpHeader;

use super::packet::{Body, Packet, Refusal};
use super::random::Random;

/// Hosts on the link that is captured, and those they talk to.
const CLIENTS: u64 = 4096;
const SERVERS: u64 = 2048;

/// TTL that packets begin with.
const INITIAL_TTL: u8 = 64;

/// Who a flow is between, and how it goes.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    client: (IpAddr, u16),
    server: (IpAddr, u16),
    /// Routers between the two.
    hops: u8,
    is_tcp: bool,
    pub(super) vlan: Option<u16>,
    /// Who refuses its packets, and how.
    pub(super) refused: Option<Refused>,
}

/// Who refuses the packets of a flow, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused {
    reporter: IpAddr,
    /// Routers up to the reporter.
    hops: u8,
    refusal: Refusal,
}

impl Flow {
    /// The flow of that number: seven in ten are TCP, one in five IPv6, one in ten in a VLAN, and of those over UDP one in
    /// 50 is refused, half of them by a router.
    pub(super) fn of(number: u64) -> Self {
        let mut random = Random::new(number);
        let (client, server) = (random.below(CLIENTS), random.below(SERVERS));
        let is_v6 = random.per_mille(200);
        let is_tcp = random.per_mille(700);
        let hops = 1 + (server % 14) as u8;
        let (client_address, server_address) = if is_v6 { v6(client, server) } else { v4(client, server) };
        let client_port = 32_768 + random.below(28_000) as u16;
        let server_port = if is_tcp { 443 } else { 5_000 + random.below(1_000) as u16 };
        let vlan = random.per_mille(100).then(|| 2 + (client % 64) as u16);
        let refused = (!is_tcp && random.below(50) == 0).then(|| {
            if random.per_mille(500) {
                Refused { reporter: server_address, hops, refusal: Refusal::Port }
            } else {
                Refused { reporter: gateway(server_address), hops: hops - 1, refusal: Refusal::Prohibited }
            }
        });
        Self {
            client: (client_address, client_port),
            server: (server_address, server_port),
            hops,
            is_tcp,
            vlan,
            refused,
        }
    }

    /// A packet of it, with so many bytes of payload; `sent` were sent in this direction before.
    pub(super) fn packet(&self, is_answer: bool, sent: u32, length: usize) -> Packet {
        let (source, destination, ttl) = if is_answer {
            (self.server, self.client, INITIAL_TTL - self.hops)
        } else {
            (self.client, self.server, INITIAL_TTL)
        };
        let body = if self.is_tcp {
            let (is_first, header) = (sent == 0, TcpHeader::new(source.1, destination.1, sent * 1448, 64_000));
            let header = TcpHeader { syn: is_first, ack: is_answer || !is_first, ..header };
            Body::Tcp { header: Box::new(header), length: if is_first { 0 } else { length } }
        } else {
            Body::Udp { ports: (source.1, destination.1), length }
        };
        let (source, destination) = (source.0, destination.0);
        Packet {
            source,
            destination,
            ttl,
            identification: (sent as u16).wrapping_add(1),
            is_first_fragment: false,
            body,
        }
    }

    /// An echo request of its client to its server, or the reply.
    pub(super) fn echo(&self, is_reply: bool, sequence: u16) -> Packet {
        let body = Body::Echo { is_reply, identifier: self.client.1, sequence };
        Packet { body, ..self.packet(is_reply, u32::from(sequence), 0) }
    }

    /// The client's address where it is an IPv4 one.
    pub(super) fn client_v4(&self) -> Option<[u8; 4]> {
        match self.client.0 {
            IpAddr::V4(address) => Some(address.octets()),
            IpAddr::V6(_) => None,
        }
    }
}

impl Refused {
    /// The message that refuses `packet`, with a quote of at most so many bytes.
    pub(super) fn message(&self, packet: &Packet, quoted: usize) -> Packet {
        let arrived = Packet { ttl: packet.ttl - self.hops, ..packet.clone() };
        let mut quote = arrived.bytes();
        quote.truncate(quoted);
        Packet {
            source: self.reporter,
            destination: packet.source,
            ttl: INITIAL_TTL - self.hops,
            identification: packet.identification,
            is_first_fragment: false,
            body: Body::Unreachable { refusal: self.refusal, quote },
        }
    }

    /// By `reporter`, so many hops away.
    pub(super) fn new(reporter: IpAddr, hops: u8, refusal: Refusal) -> Self {
        Self { reporter, hops, refusal }
    }
}

/// Clients in 10.1.0.0/16, servers in the networks for benchmarks (RFC 2544, appendix C.2.2).
fn v4(client: u64, server: u64) -> (IpAddr, IpAddr) {
    let [.., c, d] = (client as u16 + 2).to_be_bytes();
    let [.., e, f] = (server as u16 + 2).to_be_bytes();
    (Ipv4Addr::new(10, 1, c, d).into(), Ipv4Addr::new(198, 18, e, f).into())
}

/// The same in the network for documentation (RFC 3849).
fn v6(client: u64, server: u64) -> (IpAddr, IpAddr) {
    let address = |link, host| Ipv6Addr::new(0x2001, 0xdb8, link, 0, 0, 0, 0, host);
    (address(1, client as u16 + 2).into(), address(2, server as u16 + 2).into())
}

/// The router in front of a server, the same for the servers of its network.
pub(super) fn gateway(server: IpAddr) -> IpAddr {
    match server {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            Ipv4Addr::new(a, b ^ 1, c, 1).into()
        }
        IpAddr::V6(address) => {
            let [a, b, _, _, _, _, _, host] = address.segments();
            Ipv6Addr::new(a, b, 3, 0, 0, 0, 0, host >> 8).into()
        }
    }
}
