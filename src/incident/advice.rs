//! The next step: one sentence and one command for each verdict.

use std::net::IpAddr;

use super::{Label, Labels};
use crate::decode::protocol;
use crate::evidence::CaseFacts;
use crate::verdict::{Cause, Verdict};

/// What to do, and the command that does it.
pub(super) fn advice(facts: &CaseFacts, verdict: &Verdict, labels: Labels) -> (String, String) {
    let place = Place::of(facts);
    if facts.key.is_collective {
        return collective(facts);
    }
    if labels.contains(Label::LateReply) && verdict.cause != Some(Cause::Forged) {
        return place.late_reply();
    }
    if labels.contains(Label::Traceroute) && verdict.cause == Some(Cause::ClosedPort) {
        return (format!("Nothing to mend: this is how a trace to {} ends.", place.host), place.trace());
    }
    match verdict.cause {
        Some(Cause::ClosedPort) => place.closed_port(),
        Some(Cause::HostFirewall) => place.host_firewall(),
        Some(Cause::NetworkFilter) => place.network_filter(),
        Some(Cause::NoRoute) => place.no_route(),
        Some(Cause::HostUnreachable) => place.host_unreachable(),
        Some(Cause::ProtocolUnreachable) => place.protocol_unreachable(),
        Some(Cause::PacketTooBig) => place.packet_too_big(facts.next_hop_mtu),
        Some(Cause::Forged) => place.forged(),
        None => place.undetermined(),
    }
}

/// What there was no room for is told apart in a smaller part of the capture.
fn collective(facts: &CaseFacts) -> (String, String) {
    let advice = "Too many targets to tell apart: read a part of the capture, by time or by sender.".to_owned();
    let sender = facts.senders.iter().next().map_or_else(|| "SENDER".to_owned(), |sender| sender.to_string());
    (advice, format!("unreach read --filter 'host {sender}' CAPTURE"))
}

/// The ends of a case in words.
struct Place {
    host: String,
    reporter: IpAddr,
    port: Option<u16>,
    is_tcp: bool,
}

impl Place {
    fn of(facts: &CaseFacts) -> Self {
        let key = &facts.key;
        let host = key.target.map_or_else(|| "the target".to_owned(), |target| target.to_string());
        Self { host, reporter: key.reporter, port: key.target_port, is_tcp: facts.quotes(protocol::TCP) }
    }

    fn service(&self) -> String {
        let name = if self.is_tcp { "TCP" } else { "UDP" };
        self.port.map_or_else(|| "the service".to_owned(), |port| format!("{name} port {port}"))
    }

    fn trace(&self) -> String {
        match (self.port, self.is_tcp) {
            (Some(port), true) => format!("traceroute -T -p {port} {}", self.host),
            (Some(port), false) => format!("traceroute -U -p {port} {}", self.host),
            (None, _) => format!("traceroute {}", self.host),
        }
    }

    fn listeners(&self) -> String {
        let kind = if self.is_tcp { 't' } else { 'u' };
        self.port.map_or_else(|| format!("ss -ln{kind}p"), |port| format!("ss -ln{kind}p 'sport = :{port}'"))
    }

    fn closed_port(&self) -> (String, String) {
        let advice =
            format!("On {} see whether anything listens on {}, and start or rebind it.", self.host, self.service());
        (advice, self.listeners())
    }

    fn late_reply(&self) -> (String, String) {
        let advice = format!(
            "Harmless as a rule: {} had stopped waiting for this answer; see how long its queries take, and its time-out.",
            self.host
        );
        (advice, self.listeners())
    }

    fn host_firewall(&self) -> (String, String) {
        let advice = format!("On {} look for the firewall rule that rejects {}.", self.host, self.service());
        (advice, "nft list ruleset -a || iptables -L -v -n --line-numbers".to_owned())
    }

    fn network_filter(&self) -> (String, String) {
        let advice = format!(
            "Ask the owner of the device that answers as {} for the rule that refuses {} to {}.",
            self.reporter,
            self.service(),
            self.host
        );
        (advice, self.trace())
    }

    fn no_route(&self) -> (String, String) {
        (format!("On {} look up the route to {}.", self.reporter, self.host), format!("ip route get {}", self.host))
    }

    fn host_unreachable(&self) -> (String, String) {
        let advice = format!("See whether {} is up and on the link that {} serves.", self.host, self.reporter);
        (advice, format!("arping -c 3 {0} || ip neigh show {0}", self.host))
    }

    fn protocol_unreachable(&self) -> (String, String) {
        (
            format!("On {} see whether the protocol is installed and enabled.", self.host),
            "ip xfrm state; lsmod".to_owned(),
        )
    }

    fn packet_too_big(&self, mtu: Option<u32>) -> (String, String) {
        let limit = mtu.filter(|&mtu| mtu > 0).map(|mtu| format!(" ({mtu} bytes)")).unwrap_or_default();
        let advice =
            format!("Let path MTU discovery work, or lower the packet size to what {} takes{limit}.", self.reporter);
        (advice, format!("tracepath -n {}", self.host))
    }

    fn forged(&self) -> (String, String) {
        let advice =
            format!("Do not act on what it says; look for who sends packets in the name of {}.", self.reporter);
        (advice, "nstat -az TcpExtOutOfWindowIcmps".to_owned())
    }

    fn undetermined(&self) -> (String, String) {
        let advice = format!(
            "Look at {} first: does anything listen on {}, and does a rule reject it?",
            self.host,
            self.service()
        );
        (advice, format!("{}; nft list ruleset -a", self.listeners()))
    }
}
