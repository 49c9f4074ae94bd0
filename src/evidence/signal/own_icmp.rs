//! Whether the message looks like the same address's other ICMP messages.

use super::super::prior::Speaker;
use super::super::{Case, Group, Reading, Signal, initial_ttl};
use crate::flow::Signature;

/// The signal.
pub(crate) static SIGNAL: Signal = Signal {
    id: "own-icmp",
    group: Group::Quote,
    question: "Was it built by the same stack as the address's echo replies and other messages?",
    why: "Filters that build the refusal packet by packet (nftables on a bridge or at ingress) leave the type of service 0, don't fragment set and no identification, and no IPv6 flow label, where the Linux host they speak for does not. Two looks under one address are two devices. The look alone says nothing: some small stacks have it too.",
    silent: "The address has sent no other ICMP message, or but for the way they came they look the same, or differ in the initial TTL alone where other packets of the address were captured, or the reporter is not the target.",
    readings: &[
        Reading {
            name: "differs",
            meaning: "The address's other ICMP messages look different: a filter speaks in its name, or a forger.",
            weights: [-12, -3, 17, 0, 0, -4, 0, 4],
        },
        Reading {
            name: "other-initial-ttl",
            meaning: "The address's echo replies look the same, but are sent with another initial TTL: another system speaks in its name, or answers echo requests there, as a translator does for the hosts behind it.",
            weights: [-1, -1, 2, 0, 0, -1, 0, 2],
        },
        Reading {
            name: "alike",
            meaning: "The address's other ICMP messages look the same.",
            weights: [2, 2, -5, -2, -2, 1, 0, -4],
        },
    ],
    references: "Linux net/ipv4/netfilter/nf_reject_ipv4.c and net/ipv4/icmp.c; measured on Linux 6.18, smoltcp 0.12 and lwIP 2.1.3",
    read,
};

fn read(case: &Case<'_>) -> Option<&'static str> {
    if case.speaker() != Speaker::Target {
        return None;
    }
    let own = case.facts.key.signature;
    let echoes = case.target().map(|host| host.echoes).unwrap_or_default();
    let mut echoes = echoes.into_iter().flatten().filter(|echo| echo.version == own.version).peekable();
    if echoes.peek().is_some() {
        // Echo replies copy the type of service of the request, so that only the other fields compare. They may come another way
        // (Augustin et al. 2006): where only that differs, nothing is said. Nor is it of another initial TTL where other packets of
        // the address tell more: echo requests are answered by whoever translates it.
        let has_others = case.target_ttl().is_some();
        let likeness = |echo: Signature| match (echo.unnumbered == own.unnumbered, echo.ttl == own.ttl) {
            (true, true) => Some("alike"),
            (true, false) if has_others || initial_ttl(echo.ttl) == initial_ttl(own.ttl) => None,
            (true, false) => Some("other-initial-ttl"),
            (false, _) => Some("differs"),
        };
        let said: Vec<_> = echoes.map(likeness).collect();
        // One that may be of the same host leaves open what others deny.
        return if said.contains(&Some("alike")) { Some("alike") } else { said.into_iter().min().flatten() };
    }
    let others = &case.reporter()?.looks;
    let is_synthetic = |look: &Signature| look.unnumbered && look.precedence == 0;
    let has_other_look =
        others.iter().any(|look| look.signature.version == own.version && !is_synthetic(&look.signature));
    (is_synthetic(&own) && has_other_look).then_some("differs")
}
