//! The next step: one sentence and one command for each verdict, for the system that the reporter looks like.

use super::commands;
use super::place::Place;
use super::{Label, Labels};
use crate::decode::protocol;
use crate::evidence::CaseFacts;
use crate::verdict::{Attribution, Cause, Verdict};

/// What to do next about an incident. It is put in words when somebody asks for them, as the text table never does: that
/// takes five thousand instructions, and the words several times the memory of what they are made of.
#[derive(Clone, Debug)]
pub struct NextStep(Words);

#[derive(Clone, Debug)]
enum Words {
    Due(Place),
    Told { advice: String, command: String },
}

impl NextStep {
    /// In these words: a sentence, and a command.
    pub fn told(advice: String, command: String) -> Self {
        Self(Words::Told { advice, command })
    }

    /// As it follows from the facts of a case.
    pub(super) fn of(facts: &CaseFacts) -> Self {
        Self(Words::Due(Place::of(facts)))
    }

    /// What to do, and the command that does it, where this is what came of it; of so many ports, the first of which is named.
    pub(super) fn words(&self, verdict: &Verdict, labels: Labels, ports: usize) -> (String, String) {
        let place = match &self.0 {
            Words::Told { advice, command } => return (advice.clone(), command.clone()),
            Words::Due(place) => Place { other_ports: ports.saturating_sub(1), ..*place },
        };
        let (mut advice, command) = place.next_step(verdict, labels);
        if command.contains(commands::INTERFACE) {
            advice.push_str(" For IFACE, put the interface on that link.");
        }
        if command.starts_with(commands::IOS) {
            advice.push_str(" The command is spelt as in Cisco IOS.");
        }
        (advice, command)
    }
}

/// Whether a cause other than the best is likely enough to be thought of.
fn is_rival(verdict: &Verdict, cause: Cause) -> bool {
    /// One in ten.
    const LIKELY: f64 = 0.1;
    verdict.candidates.iter().any(|&(candidate, probability)| candidate == cause && probability >= LIKELY)
}

impl Place {
    fn next_step(&self, verdict: &Verdict, labels: Labels) -> (String, String) {
        let is = |label| labels.contains(label);
        if self.is_collective {
            return self.collective();
        }
        match verdict.cause {
            Some(Cause::Forged) if is(Label::Backscatter) => self.backscatter(),
            Some(Cause::Forged) => self.forged(),
            _ if is(Label::LateReply) => self.late_reply(labels),
            Some(Cause::ClosedPort) if is(Label::Traceroute) => {
                (format!("Nothing to mend: this is how a trace to {} ends.", self.host()), commands::trace(self))
            }
            Some(Cause::ClosedPort | Cause::HostUnreachable) if is(Label::Scan) => self.scan(),
            Some(Cause::ClosedPort) => self.closed_port(labels, is_rival(verdict, Cause::HostFirewall)),
            Some(Cause::HostFirewall | Cause::NetworkFilter) if is(Label::NoEndpoints) => self.no_endpoints(),
            Some(Cause::HostFirewall) => self.host_firewall(),
            Some(Cause::NetworkFilter) => self.network_filter(),
            Some(Cause::NoRoute) => self.no_route(),
            Some(Cause::HostUnreachable) => self.host_unreachable(),
            Some(Cause::ProtocolUnreachable) => self.protocol_unreachable(),
            Some(Cause::PacketTooBig) => self.packet_too_big(),
            None => self.undetermined(verdict),
        }
    }

    /// What there was no room for is told apart in a smaller part of the capture.
    fn collective(&self) -> (String, String) {
        let advice = "Too many targets to tell apart: read a part of the capture, by time or by sender.".to_owned();
        let sender = self.sender.map_or_else(|| "SENDER".to_owned(), |sender| sender.to_string());
        (advice, format!("unreach read --filter 'host {sender}' CAPTURE"))
    }

    fn closed_port(&self, labels: Labels, may_be_rule: bool) -> (String, String) {
        let service = self.service();
        let mut advice = if labels.contains(Label::Recovered) {
            format!("{service} of {} answered again later: see there why it had stopped", self.host())
        } else if labels.contains(Label::ServiceStopped) {
            format!("On {} see why {service} stopped answering, and start the service again", self.host())
        } else {
            let port = if self.port.is_some() { &service } else { "the port that was asked for" };
            format!("On {} see whether anything listens on {port}, and start or rebind it", self.host())
        };
        if may_be_rule {
            advice.push_str("; if something does listen, a firewall rule refuses in its place");
        }
        advice.push('.');
        (advice, commands::listeners(self))
    }

    fn scan(&self) -> (String, String) {
        let advice = format!(
            "Refusals are what a scan provokes: nothing to mend on {}; find out whether {} is meant to scan, and which program does.",
            self.host(),
            self.asker()
        );
        (advice, commands::programs_talking_to(self))
    }

    fn late_reply(&self, labels: Labels) -> (String, String) {
        let (answerer, port) = (self.asker(), self.sender_port);
        if labels.contains(Label::Nat) {
            let advice = format!(
                "The translator {} had dropped the mapping before {answerer} answered: let its UDP mappings live longer, or the application send keepalives.",
                self.reporter
            );
            return (advice, commands::mapping_timeouts(self));
        }
        if labels.contains(Label::Scan) {
            let what = port.map_or_else(|| "the port that answered".to_owned(), |port| format!("UDP port {port}"));
            let advice = format!(
                "{answerer} did answer {}, so {what} there is open: the scanner's own system refused the answer, as no socket waited for it.",
                self.host()
            );
            return (advice, commands::scan(self.sender, port));
        }
        if self.asked_elsewhere {
            let advice = format!(
                "{} had asked another address (a broadcast, a group, or another one of the same host) and took no answer from {answerer}: if one is missed, let the service answer from the address that is asked.",
                self.host()
            );
            return (advice, commands::bound_addresses(port));
        }
        if self.is_stream {
            let advice = format!(
                "Harmless as a rule: {} had closed the port that {answerer} was streaming to; if that lasts, see why {answerer} was not told to stop.",
                self.host()
            );
            return (advice, commands::programs_talking_to(self));
        }
        let advice = format!(
            "Harmless as a rule: {} had stopped waiting for this answer of {answerer}; see how long its queries take, and its time-out.",
            self.host()
        );
        (advice, commands::refusal_counters(self.system))
    }

    fn host_firewall(&self) -> (String, String) {
        if Some(self.reporter) == self.sender {
            let advice = format!(
                "{} refused its own packets: look there for the rule or route against {} to {}.",
                self.reporter,
                self.service(),
                self.host()
            );
            return (advice, commands::rules_and_route(self));
        }
        let advice = format!("On {} look for the firewall rule that rejects {}.", self.host(), self.service());
        (advice, commands::rules(self.system))
    }

    fn no_endpoints(&self) -> (String, String) {
        (
            format!("No endpoint stands behind the service address {}: see whether its pods are ready.", self.host()),
            "kubectl get services,endpointslices --all-namespaces".to_owned(),
        )
    }

    fn network_filter(&self) -> (String, String) {
        let service = self.service();
        if self.is_about_source {
            let advice = format!(
                "{} refuses where these packets come from, not what they ask for: see whether {} is of a prefix that is still in use there, or ask its owner which sources it takes.",
                self.reporter,
                self.asker()
            );
            return (advice, commands::source(self));
        }
        let advice = if Some(self.reporter) == self.target {
            format!(
                "A device in front of {} refuses {service} in its name: find it by a trace, and ask its owner for the rule.",
                self.host()
            )
        } else {
            format!(
                "Ask the owner of the device that answers as {} for the rule that refuses {service} to {}.",
                self.reporter,
                self.host()
            )
        };
        (advice, commands::trace(self))
    }

    /// Whether the target says of itself that it is not to be reached: it is there, and forwards what comes to this port to another
    /// host, which is not.
    fn forwards(&self) -> bool {
        self.target == Some(self.reporter) && self.target != self.sender
    }

    /// What to ask such a target: to which host it forwards, and that of it.
    fn about_forwarding(&self, question: &str) -> (String, String) {
        let advice = format!(
            "{} is up, as it says so itself: see to which host it forwards {}, and whether {question}.",
            self.host(),
            self.service()
        );
        (advice, commands::forwarding(self.system))
    }

    fn no_route(&self) -> (String, String) {
        if self.forwards() {
            return self.about_forwarding("it has a route there");
        }
        (format!("On {} look up the route to {}.", self.reporter, self.host()), commands::route(self))
    }

    fn host_unreachable(&self) -> (String, String) {
        if self.forwards() {
            return self.about_forwarding("that one is up");
        }
        let advice = format!(
            "See whether {} is up and on the link that {} serves; where another router leads there from {}, that one did not answer.",
            self.host(),
            self.reporter,
            self.reporter
        );
        (advice, commands::neighbour(self))
    }

    fn protocol_unreachable(&self) -> (String, String) {
        // Nobody leaves these out, so something refuses them.
        let everywhere = match self.protocol {
            Some(protocol::ICMP) => Some("ICMP"),
            Some(protocol::ICMPV6) => Some("ICMPv6"),
            Some(protocol::TCP) => Some("TCP"),
            Some(protocol::UDP) => Some("UDP"),
            _ => None,
        };
        if let Some(name) = everywhere {
            let advice =
                format!("Every host has {name}: see which rule or which device refuses it for {}.", self.host());
            return (advice, commands::rules(self.system));
        }
        let name = self
            .protocol
            .map_or_else(|| "the protocol".into(), |number| format!("protocol {}", protocol::name(number)));
        let advice = format!("On {} see whether {name} is supported and enabled.", self.host());
        (advice, commands::protocol_support(self.protocol))
    }

    fn packet_too_big(&self) -> (String, String) {
        let limit = self.next_hop_mtu.filter(|&mtu| mtu > 0).map(|mtu| format!(" ({mtu} bytes)")).unwrap_or_default();
        let advice =
            format!("Let path MTU discovery work, or lower the packet size to what {} takes{limit}.", self.reporter);
        (advice, commands::path_mtu(self))
    }

    fn forged(&self) -> (String, String) {
        let advice = format!("Do not act on what it says; look for who sends packets in the name of {}", self.reporter);
        let advice = if self.is_tcp() {
            advice + "."
        } else {
            format!("{advice}, and compare what it quotes with what {} sends, captured there.", self.asker())
        };
        (advice, commands::forgery(self))
    }

    fn backscatter(&self) -> (String, String) {
        let advice = format!(
            "{} sent none of the refused packets: somebody else uses its address; nothing to mend on it or on {}, tell your network provider if it goes on.",
            self.asker(),
            self.host()
        );
        (advice, commands::watch(self))
    }

    /// What would settle it, and is had most cheaply.
    fn undetermined(&self, verdict: &Verdict) -> (String, String) {
        let mut best = verdict.candidates.iter().map(|&(cause, _)| cause);
        let rivals = [best.next(), best.next()];
        let is_between = |cause| rivals.contains(&Some(cause));
        if is_between(Cause::Forged) {
            let advice = "Capture both directions on the sender's own link: whether it sent the refused packets tells a forgery.";
            return (advice.to_owned(), commands::watch(self));
        }
        if is_between(Cause::HostFirewall) && is_between(Cause::NetworkFilter) {
            let advice = format!(
                "Ping {} while capturing: answers of it that arrive with TTL {} come from as far as the refusals, so that it refuses itself; with another TTL, a device in front of it does.",
                self.host(),
                self.reporter_ttl
            );
            return (advice, commands::ping(self));
        }
        if is_between(Cause::NoRoute) && (is_between(Cause::NetworkFilter) || is_between(Cause::HostFirewall)) {
            let advice = format!(
                "On {} look for a rule that rejects {} to {}, and look up the route there: into a tunnel, see whether its far end takes that address.",
                self.reporter,
                self.service(),
                self.host()
            );
            return (advice, commands::rules_and_route(self));
        }
        if verdict.attribution == Attribution::Network
            || is_between(Cause::HostUnreachable)
            || is_between(Cause::NoRoute)
        {
            let advice = format!(
                "Try {} again with the sender's packets in the capture: a refusal seconds later means that the host does not answer, one at once a route or a rule on {}.",
                self.host(),
                self.reporter
            );
            return (advice, commands::ping(self));
        }
        let advice = format!(
            "Look at {} first: does anything listen on {}, and does a rule reject it?",
            self.host(),
            self.service()
        );
        (advice, commands::listeners_and_rules(self))
    }
}
