//! Where a case took place: what the next step is put into words with.

use std::net::IpAddr;

use super::system::System;
use crate::decode::protocol;
use crate::evidence::CaseFacts;
use crate::evidence::prior::Refusal;

/// What words are made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The target, where the quote names it.
    pub(super) target: Option<IpAddr>,
    pub(super) sender: Option<IpAddr>,
    pub(super) sender_port: Option<u16>,
    pub(super) reporter: IpAddr,
    pub(super) reporter_ttl: u8,
    pub(super) port: Option<u16>,
    /// How many other ports it is about.
    pub(super) other_ports: usize,
    pub(super) protocol: Option<u8>,
    pub(super) system: System,
    pub(super) next_hop_mtu: Option<u32>,
    pub(super) asked_elsewhere: bool,
    /// Whether the sender had sent more than an answer by then.
    pub(super) is_stream: bool,
    /// Whether the source address is what was refused.
    pub(super) is_about_source: bool,
    pub(super) is_collective: bool,
}

/// Packets that one answer takes; a stream, be it of media or of measurements, has more.
const MOST_OF_AN_ANSWER: u32 = 8;

impl Place {
    pub(super) fn of(facts: &CaseFacts) -> Self {
        let key = &facts.key;
        Self {
            target: key.target,
            sender: facts.senders.iter().next(),
            sender_port: facts.sender_port,
            reporter: key.reporter,
            reporter_ttl: key.signature.ttl,
            port: key.target_port,
            other_ports: 0,
            protocol: key.protocol,
            system: System::of(facts),
            next_hop_mtu: facts.next_hop_mtu,
            asked_elsewhere: facts.asked_elsewhere,
            is_stream: facts.flows.iter().any(|&(_, _, sent)| sent > MOST_OF_AN_ANSWER),
            is_about_source: Refusal::of(facts) == Refusal::SourcePolicy,
            is_collective: key.is_collective,
        }
    }

    /// The target in words.
    pub(super) fn host(&self) -> String {
        self.target.map_or_else(|| "the target".to_owned(), |target| target.to_string())
    }

    pub(super) fn is_tcp(&self) -> bool {
        self.protocol == Some(protocol::TCP)
    }

    /// What was refused: `UDP port 53`, `UDP port 53 (and 2 others)`, `icmp packets`.
    pub(super) fn service(&self) -> String {
        let name = self.protocol.map(protocol::name);
        let others = match self.other_ports {
            0 => String::new(),
            1 => " (and another one)".to_owned(),
            others => format!(" (and {others} others)"),
        };
        match (self.port, self.protocol, name) {
            (Some(port), Some(protocol::TCP | protocol::UDP | protocol::SCTP), Some(name)) => {
                format!("{} port {port}{others}", name.to_uppercase())
            }
            (Some(port), _, Some(name)) => format!("{name} port {port}{others}"),
            (_, _, Some(name)) => format!("{name} packets"),
            (_, _, None) => "these packets".to_owned(),
        }
    }

    pub(super) fn asker(&self) -> String {
        self.sender.map_or_else(|| "the sender".to_owned(), |sender| sender.to_string())
    }
}
