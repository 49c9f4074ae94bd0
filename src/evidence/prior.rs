//! What to expect of a message before anything else is known: by protocol, code, and whether the target itself speaks.
//!
//! The probabilities follow what RFCs let hosts and routers send, what real systems were seen to send, and the order of
//! Holzbauer, Maier and Ullrich, "Destination Reachable: What `ICMPv6` Error Messages Reveal About Their Sources" (IMC 2024).

use super::CaseFacts;
use crate::decode::protocol;
use crate::unreachable::Code;

/// What is refused, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Port unreachable about UDP (or another protocol without an answer of its own for closed ports).
    Port,
    /// Port unreachable about TCP, which answers by a reset where a port is closed (RFC 9293 section 3.10.7.1).
    PortOfTcp,
    /// Port unreachable about a protocol without ports, or about SCTP, which answers by an abort (RFC 9260 section 8.4).
    PortOfOther,
    /// Prohibited.
    Prohibited,
    /// Failed policy of the source address (`ICMPv6` code 5).
    SourcePolicy,
    /// Route that rejects (`ICMPv6` code 6).
    RejectRoute,
    /// No route, or another word of a router about its routes.
    Route,
    /// Host or address unreachable.
    Host,
    /// Protocol unreachable about a protocol that every host has.
    ProtocolOfAll,
    /// Protocol unreachable about another protocol.
    Protocol,
    /// Unknown next header: only a stack that walks the headers says so, no filter is known to (`ICMPv6` type 4 code 1).
    NextHeader,
    /// Too big.
    TooBig,
    /// Codes that nobody assigned.
    Unassigned,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The address that the refused packet went to.
    Target,
    /// The address that the refused packet came from.
    Sender,
    /// Another.
    Other,
    /// The target or another: the quote does not name it.
    Unknown,
}

impl Refusal {
    /// What the case refuses.
    pub fn of(facts: &CaseFacts) -> Self {
        Self::by(facts.key.code, facts.key.protocol)
    }

    /// What a message with this code refuses, and a quote of this IP protocol.
    pub fn by(code: Code, protocol: Option<u8>) -> Self {
        let Code { version, icmp_type, icmp_code } = code;
        match (version, icmp_type, icmp_code) {
            (4, 3, 3) | (6, 1, 4) => port(protocol),
            (4, 3, 9 | 10 | 13 | 14 | 15) | (6, 1, 1) => Self::Prohibited,
            (4, 3, 0 | 5 | 6 | 8 | 11 | 12) | (6, 1, 0 | 2 | 7 | 8) => Self::Route,
            (4, 3, 1 | 7) | (6, 1, 3) => Self::Host,
            (6, 1, 5) => Self::SourcePolicy,
            (6, 1, 6) => Self::RejectRoute,
            (4, 3, 2) => protocol_of(protocol),
            (6, 4, 1) => Self::NextHeader,
            (4, 3, 4) | (6, 2, _) => Self::TooBig,
            _ => Self::Unassigned,
        }
    }

    /// Whether it is about routes or hosts, and not about a port or a rule.
    pub fn is_about_path(self) -> bool {
        matches!(self, Self::Route | Self::RejectRoute | Self::Host)
    }

    /// Whether it denies the way to the target, be it by a rule: that the target answers others speaks of it.
    pub fn denies_way(self) -> bool {
        self.is_about_path() || matches!(self, Self::Prohibited | Self::SourcePolicy)
    }
}

fn port(quoted: Option<u8>) -> Refusal {
    match quoted {
        Some(protocol::UDP | protocol::UDP_LITE) | None => Refusal::Port,
        Some(protocol::TCP) => Refusal::PortOfTcp,
        Some(_) => Refusal::PortOfOther,
    }
}

fn protocol_of(quoted: Option<u8>) -> Refusal {
    match quoted {
        Some(protocol::UDP | protocol::TCP | protocol::ICMP | protocol::ICMPV6) => Refusal::ProtocolOfAll,
        _ => Refusal::Protocol,
    }
}

impl Speaker {
    /// Who speaks in the case.
    pub fn of(facts: &CaseFacts) -> Self {
        if facts.is_from_target() {
            Self::Target
        } else if facts.senders.contains(facts.key.reporter) {
            Self::Sender
        } else if facts.key.target.is_none() && !facts.key.is_collective {
            Self::Unknown
        } else {
            Self::Other
        }
    }
}

/// Prior probabilities in the order of [`Cause::ALL`](crate::verdict::Cause::ALL): closed port, host firewall, network filter,
/// no route, host unreachable, protocol unreachable, packet too big, forged.
pub fn prior(refusal: Refusal, speaker: Speaker) -> [f64; 8] {
    use Refusal::{
        Host, NextHeader, Port, PortOfOther, PortOfTcp, Prohibited, Protocol, ProtocolOfAll, RejectRoute, Route,
        SourcePolicy, TooBig, Unassigned,
    };
    match (speaker, refusal) {
        (Speaker::Unknown, _) => {
            let share = share_of_targets(refusal);
            let [own, of_others] = [Speaker::Target, Speaker::Other].map(|speaker| prior(refusal, speaker));
            std::array::from_fn(|cause| own[cause] * share + of_others[cause] * (1.0 - share))
        }
        (_, TooBig) => [0.0, 0.0, 0.01, 0.0, 0.0, 0.0, 0.97, 0.02],
        (_, NextHeader) => [0.0, 0.01, 0.02, 0.0, 0.0, 0.95, 0.0, 0.02],
        (_, Unassigned) => [0.02, 0.10, 0.38, 0.05, 0.02, 0.01, 0.0, 0.42],
        (Speaker::Target, Port) => [0.74, 0.20, 0.04, 0.0, 0.0, 0.0, 0.0, 0.02],
        (Speaker::Target, PortOfTcp) => [0.04, 0.72, 0.22, 0.0, 0.0, 0.0, 0.0, 0.02],
        (Speaker::Target, PortOfOther) => [0.10, 0.64, 0.22, 0.0, 0.0, 0.02, 0.0, 0.02],
        (Speaker::Target, Prohibited | SourcePolicy) => [0.0, 0.74, 0.23, 0.01, 0.0, 0.0, 0.0, 0.02],
        (Speaker::Target, Route | RejectRoute) => [0.0, 0.68, 0.25, 0.04, 0.01, 0.0, 0.0, 0.02],
        (Speaker::Target, Host) => [0.0, 0.68, 0.25, 0.01, 0.04, 0.0, 0.0, 0.02],
        (Speaker::Target, ProtocolOfAll) => [0.0, 0.72, 0.22, 0.0, 0.0, 0.04, 0.0, 0.02],
        (Speaker::Target, Protocol) => [0.0, 0.08, 0.04, 0.0, 0.0, 0.86, 0.0, 0.02],
        // A system tells itself of neighbours that do not answer (Linux net/ipv4/arp.c arp_error_report), while its rules say this
        // only where somebody chose it.
        (Speaker::Sender, Host) => [0.0, 0.18, 0.02, 0.11, 0.67, 0.0, 0.0, 0.02],
        (Speaker::Sender, Route | RejectRoute) => [0.0, 0.35, 0.02, 0.60, 0.01, 0.0, 0.0, 0.02],
        (Speaker::Sender, _) => [0.0, 0.94, 0.02, 0.02, 0.0, 0.0, 0.0, 0.02],
        (Speaker::Other, Port) => [0.12, 0.04, 0.80, 0.01, 0.01, 0.0, 0.0, 0.02],
        (Speaker::Other, PortOfTcp | PortOfOther | ProtocolOfAll) => [0.01, 0.02, 0.94, 0.01, 0.0, 0.0, 0.0, 0.02],
        (Speaker::Other, Prohibited | SourcePolicy) => [0.0, 0.02, 0.91, 0.05, 0.0, 0.0, 0.0, 0.02],
        (Speaker::Other, RejectRoute) => [0.0, 0.01, 0.30, 0.66, 0.01, 0.0, 0.0, 0.02],
        (Speaker::Other, Route) => [0.0, 0.01, 0.13, 0.83, 0.01, 0.0, 0.0, 0.02],
        (Speaker::Other, Host) => [0.0, 0.01, 0.14, 0.23, 0.60, 0.0, 0.0, 0.02],
        (Speaker::Other, Protocol) => [0.0, 0.03, 0.60, 0.0, 0.0, 0.35, 0.0, 0.02],
    }
}

/// How many of such messages come from the targets themselves. Of ports and protocols hosts say so (RFC 1122 section 3.2.2.1), and
/// others by a rule only; of routes and neighbours routers do (RFC 1812 section 5.2.7.1); rules are on either.
fn share_of_targets(refusal: Refusal) -> f64 {
    match refusal {
        Refusal::Port | Refusal::Protocol => 0.85,
        Refusal::Route | Refusal::RejectRoute | Refusal::Host => 0.05,
        _ => 0.5,
    }
}
