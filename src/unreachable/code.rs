//! Types and codes of unreachable messages, and what each of them says.
//!
//! `ICMPv4` type 3: RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1. `ICMPv6` types 1, 2 and 4:
//! RFC 4443 section 3, RFC 6550 section 20.18 and RFC 8883 section 3 for codes 7 and 8.

use serde::{Deserialize, Serialize};

/// What a message says, in the keywords of its type and code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Code {
    /// IP version of the message, 4 or 6.
    pub version: u8,
    /// ICMP type.
    pub icmp_type: u8,
    /// ICMP code.
    pub icmp_code: u8,
}

/// One documented type and code.
#[derive(Debug)]
pub struct Entry {
    /// The type and code.
    pub code: Code,
    /// Keyword of the `meaning` column.
    pub meaning: &'static str,
    /// Who sends it, and when.
    pub explanation: &'static str,
    /// Where that is laid down.
    pub reference: &'static str,
}

const fn v4(icmp_code: u8, meaning: &'static str, explanation: &'static str, reference: &'static str) -> Entry {
    Entry { code: Code { version: 4, icmp_type: 3, icmp_code }, meaning, explanation, reference }
}

const fn v6(
    icmp_type: u8,
    icmp_code: u8,
    meaning: &'static str,
    explanation: &'static str,
    reference: &'static str,
) -> Entry {
    Entry { code: Code { version: 6, icmp_type, icmp_code }, meaning, explanation, reference }
}

/// Every known type and code, in the order of their numbers.
pub const ENTRIES: &[Entry] = &[
    v4(
        0,
        "net-unreachable",
        "A router has no route to the target's network. Also sent by filters configured to say so.",
        "RFC 792; RFC 1812 section 4.3.3.1",
    ),
    v4(
        1,
        "host-unreachable",
        "The last router got no answer from the host at link level (ARP), usually after one to three seconds; at once, it is an unreachable route or a filter.",
        "RFC 792; RFC 1812 section 5.2.7.1",
    ),
    v4(
        2,
        "protocol-unreachable",
        "The target host does not speak the transport protocol. About UDP or TCP it can only come from a filter.",
        "RFC 792; RFC 1122 section 3.2.2.1",
    ),
    v4(
        3,
        "port-unreachable",
        "Nothing listens on the target's UDP port; or a filter imitates that, as REJECT does by default. About TCP it is nearly always a filter: a closed TCP port answers with a reset.",
        "RFC 792; RFC 1122 section 3.2.2.1",
    ),
    v4(
        4,
        "fragmentation-needed",
        "The packet is larger than the next link takes and forbids fragmentation; the message carries the MTU of that link.",
        "RFC 792; RFC 1191 section 4",
    ),
    v4(5, "source-route-failed", "A router could not follow the source route of the packet.", "RFC 792"),
    v4(
        6,
        "net-unknown",
        "Should not be sent (code 0 is to be used instead); in practice a configured filter.",
        "RFC 1812 section 5.2.7.1",
    ),
    v4(7, "host-unknown", "The link layer says that the host does not exist.", "RFC 1812 section 5.2.7.1"),
    v4(8, "source-host-isolated", "Obsolete; should not be sent.", "RFC 1812 section 5.2.7.1"),
    v4(
        9,
        "net-prohibited",
        "Communication with the network is prohibited by a filter.",
        "RFC 1122 section 3.2.2.1; RFC 1812 section 5.2.7.1",
    ),
    v4(
        10,
        "host-prohibited",
        "Communication with the host is prohibited by a filter; the usual code of older Red Hat firewalls.",
        "RFC 1122 section 3.2.2.1; RFC 1812 section 5.2.7.1",
    ),
    v4(
        11,
        "net-unreachable-for-tos",
        "A router has no route for the packet's type of service.",
        "RFC 1122 section 3.2.2.1; RFC 1812 section 4.3.3.1",
    ),
    v4(
        12,
        "host-unreachable-for-tos",
        "A router has no route to the host for the packet's type of service.",
        "RFC 1122 section 3.2.2.1; RFC 1812 section 4.3.3.1",
    ),
    v4(
        13,
        "admin-prohibited",
        "A filter refuses the packet: router access lists, firewalld, prohibit routes.",
        "RFC 1812 section 5.2.7.1",
    ),
    v4(
        14,
        "host-precedence-violation",
        "The first router does not permit the packet's precedence. Extinct.",
        "RFC 1812 section 5.2.7.1",
    ),
    v4(
        15,
        "precedence-cutoff",
        "The packet's precedence is below what the network demands. Extinct.",
        "RFC 1812 section 5.2.7.1",
    ),
    v6(
        1,
        0,
        "no-route",
        "A router has no route to the target. Some filters and unreachable routes say so too.",
        "RFC 4443 section 3.1",
    ),
    v6(1, 1, "admin-prohibited", "A filter, or a prohibit route, refuses the packet.", "RFC 4443 section 3.1"),
    v6(
        1,
        2,
        "beyond-scope",
        "The packet's source address does not reach beyond the link that the target lies on.",
        "RFC 4443 section 3.1",
    ),
    v6(
        1,
        3,
        "address-unreachable",
        "The last router got no answer to neighbour discovery, usually after two or three seconds; at once, it is a null route or a filter.",
        "RFC 4443 section 3.1",
    ),
    v6(
        1,
        4,
        "port-unreachable",
        "Nothing listens on the target's UDP port; or a filter imitates that. About TCP it is nearly always a filter.",
        "RFC 4443 section 3.1",
    ),
    v6(
        1,
        5,
        "source-policy-failed",
        "A filter refuses the packet because of its source address.",
        "RFC 4443 section 3.1",
    ),
    v6(1, 6, "reject-route", "A route of the router rejects the target (null route).", "RFC 4443 section 3.1"),
    v6(1, 7, "source-routing-error", "The packet's source routing header has an error.", "RFC 6550 section 20.18"),
    v6(
        1,
        8,
        "headers-too-long",
        "The packet's extension headers are longer than a device handles.",
        "RFC 8883 section 3.1",
    ),
    v6(
        2,
        0,
        "packet-too-big",
        "The packet is larger than the next link takes; the message carries the MTU of that link.",
        "RFC 4443 section 3.2",
    ),
    v6(
        4,
        1,
        "unknown-next-header",
        "The target does not speak the protocol or extension header that the packet carries.",
        "RFC 4443 section 3.4",
    ),
];

impl Code {
    /// The code's entry in [`ENTRIES`], where it has one.
    pub fn entry(self) -> Option<&'static Entry> {
        // RFC 4443 section 3.2: the code of packet-too-big is set to 0 and ignored by the receiver.
        let wanted = if self.is_packet_too_big() && self.version == 6 { Self { icmp_code: 0, ..self } } else { self };
        ENTRIES.iter().find(|e| e.code == wanted)
    }

    /// Keyword of the `meaning` column: the entry's, or `code-N`.
    pub fn meaning(self) -> std::borrow::Cow<'static, str> {
        match self.entry() {
            Some(entry) => entry.meaning.into(),
            None => format!("code-{}", self.icmp_code).into(),
        }
    }

    /// Whether an ICMP message of this type and code is an unreachable message or one of its kin.
    pub fn is_unreachable(self) -> bool {
        matches!((self.version, self.icmp_type, self.icmp_code), (4, 3, _) | (6, 1 | 2, _) | (6, 4, 1))
    }

    /// Port unreachable: what a closed UDP port says.
    pub fn is_port_unreachable(self) -> bool {
        matches!((self.version, self.icmp_type, self.icmp_code), (4, 3, 3) | (6, 1, 4))
    }

    /// Fragmentation needed, or packet too big.
    pub fn is_packet_too_big(self) -> bool {
        matches!((self.version, self.icmp_type, self.icmp_code), (4, 3, 4) | (6, 2, _))
    }

    /// Protocol unreachable, or unknown next header.
    pub fn is_protocol_unreachable(self) -> bool {
        matches!((self.version, self.icmp_type, self.icmp_code), (4, 3, 2) | (6, 4, 1))
    }
}
